//! The effect from not-yet-started units alone: what each started cell would have been is filled in from their unit and
//! period effects, so that units already started never serve as comparison for later ones.
//!
//! SOURCE: K. Borusyak, X. Jaravel and J. Spiess, "Revisiting event-study designs: robust and efficient estimation",
//! *Review of Economic Studies* 91 (2024), p. 3253–3285. Errors by leaving out one unit at a time, after B. E. Hansen,
//! "Jackknife standard errors for clustered regression" (2022), and J. G. `MacKinnon`, M. Ø. Nielsen and M. D. Webb, *Journal
//! of Applied Econometrics* 38 (2023), p. 671–694 (CV3).

use super::{Cell, TwoWay, treated};
use crate::interval::{Confidence, Estimate};
use crate::numeric::t_quantile;
use crate::refusal::Refusal;

/// Effects that hold where effects differ between units and grow or fade with time.
#[derive(Clone, Debug, PartialEq)]
pub struct Imputed {
    /// Mean over the started cells that can be judged, by weight.
    pub average: Estimate,
    /// By periods since the start (0 = the first), where they can be judged.
    pub since: Vec<(usize, Estimate)>,
    /// Started cells judged, and all started cells.
    pub judged: [usize; 2],
    /// Degrees of freedom: units less one.
    pub freedom: f64,
}

/// Which started cells count: all of them, or those so many periods after the start.
type Which = Option<usize>;

/// Judges every started cell in whose period at least two units still wait, so that leaving out any one leaves a comparison.
pub fn imputed(
    cells: &[Cell],
    starts: &[Option<usize>],
    periods: usize,
    units: &[usize],
    confidence: Confidence,
) -> Result<Imputed, Refusal> {
    let none = || {
        let text = "no period in which some have started while two others with earlier records still wait";
        Refusal::Undefined(text.to_owned())
    };
    let waiting: Vec<Cell> = cells.iter().copied().filter(|own| treated(own, starts) < 0.5).collect();
    let started: Vec<Cell> = cells
        .iter()
        .copied()
        .filter(|own| treated(own, starts) > 0.5)
        .filter(|own| waiting.iter().filter(|other| other.period == own.period).count() >= 2)
        .collect();
    let all = cells.iter().filter(|own| treated(own, starts) > 0.5).count();
    let parts: Vec<Vec<Judged>> = std::iter::once(None)
        .chain(units.iter().copied().map(Some))
        .map(|left_out| judge(&waiting, &started, starts, periods, left_out))
        .collect();
    let (whole, without) = parts.split_first().ok_or_else(none)?;
    let freedom = units.len() as f64 - 1.0;
    let estimate = |which: Which| -> Option<Estimate> {
        let value = mean(whole, which)?;
        let mut squares = 0.0;
        for own in without {
            // Without the only unit that is judged there is no effect, and no error to give.
            squares += (mean(own, which)? - value).powi(2);
        }
        let error = (squares * freedom / (freedom + 1.0)).sqrt();
        let half = t_quantile(1.0 - confidence.tail(), freedom) * error;
        (value.is_finite() && half.is_finite()).then_some(Estimate { value, lower: value - half, upper: value + half })
    };
    let average = estimate(None).ok_or_else(none)?;
    let since = (0..periods).filter_map(|since| estimate(Some(since)).map(|own| (since, own))).collect();
    Ok(Imputed { average, since, judged: [whole.len(), all], freedom })
}

/// A started cell's effect.
struct Judged {
    since: usize,
    effect: f64,
    weight: f64,
}

fn judge(
    waiting: &[Cell],
    started: &[Cell],
    starts: &[Option<usize>],
    periods: usize,
    left_out: Option<usize>,
) -> Vec<Judged> {
    let kept: Vec<Cell> = waiting.iter().copied().filter(|own| Some(own.unit) != left_out).collect();
    let Some(model) = TwoWay::new(&kept, starts.len(), periods) else { return Vec::new() };
    let effects = model.effects();
    let own = started.iter().filter(|own| Some(own.unit) != left_out);
    own.filter_map(|own| {
        let expected = model.expected(&effects, own.unit, own.period)?;
        let since = own.period - starts[own.unit]?;
        Some(Judged { since, effect: own.value - expected, weight: own.weight })
    })
    .collect()
}

fn mean(judged: &[Judged], which: Which) -> Option<f64> {
    let own = judged.iter().filter(|own| which.is_none_or(|since| own.since == since));
    let (sum, weight) = own.fold((0.0, 0.0), |(sum, weight), own| (sum + own.weight * own.effect, weight + own.weight));
    (weight > 0.0).then(|| sum / weight)
}
