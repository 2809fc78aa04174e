//! Which periods stand before a split and which after it.

use crate::dimension::Dimension;
use crate::sharing::Split;

/// Fewest periods on each side: with fewer, usual variation between periods cannot be told from a change.
const FEWEST: usize = 3;

/// Positions of the period's groups on both sides of a split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// Before, in order.
    pub before: Vec<usize>,
    /// From the split on.
    pub after: Vec<usize>,
}

impl Window {
    /// All, in order of time.
    pub fn all(&self) -> impl Iterator<Item = usize> + '_ {
        self.before.iter().chain(&self.after).copied()
    }
}

/// The window of a split; the reason where there is none.
pub(super) fn window(period: &Dimension, split: &Split) -> Result<Window, String> {
    let mut known: Vec<usize> = period.known().collect();
    known.sort_by(|a, b| period.groups[*a].id.cmp(&period.groups[*b].id));
    let year = periods_of_a_year(period, &known);
    let (before, after) = match split {
        Split::LatestYear if year > 1 && known.len() >= 2 * year => {
            let split = known.len() - year;
            (known[split - year..split].to_vec(), known[split..].to_vec())
        }
        Split::LatestYear => {
            let half = known.len() / 2;
            (known[..half].to_vec(), known[known.len() - half..].to_vec())
        }
        Split::From(id) => from(period, &known, year, id),
    };
    if before.len() < FEWEST || after.len() < FEWEST {
        return Err(format!(
            "{} periods stand before the split and {} after it; {FEWEST} are needed on each side",
            before.len(),
            after.len()
        ));
    }
    Ok(Window { before, after })
}

fn from(period: &Dimension, known: &[usize], year: usize, id: &str) -> (Vec<usize>, Vec<usize>) {
    let split = known.partition_point(|place| period.groups[*place].id.as_str() < id);
    let length = (known.len() - split).min(year.max(FEWEST));
    let after = known[split..split + length].to_vec();
    // The same months a year earlier, where there are such.
    let start = if split >= year { split - year } else { split.saturating_sub(length) };
    (known[start..split.min(start + length)].to_vec(), after)
}

/// The most periods whose ids begin with the same year.
fn periods_of_a_year(period: &Dimension, known: &[usize]) -> usize {
    let year = |place: &usize| period.groups[*place].id.chars().take(4).collect::<String>();
    let years: Vec<String> = known.iter().map(year).collect();
    years.chunk_by(|a, b| a == b).map(<[String]>::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Window, window};
    use crate::dimension::{About, Dimension, Group, Order};
    use crate::sharing::Split;

    fn months(count: usize) -> Dimension {
        let groups = (0..count).map(|month| Group::known(format!("{}-{:02}", 2023 + month / 12, month % 12 + 1), ""));
        Dimension {
            id: "month".into(),
            title: "Month".into(),
            about: About::Service,
            order: Order::Period,
            groups: groups.collect(),
            vintage: None,
            note: None,
        }
    }

    fn ends(window: &Window) -> [usize; 4] {
        let end = |side: &[usize]| (side[0], side[side.len() - 1]);
        let ((a, b), (c, d)) = (end(&window.before), end(&window.after));
        [a, b, c, d]
    }

    #[test]
    fn the_latest_year_stands_against_the_same_months_before_it_and_less_time_is_halved() {
        assert_eq!(window(&months(36), &Split::LatestYear).map(|own| ends(&own)), Ok([12, 23, 24, 35]));
        assert_eq!(window(&months(30), &Split::LatestYear).map(|own| ends(&own)), Ok([6, 17, 18, 29]));
        assert_eq!(window(&months(17), &Split::LatestYear).map(|own| ends(&own)), Ok([0, 7, 9, 16]));
        assert!(window(&months(5), &Split::LatestYear).is_err_and(|reason| reason.contains("3 are needed")));
    }

    #[test]
    fn a_split_takes_up_to_a_year_after_it_and_the_same_months_before() {
        let at = |id: &str| window(&months(36), &Split::From(id.into())).map(|own| ends(&own));
        assert_eq!(at("2024-07"), Ok([6, 17, 18, 29]));
        assert_eq!(at("2025-07"), Ok([18, 23, 30, 35]), "six months are left, so the same six of the year before");
        assert_eq!(at("2023-06"), Ok([0, 4, 5, 16]), "what there is before an early split");
        assert!(at("2026-01").is_err() && at("2023-01").is_err());
    }
}
