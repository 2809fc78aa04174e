//! FHIR R4 bulk exports (NDJSON, one resource on each line): every `Appointment`, joined to its `Patient`, is a row.
//!
//! The files of an export are given together: `Patient.ndjson` and `Appointment.ndjson`, as they are, gzipped or zipped.
//! People are held in memory by id; appointments are streamed. A row has the columns of [`HEADERS`], so that everything
//! after the reader is what it is for a table. Resources of other types are named as left out.
//!
//! SOURCE: HL7 FHIR R4 (v4.0.1), Patient and Appointment, and value set appointment-cancellation-reason; HL7 UK, UK Core,
//! Extension-UKCore-EthnicCategory.

mod json;
mod lines;
mod patients;
mod resource;
mod rows;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::json::Fields;
use self::lines::Lines;
use self::patients::Patients;
use self::rows::AppointmentUnit;
use super::chunk::ReadError;
use super::fault::damaged;
use super::limits::Limits;
use super::open::{Part, Skipped};
use super::text::source::Source;

/// The columns of a row, in the order that [`resource::Appointment`] gives them.
pub(crate) const HEADERS: [&str; 16] = [
    "Appointment.id",
    "Appointment.status",
    "Appointment.attendance",
    "Appointment.start",
    "Appointment.created",
    "Appointment.serviceType",
    "Appointment.specialty",
    "Appointment.deliveryChannel",
    "Appointment.patient",
    "Patient.id",
    "Patient.gender",
    "Patient.ethnicity",
    "Patient.age",
    "Patient.lsoa",
    "Patient.language",
    "Patient.interpreterRequired",
];

/// A file of resources that waits for the others of its export.
pub(super) struct FhirFile {
    /// The file on disk.
    pub path: PathBuf,
    /// What errors and units call it.
    pub name: String,
    /// Its bytes.
    pub source: Source,
}

/// Opens the files of an export together: reads the people, and leaves the appointments to the units.
pub(super) fn open(
    files: Vec<FhirFile>,
    limits: &Limits,
    skipped: &mut Vec<Skipped>,
) -> Result<Vec<(PathBuf, Part)>, Vec<ReadError>> {
    let (mut people, mut appointments, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        match resource_type(&file, limits) {
            Ok(kind) if kind == "Patient" => people.push(file),
            Ok(kind) if kind == "Appointment" => appointments.push(file),
            Ok(kind) => skipped.push(Skipped {
                name: file.name,
                reason: if kind.chars().all(char::is_alphanumeric) {
                    format!("it holds {kind} resources; Patient and Appointment are read")
                } else {
                    "it holds resources of no known type; Patient and Appointment are read".to_owned()
                },
            }),
            Err(error) => errors.push(error),
        }
    }
    if let (Some(file), true) = (appointments.first(), people.is_empty() && errors.is_empty()) {
        errors.push(damaged(
            &file.name,
            None,
            "its appointments refer to Patient resources, and no file of those is given. Give Patient.ndjson of the same export as well",
        ));
    }
    if let (Some(file), true) = (people.first(), appointments.is_empty() && errors.is_empty()) {
        let reason = "it holds people without appointments. Give Appointment.ndjson of the same export as well";
        errors.push(damaged(&file.name, None, reason));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let known = Arc::new(Patients::read(&people, limits).map_err(|error| vec![error])?);
    let headers = || HEADERS.iter().map(|header| (*header).to_owned()).collect();
    let mut parts = Vec::new();
    for file in people {
        parts.push((file.path, Part { name: file.name, headers: headers(), units: Vec::new() }));
    }
    for file in appointments {
        let (path, name) = (file.path.clone(), file.name.clone());
        let unit = AppointmentUnit { file, patients: Arc::clone(&known), limits: limits.clone() };
        parts.push((path, Part { name, headers: headers(), units: vec![Box::new(unit)] }));
    }
    Ok(parts)
}

/// The type of the first resource of a file.
fn resource_type(file: &FhirFile, limits: &Limits) -> Result<String, ReadError> {
    let mut lines = Lines::open(file, limits)?;
    let Some((line, bytes)) = lines.next()? else {
        return Err(damaged(&file.name, None, "it is empty: a FHIR export has one resource on each line"));
    };
    let first = Fields::of(bytes).map_err(|wrong| damaged(&file.name, Some(line), wrong.advice()))?;
    match first.text(&["resourceType"]) {
        Ok(Some(kind)) => Ok(kind.to_owned()),
        _ => Err(damaged(
            &file.name,
            Some(line),
            "`$.resourceType` is missing: this is no FHIR resource. Give the NDJSON files of a FHIR R4 bulk export",
        )),
    }
}

/// Whether a file's name says that it has a JSON object on each line, compressed or not.
pub(super) fn is_ndjson(path: &Path) -> bool {
    let has = |name: &Path| {
        let extension = name.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
        matches!(extension.as_deref(), Some("ndjson" | "jsonl"))
    };
    let gzipped = path.extension().is_some_and(|own| own.eq_ignore_ascii_case("gz"));
    has(path) || (gzipped && path.file_stem().is_some_and(|stem| has(Path::new(stem))))
}
