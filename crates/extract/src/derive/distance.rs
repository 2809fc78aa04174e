//! Bands of distance: how far somebody lives from where they are seen.

use std::sync::Arc;

use evenly_cube::{About, Dimension, Group, GroupState, Order};

use super::{Derived, Groups, Unknowns};
use crate::profile::{FieldReader, Meaning};

/// First miles of the bands. They are narrow where most people live, because within a band people are taken to live as far away
/// as each other when it is asked whether distance explains a gap.
const BANDS: [(i64, &str, &str); 8] = [
    (0, "0-1", "Under 2 miles"),
    (2, "2", "2 to 3 miles"),
    (3, "3-4", "3 to 5 miles"),
    (5, "5-6", "5 to 7 miles"),
    (7, "7-9", "7 to 10 miles"),
    (10, "10-14", "10 to 15 miles"),
    (15, "15-24", "15 to 25 miles"),
    (25, "25+", "25 miles and over"),
];

/// Hundredths of a mile in a mile.
const PARTS: i64 = 100;

/// Bands of a distance in miles. It is no quality of a person: another place or a telephone would change it.
pub fn distance_band(reader: &FieldReader) -> Derived {
    let known = BANDS.iter().map(|(_, id, label)| Group::known(*id, *label)).collect();
    let groups = Groups::new(known, &Unknowns::of(reader).and(GroupState::Invalid));
    let dimension = Dimension {
        id: "distance_band".to_owned(),
        title: "Distance to where they are seen".to_owned(),
        about: About::Service,
        order: Order::Sequence,
        groups: groups.all(),
        vintage: None,
        note: None,
    };
    let code = move |meaning: &Meaning| {
        let miles = match meaning {
            Meaning::Whole(miles) => Some(*miles),
            Meaning::Hundredths(parts) => Some(parts.div_euclid(PARTS)),
            _ => None,
        };
        match miles.filter(|miles| *miles >= 0) {
            Some(miles) => BANDS.partition_point(|(first, ..)| *first <= miles) - 1,
            None => groups.of_unknown(meaning),
        }
    };
    Derived { dimension, code: Arc::new(code), rests_on: None }
}

#[cfg(test)]
mod tests {
    use evenly_cube::GroupState;

    use super::distance_band;
    use crate::profile::{FieldReader, Meaning, Profile};

    #[test]
    fn miles_fall_into_their_bands() {
        let profile = Profile::load("sus-outpatient", &[]).unwrap();
        let reader = FieldReader::new("distance", &profile.fields["distance"]).unwrap();
        let bands = distance_band(&reader);
        for (hundredths, id) in [(0, "0-1"), (199, "0-1"), (200, "2"), (499, "3-4"), (1000, "10-14"), (30_000, "25+")] {
            assert_eq!(bands.dimension.groups[(bands.code)(&Meaning::Hundredths(hundredths))].id, id, "{hundredths}");
        }
        let unknown = (bands.code)(&Meaning::Unknown(GroupState::Missing));
        assert_eq!(bands.dimension.groups[unknown].state, GroupState::Missing);
    }
}
