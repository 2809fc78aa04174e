//! What an evaluation is asked of: the whole, each group, and the gap between a group and its reference.

use crate::compare::Count;
use crate::gap::frame::{self, Frame};
use crate::method::Options;
use crate::refusal::Refusal;
use crate::table::{Row, Value};

/// One thing evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// All groups together.
    Whole,
    /// One group, by place.
    Group(usize),
    /// A group minus another, or minus all the rest.
    Gap(usize, Option<usize>),
}

impl Subject {
    /// The name that an answer shows.
    pub fn name(&self, groups: &[String]) -> String {
        match self {
            Self::Whole => "whole".to_owned(),
            Self::Group(place) => groups[*place].clone(),
            Self::Gap(of, to) => {
                format!("gap: {} - {}", groups[*of], to.map_or("rest", |to| groups[to].as_str()))
            }
        }
    }

    /// The counts of one period or unit that this subject is made of: one, or two for a gap; `None` where one is unknown.
    pub fn sides(&self, cells: &[Option<Count>]) -> Option<Vec<Count>> {
        match self {
            Self::Whole => {
                let all: Option<Vec<Count>> = cells.iter().copied().collect();
                all.filter(|all| !all.is_empty()).map(|all| vec![frame::sum(&all)])
            }
            Self::Group(place) => cells[*place].map(|own| vec![own]),
            Self::Gap(of, to) => frame::sides(cells, Some((*of, *to))),
        }
    }
}

/// Whole, each group, and the gaps: of two groups one; of more, the one asked for, else each group against the rest.
pub fn subjects(frame: &Frame, options: &Options) -> Result<Vec<Subject>, Refusal> {
    let given = |name: &str| options.text(name).is_some_and(|text| !text.is_empty());
    let count = frame.groups.len();
    let mut subjects = vec![Subject::Whole];
    if count < 2 {
        if given(frame::OF.name) || given(frame::REFERENCE.name) {
            return Err(Refusal::TooFew { what: "groups", found: count, needed: 2 });
        }
        return Ok(subjects);
    }
    subjects.extend((0..count).map(Subject::Group));
    if count == 2 || given(frame::OF.name) {
        let (of, to) = frame.pair(options)?;
        subjects.push(Subject::Gap(of, to));
        return Ok(subjects);
    }
    let to = match options.text(frame::REFERENCE.name) {
        None | Some("" | "rest") => None,
        Some(name) => {
            let place = frame.groups.iter().position(|group| group == name);
            Some(place.ok_or_else(|| Refusal::option(frame::REFERENCE.name, "`rest` or the name of a group"))?)
        }
    };
    subjects.extend((0..count).filter(|of| Some(*of) != to).map(|of| Subject::Gap(of, to)));
    Ok(subjects)
}

/// Place of the column `value` in every row that the evaluations answer with.
const VALUE: usize = 3;

/// The rows of all subjects. A subject that is refused has a row that says why; where no subject has a value, the first refusal
/// is the answer.
pub fn rows_of_each(
    subjects: &[Subject],
    groups: &[String],
    evaluate: impl Fn(&Subject, &str) -> Result<Vec<Row>, Refusal>,
    refused: impl Fn(&str, &Refusal) -> Row,
) -> Result<Vec<Row>, Refusal> {
    let mut answer = Vec::new();
    let mut first_refusal = None;
    for subject in subjects {
        let name = subject.name(groups);
        match evaluate(subject, &name) {
            Ok(rows) => answer.extend(rows),
            Err(refusal) => {
                answer.push(refused(&name, &refusal));
                first_refusal.get_or_insert(refusal);
            }
        }
    }
    match first_refusal {
        Some(refusal) if answer.iter().all(|row| row[VALUE].1 == Value::Missing) => Err(refusal),
        _ => Ok(answer),
    }
}
