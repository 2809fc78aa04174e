//! Counting an extract into a cube: fields, dimensions and indicators become a plan, an engine runs it, and its counts
//! become the cube.

mod assemble;
mod dimensions;
mod error;
mod job;
mod plan;
mod resolve;
mod seen;
mod tables;
mod truths;

use evenly_cube::{Cube, Exact, Indicator, RowsEquation};

use self::assemble::Assembly;
pub(crate) use self::assemble::profile_definition;
pub use self::dimensions::sources_of_derived;
pub(crate) use self::dimensions::{Choices, Coded, coded};
pub use self::error::ExtractError;
use self::job::Job;
pub(crate) use self::resolve::Fields;
pub use self::resolve::best_fit;
use crate::derive::deprivation::Edition;
use crate::derive::ethnic_group::EthnicStyle;
use crate::engine::{Engine, Progress, RejectSink};
use crate::ethnicity::EthnicityField;
use crate::profile::{Grain, Profile};
use crate::readers::{Extract, find_column};

/// What to count, where it is not as the profile says.
#[derive(Clone, Debug, Default)]
pub struct CountOptions {
    /// Dimensions to break down by; the profile's own if `None`.
    pub by: Option<Vec<String>>,
    /// Dimensions to break down by besides those; one that cannot be had is left out with a note.
    pub also_by: Vec<String>,
    /// Ids of the indicators; the profile's own if `None`.
    pub indicators: Option<Vec<String>>,
    /// Definitions to choose the indicators from: the shipped ones and the trust's own.
    pub definitions: Vec<Indicator>,
    /// Edition of the deprivation index; the one that stands on the extract's LSOA vintage if `None`.
    pub edition: Option<Edition>,
    /// How the five ethnic groups are made.
    pub ethnic_style: EthnicStyle,
    /// Ethnic categories of people, worked out by rules, in place of the recorded one or beside it.
    pub ethnicity: Vec<EthnicityField>,
    /// Length of a period; the profile's own if `None`.
    pub period: Option<Grain>,
}

/// A counted extract.
pub struct CountedExtract {
    /// The cube, behind the disclosure gate.
    pub cube: Exact<Cube>,
    /// Every row accounted for.
    pub rows: RowsEquation,
    /// Id of the period dimension, if there is one.
    pub period: Option<String>,
    /// The dimensions that it can be broken down by.
    pub by: Vec<String>,
    /// What the reader must know: what was left out and why, and how values were derived.
    pub notes: Vec<String>,
}

/// What a check of an extract found.
pub struct CheckReport {
    /// Every row accounted for.
    pub rows: RowsEquation,
    /// The fields of the profile that the extract has.
    pub fields: Vec<FieldCheck>,
    /// Fields of the profile that the extract does not have.
    pub absent: Vec<String>,
    /// Columns of the extract that the profile does not look at.
    pub unused: Vec<String>,
    /// Dimensions that the extract could be broken down by.
    pub dimensions: Vec<String>,
    /// Data quality by field and group, without indicators, behind the disclosure gate.
    pub cube: Exact<Cube>,
    /// What the reader must know.
    pub notes: Vec<String>,
}

/// What a check found of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldCheck {
    /// The field.
    pub field: String,
    /// Title for a reader.
    pub title: String,
    /// Header in the extract.
    pub header: String,
    /// Counted rows in which it is: known, not stated, not known, missing, invalid.
    pub states: [u64; 5],
    /// For identifiers: counted rows in which it is not written in the usual form; it is kept as text all the same.
    pub unusual: Option<u64>,
}

/// The fields of a profile that an extract has, in alphabetical order.
pub fn fields_there(profile: &Profile, extract: &Extract) -> Result<Vec<String>, ExtractError> {
    Ok(Fields::find(profile, extract)?.names().map(str::to_owned).collect())
}

/// Counts an extract.
pub fn count(
    profile: &Profile,
    extract: &Extract,
    options: &CountOptions,
    engine: &dyn Engine,
    rejects: &dyn RejectSink,
    progress: &dyn Progress,
) -> Result<CountedExtract, ExtractError> {
    if profile.is_counted() {
        return crate::grouped::count_table(profile, extract, options, rejects, progress);
    }
    let mut job = Job::new(profile, extract, options)?;
    job.choose_indicators(options)?;
    let (counted, layout) = job.run(engine, rejects, progress, &[])?;
    let rows = counted.rows.clone();
    let assembly = Assembly { job: &job, counted, layout };
    let (cube, _) = assembly.cube()?;
    let period = job.period.map(|grain| grain.id().to_owned());
    Ok(CountedExtract { cube: Exact::new(cube), rows, period, by: job.by, notes: job.notes })
}

/// Checks an extract: every row accounted for, and every field's quality, without counting indicators.
pub fn check(
    profile: &Profile,
    extract: &Extract,
    options: &CountOptions,
    engine: &dyn Engine,
    rejects: &dyn RejectSink,
    progress: &dyn Progress,
) -> Result<CheckReport, ExtractError> {
    if profile.is_counted() {
        let table = crate::grouped::count_table(profile, extract, options, rejects, progress)?;
        let (rows, cube, dimensions, notes) = (table.rows, table.cube, table.by, table.notes);
        return Ok(CheckReport {
            rows,
            fields: Vec::new(),
            absent: Vec::new(),
            unused: Vec::new(),
            dimensions,
            cube,
            notes,
        });
    }
    let mut job = Job::new(profile, extract, options)?;
    let columns: Vec<String> =
        job.fields.names().filter(|name| job.fields.header(name).is_some()).map(str::to_owned).collect();
    let (counted, layout) = job.run(engine, rejects, progress, &columns)?;
    let rows = counted.rows.clone();
    let (cube, fields) = Assembly { job: &job, counted, layout }.cube()?;
    let absent = profile.fields.keys().filter(|name| job.fields.reader(name).is_none()).cloned().collect();
    let used: Vec<&str> = job.fields.names().filter_map(|name| job.fields.header(name)).collect();
    let is_used =
        |header: &&String| used.iter().any(|used| find_column("", std::slice::from_ref(*header), used).is_ok());
    let headers = extract.files.first().map_or(&[][..], |file| &file.headers[..]);
    let unused = headers.iter().filter(|header| !is_used(header)).cloned().collect();
    let dimensions = dimensions::available(&job.fields);
    Ok(CheckReport { rows, fields, absent, unused, dimensions, cube: Exact::new(cube), notes: job.notes })
}
