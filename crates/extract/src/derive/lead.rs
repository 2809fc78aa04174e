//! Bands of lead time: days from booking to appointment.

use std::sync::Arc;

use evenly_cube::{About, Dimension, Group, Order};

use super::{Groups, Unknowns};

/// First days of the bands, as NHS England publishes general practice appointments.
const BANDS: [(i32, &str, &str); 7] = [
    (0, "0", "Same day"),
    (1, "1", "1 day"),
    (2, "2-7", "2 to 7 days"),
    (8, "8-14", "8 to 14 days"),
    (15, "15-28", "15 to 28 days"),
    (29, "29-90", "29 to 90 days"),
    (91, "91+", "More than 90 days"),
];

/// A dimension of days between two dates, and the position of a number of days.
pub type DayBands = (Dimension, Arc<dyn Fn(Option<i32>) -> usize + Send + Sync>);

/// Bands of lead time.
pub fn lead_band() -> DayBands {
    let known = BANDS.iter().map(|(_, id, label)| Group::known(*id, *label)).collect();
    let groups = Groups::new(known, &Unknowns::missing_only());
    let dimension = Dimension {
        id: "lead_band".to_owned(),
        title: "Time from booking to appointment".to_owned(),
        about: About::Service,
        order: Order::Sequence,
        groups: groups.all(),
        vintage: None,
        note: None,
    };
    let unknown = groups.all().len() - 1;
    let code = move |days: Option<i32>| match days {
        Some(days) if days >= 0 => BANDS.partition_point(|(first, ..)| *first <= days) - 1,
        _ => unknown,
    };
    (dimension, Arc::new(code))
}

#[cfg(test)]
mod tests {
    use super::lead_band;

    #[test]
    fn days_fall_into_their_bands() {
        let (dimension, code) = lead_band();
        for (days, id) in [(0, "0"), (1, "1"), (7, "2-7"), (8, "8-14"), (28, "15-28"), (90, "29-90"), (400, "91+")] {
            assert_eq!(dimension.groups[code(Some(days))].id, id);
        }
        assert_eq!(dimension.groups[code(None)].id, "missing");
        assert_eq!(dimension.groups[code(Some(-1))].id, "missing");
    }
}
