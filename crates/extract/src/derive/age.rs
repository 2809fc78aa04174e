//! Age bands.

use std::sync::Arc;

use evenly_cube::{About, Dimension, Group, GroupState, Order};

use super::{Derived, Groups, Unknowns};
use crate::profile::{FieldReader, Meaning};

/// First years of the default bands: children, then adults by stage of life, as NHS equality reports band them.
const BANDS: [i64; 6] = [0, 18, 35, 50, 65, 80];

/// Children and five bands of adults: 0–17, 18–34, 35–49, 50–64, 65–79, 80 and over.
pub fn age_band(reader: &FieldReader) -> Derived {
    banded("age_band", &BANDS, reader)
}

/// Five-year bands up to 90 and over, as the European Standard Population has them.
pub fn age_band_5(reader: &FieldReader) -> Derived {
    let firsts: Vec<i64> = (0..=18).map(|band| band * 5).collect();
    banded("age_band_5", &firsts, reader)
}

fn banded(id: &str, firsts: &[i64], reader: &FieldReader) -> Derived {
    let band = |(position, first): (usize, &i64)| match firsts.get(position + 1) {
        Some(next) => Group::known(format!("{first}-{}", next - 1), format!("{first} to {}", next - 1)),
        None => Group::known(format!("{first}+"), format!("{first} and over")),
    };
    let known = firsts.iter().enumerate().map(band).collect();
    let groups = Groups::new(known, &Unknowns::of(reader).and(GroupState::Invalid));
    let dimension = Dimension {
        id: id.to_owned(),
        title: "Age".to_owned(),
        about: About::Person,
        order: Order::Sequence,
        groups: groups.all(),
        vintage: None,
        note: None,
    };
    let firsts = firsts.to_vec();
    let code = move |meaning: &Meaning| match meaning {
        Meaning::Whole(age) if *age >= firsts[0] => firsts.partition_point(|first| first <= age) - 1,
        other => groups.of_unknown(other),
    };
    Derived { dimension, code: Arc::new(code), rests_on: None }
}

#[cfg(test)]
mod tests {
    use evenly_cube::GroupState;

    use super::{age_band, age_band_5};
    use crate::profile::{FieldReader, Meaning, Profile};

    #[test]
    fn ages_fall_into_their_bands() {
        let profile = Profile::load("hes-outpatient", &[]).unwrap();
        let reader = FieldReader::new("age", &profile.fields["age"]).unwrap();
        let (bands, fives) = (age_band(&reader), age_band_5(&reader));
        for (age, band, five) in [
            (0, "0-17", "0-4"),
            (17, "0-17", "15-19"),
            (18, "18-34", "15-19"),
            (79, "65-79", "75-79"),
            (80, "80+", "80-84"),
            (120, "80+", "90+"),
        ] {
            let meaning = Meaning::Whole(age);
            assert_eq!(bands.dimension.groups[(bands.code)(&meaning)].id, band);
            assert_eq!(fives.dimension.groups[(fives.code)(&meaning)].id, five);
        }
        for state in [GroupState::Missing, GroupState::Invalid] {
            let code = (bands.code)(&Meaning::Unknown(state));
            assert_eq!(bands.dimension.groups[code].state, state);
        }
    }
}
