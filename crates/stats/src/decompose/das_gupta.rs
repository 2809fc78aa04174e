//! Change of a rate as a sum of the changes of several factors, whatever their order, over any number of populations.

use crate::method::{Column, Family, Method, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

/// More factors than this would take more than a million evaluations.
const MOST_FACTORS: usize = 16;
const MOST_POPULATIONS: usize = 200;

/// Standardised rates of every population: one list for each factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardised {
    /// Rate of each population as it is.
    pub crude: Vec<f64>,
    /// `by_factor[k][i]`: rate of population i when only factor k is its own; differences between populations are the
    /// factor's effect, and the effects of all factors add up to the difference of the crude rates.
    pub by_factor: Vec<Vec<f64>>,
}

/// Das Gupta's standardised rates.
///
/// `rate` computes a rate when factor k is taken from population `from[k]`. For two populations the effect of a factor
/// is averaged over all sets of other factors with weights 1/(K·C(K − 1, r)); for more, the pairwise results are made
/// consistent by Das Gupta's correction.
///
/// SOURCE: Das Gupta, *Standardization and Decomposition of Rates: A User's Manual*, U.S. Bureau of the Census, P23-186
/// (1993), chapters 2 (formula 2.27) and 6 (formula 6.8).
pub fn das_gupta(populations: usize, factors: usize, rate: impl Fn(&[usize]) -> f64) -> Result<Standardised, Refusal> {
    if populations < 2 {
        return Err(Refusal::TooFew { what: "populations", found: populations, needed: 2 });
    }
    if factors < 2 {
        return Err(Refusal::TooFew { what: "factors", found: factors, needed: 2 });
    }
    if factors > MOST_FACTORS || populations > MOST_POPULATIONS {
        return Err(Refusal::Undefined(format!(
            "at most {MOST_FACTORS} factors and {MOST_POPULATIONS} populations can be taken apart; join some"
        )));
    }
    let crude: Vec<f64> = (0..populations).map(|population| rate(&vec![population; factors])).collect();
    if crude.iter().any(|rate| !rate.is_finite()) {
        return Err(Refusal::Undefined("a population's rate is not a number: check its factors".to_owned()));
    }
    let weights = subset_weights(factors);
    let by_factor = (0..factors)
        .map(|factor| {
            let mut pairs = vec![0.0; populations * populations];
            for one in 0..populations {
                for other in (0..populations).filter(|other| *other != one) {
                    pairs[one * populations + other] = pairwise(factors, factor, one, other, &weights, &rate);
                }
            }
            consistent(populations, &pairs)
        })
        .collect();
    Ok(Standardised { crude, by_factor })
}

/// Weight of a set of r other factors taken from the other population: 1/(K·C(K − 1, r)).
fn subset_weights(factors: usize) -> Vec<f64> {
    let mut weights = Vec::with_capacity(factors);
    let mut ways = 1.0;
    for taken in 0..factors {
        weights.push(1.0 / (factors as f64 * ways));
        ways *= (factors - 1 - taken) as f64 / (taken + 1) as f64;
    }
    weights
}

/// Rate of `one` for a factor, the others averaged between `one` and `other`.
fn pairwise(
    factors: usize,
    factor: usize,
    one: usize,
    other: usize,
    weights: &[f64],
    rate: &impl Fn(&[usize]) -> f64,
) -> f64 {
    let mut from = vec![one; factors];
    let mut sum = 0.0;
    for set in 0_u32..(1 << (factors - 1)) {
        let mut bit = 0;
        for (place, slot) in from.iter_mut().enumerate() {
            if place != factor {
                *slot = if set >> bit & 1 == 1 { other } else { one };
                bit += 1;
            }
        }
        sum += weights[set.count_ones() as usize] * rate(&from);
    }
    sum
}

/// Makes the pairwise rates of a factor one rate for each population.
fn consistent(populations: usize, pairs: &[f64]) -> Vec<f64> {
    let count = populations as f64;
    let pair = |one: usize, other: usize| pairs[one * populations + other];
    (0..populations)
        .map(|own| {
            let others = || (0..populations).filter(move |other| *other != own);
            let mean = others().map(|other| pair(own, other)).sum::<f64>() / (count - 1.0);
            let correction: f64 = others()
                .map(|third| {
                    let rest: f64 = others().filter(|other| *other != third).map(|other| pair(third, other)).sum();
                    rest - (count - 2.0) * pair(third, own)
                })
                .sum();
            mean + correction / (count * (count - 1.0))
        })
        .collect()
}

/// Factor columns: every column of numbers except those that name things.
fn run(table: &Table, _: &Options) -> Result<Vec<Row>, Refusal> {
    let populations = table.texts("population")?;
    let factors: Vec<&String> =
        table.names().iter().filter(|name| !matches!(name.as_str(), "population" | "group")).collect();
    let columns: Vec<Vec<f64>> = factors.iter().map(|name| table.numbers(name)).collect::<Result<_, _>>()?;
    let groups = if table.has("group") { table.texts("group")? } else { vec![String::new(); populations.len()] };
    let names = crate::checks::groups(&populations);
    let group_names: Vec<String> = crate::checks::groups(&groups).into_iter().map(|(name, _)| name).collect();
    // `place[i][g]` is the row of group g in population i.
    let mut place = Vec::with_capacity(names.len());
    for (_, rows) in &names {
        let found: Vec<usize> =
            group_names.iter().filter_map(|group| rows.iter().copied().find(|row| groups[*row] == *group)).collect();
        if found.len() != group_names.len() || rows.len() != group_names.len() {
            return Err(Refusal::Undefined("every population must have every group exactly once".to_owned()));
        }
        place.push(found);
    }
    let rate = |from: &[usize]| {
        (0..group_names.len())
            .map(|group| from.iter().zip(&columns).map(|(side, column)| column[place[*side][group]]).product::<f64>())
            .sum::<f64>()
    };
    let answer = das_gupta(names.len(), factors.len(), rate)?;
    let row = |factor: &str, population: usize, rate: f64, list: &[f64]| -> Row {
        vec![
            ("factor", factor.to_owned().into()),
            ("population", names[population].0.clone().into()),
            ("rate", rate.into()),
            ("difference_from_first", Value::number(rate - list[0])),
        ]
    };
    let mut rows = Vec::new();
    for (population, rate) in answer.crude.iter().enumerate() {
        rows.push(row("crude", population, *rate, &answer.crude));
    }
    for (factor, list) in factors.iter().zip(&answer.by_factor) {
        for (population, rate) in list.iter().enumerate() {
            rows.push(row(factor, population, *rate, list));
        }
    }
    Ok(rows)
}

/// Das Gupta's decomposition.
pub const METHOD: Method = Method {
    id: "das-gupta",
    title: "Change of a rate as a sum over several factors, free of their order (Das Gupta)",
    family: Family::Decomposition,
    when_to_use: "When a rate is a product of several factors (referral × uptake × attendance), or a sum of such products over \
        groups, in two or more periods or places. For shares and rates of groups in two periods `kitagawa` is the same \
        and gives limits.",
    doc: "Each factor's effect is averaged over every combination of the other factors, with weights 1/(K·C(K − 1, r)), so that no \
        order is assumed and the effects add up to the difference of the crude rates. With more than two populations the \
        pairwise results are made consistent. Every column of numbers is a factor; the rate is Σ over groups of their \
        product.\n\n**Source.** Das Gupta, *Standardization and Decomposition of Rates: A User's Manual*, U.S. Bureau of the \
        Census, P23-186 (1993).",
    columns: &[
        Column { name: "population", required: true, doc: "Period or place." },
        Column { name: "group", required: false, doc: "Group; every population must have each one once." },
    ],
    options: &[],
    example: "population,referred,accepted,attended\n2022,0.71,0.57,0.88\n2023,0.64,0.58,0.91\n2024,0.79,0.64,0.86\n",
    run,
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn two_factors_of_two_populations_split_the_product_symmetrically() {
        let values = [[2.0, 5.0], [3.0, 7.0]];
        let answer = das_gupta(2, 2, |from| values[from[0]][0] * values[from[1]][1]).unwrap();
        let effect = |factor: usize| answer.by_factor[factor][1] - answer.by_factor[factor][0];
        assert!((effect(0) - (3.0 - 2.0) * (5.0 + 7.0) / 2.0).abs() < 1e-12);
        assert!((effect(1) - (7.0 - 5.0) * (2.0 + 3.0) / 2.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn effects_add_up_between_any_two_populations(
            values in proptest::collection::vec(proptest::collection::vec(0.1..3.0_f64, 4), 2..5),
        ) {
            let rate = |from: &[usize]| from.iter().enumerate().map(|(k, i)| values[*i][k]).product::<f64>();
            let answer = das_gupta(values.len(), 4, rate).unwrap();
            for one in 0..values.len() {
                let sum: f64 = answer.by_factor.iter().map(|list| list[one] - list[0]).sum();
                prop_assert!((sum - (answer.crude[one] - answer.crude[0])).abs() < 1e-10);
            }
        }
    }
}
