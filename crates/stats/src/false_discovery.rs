//! Which of many claims may be told, so that few of those told are false (Benjamini and Hochberg).

/// For each p-value, whether its claim is told with the share of false claims among those told held at `rate`: the largest
/// number of claims of which the largest p-value is at most `rate` times that number over all that were looked at.
///
/// Where nothing at all is so, it also holds the chance that anything is told. It holds for claims that are independent or
/// go together (which claims about the same people do). A p-value that is no number is told nothing of, and counts as looked at.
///
/// SOURCE: Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995), p. 289–300; Benjamini and
/// Yekutieli, Annals of Statistics 29 (2001), p. 1165–1188, theorem 1.2 (claims that go together).
///
/// ```
/// use evenly_stats::false_discovery::told;
/// assert_eq!(told(&[0.001, 0.2, 0.024, 0.9], 0.05), [true, false, true, false]);
/// ```
pub fn told(p_values: &[f64], rate: f64) -> Vec<bool> {
    let mut sorted: Vec<f64> = p_values.iter().copied().filter(|p| !p.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let step = rate / p_values.len().max(1) as f64;
    let largest = sorted.iter().enumerate().rev().find(|(rank, p)| **p <= step * (rank + 1) as f64);
    let limit = largest.map_or(f64::NEG_INFINITY, |(_, p)| *p);
    p_values.iter().map(|p| *p <= limit).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::told;

    #[test]
    fn the_published_example_tells_four_of_fifteen() {
        // Benjamini and Hochberg 1995, section 4.1: fifteen comparisons of two treatments after a heart attack.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        assert_eq!(told(&p, 0.05).iter().filter(|told| **told).count(), 4);
    }

    #[test]
    fn nothing_and_no_number_tell_nothing() {
        assert!(told(&[], 0.05).is_empty());
        assert_eq!(told(&[f64::NAN, 0.04], 0.05), [false, false], "two were looked at");
    }

    proptest! {
        #[test]
        fn smaller_is_told_with_larger_and_the_last_one_told_fits(p in proptest::collection::vec(0.0..1.0_f64, 1..40)) {
            let told = told(&p, 0.1);
            let largest = p.iter().zip(&told).filter(|(_, told)| **told).map(|(p, _)| *p).fold(-1.0, f64::max);
            let count = told.iter().filter(|told| **told).count();
            prop_assert!(p.iter().zip(&told).all(|(p, told)| (*p <= largest) == *told));
            prop_assert!(count == 0 || largest <= 0.1 * count as f64 / p.len() as f64);
        }
    }
}
