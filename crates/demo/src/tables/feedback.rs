//! `extracts/friends-and-family.parquet`: answers and comments, as the profile `friends-and-family` reads them.
//!
//! Source. About 94 % of outpatients say good or very good, 3 % poor or very poor (NHS England, Friends and Family Test, 2023-24).
//! Every comment is put together from made-up parts: none is of a real person.

use std::sync::Arc;

use arrow_array::StringArray;

use super::Lists;
use super::shared::{Event, Headers, events, people};
use crate::calendar::dates;
use crate::chunk::Chunk;
use crate::people::{Needs, Person};
use crate::random::{Purpose, Stream};
use crate::write::{Rows, codes, list, plain, repeated};

const HEADERS: Headers =
    Headers { person: "Local_Patient_ID", age: "Age", sex: "Sex", ethnicity: "Ethnic_Category", area: "LSOA_2021" };

const PRAISE: [&str; 10] = [
    "The nurse explained everything and took her time.",
    "Friendly staff, seen on time.",
    "Everybody was kind to my mother.",
    "Very thorough, I felt listened to.",
    "The text reminder helped me to remember.",
    "Clear letter and easy to find.",
    "Could not have been better.",
    "They let me bring my sister, which helped.",
    "The telephone appointment saved me a day off work.",
    "Good care from start to finish.",
];

const GENERAL: [&str; 8] = [
    "I waited over an hour and nobody said why.",
    "My appointment was moved three times.",
    "I could not get through on the telephone to change the day.",
    "The letter came after the appointment.",
    "There was nowhere to park.",
    "I was told on the day that the clinic had been cancelled.",
    "Nobody seemed to have read my notes.",
    "The room was cold and there was nothing to drink.",
];

/// What people with a need say: the flag, and the comment.
const OF_NEEDS: [(u16, &str); 6] = [
    (Needs::INTERPRETER, "There was no interpreter, so my daughter had to translate."),
    (Needs::NO_CAR, "Two buses each way and the fare came to more than I had that week."),
    (Needs::OFFLINE, "I was told to go online and I do not have the internet."),
    (Needs::CARER, "I had nobody to look after my husband while I was away."),
    (Needs::DISABLED, "The lift was out of order and I could not manage the stairs."),
    (Needs::LEARNING_DISABILITY, "The letter had long words and I did not know what it was for."),
];

/// The rows of one chunk.
pub fn rows(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let mut stream = Stream::new(chunk.seed(), Purpose::Feedback, chunk.number());
    // Those with the greatest needs answer less often.
    let answers = events(chunk, &mut stream, |person| {
        if person.needs.has(Needs::INTERPRETER | Needs::OFFLINE | Needs::HOMELESS) { 0.12 } else { 0.35 }
    });
    let (mut response, mut comments, mut disability, mut setting) = (vec![], vec![], vec![], vec![]);
    for answer in &answers {
        let person = &chunk.people[answer.person];
        let (code, comment) = say(person, chunk.flat(), &mut stream);
        response.push(code);
        comments.push(comment);
        disability.push(if stream.chance(0.3) { -1 } else { i16::from(person.needs.has(Needs::DISABLED)) });
        setting.push(i16::try_from(stream.below(3)).unwrap_or(0));
    }
    let who: Vec<Event> = answers;
    let mut rows = vec![
        codes("FFT_Response", &list(["1", "2", "3", "4", "5", "6"]), response),
        repeated("Response_Date", Arc::new(dates(who.iter().map(|event| event.day)))),
        codes("Setting", &list(["Outpatients", "Emergency department", "Wards"]), setting),
        plain("Comment", Arc::new(StringArray::from_iter(comments))),
        codes("Disability", &lists.no_yes, disability),
    ];
    rows.extend(people(&HEADERS, &who, chunk, lists, &mut stream));
    rows
}

/// The answer's code, counted from 0, and the comment of those who write one.
fn say(person: &Person, flat: bool, stream: &mut Stream) -> (i16, Option<&'static str>) {
    let need = OF_NEEDS.iter().find(|(flag, _)| !flat && person.needs.has(*flag));
    let unhappy = stream.chance(if need.is_some() { 0.11 } else { 0.05 });
    let writes = stream.chance(0.6);
    let draw = stream.unit();
    if !unhappy {
        let code = i16::from(draw >= 0.78);
        return (code, writes.then(|| *stream.pick(&PRAISE)));
    }
    let code = match draw {
        ..0.4 => 2,
        0.4..0.65 => 3,
        0.65..0.92 => 4,
        _ => 5,
    };
    let comment = match need {
        Some((_, comment)) if stream.chance(0.6) => comment,
        _ => *stream.pick(&GENERAL),
    };
    (code, writes.then_some(comment))
}
