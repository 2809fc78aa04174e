//! `evenly measure masked`: the test on a table, with a plain sentence for each finding.

use super::{BeforeAfter, Cells, Kind, Leaf, MaskedOptions, Outcome, StratumChange, find};
use crate::interval::{BETTER, Better};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::multilevel::{Count, Dimension};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value, stratum_text};

/// Columns that are no dimension.
const TAKEN: [&str; 3] = ["period", "numerator", "denominator"];

/// A table as cells, with the names that the cells do not hold.
struct Named {
    cells: Cells,
    dimensions: Vec<Dimension>,
}

impl Named {
    fn stratum(&self, own: &StratumChange) -> Vec<(String, String)> {
        let name = |(dimension, group): &(usize, usize)| {
            let dimension = &self.dimensions[*dimension];
            (dimension.name.clone(), dimension.groups[*group].clone())
        };
        own.stratum.iter().map(name).collect()
    }
}

/// Reads the counts of a table; every column but period, numerator and denominator is a dimension.
fn read(table: &Table, split: &str, better: Better) -> Result<Named, Refusal> {
    let (periods, events, trials) =
        (table.texts("period")?, table.numbers("numerator")?, table.numbers("denominator")?);
    let names: Vec<&String> = table.names().iter().filter(|name| !TAKEN.contains(&name.as_str())).collect();
    let columns = names.iter().map(|name| table.texts(name)).collect::<Result<Vec<_>, _>>()?;
    let named = names.iter().map(|name| name.as_str()).zip(&columns).chain([("period", &periods)]);
    for (name, column) in named {
        if let Some(row) = column.iter().position(|label| label.trim().is_empty()) {
            return Err(Refusal::MissingValue { column: name.to_owned(), row: row + 1 });
        }
    }
    for (row, (events, trials)) in events.iter().zip(&trials).enumerate() {
        if !(*events >= 0.0 && trials.is_finite()) {
            let must = "must be a finite number of 0 or more";
            return Err(Refusal::OutOfRange { column: "numerator".into(), row: row + 1, must });
        }
        if events > trials {
            return Err(Refusal::NumeratorAboveDenominator { row: row + 1 });
        }
    }
    let mut times: Vec<&String> = periods.iter().collect();
    times.sort();
    times.dedup();
    let (strata, of_row) = crate::multilevel::combinations(&columns, table.rows());
    let mut counts = vec![vec![Count { events: 0.0, trials: 0.0 }; times.len()]; strata.len()];
    for (row, stratum) in of_row.into_iter().enumerate() {
        if let Ok(time) = times.binary_search(&&periods[row]) {
            counts[stratum][time].events += events[row];
            counts[stratum][time].trials += trials[row];
        }
    }
    let dimensions: Vec<Dimension> = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let labels: Vec<String> = strata.iter().map(|labels| labels[index].clone()).collect();
            Dimension::from_labels(name, &labels)
        })
        .collect();
    let leaf = |(leaf, counts): (usize, Vec<Count>)| Leaf {
        groups: dimensions.iter().map(|dimension| dimension.of_stratum[leaf]).collect(),
        counts,
    };
    let cells = Cells {
        dimensions: dimensions.iter().map(|dimension| dimension.groups.len()).collect(),
        leaves: counts.into_iter().enumerate().map(leaf).collect(),
        split: times.iter().filter(|time| time.as_str() < split).count(),
        better,
    };
    Ok(Named { cells, dimensions })
}

/// The finding in plain words, given the stratum's name; `None` for a stratum that is none.
pub fn sentence(outcome: &Outcome, own: &StratumChange, who: &str) -> Option<String> {
    let percent = |count: Count| if count.trials > 0.0 { 100.0 * count.events / count.trials } else { 0.0 };
    let change = |counts: &BeforeAfter| format!("{:.1} % to {:.1} %", percent(counts.before), percent(counts.after));
    let (whole, its) = (change(&outcome.counts), change(&own.counts));
    let events = own.avoidable.value.round();
    let had = format!("Had it shared the others' change, about {events:.0} events would have gone the better way.");
    Some(match own.kind {
        Kind::Shared => return None,
        Kind::Masked => format!("The whole improved ({whole}), but {who} did not: {its}. {had}"),
        Kind::Worse => format!("The whole did not improve ({whole}), and {who} got worse: {its}. {had}"),
        Kind::LeftBehind => format!("{who} gained less than the others: {its} (whole: {whole}). {had}"),
    })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let Some(split) = options.text("split").filter(|split| !split.trim().is_empty()) else {
        return Err(Refusal::option("split", "given: the first period after the change, such as 2025-04"));
    };
    let defaults = MaskedOptions::default();
    let whole_number = |name: &str, default: f64| -> Result<f64, Refusal> {
        let number = options.number(name, default)?;
        if number.fract() == 0.0 && (0.0..=1e6).contains(&number) {
            Ok(number)
        } else {
            Err(Refusal::option(name, "a whole number between 0 and a million"))
        }
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be whole and small")]
    let (draws, seed) =
        (whole_number("draws", defaults.draws as f64)? as usize, whole_number("seed", defaults.seed as f64)? as u64);
    let asked = MaskedOptions {
        false_discovery_rate: options.number("fdr", defaults.false_discovery_rate)?,
        fewest_events: options.number("fewest-events", defaults.fewest_events)?,
        margin: options.number("margin", defaults.margin)?,
        repeats: defaults.repeats,
        draws,
        seed,
    };
    let named = read(table, split, Better::from_options(options)?)?;
    let found = find(&named.cells, &asked)?;
    let mut order: Vec<usize> = (0..found.strata.len()).collect();
    order.sort_by(|a, b| {
        let (first, second) = (&found.strata[*a], &found.strata[*b]);
        let rank = |own: &StratumChange| (!own.flagged, own.told_under.is_some());
        rank(first).cmp(&rank(second)).then(second.standardised.total_cmp(&first.standardised))
    });
    Ok(order.into_iter().map(|index| row(&named, &found, &found.strata[index])).collect())
}

fn row(named: &Named, found: &Outcome, own: &StratumChange) -> Row {
    let who = named.stratum(own);
    let sentence = sentence(found, own, &stratum_text(&who));
    vec![
        ("stratum", Value::Groups(who)),
        ("estimate", own.shortfall.value.into()),
        ("lower", own.shortfall.lower.into()),
        ("upper", own.shortfall.upper.into()),
        ("points", own.points.value.into()),
        ("points_lower", own.points.lower.into()),
        ("points_upper", own.points.upper.into()),
        ("probability", own.probability.into()),
        ("flagged", own.flagged.into()),
        ("verdict", own.kind.id().into()),
        ("told_under", own.told_under.map_or(Value::Missing, |head| Value::Groups(named.stratum(&found.strata[head])))),
        ("avoidable", own.avoidable.value.into()),
        ("detectable", own.detectable.into()),
        ("detectable_points", own.detectable_points.into()),
        ("events_before", own.counts.before.events.into()),
        ("denominator_before", own.counts.before.trials.into()),
        ("events_after", own.counts.after.events.into()),
        ("denominator_after", own.counts.after.trials.into()),
        ("sentence", sentence.map_or(Value::Missing, Value::Text)),
    ]
}

/// `evenly measure masked`.
pub const METHOD: Method = Method {
    id: "masked",
    title: "Masked inequality: who did not share in the whole's improvement",
    family: Family::Masked,
    when_to_use: "After a change: counts by period and groups, before and after. Looks at every group and stratum of up \
        to three dimensions at once and holds the share of false findings. For one group known beforehand compare it \
        with the rest directly.",
    doc: include_str!("masked.md"),
    columns: &[
        Column { name: "period", required: true, doc: "ISO month or date." },
        Column { name: "numerator", required: true, doc: "Events." },
        Column { name: "denominator", required: true, doc: "Chances; not below the numerator." },
    ],
    options: &[
        BETTER,
        OptionSpec { name: "split", default: "", doc: "First period after the change, such as 2025-04; needed." },
        OptionSpec { name: "fdr", default: "0.05", doc: "Share of false findings among findings." },
        OptionSpec { name: "margin", default: "0.02", doc: "Shortfall (log-odds) too small to matter." },
        OptionSpec { name: "fewest-events", default: "40", doc: "Events below which a stratum is not looked at." },
        OptionSpec { name: "draws", default: "2000", doc: "Draws of the sampler, 100 or more." },
        OptionSpec { name: "seed", default: "1", doc: "Seed of the sampler." },
    ],
    example: "period,area,numerator,denominator\n2025-01,A,90,1000\n2025-02,A,92,1000\n2025-03,A,88,1000\n2025-04,A,70,1000\n2025-05,A,69,1000\n2025-06,A,72,1000\n2025-01,B,80,1000\n2025-02,B,81,1000\n2025-03,B,79,1000\n2025-04,B,82,1000\n2025-05,B,83,1000\n2025-06,B,80,1000\n",
    run,
};

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::method::Options;
    use crate::refusal::Refusal;
    use crate::table::{Table, Value};

    /// Two areas over six months; A improves after the third, B does not.
    fn table() -> Table {
        let (mut periods, mut areas, mut events, mut trials) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for month in 1..=6_u8 {
            for (area, before, after) in [("A", 900.0, 700.0), ("B", 300.0, 310.0)] {
                periods.push(Value::from(format!("2025-0{month}")));
                areas.push(Value::from(area));
                events.push(Value::from(if month > 3 { after } else { before } + f64::from(month % 2)));
                trials.push(Value::from(if area == "A" { 10_000.0 } else { 4_000.0 }));
            }
        }
        let columns = [("period", periods), ("area", areas), ("numerator", events), ("denominator", trials)];
        Table::new(columns.map(|(name, values)| (name.to_owned(), values)).to_vec()).expect("equal columns")
    }

    fn options(pairs: &[(&str, &str)]) -> Options {
        Options::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn the_finding_comes_first_with_its_sentence() {
        let rows = METHOD.measure(&table(), &options(&[("split", "2025-04")])).expect("an answer");
        let value = |name: &str| rows[0].iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
        assert_eq!(value("stratum"), Some(Value::Groups(vec![("area".to_owned(), "B".to_owned())])));
        assert_eq!(value("verdict"), Some(Value::from("masked")));
        let Some(Value::Text(sentence)) = value("sentence") else { panic!("no sentence") };
        assert!(
            sentence.starts_with("The whole improved (8.6 % to 7.2 %), but area B did not: 7.5 % to 7.8 %."),
            "{sentence}"
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_answer_and_a_missing_split_is_refused() {
        let run = || METHOD.measure(&table(), &options(&[("split", "2025-04"), ("seed", "9")]));
        assert_eq!(run(), run());
        assert!(matches!(METHOD.measure(&table(), &options(&[])), Err(Refusal::BadOption { .. })));
        assert!(METHOD.measure(&table(), &options(&[("split", "2025-01")])).is_err());
    }
}
