//! Areas grouped by the share of their people who live in the nationally most deprived fifth.

use std::sync::Arc;

use evenly_cube::{About, Dimension, Group, GroupState, Order};

use super::deprivation::core20_share_of_area;
use super::{Derived, Groups, RestsOn, Unknowns};
use crate::profile::{FieldReader, Meaning};

/// Bands by share, from the most to the least deprived; the country's share is a fifth by definition.
const BANDS: [(f64, &str, &str); 4] = [
    (0.30, "30+", "30% or more live in the most deprived fifth"),
    (0.20, "20-30", "20% to 30%"),
    (0.10, "10-20", "10% to 20%"),
    (0.0, "0-10", "Less than 10%"),
];

/// Bands of a field that holds three-character codes of commissioning areas (CCG 2021, sub-ICB location 2022).
pub fn area_core20(reader: &FieldReader) -> Derived {
    let known = BANDS.iter().map(|(_, id, label)| Group::known(*id, *label)).collect();
    // An area that the lookup does not know has a group of its own, even where the field is required.
    let groups = Groups::new(known, &Unknowns::of(reader).and(GroupState::NotKnown));
    let dimension = Dimension {
        id: "area_core20".to_owned(),
        title: "Area deprivation (share of people in the most deprived national fifth, IMD 2019)".to_owned(),
        about: About::Area,
        order: Order::Ranked,
        groups: groups.all(),
        vintage: Some("IMD 2019 by LSOA 2011, sub-ICB locations of 2022".to_owned()),
        note: Some(
            "Areas are compared, not people: a difference between areas may not hold between the people in them."
                .to_owned(),
        ),
    };
    let code = move |meaning: &Meaning| match meaning {
        Meaning::Text(area) => match core20_share_of_area(area) {
            Some(share) => BANDS.iter().position(|(from, ..)| share >= *from).unwrap_or(BANDS.len() - 1),
            None => groups.unknown(GroupState::NotKnown),
        },
        other => groups.of_unknown(other),
    };
    let rests_on = RestsOn {
        id: "core20-of-areas".to_owned(),
        title: "Share of people in the most deprived national fifth, by sub-ICB location of 2022".to_owned(),
        source:
            "Ministry of Housing, Communities and Local Government, English Indices of Deprivation 2019; Office for \
                 National Statistics, population estimates and lookups (OGL v3.0)"
                .to_owned(),
    };
    Derived { dimension, code: Arc::new(code), rests_on: Some(rests_on) }
}
