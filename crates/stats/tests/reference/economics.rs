//! Adapter for distributional cost-effectiveness.

use evenly_stats::Refusal;
use evenly_stats::economics::dcea::{Dcea, Group, Sharing, dcea};
use evenly_stats::economics::welfare::{Aversion, Distribution};
use evenly_stats::inequality::rank_line::{Model, RankLine, Rows, mid_ranks};
use serde_json::{Map, Value, json};
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::inputs;
use crate::outcome::{Adapter, Outcome};

/// The reference's function names and what answers them.
pub const ADAPTERS: &[(&str, Adapter)] = &[("DCEA", distributional)];

fn groups(case: &Value) -> Vec<Group> {
    let (populations, baselines) = (inputs::numbers(case, "pop"), inputs::numbers(case, "baseline_health"));
    let gains = inputs::numbers(case, "incremental_health_per_capita");
    let weights = inputs::numbers(case, "opportunity_cost_weights");
    (0..populations.len())
        .map(|row| Group {
            population: populations[row],
            baseline: baselines[row],
            gain: gains[row],
            weight: weights[row],
        })
        .collect()
}

/// Equivalents under the names of the expected block, such as `e0.5` or `a0.025`.
fn equivalents(expected: &Value, answer: &Dcea, aversion: fn(f64) -> Aversion) -> Result<Value, Refusal> {
    let mut block = Map::new();
    for name in expected.as_object().into_iter().flatten().map(|(name, _)| name) {
        let own = aversion(name[1..].parse().unwrap());
        let pair = json!({"base": answer.before.equivalent(own)?, "post": answer.after.equivalent(own)?});
        block.insert(name.clone(), pair);
    }
    Ok(Value::Object(block))
}

fn distributional(case: &Value) -> Outcome {
    answer(case).into()
}

fn answer(case: &Value) -> Result<Value, Refusal> {
    let groups = groups(case);
    let cost = inputs::number(case, "total_cost").unwrap();
    let productivity = inputs::number(case, "marginal_productivity").unwrap();
    let mut blocks = Map::new();
    let modes =
        [("given", Sharing::Given), ("equal", Sharing::Equal), ("poor", Sharing::Lowest), ("rich", Sharing::Highest)];
    for (name, sharing) in modes {
        let expected = &case["expected"][name];
        let answer = dcea(&groups, cost, productivity, sharing)?;
        let block = json!({
            "hoc": answer.opportunity_cost,
            "nhb_pc": answer.net_per_person,
            "post": answer.after.levels(),
            "atkinson_ede": equivalents(&expected["atkinson_ede"], &answer, Aversion::Atkinson)?,
            "kolm_ede": equivalents(&expected["kolm_ede"], &answer, Aversion::Kolm)?,
            "ext_gini_ede": equivalents(&expected["ext_gini_ede"], &answer, Aversion::ExtendedGini)?,
            "net_health_benefit_total": answer.net_total,
        });
        blocks.insert(name.to_owned(), block);
    }
    blocks.insert("dceasimR".to_owned(), package(case, &groups)?);
    Ok(Value::Object(blocks))
}

/// The block of the package: indices of the baseline distribution and its slope.
fn package(case: &Value, groups: &[Group]) -> Result<Value, Refusal> {
    let levels: Vec<f64> = groups.iter().map(|group| group.baseline).collect();
    let people: Vec<f64> = groups.iter().map(|group| group.population).collect();
    let before = Distribution::new(&levels, &people)?;
    let expected = &case["expected"]["dceasimR"];
    let by_name = |block: &str, skip: usize, of: &dyn Fn(f64) -> Result<f64, Refusal>| -> Result<Value, Refusal> {
        let mut own = Map::new();
        for name in expected[block].as_object().into_iter().flatten().map(|(name, _)| name) {
            own.insert(name.clone(), json!(of(name[skip..].parse().unwrap())?));
        }
        Ok(Value::Object(own))
    };
    let order: Vec<usize> = (0..levels.len()).collect();
    let ranks = mid_ranks(&people, &order);
    let shares = before.shares();
    let rows = Rows { outcomes: &levels, ranks: &ranks, weights: shares };
    let line = RankLine::fit(Model::Linear, rows)?;
    let freedom = (levels.len() - 2) as f64;
    let (slope, se) = (line.slope().value, line.classical_se(rows, freedom));
    let concentration: f64 =
        shares.iter().zip(&levels).zip(&ranks).map(|((share, level), rank)| share * level * (2.0 * rank - 1.0)).sum();
    let student = StudentsT::new(0.0, 1.0, freedom).unwrap();
    let p = 2.0 * student.cdf(-(slope / se).abs());
    let sii = json!({"sii": slope, "rii_over_mean": slope / before.mean(), "se": se, "p": p});
    Ok(json!({
        "ede": by_name("ede", 3, &|own| before.equivalent(Aversion::Atkinson(own)))?,
        "atkinson": by_name("atkinson", 1, &|own| before.atkinson_index(own))?,
        "gini": before.gini()?,
        "equity_weights_eta1.5": before.equity_weights(1.5)?,
        "sii": sii,
        "ci": concentration / before.mean(),
    }))
}
