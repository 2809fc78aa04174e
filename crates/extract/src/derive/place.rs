//! Deprivation dimensions of the area a person lives in: fifths, tenths, and the most deprived fifth (Core20).

use std::sync::Arc;

use evenly_cube::{About, Dimension, Group, GroupState, Order};

use super::deprivation::{Edition, Place, decile_from_text, place};
use super::{Derived, Groups, RestsOn, Unknowns};
use crate::profile::{FieldReader, Meaning};

const NOTE: &str =
    "Deprivation is that of the area a person lives in, not the person's own; fifths and tenths are national.";

const REDRAWN: &str = "An area that was redrawn between 2011 and 2021 takes the tenth of its counterpart in which most of its people live.";

/// Into which groups deciles are put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bands {
    /// National fifths.
    Fifths,
    /// National tenths.
    Tenths,
    /// The most deprived national fifth against all others.
    Core20,
}

/// What the decile is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// An LSOA code of either vintage.
    Lsoa(Edition),
    /// The extract's own decile, in words or as a number.
    Recorded,
}

impl Bands {
    fn id(self) -> &'static str {
        match self {
            Self::Fifths => "deprivation",
            Self::Tenths => "deprivation_decile",
            Self::Core20 => "core20",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Fifths => "Deprivation (national fifths",
            Self::Tenths => "Deprivation (national tenths",
            Self::Core20 => "Most deprived national fifth (Core20",
        }
    }

    fn groups(self) -> Vec<Group> {
        let numbered = |last: u8| {
            (1..=last).map(move |number| {
                let label = match number {
                    1 => "1 (most deprived)".to_owned(),
                    number if number == last => format!("{number} (least deprived)"),
                    number => number.to_string(),
                };
                Group::known(number.to_string(), label)
            })
        };
        match self {
            Self::Fifths => numbered(5).collect(),
            Self::Tenths => numbered(10).collect(),
            Self::Core20 => {
                vec![Group::known("core20", "Most deprived fifth"), Group::known("other", "Other four fifths")]
            }
        }
    }

    /// Position of the group of a decile 1–10.
    fn of(self, decile: u8) -> usize {
        let tenth = usize::from(decile.clamp(1, 10)) - 1;
        match self {
            Self::Fifths => tenth / 2,
            Self::Tenths => tenth,
            Self::Core20 => usize::from(tenth >= 2),
        }
    }
}

/// Deprivation from an LSOA or from the extract's own decile.
pub fn deprivation(bands: Bands, from: From, reader: &FieldReader) -> Derived {
    let outside = Group { id: "outside-england".into(), label: "Outside England".into(), state: GroupState::NotKnown };
    let groups = Groups::new(bands.groups(), &Unknowns::of(reader).and(GroupState::Invalid));
    let (groups, vintage) = match from {
        From::Lsoa(edition) => (groups.with(outside), edition.vintage().to_owned()),
        From::Recorded => (groups, "edition as recorded in the extract".to_owned()),
    };
    let edition = vintage.split(" by ").next().unwrap_or(&vintage).to_owned();
    let dimension = Dimension {
        id: bands.id().to_owned(),
        title: format!("{}, {edition})", bands.title()),
        about: About::Person,
        order: Order::Ranked,
        groups: groups.all(),
        vintage: Some(vintage.clone()),
        note: Some(match from {
            From::Lsoa(_) => format!("{NOTE} {REDRAWN}"),
            From::Recorded => NOTE.to_owned(),
        }),
    };
    let outside = groups.position("outside-england");
    let code = move |meaning: &Meaning| {
        let recorded = match meaning {
            Meaning::Text(text) => text.to_string(),
            Meaning::Whole(number) => number.to_string(),
            other => return groups.of_unknown(other),
        };
        let decile = match from {
            From::Recorded => decile_from_text(&recorded),
            From::Lsoa(edition) => match place(&recorded, edition) {
                Place::England { decile, .. } => Some(decile),
                Place::OutsideEngland => return outside.unwrap_or_else(|| groups.unknown(GroupState::NotKnown)),
                Place::Unrecognised => None,
            },
        };
        decile.map_or_else(|| groups.unknown(GroupState::Invalid), |decile| bands.of(decile))
    };
    let rests_on = match from {
        From::Recorded => None,
        From::Lsoa(_) => Some(RestsOn {
            id: "deprivation-of-areas".to_owned(),
            title: vintage,
            source: "Ministry of Housing, Communities and Local Government, English Indices of Deprivation; Office for National \
                     Statistics, LSOA (2011) to LSOA (2021) lookup (OGL v3.0)"
                .to_owned(),
        }),
    };
    Derived { dimension, code: Arc::new(code), rests_on }
}

/// The edition that stands on the LSOA vintage that a header names; IMD 2019 on LSOA 2011 where it names none.
pub fn edition_of_header(header: &str) -> Edition {
    if header.contains("21") { Edition::Imd2025 } else { Edition::Imd2019 }
}

#[cfg(test)]
mod tests {
    use evenly_cube::GroupState;

    use super::{Bands, From, deprivation, edition_of_header};
    use crate::derive::deprivation::Edition;
    use crate::profile::{FieldReader, Meaning, Profile};

    fn reader(field: &str) -> FieldReader {
        let profile = Profile::load("hes-outpatient", &[]).unwrap();
        FieldReader::new(field, &profile.fields[field]).unwrap()
    }

    #[test]
    fn fifths_tenths_and_core20_agree() {
        let reader = reader("deprivation_text");
        let all =
            [Bands::Tenths, Bands::Fifths, Bands::Core20].map(|bands| deprivation(bands, From::Recorded, &reader));
        for decile in 1..=10_usize {
            let codes = all.each_ref().map(|derived| (derived.code)(&Meaning::Text(decile.to_string().into())));
            assert_eq!(codes, [decile - 1, (decile - 1) / 2, usize::from(decile > 2)]);
        }
    }

    #[test]
    fn the_edition_decides_the_decile_and_is_named() {
        let reader = reader("lsoa");
        let decile = |edition| {
            let derived = deprivation(Bands::Tenths, From::Lsoa(edition), &reader);
            let code = (derived.code)(&Meaning::Text("E01000001".into()));
            (derived.dimension.groups[code].id.clone(), derived.dimension.vintage.unwrap())
        };
        assert_eq!(decile(Edition::Imd2019), ("9".into(), "IMD 2019 by LSOA 2011".into()));
        assert_eq!(decile(Edition::Imd2025), ("8".into(), "IMD 2025 by LSOA 2021".into()));
        assert_eq!(edition_of_header("Der_Postcode_LSOA_2021_Code"), Edition::Imd2025);
        assert_eq!(edition_of_header("lsoa11"), Edition::Imd2019);
    }

    #[test]
    fn outside_england_invalid_and_missing_are_kept_apart() {
        let derived = deprivation(Bands::Fifths, From::Lsoa(Edition::Imd2019), &reader("lsoa"));
        let group = |meaning| derived.dimension.groups[(derived.code)(&meaning)].clone();
        assert_eq!(group(Meaning::Text("W01000001".into())).id, "outside-england");
        assert_eq!(group(Meaning::Text("E02000001".into())).state, GroupState::Invalid);
        assert_eq!(group(Meaning::Unknown(GroupState::Missing)).state, GroupState::Missing);
    }
}
