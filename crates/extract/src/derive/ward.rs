//! The electoral ward that a person lives in, from the small area (LSOA) of either vintage.
//!
//! SOURCE: Office for National Statistics, LSOA (2021) to electoral ward (2024) best-fit lookup (data/SOURCES.md).

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use evenly_cube::{About, Dimension, Group, GroupState, Order};

use super::deprivation::{english_area, integers};
use super::{Derived, Groups, RestsOn, Unknowns};
use crate::profile::{FieldReader, Meaning};

const OF_AREAS: &[u8] = include_bytes!("../../../../data/lookups/lsoa21_ward24.parquet");
const NAMES: &str = include_str!("../../../../data/lookups/wards24.csv");
const VINTAGE: &str = "electoral wards of May 2024 by LSOA 2021";

struct Wards {
    /// Digits of the ward's code by those of the small area's.
    of_areas: HashMap<u32, u32>,
    names: HashMap<&'static str, &'static str>,
}

static WARDS: LazyLock<Wards> = LazyLock::new(|| {
    // The files are part of the binary and read by a test, so a failure here is a broken build, not bad input.
    let columns = integers(OF_AREAS, 2).expect("the bundled lookup of wards is readable");
    let of_areas = columns[0].iter().copied().zip(columns[1].iter().copied()).collect();
    let name = |line: &'static str| line.splitn(4, ',').nth(3).map(|name| (&line[..9], name));
    Wards { of_areas, names: NAMES.lines().skip(1).filter_map(name).collect() }
});

/// Code of the ward (`E05…`) of an LSOA of either vintage; `None` outside England and for unknown codes.
pub fn ward_of(lsoa: &str) -> Option<String> {
    let ward = WARDS.of_areas.get(&english_area(lsoa, |area| WARDS.of_areas.contains_key(&area))?)?;
    Some(format!("E{ward:08}"))
}

/// The wards that were seen, by code.
pub fn ward(reader: &FieldReader, seen: &[String]) -> Derived {
    let known = seen.iter().map(|code| Group::known(code, WARDS.names.get(code.as_str()).copied().unwrap_or(code)));
    let groups = Groups::new(known.collect(), &Unknowns::of(reader).and(GroupState::NotKnown));
    let dimension = Dimension {
        id: "ward".to_owned(),
        title: "Ward of residence".to_owned(),
        about: About::Area,
        order: Order::Nominal,
        groups: groups.all(),
        vintage: Some(VINTAGE.to_owned()),
        note: Some(
            "Wards are compared as they are: their people differ in age, in need and in much else. A small area lies wholly in the ward \
             that most of it belongs to."
                .to_owned(),
        ),
    };
    let positions: HashMap<String, usize> = seen.iter().cloned().zip(0..).collect();
    let code = move |meaning: &Meaning| match meaning {
        // Outside England, or no area's code: the deprivation of the same field tells the two apart.
        Meaning::Text(lsoa) => {
            let ward = ward_of(lsoa).and_then(|ward| positions.get(&ward).copied());
            ward.unwrap_or_else(|| groups.unknown(GroupState::NotKnown))
        }
        other => groups.of_unknown(other),
    };
    let rests_on = RestsOn {
        id: "wards-of-areas".to_owned(),
        title: VINTAGE.to_owned(),
        source: "Office for National Statistics, LSOA (2021) to electoral ward (2024) lookup (OGL v3.0)".to_owned(),
    };
    Derived { dimension, code: Arc::new(code), rests_on: Some(rests_on) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn every_area_has_a_ward_with_a_name() {
        assert_eq!(WARDS.of_areas.len(), 33_755);
        for area in WARDS.of_areas.keys() {
            let ward = ward_of(&format!("E{area:08}")).expect("a ward");
            assert!(WARDS.names.get(ward.as_str()).is_some_and(|name| !name.is_empty()), "{ward}");
        }
    }

    #[test]
    fn areas_of_both_vintages_lie_in_the_ward_that_is_published() {
        assert_eq!(ward_of("E01000001").as_deref(), ward_of(" e01000001 ").as_deref());
        let name = |lsoa: &str| ward_of(lsoa).and_then(|ward| WARDS.names.get(ward.as_str()).copied());
        assert_eq!(name("E01000001"), Some("Aldersgate"), "City of London 001A");
        let redrawn = super::super::deprivation::LOOKUPS.pairs.iter().map(|(old, _)| format!("E{old:08}"));
        assert!(redrawn.into_iter().all(|old| ward_of(&old).is_some()));
        for code in ["W01000001", "E02000001", "", "E01999999"] {
            assert_eq!(ward_of(code), None, "{code}");
        }
    }

    #[test]
    fn wards_not_seen_and_areas_elsewhere_are_not_known() {
        let profile = Profile::load("sus-outpatient", &[]).unwrap();
        let reader = FieldReader::new("lsoa", &profile.fields["lsoa"]).unwrap();
        let own = ward_of("E01000001").unwrap();
        let derived = ward(&reader, std::slice::from_ref(&own));
        let group = |lsoa: &str| derived.dimension.groups[(derived.code)(&Meaning::Text(lsoa.into()))].clone();
        assert_eq!((group("E01000001").id, group("E01000001").label), (own, "Aldersgate".to_owned()));
        for elsewhere in ["E01021988", "W01000001", "nonsense"] {
            assert_eq!(group(elsewhere).state, GroupState::NotKnown, "{elsewhere}");
        }
    }
}
