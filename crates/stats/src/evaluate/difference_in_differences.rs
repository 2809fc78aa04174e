//! Difference in differences: the change where something changed beyond the change where nothing did, by group and for
//! the gap (triple difference).

mod arms;

use self::arms::{Arms, Basis};
use super::panel::{self, Panel};
use super::subjects::{Subject, rows_of_each, subjects};
use crate::checks::{self, DENOMINATOR, NUMERATOR};
use crate::gap::frame;
use crate::gap::measure;
use crate::gap::movement::rounded;
use crate::interval::{CONFIDENCE, Confidence, Estimate};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

const CHANGED: Column = Column {
    name: "changed",
    required: true,
    doc: "`yes` (or 1) where the change was made at the split, in all its rows; `no` (or 0) where it was not made.",
};

/// The effect with what speaks for and against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    /// Change where it changed minus change where it did not.
    pub effect: Estimate,
    /// Mean before and after where it changed, then where it did not.
    pub means: [f64; 4],
    /// Before the change: how much steeper per period the line was where it changed later. Needs three periods.
    pub pre_trend: Option<Estimate>,
    /// The effect if those different slopes had gone on.
    pub less_trend: Option<Estimate>,
    /// Each period against the (other) periods before the change: its place, and the difference in differences.
    pub periods: Vec<(usize, Estimate)>,
    /// Units that count, where it changed and where it did not.
    pub units: [usize; 2],
    /// What the intervals rest on.
    pub basis: Basis,
}

/// Evaluates one subject.
pub(crate) fn difference_in_differences(
    arms: &Arms,
    split: usize,
    confidence: Confidence,
) -> Result<Evaluated, Refusal> {
    let periods = arms.periods();
    if split == 0 || split >= periods {
        return Err(Refusal::option("split", "a period with at least one other period before it"));
    }
    let (before, after): (Vec<usize>, Vec<usize>) = ((0..split).collect(), (split..periods).collect());
    let basis = arms.basis(&before, &after);
    let effect = arms.change(&before, &after, basis, confidence)?;
    let means = arms.means(&before, &after)?;
    let pre_trend = arms.pre_trend(&before, basis, confidence);
    let less_trend = arms.less_trend(&before, &after, basis, confidence, effect, pre_trend);
    let each = (0..periods).filter_map(|period| {
        let others: Vec<usize> = before.iter().copied().filter(|own| *own != period).collect();
        arms.change(&others, &[period], basis, confidence).ok().map(|own| (period, own))
    });
    let units = arms.counted(&before, &after);
    Ok(Evaluated { effect, means, pre_trend, less_trend, periods: each.collect(), units, basis })
}

fn read(table: &Table, options: &Options) -> Result<(Panel, Vec<bool>), Refusal> {
    let flags = table.texts(CHANGED.name)?;
    let units = if table.has(panel::UNIT.name) { frame::filled(table, panel::UNIT.name)? } else { flags.clone() };
    let own = Panel::read(table, measure::kind(options)?, &units)?;
    own.of_units(CHANGED.name, &flags)?;
    let mut changed = vec![false; own.units.len()];
    for (row, (flag, unit)) in flags.iter().zip(frame::places(&units, &own.units)).enumerate() {
        changed[unit] = match flag.trim() {
            "yes" | "true" | "1" => true,
            "no" | "false" | "0" => false,
            _ => {
                let must = "must be yes or no";
                return Err(Refusal::OutOfRange { column: CHANGED.name.to_owned(), row: row + 1, must });
            }
        };
    }
    if changed.iter().all(|own| *own) || !changed.iter().any(|own| *own) {
        let text = "all rows are on one side of `changed`: without a comparison use interrupted-series";
        return Err(Refusal::Undefined(text.to_owned()));
    }
    Ok((own, changed))
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (factor, confidence) = (checks::multiplier(options, 1.0)?, Confidence::from_options(options)?);
    let people = match options.text("weigh") {
        None | Some("units") => false,
        Some("people") => true,
        Some(_) => return Err(Refusal::option("weigh", "units or people")),
    };
    let Some(split) = options.text("split").filter(|split| !split.trim().is_empty()) else {
        return Err(Refusal::option("split", "given: the first period after the change, such as 2025-04"));
    };
    let (panel, changed) = read(table, options)?;
    let kind = measure::kind(options)?;
    let split = frame::before(&panel.frame.periods, split);
    let evaluate = |subject: &Subject, name: &str| {
        let arms = Arms::new(&panel, &changed, subject, kind, people);
        let own = difference_in_differences(&arms, split, confidence)?;
        Ok(rows(name, &own, factor, split, &panel.frame.periods))
    };
    let refused = |name: &str, refusal: &Refusal| row(name, "none", None, None, None, &format!("{name}: {refusal}."));
    rows_of_each(&subjects(&panel.frame, options)?, &panel.frame.groups, evaluate, refused)
}

fn rows(name: &str, own: &Evaluated, factor: f64, split: usize, periods: &[String]) -> Vec<Row> {
    let said = |estimate: Estimate| {
        let own = estimate.scaled(factor);
        format!("{} (likely between {} and {})", rounded(own.value), rounded(own.lower), rounded(own.upper))
    };
    let means = own.means.map(|mean| rounded(mean * factor));
    let verdict = if own.effect.holds(0.0) { "not shown to differ from no effect" } else { "beyond chance" };
    let words = format!(
        "{name}: from {} to {} where it changed, from {} to {} where it did not: effect {}, {verdict}.",
        means[0],
        means[1],
        means[2],
        means[3],
        said(own.effect)
    );
    let line = |term: &'static str, period: Option<usize>, estimate: Estimate, words: &str| {
        row(name, term, period.map(|place| periods[place].as_str()), Some(estimate.scaled(factor)), Some(own), words)
    };
    let mut rows = vec![line("effect", None, own.effect, &words)];
    if let Some(trend) = own.pre_trend {
        let words = if trend.holds(0.0) {
            "no different trends are shown before the change; this does not show that there were none"
        } else {
            "the two were already moving apart before the change: do not take the effect as the change's own"
        };
        rows.push(line("pre_trend", None, trend, &format!("{name}: per period {}: {words}.", said(trend))));
    }
    if let Some(less) = own.less_trend {
        let words = format!("{name}: had the different trends before gone on, the effect would be {}.", said(less));
        rows.push(line("effect_less_trend", None, less, &words));
    }
    for (period, estimate) in &own.periods {
        let (term, what) = if *period < split {
            ("lead", "against the other periods before; nothing is expected")
        } else {
            ("lag", "against the periods before")
        };
        let words = format!("{name}: {}: {}, {what}.", periods[*period], said(*estimate));
        rows.push(line(term, Some(*period), *estimate, &words));
    }
    rows
}

fn row(
    name: &str,
    term: &'static str,
    period: Option<&str>,
    estimate: Option<Estimate>,
    own: Option<&Evaluated>,
    words: &str,
) -> Row {
    let number = |of: &dyn Fn(&Evaluated) -> f64| Value::maybe(own.map(of));
    vec![
        ("subject", name.into()),
        ("term", term.into()),
        ("period", period.map_or(Value::Missing, Value::from)),
        ("value", Value::maybe(estimate.map(|own| own.value))),
        ("lower", Value::maybe(estimate.map(|own| own.lower))),
        ("upper", Value::maybe(estimate.map(|own| own.upper))),
        ("units_changed", number(&|own| own.units[0] as f64)),
        ("units_compared", number(&|own| own.units[1] as f64)),
        ("interval_by", own.map_or(Value::Missing, |own| own.basis.id().into())),
        ("words", words.into()),
    ]
}

/// `evenly measure difference-in-differences`.
pub const METHOD: Method = Method {
    id: "difference-in-differences",
    title: "Difference in differences, for the whole, every group and the gap",
    family: Family::Evaluation,
    when_to_use: "A change made in some places at one date and not in others: what did it do beyond what happened anyway, \
        to whom, and to the gap? Without comparison places use `interrupted-series`; where places started one after another, \
        `stepped-order`.",
    doc: include_str!("difference_in_differences.md"),
    columns: &[frame::PERIOD, CHANGED, Column { required: false, ..panel::UNIT }, panel::GROUP, NUMERATOR, DENOMINATOR],
    options: &[
        OptionSpec { name: "split", default: "", doc: "First period after the change; needed." },
        OptionSpec {
            name: "weigh",
            default: "units",
            doc: "With several units a side: each counts the same (`units`) or by its denominators (`people`).",
        },
        measure::KIND,
        frame::OF,
        frame::REFERENCE,
        CONFIDENCE,
        checks::MULTIPLIER,
    ],
    example: "period,changed,unit,numerator,denominator\n1,yes,North,90,600\n1,yes,East,70,500\n1,no,South,80,640\n\
        1,no,West,60,420\n2,yes,North,88,610\n2,yes,East,74,510\n2,no,South,83,630\n2,no,West,57,430\n3,yes,North,91,590\n\
        3,yes,East,71,500\n3,no,South,79,650\n3,no,West,61,410\n4,yes,North,66,600\n4,yes,East,52,490\n4,no,South,78,620\n\
        4,no,West,59,420\n5,yes,North,61,580\n5,yes,East,49,505\n5,no,South,82,640\n5,no,West,58,415\n",
    run,
};

#[cfg(test)]
mod tests;
