//! The whole's change, with the variation of its months.

use super::cells::Cells;
use crate::interval::Estimate;
use crate::numeric::{mean, normal_quantile, t_quantile};

/// Change of the whole's log-odds, after less before, with a 95 % interval.
///
/// With as many periods after as before (so that the same months stand on both sides), the interval rests on the
/// differences of paired periods, and seasons drop out; otherwise on the variation within each side; with a single
/// period on a side, on the counts alone.
pub(super) fn change(cells: &Cells) -> Estimate {
    let (split, periods) = (cells.split, cells.periods());
    let sum = |span: std::ops::Range<usize>| {
        let all = cells.leaves.iter().flat_map(|own| &own.counts[span.clone()]);
        all.fold((0.5, 1.0), |sum, count| (sum.0 + count.events, sum.1 + count.trials))
    };
    let (before, after) = (sum(0..split), sum(split..periods));
    let odds = |(x, n): (f64, f64)| (x / (n - x)).ln();
    let value = odds(after) - odds(before);
    let by_period = super::evidence::whole(cells);
    let variance = |values: &[f64]| {
        let centre = mean(values).unwrap_or(0.0);
        values.iter().map(|value| (value - centre).powi(2)).sum::<f64>() / (values.len() - 1) as f64
    };
    let chance: f64 = [before, after].iter().map(|(x, n)| 1.0 / x + 1.0 / (n - x)).sum::<f64>().sqrt();
    let (error, reach) = if split < 2 || periods - split < 2 {
        (chance, normal_quantile(0.975))
    } else if split * 2 == periods {
        let pairs: Vec<f64> = (0..split).map(|period| by_period[split + period] - by_period[period]).collect();
        ((variance(&pairs) / split as f64).sqrt(), t_quantile(0.975, (split - 1) as f64))
    } else {
        let spread =
            variance(&by_period[..split]) / split as f64 + variance(&by_period[split..]) / (periods - split) as f64;
        (spread.sqrt(), t_quantile(0.975, (periods - 2) as f64))
    };
    let error = error.max(chance);
    Estimate { value, lower: value - reach * error, upper: value + reach * error }
}
