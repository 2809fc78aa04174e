//! `extracts/patients-hospital.parquet` and `patients-emergency.parquet`: two systems' registers of the same people, as a link
//! between them finds them: names misspelt, addresses old, NHS numbers missing, people twice.

use std::sync::Arc;

use arrow_array::StringArray;

use super::{Lists, area};
use crate::calendar::dates;
use crate::dirt;
use crate::names;
use crate::people::{Needs, Person};
use crate::random::Stream;
use crate::write::{Column, Rows, Store, codes, list, repeated};

/// One record of a register.
#[derive(Clone, Debug)]
pub struct Record {
    /// The system's own number.
    pub local_id: String,
    /// Whom it is about.
    pub person: u64,
    nhs_number: Option<String>,
    given: String,
    family: String,
    born: Option<i32>,
    sex: u8,
    address: String,
    postcode: Option<String>,
    telephone: Option<String>,
    ethnicity: u8,
    area: Option<u16>,
    needs: Needs,
}

/// How well a system records.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    letter: char,
    /// Share of people on it.
    known: f64,
    no_number: f64,
    misspelt: f64,
    twice: f64,
    old_address: f64,
}

/// The hospital's register.
pub const HOSPITAL: Habits =
    Habits { letter: 'H', known: 1.0, no_number: 0.02, misspelt: 0.02, twice: 0.012, old_address: 0.35 };

/// The emergency department's: people arrive in haste, and some never come.
pub const EMERGENCY: Habits =
    Habits { letter: 'E', known: 0.45, no_number: 0.12, misspelt: 0.07, twice: 0.03, old_address: 0.20 };

/// The records that one system holds of one person: none, one, or two that should be one.
pub fn records(person: &Person, household: u64, habits: &Habits, flat: bool, stream: &mut Stream) -> Vec<Record> {
    let name =
        names::name(person, household, &mut Stream::new(household, crate::random::Purpose::Records, person.number));
    if !stream.chance(habits.known) {
        return Vec::new();
    }
    // Names that the clerk does not know are misspelt more often, and their numbers traced less often: why links miss people
    // of some groups more than others.
    let unfamiliar = !flat && person.group != crate::place::EthnicGroup::White;
    let factor = if unfamiliar { 2.2 } else { 1.0 };
    let copies = 1 + usize::from(stream.chance(habits.twice * factor));
    (0..copies)
        .map(|copy| {
            let old = person.earlier_area.is_some() && stream.chance(habits.old_address);
            let home = if old { person.earlier_area.unwrap_or(person.area) } else { person.area };
            let (address, postcode) = names::address(home, if old { household ^ 1 << 40 } else { household });
            let mut given = name.given.to_owned();
            let mut family = name.family.to_owned();
            if stream.chance(habits.misspelt * factor) {
                misspell(&mut given, stream);
            }
            if stream.chance(habits.misspelt * factor) {
                misspell(&mut family, stream);
            }
            // A second record is made because the first was not found: its number was not known.
            let no_number = copy > 0 || stream.chance(habits.no_number * factor);
            let number = if no_number { None } else { names::nhs_number(person.number) };
            let own = dirt::ETHNICITIES.iter().position(|code| code.as_bytes()[0] == person.category);
            Record {
                local_id: format!("{}{:07}{}", habits.letter, person.number, copy + 1),
                person: person.number,
                nhs_number: number,
                given,
                family,
                born: (!stream.chance(0.002))
                    .then(|| if stream.chance(0.006) { person.born / 30 * 30 } else { person.born }),
                sex: if stream.chance(0.003) { 3 } else { u8::from(!person.male) },
                address,
                postcode: (!stream.chance(0.01)).then_some(postcode),
                telephone: (!stream.chance(0.15)).then(|| names::telephone(household, person.number)),
                ethnicity: if stream.chance(0.1 * factor) { 16 } else { u8::try_from(own.unwrap_or(17)).unwrap_or(17) },
                area: (!stream.chance(0.01)).then_some(home),
                needs: person.needs,
            }
        })
        .collect()
}

/// One slip of the keyboard: a letter left out, doubled, or changed places with the next.
fn misspell(name: &mut String, stream: &mut Stream) {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 3 {
        return;
    }
    let place = 1 + stream.below(u32::try_from(letters.len() - 2).unwrap_or(1)) as usize;
    match stream.below(3) {
        0 => drop(letters.remove(place)),
        1 => letters.insert(place, letters[place]),
        _ => letters.swap(place, place + 1),
    }
    *name = letters.into_iter().collect();
}

/// The rows of a register; the emergency department codes areas as of 2011.
pub fn rows(
    records: &[Record],
    areas: &Arc<arrow_array::StringArray>,
    area_column: &'static str,
    lists: &Lists,
) -> Rows {
    let text = |name, value: fn(&Record) -> Option<&str>| {
        let values: StringArray = records.iter().map(value).collect();
        (Column { name, store: Store::Plain }, Arc::new(values) as arrow_array::ArrayRef)
    };
    let yes_no = list(["N", "Y"]);
    let born: arrow_array::Date32Array = {
        let days = dates(records.iter().map(|record| record.born.unwrap_or(0)));
        records.iter().zip(days.values()).map(|(record, day)| record.born.map(|_| *day)).collect()
    };
    let mut rows = vec![
        text("Local_Patient_ID", |record| Some(&record.local_id)),
        text("NHS_Number", |record| record.nhs_number.as_deref()),
        text("Given_Name", |record| Some(&record.given)),
        text("Family_Name", |record| Some(&record.family)),
        repeated("Date_of_Birth", Arc::new(born)),
        codes("Sex", &lists.sex, records.iter().map(|record| i16::from(record.sex)).collect()),
        text("Address", |record| Some(&record.address)),
        text("Postcode", |record| record.postcode.as_deref()),
        text("Telephone", |record| record.telephone.as_deref()),
        codes("Ethnic_Category", &lists.ethnicity, records.iter().map(|record| i16::from(record.ethnicity)).collect()),
        codes(area_column, areas, records.iter().map(|record| area(record.area)).collect()),
    ];
    // The hospital asks about needs; no other system does.
    if area_column.contains("2021") {
        for (flag, name) in Needs::NAMES {
            rows.push(codes(name, &yes_no, records.iter().map(|record| i16::from(record.needs.has(flag))).collect()));
        }
    }
    rows
}
