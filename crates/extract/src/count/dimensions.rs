//! The dimensions that a profile and an extract offer, and how each is coded.

use std::collections::BTreeMap;
use std::sync::Arc;

use evenly_cube::{Dimension, GroupState};

use super::resolve::Fields;
use super::seen::{Look, Seen, Sight};
use crate::derive::deprivation::Edition;
use crate::derive::ethnic_group::{EthnicStyle, ethnic_group};
use crate::derive::lead::{DayBands, lead_band};
use crate::derive::place::{Bands, From, deprivation, edition_of_header};
use crate::derive::{Derived, age, area, coded, distance, period, ward};
use crate::profile::{FieldReader, FieldType, Grain, Meaning, Profile};

/// Longer code lists are only given the codes that occur.
const LONG_LIST: usize = 32;
/// Most groups of a dimension.
pub(crate) const MOST_GROUPS: usize = 400;
/// Most periods.
const MOST_PERIODS: usize = 4_000;

/// How to derive, where there is a choice.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Choices {
    pub edition: Option<Edition>,
    pub ethnic_style: EthnicStyle,
}

/// A dimension, and how a row falls into its groups.
#[derive(Clone)]
pub(crate) enum Coded {
    /// By the value of one field.
    Field { field: String, derived: Derived },
    /// By the days of a `days-between` field.
    Days { field: String, bands: DayBands },
}

impl Coded {
    pub fn dimension(&self) -> &Dimension {
        match self {
            Self::Field { derived, .. } => &derived.dimension,
            Self::Days { bands, .. } => &bands.0,
        }
    }

    /// The field it is derived from.
    pub fn field(&self) -> &str {
        match self {
            Self::Field { field, .. } | Self::Days { field, .. } => field,
        }
    }
}

/// Dimensions that are derived, and the fields that each can be derived from.
const DERIVED: [(&str, &[&str]); 16] = [
    ("deprivation", &["lsoa", "deprivation_text"]),
    ("deprivation_decile", &["lsoa", "deprivation_text"]),
    ("core20", &["lsoa", "deprivation_text"]),
    ("deprivation_2019", &["lsoa"]),
    ("deprivation_2025", &["lsoa"]),
    ("ethnic_group", &["ethnicity"]),
    ("ethnic_group_2001", &["ethnicity"]),
    ("ethnic_group_recorded", &["ethnicity_recorded"]),
    ("ethnic_group_opensafely", &["ethnicity_opensafely"]),
    ("ethnic_group_chime", &["ethnicity_chime"]),
    ("age_band", &["age"]),
    ("age_band_5", &["age"]),
    ("lead_band", &["lead_days"]),
    ("distance_band", &["distance"]),
    ("area_core20", &["area"]),
    (WARD, &["lsoa"]),
];

/// The one derived dimension whose groups are those that are seen: there are 6,784 in England.
const WARD: &str = "ward";

/// The fields that a derived dimension can be derived from; none for a name that is not derived.
pub fn sources_of_derived(name: &str) -> &'static [&'static str] {
    DERIVED.iter().find(|(own, _)| *own == name).map_or(&[], |(_, sources)| sources)
}

/// A dimension that a condition may ask for by the id of its group: one that is derived and whose groups are known before
/// a row is read.
pub(crate) fn asked(name: &str, fields: &Fields, choices: Choices) -> Option<Coded> {
    if fields.reader(name).is_some() { None } else { coded(name, fields, choices, &BTreeMap::new()) }
}

/// Names of the dimensions that are to be had, without the period.
pub(crate) fn available(fields: &Fields) -> Vec<String> {
    let mut names = Vec::new();
    for (name, sources) in DERIVED {
        if sources.iter().any(|source| fields.reader(source).is_some()) && fields.reader(name).is_none() {
            names.push(name.to_owned());
        }
    }
    let grouped = |name: &&str| {
        fields.reader(name).is_some_and(|reader| matches!(reader.field().kind, FieldType::Code | FieldType::Text))
    };
    names.extend(fields.names().filter(grouped).map(str::to_owned));
    names
}

/// The dimension of a name; `None` if the extract does not have what it takes.
pub(crate) fn coded(name: &str, fields: &Fields, choices: Choices, seen: &BTreeMap<String, Seen>) -> Option<Coded> {
    if let Some(reader) = fields.reader(name) {
        let derived = match reader.field().kind {
            FieldType::Code => match seen.get(name) {
                Some(seen) => {
                    let codes = seen.texts();
                    coded::by_code(reader, Some(&|code: &str| codes.iter().any(|seen| seen == code)))?
                }
                None => coded::by_code(reader, None)?,
            },
            FieldType::Text => coded::by_text(reader, &seen.get(name)?.texts()),
            FieldType::Whole
            | FieldType::Decimal
            | FieldType::Date
            | FieldType::Month
            | FieldType::Identifier
            | FieldType::DaysBetween => return None,
        };
        return Some(Coded::Field { field: name.to_owned(), derived });
    }
    let of = |field: &str, make: &dyn Fn(&FieldReader) -> Option<Derived>| {
        let derived = make(fields.reader(field)?)?;
        Some(Coded::Field { field: field.to_owned(), derived })
    };
    match name {
        "age_band" => of("age", &|reader| Some(age::age_band(reader))),
        "age_band_5" => of("age", &|reader| Some(age::age_band_5(reader))),
        "distance_band" => of("distance", &|reader| Some(distance::distance_band(reader))),
        "ethnic_group" => of("ethnicity", &|reader| ethnic_group(name, choices.ethnic_style, reader)),
        "ethnic_group_recorded" | "ethnic_group_opensafely" | "ethnic_group_chime" => {
            let field = name.replacen("ethnic_group", "ethnicity", 1);
            of(&field, &|reader| ethnic_group(name, choices.ethnic_style, reader))
        }
        "ethnic_group_2001" => of("ethnicity", &|reader| ethnic_group(name, EthnicStyle::Census2001, reader)),
        WARD => of("lsoa", &|reader| Some(ward::ward(reader, &seen.get(WARD)?.texts()))),
        "area_core20" => of("area", &|reader| Some(area::area_core20(reader))),
        "deprivation" => deprived(Bands::Fifths, fields, choices),
        "deprivation_decile" => deprived(Bands::Tenths, fields, choices),
        "core20" => deprived(Bands::Core20, fields, choices),
        "deprivation_2019" => deprived_of(name, Edition::Imd2019, fields),
        "deprivation_2025" => deprived_of(name, Edition::Imd2025, fields),
        "lead_band" => {
            let field = fields.reader("lead_days").filter(|reader| reader.field().kind == FieldType::DaysBetween)?;
            Some(Coded::Days { field: field.name().to_owned(), bands: lead_band() })
        }
        _ => None,
    }
}

/// From the LSOA where the extract has it, since its edition is then known; else from the extract's own decile.
fn deprived(bands: Bands, fields: &Fields, choices: Choices) -> Option<Coded> {
    let (field, from) = match fields.header("lsoa") {
        Some(header) => ("lsoa", From::Lsoa(choices.edition.unwrap_or_else(|| edition_of_header(header)))),
        None => ("deprivation_text", From::Recorded),
    };
    let derived = deprivation(bands, from, fields.reader(field)?);
    Some(Coded::Field { field: field.to_owned(), derived })
}

/// Fifths of one edition under a name of their own, so that two editions can be set against each other.
fn deprived_of(name: &str, edition: Edition, fields: &Fields) -> Option<Coded> {
    let mut derived = deprivation(Bands::Fifths, From::Lsoa(edition), fields.reader("lsoa")?);
    name.clone_into(&mut derived.dimension.id);
    Some(Coded::Field { field: "lsoa".to_owned(), derived })
}

/// The period, from the days or months seen.
pub(crate) fn periods(grain: Grain, reader: &FieldReader, seen: &Seen) -> Coded {
    let derived = period::period(grain, reader, &seen.periods());
    Coded::Field { field: reader.name().to_owned(), derived }
}

/// What must be looked at before the groups of these dimensions are known, by name of the dimension; the period is under
/// its field's name.
pub(crate) fn unseen(
    by: &[String],
    profile: &Profile,
    grain: Option<Grain>,
    fields: &Fields,
) -> BTreeMap<String, Seen> {
    let mut unseen = BTreeMap::new();
    if let (Some(rule), Some(grain)) = (&profile.period, grain)
        && fields.reader(&rule.field).is_some()
    {
        let look: Look = Arc::new(move |meaning| match meaning {
            Meaning::Day(day) => grain.first_day(*day).map(Sight::Period),
            _ => None,
        });
        unseen.insert(PERIOD.to_owned(), Seen::new(&rule.field, look, MOST_PERIODS));
    }
    for name in by {
        if name == WARD && fields.reader("lsoa").is_some() {
            let look: Look = Arc::new(|meaning| match meaning {
                Meaning::Text(lsoa) => ward::ward_of(lsoa).map(Sight::Text),
                _ => None,
            });
            unseen.insert(name.clone(), Seen::new("lsoa", look, MOST_GROUPS));
        }
        let Some(reader) = fields.reader(name) else { continue };
        if let Some(look) = look_at(reader) {
            unseen.insert(name.clone(), Seen::new(name, look, MOST_GROUPS));
        }
    }
    unseen
}

/// Key of the period among what is seen; no field can have this name.
pub(crate) const PERIOD: &str = "(period)";

fn look_at(reader: &FieldReader) -> Option<Look> {
    match reader.field().kind {
        FieldType::Text => Some(Arc::new(|meaning| match meaning {
            Meaning::Text(text) => Some(Sight::Text(text.to_string())),
            _ => None,
        })),
        FieldType::Code => {
            let codes = reader.list().filter(|list| list.codes.len() > LONG_LIST)?.codes.clone();
            Some(Arc::new(move |meaning| match meaning {
                Meaning::Code(position) => codes
                    .get(*position)
                    .filter(|code| code.state == GroupState::Known)
                    .map(|code| Sight::Text(code.code.clone())),
                _ => None,
            }))
        }
        FieldType::Whole
        | FieldType::Decimal
        | FieldType::Date
        | FieldType::Month
        | FieldType::Identifier
        | FieldType::DaysBetween => None,
    }
}
