//! Samples of several measurements per period.

use super::table_input::{PERIOD, Series};
use crate::numeric::{compensated_sum, mean};
use crate::refusal::Refusal;
use crate::table::{Table, Value};

/// A sample's size, mean and standard deviation.
pub(super) struct Subgroup {
    pub size: usize,
    pub mean: Option<f64>,
    pub deviation: Option<f64>,
}

impl Subgroup {
    /// Summarises a sample; fewer than two values have no standard deviation.
    pub fn of(values: &[f64]) -> Self {
        let mean = mean(values);
        let deviation = mean.filter(|_| values.len() > 1).map(|mean| {
            let squares = compensated_sum(values.iter().map(|value| (value - mean) * (value - mean)));
            (squares / (values.len() - 1) as f64).sqrt()
        });
        Self { size: values.len(), mean, deviation }
    }
}

/// The standard deviation within samples: their mean where samples are equally large, otherwise pooled by degrees of
/// freedom; absent without a sample of two values.
pub(super) fn spread(groups: &[Subgroup], baseline: &[usize]) -> Option<f64> {
    let own: Vec<(f64, f64)> = baseline
        .iter()
        .filter_map(|index| groups[*index].deviation.map(|deviation| ((groups[*index].size - 1) as f64, deviation)))
        .collect();
    let (first, _) = *own.first()?;
    if own.iter().all(|(freedom, _)| freedom.total_cmp(&first).is_eq()) {
        return mean(&own.iter().map(|(_, deviation)| *deviation).collect::<Vec<_>>());
    }
    let squares = compensated_sum(own.iter().map(|(freedom, deviation)| freedom * deviation * deviation));
    Some((squares / compensated_sum(own.iter().map(|(freedom, _)| *freedom))).sqrt())
}

/// Expected standard deviation of `size` ≥ 2 standard normal values: c₄.
///
/// SOURCE: Montgomery, *Introduction to Statistical Quality Control*, 7th edition (2013), appendix VI.
pub(super) fn c4(size: usize) -> f64 {
    let n = size as f64;
    (2.0 / (n - 1.0)).sqrt() * (libm::lgamma(n / 2.0) - libm::lgamma((n - 1.0) / 2.0)).exp()
}

/// Reads samples: rows of one period belong together; missing values are left out.
pub(super) fn read(table: &Table) -> Result<(Series, Vec<Vec<f64>>), Refusal> {
    let labels = table.texts(PERIOD.name)?;
    let values = table.maybe_numbers("value")?;
    if let Some(row) = values.iter().position(|value| value.is_some_and(|value| !value.is_finite())) {
        return Err(Refusal::OutOfRange { column: "value".into(), row: row + 1, must: "must be a finite number" });
    }
    let column = table.column(PERIOD.name)?;
    let (mut periods, mut seen): (Vec<Value>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut groups: Vec<Vec<f64>> = Vec::new();
    for (row, label) in labels.iter().enumerate() {
        let group = seen.iter().position(|own| *own == label).unwrap_or_else(|| {
            seen.push(label);
            periods.push(column[row].clone());
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].extend(values[row]);
    }
    let series = Series::read(&Table::new(vec![(PERIOD.name.to_owned(), periods)])?)?;
    let groups = series.sorted(&groups);
    Ok((series, groups))
}

#[cfg(test)]
mod tests {
    use super::c4;

    #[test]
    fn c4_is_that_of_the_published_table() {
        for (size, published) in [(2, 0.7979), (5, 0.9400), (10, 0.9727), (25, 0.9896)] {
            assert!((c4(size) - published).abs() < 5e-5, "{size}");
        }
    }
}
