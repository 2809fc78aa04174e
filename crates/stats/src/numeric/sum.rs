//! Sums that lose nothing: a constant series must have exactly that constant as its mean.

/// Sum by Neumaier's compensated algorithm (Zeitschrift für Angewandte Mathematik und Mechanik 54, 1974, p. 39–51).
pub fn compensated_sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
    }
    sum + lost
}

/// Arithmetic mean; `None` of no values. A second pass removes the rounding of the division.
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let count = values.len() as f64;
    let first = compensated_sum(values.iter().copied()) / count;
    Some(first + compensated_sum(values.iter().map(|value| value - first)) / count)
}

#[cfg(test)]
mod tests {
    use super::mean;

    #[test]
    fn a_constant_series_has_that_constant_as_its_mean() {
        for value in [40.3, 0.1, 1e-7, 123_456.789] {
            for length in 1..60 {
                assert_eq!(mean(&vec![value; length]), Some(value));
            }
        }
    }
}
