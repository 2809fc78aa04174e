//! Median and 90th percentile of a histogram by week, with limits by order statistics.

/// Normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_963_984_540_054;
/// Fewest rows of which a quantile is worked out.
pub(super) const FEWEST: u64 = 20;

/// A quantile and its 95 % limits, and the rank of the highest row that any of them leans on.
pub(super) struct Quantile {
    /// The quantile, its lower and upper limit, weeks, to a tenth.
    pub values: [f64; 3],
    /// Position among the rows, in ascending order, of the upper limit.
    pub highest_rank: f64,
}

/// A quantile of counts by week.
///
/// Within a week waits are taken to be evenly spread; the last week is open-ended, so a quantile in it is given as its
/// start. `again` is how far people who are counted more than once widen the variance. Limits are the values at ranks `nq ± z √(nq(1 − q))`, the normal approximation to the order-statistic interval.
/// SOURCE: Conover, Practical Nonparametric Statistics, 3rd ed. (1999), section 3.2.
pub(super) fn quantile(weeks: &[(u32, u64)], last_week: u32, q: f64, again: f64) -> Option<Quantile> {
    let rows: u64 = weeks.iter().map(|(_, count)| count).sum();
    if rows < FEWEST {
        return None;
    }
    let n = rows as f64;
    let half = Z * (n * q * (1.0 - q) * again).sqrt();
    let ranks = [n * q, (n * q - half).max(0.0), (n * q + half).min(n)];
    let values = ranks.map(|rank| (at_rank(weeks, last_week, rank) * 10.0).round() / 10.0);
    Some(Quantile { values, highest_rank: ranks[2] })
}

fn at_rank(weeks: &[(u32, u64)], last_week: u32, rank: f64) -> f64 {
    let mut below = 0.0;
    for (week, count) in weeks.iter().filter(|(_, count)| *count > 0) {
        let count = *count as f64;
        if below + count >= rank {
            let within = if *week >= last_week { 0.0 } else { (rank - below) / count };
            return f64::from(*week) + within;
        }
        below += count;
    }
    f64::from(last_week)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_within_the_week() {
        // 100 rows evenly over weeks 0 to 9: the median lies at the end of the fifth week.
        let even: Vec<(u32, u64)> = (0..10).map(|week| (week, 10)).collect();
        let median = quantile(&even, 104, 0.5, 1.0).unwrap();
        // Ranks 50 ± 1.96 · 5.
        assert_eq!(median.values.map(|value| format!("{value:.1}")), ["5.0", "4.0", "6.0"]);
        let again = quantile(&even, 104, 0.5, 4.0).unwrap();
        assert_eq!(
            again.values.map(|value| format!("{value:.1}")),
            ["5.0", "3.0", "7.0"],
            "everybody comes four times"
        );
        let p90 = quantile(&even, 104, 0.9, 1.0).unwrap();
        assert_eq!(p90.values.map(|value| format!("{value:.1}")), ["9.0", "8.4", "9.6"]);
        assert!((p90.highest_rank - 95.88).abs() < 0.01);
    }

    #[test]
    fn the_last_week_is_open_ended_and_few_rows_have_no_quantile() {
        let late = quantile(&[(3, 10), (104, 30)], 104, 0.5, 1.0).unwrap();
        assert!((late.values[0] - 104.0).abs() < 1e-12);
        assert!(quantile(&[(3, 19)], 104, 0.5, 1.0).is_none());
    }
}
