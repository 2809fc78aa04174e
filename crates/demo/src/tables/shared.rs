//! Columns that extracts about events have in common: who, how old, where they live.

use std::sync::Arc;

use arrow_array::{ArrayRef, DictionaryArray, Int16Array, StringArray};

use super::{Lists, area};
use crate::calendar::{self, years};
use crate::chunk::Chunk;
use crate::dirt;
use crate::random::Stream;
use crate::write::{Column, Rows, codes, repeated};

/// Something that happened to one person on one day.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// Position of the person in the chunk.
    pub person: usize,
    /// Day, counted from the calendar's first.
    pub day: i32,
}

/// What the columns are called in one extract.
#[derive(Clone, Copy, Debug)]
pub struct Headers {
    /// Pseudonym.
    pub person: &'static str,
    /// Age on the day.
    pub age: &'static str,
    /// Sex.
    pub sex: &'static str,
    /// Ethnic category.
    pub ethnicity: &'static str,
    /// Small area, of 2011 where the name says so.
    pub area: &'static str,
}

/// The columns about people. Each system asked for ethnicity itself, so codes differ between systems now and then.
pub fn people(headers: &Headers, events: &[Event], chunk: &Chunk<'_>, lists: &Lists, stream: &mut Stream) -> Rows {
    let record = |event: &Event| &chunk.records[event.person];
    let age = |event: &Event| i16::try_from(years(chunk.people[event.person].born, event.day).max(0)).unwrap_or(999);
    let ethnicity = |event: &Event| {
        let own = dirt::ethnicity_of_row(record(event), false, true, stream);
        i16::from(dirt::asked_again(own, chunk.flat(), stream))
    };
    let ethnicities: Vec<i16> = events.iter().map(ethnicity).collect();
    let areas = if headers.area.contains("2011") { &lists.lsoa11 } else { &lists.lsoa21 };
    vec![
        repeated(headers.person, pseudonyms(chunk, events)),
        repeated(headers.age, Arc::new(events.iter().map(age).collect::<Int16Array>())),
        codes(headers.sex, &lists.sex, events.iter().map(|event| i16::from(record(event).sex)).collect()),
        codes(headers.ethnicity, &lists.ethnicity, ethnicities),
        codes(headers.area, areas, events.iter().map(|event| area(record(event).area)).collect()),
    ]
}

fn pseudonyms(chunk: &Chunk<'_>, events: &[Event]) -> ArrayRef {
    let names = StringArray::from_iter_values(chunk.people.iter().map(|person| chunk.pseudonym(person)));
    let keys = events.iter().map(|event| i16::try_from(event.person).unwrap_or(0)).collect::<Int16Array>();
    match DictionaryArray::try_new(keys, Arc::new(names) as ArrayRef) {
        Ok(column) => Arc::new(column),
        Err(_) => Arc::new(StringArray::new_null(0)),
    }
}

/// A column of dates, empty where there is none.
pub fn optional_dates(name: &'static str, days: &[Option<i32>]) -> (Column, ArrayRef) {
    let epoch = calendar::dates(days.iter().map(|day| day.unwrap_or(0)));
    let dates = days.iter().zip(epoch.values()).map(|(day, epoch)| day.map(|_| *epoch));
    repeated(name, Arc::new(dates.collect::<arrow_array::Date32Array>()))
}

/// A column of whole numbers, empty where there is none.
pub fn whole(name: &'static str, values: impl Iterator<Item = Option<i32>>) -> (Column, ArrayRef) {
    repeated(name, Arc::new(values.collect::<arrow_array::Int32Array>()))
}

/// A column of `Y` and `N`, empty where it is not known.
pub fn yes_no(name: &'static str, lists: &Lists, values: impl Iterator<Item = Option<bool>>) -> (Column, ArrayRef) {
    codes(name, &lists.no_yes, values.map(|value| value.map_or(-1, i16::from)).collect())
}

/// The events of all people: for each, as many as `rate` says on average over the three years, on days spread evenly.
pub fn events(chunk: &Chunk<'_>, stream: &mut Stream, rate: impl Fn(&crate::people::Person) -> f64) -> Vec<Event> {
    let mut all = Vec::new();
    for (position, person) in chunk.people.iter().enumerate() {
        for _ in 0..stream.poisson(rate(person)) {
            let day = i32::try_from(stream.below(u32::try_from(calendar::DAYS).unwrap_or(1))).unwrap_or(0);
            all.push(Event { person: position, day });
        }
    }
    all
}
