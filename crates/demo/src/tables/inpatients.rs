//! `extracts/inpatients.parquet`: spells in hospital, as the profile `apc` reads them.
//!
//! Sources. About 0.30 spells a head and year, two in five of them emergencies (NHS England, Hospital Admitted Patient Care
//! Activity, 2023-24); emergency admissions are commoner in deprived areas (NHS Outcomes Framework 3a by deprivation). Stays,
//! returns within 30 days (about 14 % of emergencies) and cancellations on the day (about 1 % of elective) are of the published
//! order; differences between groups in them are none.

use std::sync::Arc;

use super::Lists;
use super::shared::{Event, Headers, events, optional_dates, people, whole};
use crate::calendar::{DAYS, dates, years};
use crate::chunk::Chunk;
use crate::people::Person;
use crate::random::{Purpose, Stream};
use crate::write::{Rows, codes, list, repeated};

const HEADERS: Headers = Headers {
    person: "Der_Pseudo_NHS_Number",
    age: "Age_At_Start_of_Spell_SUS",
    sex: "Sex",
    ethnicity: "Ethnic_Group",
    area: "Der_Postcode_LSOA_2021_Code",
};

const METHODS: [&str; 6] = ["11", "12", "13", "21", "22", "28"];
const EMERGENCY_BY_FIFTH: [f64; 5] = [0.50, 0.42, 0.36, 0.32, 0.29];

/// Positions of the clinics that have wards: no audiology, physiotherapy or child psychiatry.
const WARDS: [i16; 12] = [1, 3, 6, 7, 8, 9, 12, 13, 14, 16, 18, 21];

struct Spell {
    event: Event,
    method: i16,
    stay: i32,
    back: Option<i32>,
    offer: i16,
    discharge: i16,
}

/// The rows of one chunk.
pub fn rows(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let mut stream = Stream::new(chunk.seed(), Purpose::Inpatients, chunk.number());
    let of_age = |person: &Person| match years(person.born, DAYS / 2) {
        ..18 => 0.5,
        18..65 => 0.8,
        _ => 2.2,
    };
    let elective = events(chunk, &mut stream, |person| 0.5 * of_age(person));
    let flat = chunk.flat();
    let emergency = events(chunk, &mut stream, |person| {
        of_age(person) * if flat { 0.4 } else { EMERGENCY_BY_FIFTH[usize::from(chunk.fifth(person) - 1)] }
    });
    let mut spells: Vec<Spell> = elective.into_iter().map(|event| planned(event, &mut stream)).collect();
    spells.extend(emergency.into_iter().map(|event| unplanned(event, &mut stream)));
    spells.sort_by_key(|spell| (spell.event.person, spell.event.day));
    let who: Vec<Event> = spells.iter().map(|spell| spell.event).collect();
    // Some are still in hospital when the extract is taken.
    let out = |spell: &Spell| Some(spell.event.day + spell.stay).filter(|day| *day < DAYS);
    let clinics: Vec<i16> = spells.iter().map(|_| *stream.pick(&WARDS)).collect();
    let mut rows = vec![
        repeated("Admission_Date", Arc::new(dates(who.iter().map(|event| event.day)))),
        optional_dates("Discharge_Date", &spells.iter().map(out).collect::<Vec<_>>()),
        codes("Admission_Method", &list(METHODS), spells.iter().map(|spell| spell.method).collect()),
        codes(
            "Patient_Classification",
            &list(["1", "2"]),
            spells.iter().map(|spell| i16::from(spell.stay == 0 && spell.method < 3)).collect(),
        ),
        codes(
            "Discharge_Method",
            &list(["1", "2", "4"]),
            spells.iter().map(|spell| if out(spell).is_some() { spell.discharge } else { -1 }).collect(),
        ),
        whole("Der_Spell_LoS", spells.iter().map(|spell| out(spell).map(|_| spell.stay))),
        whole("Spell_RE30_Child_Days", spells.iter().map(|spell| spell.back)),
        codes("Admission_Offer_Outcome_Code", &list(["1", "7"]), spells.iter().map(|spell| spell.offer).collect()),
        codes("Treatment_Function_Code", &lists.clinics, clinics),
        codes("Provider_Code", &lists.provider, vec![0; spells.len()]),
    ];
    rows.extend(people(&HEADERS, &who, chunk, lists, &mut stream));
    rows
}

fn planned(event: Event, stream: &mut Stream) -> Spell {
    let day_case = stream.chance(0.8);
    let stay = if day_case { 0 } else { 1 + i32::try_from(stream.poisson(2.0)).unwrap_or(0) };
    let method = i16::try_from(stream.below(3)).unwrap_or(0);
    Spell { event, method, stay, back: None, offer: i16::from(stream.chance(0.01)), discharge: 0 }
}

fn unplanned(event: Event, stream: &mut Stream) -> Spell {
    #[expect(clippy::cast_possible_truncation, reason = "days of a stay")]
    let stay = (6.0 * stream.exponential() * stream.unit() * 1.6) as i32;
    let method = 3 + i16::try_from(stream.below(20) / 15 + stream.below(20) / 18).unwrap_or(0);
    let back = stream.chance(0.14).then(|| 1 + i32::try_from(stream.below(30)).unwrap_or(0));
    let discharge = match stream.unit() {
        ..0.02 => 1,
        0.02..0.05 => 2,
        _ => 0,
    };
    Spell { event, method: method.min(5), stay, back, offer: -1, discharge }
}
