//! `evenly measure masked`: the test on a table, with a plain sentence for each finding.

use super::hidden::{Masked, MaskedOptions, StratumChange, Verdict, test};
use super::leaves::Leaves;
use crate::interval::{BETTER, Better};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::multilevel::{Count, Dimension};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value, stratum_text};

/// Columns that are no dimension.
const TAKEN: [&str; 3] = ["period", "numerator", "denominator"];

/// Reads the counts of a table; every column but period, numerator and denominator is a dimension.
fn leaves(table: &Table, split: &str) -> Result<Leaves, Refusal> {
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
    let dimensions = names.iter().enumerate().map(|(index, name)| {
        let labels: Vec<String> = strata.iter().map(|labels| labels[index].clone()).collect();
        Dimension::from_labels(name, &labels)
    });
    let split = times.iter().filter(|time| time.as_str() < split).count();
    Ok(Leaves { dimensions: dimensions.collect(), split, counts })
}

/// The finding in plain words; `None` for a stratum that is none.
pub fn sentence(masked: &Masked, own: &StratumChange) -> Option<String> {
    let percent = |(x, n): (f64, f64)| if n > 0.0 { 100.0 * x / n } else { 0.0 };
    let who = stratum_text(&own.stratum);
    let (before, after) = (percent(own.counts.before), percent(own.counts.after));
    let whole = format!("{:.1} % to {:.1} %", percent(masked.counts.before), percent(masked.counts.after));
    let events = (own.points.value * own.counts.after.1).round();
    let had = format!("Had it shared the others' change, about {events:.0} events would have gone the better way.");
    Some(match own.verdict {
        Verdict::Shared => return None,
        Verdict::Masked => {
            format!("The whole improved ({whole}), but {who} did not: {before:.1} % to {after:.1} %. {had}")
        }
        Verdict::Worse => {
            format!("The whole did not improve ({whole}), and {who} got worse: {before:.1} % to {after:.1} %. {had}")
        }
        Verdict::LeftBehind => {
            format!("{who} gained less than the others: {before:.1} % to {after:.1} % (whole: {whole}). {had}")
        }
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
        better: Better::from_options(options)?,
        false_discovery_rate: options.number("fdr", defaults.false_discovery_rate)?,
        fewest_events: options.number("fewest-events", defaults.fewest_events)?,
        margin: options.number("margin", defaults.margin)?,
        draws,
        seed,
    };
    let found = test(&leaves(table, split)?, &asked)?;
    let mut order: Vec<usize> = (0..found.strata.len()).collect();
    order.sort_by(|a, b| {
        let (first, second) = (&found.strata[*a], &found.strata[*b]);
        let rank = |own: &StratumChange| (!own.flagged, own.told_under.is_some());
        rank(first).cmp(&rank(second)).then(second.standardised.total_cmp(&first.standardised))
    });
    Ok(order.into_iter().map(|index| row(&found, &found.strata[index])).collect())
}

fn row(found: &Masked, own: &StratumChange) -> Row {
    vec![
        ("stratum", Value::Groups(own.stratum.clone())),
        ("estimate", own.shortfall.value.into()),
        ("lower", own.shortfall.lower.into()),
        ("upper", own.shortfall.upper.into()),
        ("points", own.points.value.into()),
        ("points_lower", own.points.lower.into()),
        ("points_upper", own.points.upper.into()),
        ("probability", own.probability.into()),
        ("flagged", own.flagged.into()),
        ("verdict", own.verdict.id().into()),
        ("told_under", own.told_under.map_or(Value::Missing, |head| Value::Groups(found.strata[head].stratum.clone()))),
        ("detectable", own.detectable.into()),
        ("events_before", own.counts.before.0.into()),
        ("denominator_before", own.counts.before.1.into()),
        ("events_after", own.counts.after.0.into()),
        ("denominator_after", own.counts.after.1.into()),
        ("sentence", sentence(found, own).map_or(Value::Missing, Value::Text)),
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
    doc: r"**Question.** Shortfall of a stratum = its change in log-odds less that of everybody else, positive where it did not share
(by `--better`). *Left behind*: the shortfall is beyond chance, over all strata looked at. *Masked*: left behind, and it
kept less than a quarter of what the whole gained, while the whole improved beyond chance. *Worse*: left behind and
worse, while the whole did not improve.

**Evidence.** Each smallest stratum (a group of every dimension) is set against the whole month by month, so that seasons,
common shocks and the whole's own change drop out; its change beyond the whole's is Peto's one-step estimate, which
adds up over strata. How much months vary beyond chance is estimated at every level of strata and added to the
uncertainty.

**Model.** A change is the sum of one effect per level (group, pair, triple), most of them next to nothing, sampled
together (spike and slab). A stratum so borrows strength from its groups and its parts. `estimate`, interval and
`probability` (that the shortfall is above `--margin`, 0.02 by default) are those of the model; `points` is the same as a
difference of proportions.

**Decision.** Two roads share the false discovery rate (`--fdr`): the model's, strong where a shortfall follows the
structure of the strata; Benjamini and Hochberg's on each stratum's own counts, strong where one stratum stands
alone. A finding that contains or is contained in a stronger one is told under it (`told_under`).

**Silence.** `detectable` is the smallest shortfall (log-odds) that a stratum's own counts would have shown with 80 % power.
A silent test is good news only where that is small. Strata with fewer than `--fewest-events` events are not looked at.

**Limits.** Two years of months serve best: as many before as after, starting in the same month. With one period on a
side, the variation of months is unknown and taken as nothing: read such findings with care. Slow drifts of a single
stratum's months look like change. The sampler has a fixed seed (`--seed`).

**Source.** George and McCulloch, Journal of the American Statistical Association 88 (1993), p. 881–889 (model); Newton,
Noueiry, Sarkar and Ahlquist, Biostatistics 5 (2004), p. 155–176, and Benjamini and Hochberg, Journal of the Royal
Statistical Society B 57 (1995), p. 289–300 (decision); Yusuf and others, Progress in Cardiovascular Diseases 27 (1985),
p. 335–371 (one-step estimate). The combination is Evenly's own, judged by simulation.",
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
        OptionSpec { name: "draws", default: "4000", doc: "Draws of the sampler, 100 or more." },
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
