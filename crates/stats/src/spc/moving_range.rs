//! The average moving range, with or without screening of outlying ranges.

use crate::numeric::mean;

/// Factor by which a moving range may exceed the average before it is screened out: D₄ of subgroups of two.
///
/// SOURCE: Nelson, "Control charts for individual measurements", Journal of Quality Technology 14 (1982), p. 172.
pub const SCREEN_AT: f64 = 3.267;

/// Mean absolute difference of neighbours; `None` where there is none left to average.
///
/// A missing value has no difference to its neighbours. With `screen`, ranges of `screen` times the average and more
/// are left out and the average is taken once more; where all ranges are zero nothing is left, as in the references.
pub fn average_moving_range(values: &[Option<f64>], screen: Option<f64>) -> Option<f64> {
    let ranges = moving_ranges(values);
    let average = mean(&ranges)?;
    let Some(factor) = screen else { return Some(average) };
    let kept: Vec<f64> = ranges.into_iter().filter(|range| *range < factor * average).collect();
    mean(&kept)
}

fn moving_ranges(values: &[Option<f64>]) -> Vec<f64> {
    values.windows(2).filter_map(|pair| Some((pair[1]? - pair[0]?).abs())).collect()
}

#[cfg(test)]
mod tests {
    use super::{SCREEN_AT, average_moving_range};

    #[test]
    fn a_gap_breaks_the_chain_of_differences() {
        let values = [Some(1.0), None, Some(9.0), Some(10.0)];
        assert_eq!(average_moving_range(&values, None), Some(1.0));
    }

    #[test]
    fn one_spike_is_screened_out() {
        let mut values: Vec<Option<f64>> = (0..20).map(|i| Some(f64::from(i % 2))).collect();
        values.push(Some(100.0));
        assert_eq!(average_moving_range(&values, Some(SCREEN_AT)), Some(1.0));
        assert!(average_moving_range(&values, None).is_some_and(|average| average > 5.0));
    }

    #[test]
    fn a_series_without_neighbours_has_no_range() {
        assert_eq!(average_moving_range(&[Some(1.0)], None), None);
        assert_eq!(average_moving_range(&[Some(2.0), Some(2.0)], Some(SCREEN_AT)), None);
    }
}
