//! Rows for the people's side: the fields of an extract as coded columns, one entry for each row that counts.
//!
//! The same columns, checks and rules as in counting apply, so that a model is made of the rows that a report counts. People
//! are numbers in order of first sight; what stood in the identifier's column is not kept.

mod checks;
mod collect;
mod draw;
mod table;

use evenly_cube::{Condition, Dimension, RowsEquation};

use crate::count::{Choices, Coded, ExtractError, Fields, coded};
use crate::engine::Progress;
use crate::profile::{FieldType, Profile};
use crate::readers::{ColumnKind, ColumnRequest, Extract, Raw};

pub use table::{Column, Groups, Rows};

/// A row of which something is not known: no person, no hour.
pub const UNKNOWN: u32 = u32::MAX;

/// What is wanted of an extract's rows. Fields, conditions and dimensions that the extract cannot give are left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct RowsWanted<'a> {
    /// Fields.
    pub fields: &'a [&'a str],
    /// Conditions that will be asked; the fields that they look at are read.
    pub conditions: &'a [&'a Condition],
    /// Date fields of which the hour of the day is wanted.
    pub hours: &'a [&'a str],
    /// Dimensions by which rows are grouped.
    pub dimensions: &'a [&'a str],
    /// The identifier of a person; needed.
    pub person: &'a str,
    /// The identifier of an appointment, for a worklist.
    pub reference: Option<&'a str>,
    /// Seed of a number for each person that looks random and is the same in every extract, by which arms of a trial are drawn.
    pub draw: Option<u64>,
    /// Fields that a row may be without, because they are not known yet; rules that look at them are not applied.
    pub may_be_empty: &'a [&'a str],
}

/// Reads the rows of an extract that no check takes.
pub fn rows(
    profile: &Profile,
    extract: &Extract,
    wanted: &RowsWanted<'_>,
    progress: &dyn Progress,
) -> Result<Rows, ExtractError> {
    let reason = if profile.is_counted() {
        Some("this profile is for tables that are counted already; give one for rows")
    } else if profile.weight.is_some() {
        Some("each row of this profile stands for several people; give an extract with a row for each appointment")
    } else {
        None
    };
    if let Some(reason) = reason {
        return Err(ExtractError::Table { file: profile.id.clone(), reason: reason.to_owned() });
    }
    let fields = Fields::find(profile, extract)?;
    let plan = Plan::new(profile, &fields, wanted)?;
    extract.check_columns(&plan.requests)?;
    let read = collect::collect(&plan.requests, &extract.units, progress)?;
    Ok(plan.table(profile, &fields, wanted, read))
}

/// What each of the columns that are read is for.
struct Plan {
    requests: Vec<ColumnRequest>,
    /// Fields, by position in `requests`.
    fields: Vec<String>,
    hours: Vec<(String, usize)>,
    person: usize,
    reference: Option<usize>,
    dimensions: Vec<Coded>,
}

impl Plan {
    fn new(profile: &Profile, fields: &Fields, wanted: &RowsWanted<'_>) -> Result<Self, ExtractError> {
        let unseen = std::collections::BTreeMap::new();
        let dimensions: Vec<Coded> =
            wanted.dimensions.iter().filter_map(|name| coded(name, fields, Choices::default(), &unseen)).collect();
        let sources: Vec<String> = dimensions.iter().map(|coded| coded.field().to_owned()).collect();
        let mut names: Vec<&str> = wanted.fields.to_vec();
        names.extend(profile.fields.iter().filter(|(_, field)| field.required).map(|(name, _)| name.as_str()));
        names.extend(profile.exclude.iter().flat_map(|rule| rule.when.fields()));
        names.extend(wanted.conditions.iter().flat_map(|condition| condition.fields()));
        names.extend(sources.iter().map(String::as_str));
        let ends: Vec<&str> = names.iter().flat_map(|name| ends(profile, name)).collect();
        names.extend(ends);
        names.sort_unstable();
        names.dedup();
        let mut plan = Self {
            requests: Vec::new(),
            fields: Vec::new(),
            hours: Vec::new(),
            person: 0,
            reference: None,
            dimensions,
        };
        for name in names {
            if let (Some(reader), Some(header)) = (fields.reader(name), fields.header(name)) {
                plan.requests.push(reader.request(header));
                plan.fields.push(name.to_owned());
            }
        }
        for name in wanted.hours {
            if let Some(position) = plan.text(fields, name) {
                plan.hours.push(((*name).to_owned(), position));
            }
        }
        plan.person = plan.text(fields, wanted.person).ok_or_else(|| no_identifier(profile, wanted.person))?;
        if let Some(reference) = wanted.reference {
            plan.reference = Some(plan.text(fields, reference).ok_or_else(|| no_identifier(profile, reference))?);
        }
        Ok(plan)
    }

    /// Asks for a field's column as text, whatever its type.
    fn text(&mut self, fields: &Fields, name: &str) -> Option<usize> {
        let (reader, header) = (fields.reader(name)?, fields.header(name)?);
        let missing = reader.field().missing.clone().into();
        self.requests.push(ColumnRequest { header: header.to_owned(), kind: ColumnKind::Text, missing });
        Some(self.requests.len() - 1)
    }

    fn table(self, profile: &Profile, fields: &Fields, wanted: &RowsWanted<'_>, mut read: collect::Read) -> Rows {
        let mut rows = Rows { count: read.rows, ..Rows::default() };
        for (position, name) in self.fields.iter().enumerate() {
            let Some(reader) = fields.reader(name) else { continue };
            let values = read.values[position].iter().map(|raw| reader.read(raw)).collect();
            let ids = std::mem::take(&mut read.ids[position]);
            rows.columns.insert(name.clone(), Column { reader: reader.clone(), values, ids });
        }
        for (name, field) in &profile.fields {
            if let (FieldType::DaysBetween, Some(from), Some(to)) = (field.kind, &field.from, &field.to) {
                rows.spans.insert(name.clone(), (from.clone(), to.clone()));
            }
        }
        for (name, position) in &self.hours {
            let hours: Vec<u32> = read.values[*position].iter().map(hour).collect();
            rows.hours.insert(name.clone(), read.ids[*position].iter().map(|id| hours[*id as usize]).collect());
        }
        let missing = |raw: &Raw| matches!(raw, Raw::Missing | Raw::Unreadable(_));
        let known: Vec<bool> = read.values[self.person].iter().map(|raw| !missing(raw)).collect();
        let person = |id: &u32| if known[*id as usize] { *id } else { UNKNOWN };
        rows.people = read.ids[self.person].iter().map(person).collect();
        if let Some(seed) = wanted.draw {
            rows.draws = read.values[self.person].iter().map(|raw| draw::of_person(seed, raw)).collect();
        }
        if let Some(position) = self.reference {
            let text = |raw: &Raw| if let Raw::Text(text) = raw { text.clone() } else { Box::default() };
            rows.references =
                Some((read.values[position].iter().map(text).collect(), std::mem::take(&mut read.ids[position])));
        }
        rows.groups = self.dimensions.iter().filter_map(|coded| groups(coded, &rows)).collect();
        let (keep, mut equation) = checks::take(profile, fields, wanted.may_be_empty, &rows);
        checks::broken(&mut equation, &read.broken);
        rows.keep(&keep);
        rows.equation = equation;
        rows.file_rows = read.file_rows;
        rows
    }
}

/// The fields between which a field of days lies.
fn ends<'a>(profile: &'a Profile, name: &str) -> Vec<&'a str> {
    let field = profile.fields.get(name).filter(|field| field.kind == FieldType::DaysBetween);
    field.map_or_else(Vec::new, |field| [&field.from, &field.to].into_iter().flatten().map(String::as_str).collect())
}

fn no_identifier(profile: &Profile, field: &str) -> ExtractError {
    ExtractError::Table {
        file: profile.id.clone(),
        reason: format!(
            "there is no column for the field `{field}`, by which appointments are told apart. Add it to the profile or the extract"
        ),
    }
}

/// Hour of a date with a time, `2016-04-29T18:38:08Z`; [`UNKNOWN`] where there is none or it is midnight sharp, which is how
/// systems write a day without a time.
fn hour(raw: &Raw) -> u32 {
    let Raw::Text(text) = raw else { return UNKNOWN };
    let time = text.split_once(['T', ' ']).map(|(_, time)| time);
    let Some((hour, rest)) = time.and_then(|time| time.split_once(':')) else { return UNKNOWN };
    let midnight = hour.trim() == "00" && !rest.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    hour.trim().parse().ok().filter(|hour| *hour < 24 && !midnight).unwrap_or(UNKNOWN)
}

fn groups(coded: &Coded, rows: &Rows) -> Option<Groups> {
    let dimension: Dimension = coded.dimension().clone();
    let codes = match coded {
        Coded::Field { field, derived } => {
            let column = rows.columns.get(field)?;
            let of_values: Vec<u32> = column.values.iter().map(|meaning| small((derived.code)(meaning))).collect();
            column.ids.iter().map(|id| of_values[*id as usize]).collect()
        }
        Coded::Days { field, bands } => {
            let days = rows.numbers(field)?;
            // Days between two dates are whole and small.
            #[expect(clippy::cast_possible_truncation, reason = "days between two dates fit i32")]
            let code = |days: &f64| small((bands.1)((!days.is_nan()).then_some(*days as i32)));
            days.iter().map(code).collect()
        }
    };
    Some(Groups { dimension, codes })
}

/// Groups are few.
fn small(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(UNKNOWN)
}

/// Rows equation of what was read, before it is known which rows count.
pub(crate) fn empty_equation(read: usize) -> RowsEquation {
    RowsEquation { read: read as u64, ..RowsEquation::default() }
}

#[cfg(test)]
mod tests;
