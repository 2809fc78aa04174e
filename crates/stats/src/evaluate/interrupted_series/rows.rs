//! The answer's rows and their sentences.

use super::{Scale, Segmented};
use crate::gap::movement::rounded;
use crate::interval::{Better, Estimate};
use crate::refusal::Refusal;
use crate::table::{Row, Value};

/// Periods on each side below which the answer is said to rest on few.
const FEW_PERIODS: usize = 8;

/// How numbers are shown.
pub struct Style {
    /// Scale of analysis.
    pub scale: Scale,
    /// Unit of shares and rates.
    pub factor: f64,
    /// The good direction.
    pub better: Better,
}

impl Style {
    /// An effect: a difference in the unit, or a ratio.
    fn effect(&self, own: Estimate) -> Estimate {
        match self.scale {
            Scale::Points => own.scaled(self.factor),
            Scale::Log => Estimate { value: own.value.exp(), lower: own.lower.exp(), upper: own.upper.exp() },
        }
    }

    /// A level: a share or rate in the unit; on the logarithmic scale of a gap a ratio of two.
    fn level(&self, value: f64, gap: bool) -> f64 {
        let factor = if gap && self.scale == Scale::Log { 1.0 } else { self.factor };
        self.scale.shown(value) * factor
    }
}

/// Rows of one subject.
pub fn of(name: &str, own: &Segmented, style: &Style, periods: &[String]) -> Vec<Row> {
    let gap = own.fewer.is_none();
    let few =
        if own.periods.iter().any(|periods| *periods < FEW_PERIODS) { " Few periods: read with care." } else { "" };
    let said = |estimate: Estimate| {
        let shown = style.effect(estimate);
        let (times, none) = match style.scale {
            Scale::Points => ("", "not shown to differ from none"),
            Scale::Log => ("times ", "not shown to differ from none (1)"),
        };
        let verdict = if estimate.holds(0.0) { none } else { "beyond chance" };
        let (value, lower, upper) = (rounded(shown.value), rounded(shown.lower), rounded(shown.upper));
        format!("{times}{value} (likely between {lower} and {upper}), {verdict}")
    };
    let line =
        |term: &'static str, period: Option<usize>, estimate: Estimate, levels: [Option<f64>; 2], words: String| {
            vec![
                ("subject", name.into()),
                ("term", term.into()),
                ("period", period.map_or(Value::Missing, |place| periods[place].as_str().into())),
                ("value", estimate.value.into()),
                ("lower", estimate.lower.into()),
                ("upper", estimate.upper.into()),
                ("fitted", Value::maybe(levels[0])),
                ("without_change", Value::maybe(levels[1])),
                ("periods_before", (own.periods[0] as f64).into()),
                ("periods_after", (own.periods[1] as f64).into()),
                ("autocorrelation", own.autocorrelation.into()),
                ("words", words.into()),
            ]
        };
    let plain = |term, what: &str, estimate: Estimate| {
        line(term, None, style.effect(estimate), [None, None], format!("{name}: {what}: {}.{few}", said(estimate)))
    };
    let mut rows = vec![
        plain("slope_before", "slope before the change, per period", own.slope_before),
        plain("level_change", "step at the change", own.level),
        plain("slope_change", "change of the slope, per period", own.slope),
        plain("mean_effect", "effect on average over the periods after the change", own.average),
    ];
    for effect in &own.effects {
        let levels = [effect.fitted, effect.without].map(|level| style.level(level, gap));
        let words = format!(
            "{name}: in {}: {} against {} without the change: {}.",
            periods[effect.time],
            rounded(levels[0]),
            rounded(levels[1]),
            said(effect.change)
        );
        let term = if Some(effect) == own.effects.last() { "end_change" } else { "effect" };
        rows.push(line(term, Some(effect.time), style.effect(effect.change), levels.map(Some), words));
    }
    if let Some(fewer) = own.fewer {
        let (term, what, estimate) = match style.better {
            Better::Lower => ("events_avoided", "fewer", fewer),
            Better::Higher => ("events_gained", "more", fewer.scaled(-1.0)),
        };
        let verdict = if estimate.holds(0.0) { ", not shown to differ from none" } else { "" };
        let words = format!(
            "{name}: about {:.0} {what} events since the change than without it (likely between {:.0} and {:.0}){verdict}.",
            estimate.value, estimate.lower, estimate.upper
        );
        rows.push(line(term, None, estimate, [None, None], words));
    }
    rows
}

/// The row of a subject that has no answer.
pub fn refused(name: &str, refusal: &Refusal) -> Row {
    let mut row: Row = vec![("subject", name.into()), ("term", "none".into())];
    let empty = [
        "period",
        "value",
        "lower",
        "upper",
        "fitted",
        "without_change",
        "periods_before",
        "periods_after",
        "autocorrelation",
    ];
    row.extend(empty.map(|column| (column, Value::Missing)));
    row.push(("words", format!("{name}: {refusal}.").into()));
    row
}
