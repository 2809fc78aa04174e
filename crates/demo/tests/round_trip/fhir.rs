//! The outpatient extract as a FHIR R4 bulk export.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use evenly_extract::count::CountOptions;
use evenly_extract::derive::deprivation::Edition;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;

use super::forms::{Cell, Table};
use super::{cube, write};

/// What both profiles can break down by and count; the edition, because no header of FHIR names one.
pub fn options() -> CountOptions {
    let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    CountOptions {
        by: names(&["deprivation", "ethnic_group", "sex", "age_band", "treatment_function"]),
        indicators: names(&[
            "did-not-attend",
            "was-not-brought",
            "cancelled-by-hospital",
            "cancelled-by-patient",
            "waits",
            "over-18-weeks",
        ]),
        edition: Some(Edition::Imd2025),
        ..cube::options()
    }
}

/// The rows without what FHIR has no word for: events that are no appointment, and whether somebody who came late was seen.
pub fn what_fhir_can_say(table: &Table) -> Table {
    let (attended, first) = (table.column("Attendance_Status"), table.column("First_Attendance"));
    let text = |text: &str| Cell::Text(text.to_owned());
    let mut said = table.clone();
    said.rows.retain(|row| row[first] != text("5") && row[attended] != text("7"));
    for row in &mut said.rows {
        if row[attended] == text("6") {
            row[attended] = text("5");
        }
    }
    said
}

/// The lines of an export.
pub struct Export {
    patients: String,
    appointments: String,
}

/// What is recorded of a patient: pseudonym, sex, ethnicity, area. Systems that record it by visit disagree with themselves, and
/// then a patient is several here.
type Recorded = [String; 4];

/// Days on which somebody may be born: after the first, up to the second. `None` where no age is known.
type Born = Option<(Date, Date)>;

/// The export that says what the rows say.
pub fn export(table: &Table) -> Export {
    let columns = [
        "Der_Pseudo_NHS_Number",
        "Sex",
        "Ethnic_Category",
        "Der_Postcode_LSOA_2021_Code",
        "Attendance_Status",
        "Treatment_Function_Code",
    ]
    .map(|header| table.column(header));
    let (start, created) = (table.column("Appointment_Date"), table.column("Booking_Date"));
    let age = table.column("Age_at_CDS_Activity_Date");
    let mut patients: BTreeMap<Recorded, Vec<Born>> = BTreeMap::new();
    let mut appointments = String::new();
    for (number, row) in table.rows.iter().enumerate() {
        let [person, sex, ethnicity, area, status, specialty] = columns.map(|column| text(&row[column]));
        let Cell::Day(day) = row[start] else { panic!("an appointment without a day") };
        let recorded = [person, sex, ethnicity, area];
        let variant = variant(patients.entry(recorded.clone()).or_default(), born(&row[age], day));
        let id = id(&recorded, variant);
        let (status, reason) = match status.as_str() {
            "0" => ("booked", None),
            "2" => ("cancelled", Some("pat-crs")),
            "3" => ("noshow", None),
            "4" => ("cancelled", Some("prov-mah")),
            "5" => ("fulfilled", None),
            other => (other, None),
        };
        let mut resource = json!({
            "resourceType": "Appointment", "id": format!("a{number}"), "status": status,
            "start": format!("{day}T09:30:00+01:00"), "created": text(&row[created]),
            "participant": [{"actor": {"reference": format!("Patient/{id}")}, "status": "accepted"}],
        });
        let fields = resource.as_object_mut().expect("an object");
        if status.is_empty() {
            fields.remove("status");
        }
        if let Some(code) = reason {
            let system = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason";
            fields.insert("cancelationReason".to_owned(), json!({"coding": [{"system": system, "code": code}]}));
        }
        if !specialty.is_empty() {
            fields.insert("specialty".to_owned(), json!([{"coding": [{"code": specialty}]}]));
        }
        writeln!(appointments, "{resource}").expect("a line");
    }
    let mut lines = String::new();
    for (recorded, variants) in &patients {
        for (variant, born) in variants.iter().enumerate() {
            writeln!(lines, "{}", patient(recorded, variant, *born)).expect("a line");
        }
    }
    Export { patients: lines, appointments }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Day(day) => day.to_string(),
    }
}

fn born(age: &Cell, on: Date) -> Born {
    let Cell::Number(age) = age else { return None };
    #[expect(clippy::cast_possible_truncation, reason = "an age in years")]
    let age = *age as i64;
    (age < 130).then(|| (on - (age + 1).years(), on - age.years()))
}

/// Position among the variants of a patient: the first whose day of birth allows the age.
fn variant(variants: &mut Vec<Born>, born: Born) -> usize {
    for (position, own) in variants.iter_mut().enumerate() {
        match (*own, born) {
            (None, None) => return position,
            (Some((after, up_to)), Some((lower, upper))) => {
                let both = (after.max(lower), up_to.min(upper));
                if both.0 < both.1 {
                    *own = Some(both);
                    return position;
                }
            }
            _ => {}
        }
    }
    variants.push(born);
    variants.len() - 1
}

fn id(recorded: &Recorded, variant: usize) -> String {
    let [person, sex, ethnicity, area] = recorded;
    format!("{person}-{sex}-{ethnicity}-{area}-{variant}")
}

fn patient(recorded: &Recorded, variant: usize, born: Born) -> serde_json::Value {
    let [_, sex, ethnicity, area] = recorded;
    let gender = match sex.as_str() {
        "1" => "male",
        "2" => "female",
        "9" => "other",
        "X" => "unknown",
        other => other,
    };
    let mut patient = json!({"resourceType": "Patient", "id": id(recorded, variant)});
    let fields = patient.as_object_mut().expect("an object");
    if !gender.is_empty() {
        fields.insert("gender".to_owned(), json!(gender));
    }
    if !ethnicity.is_empty() {
        let url = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory";
        let system = "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategory";
        let concept = json!({"coding": [{"system": system, "code": ethnicity}]});
        fields.insert("extension".to_owned(), json!([{"url": url, "valueCodeableConcept": concept}]));
    }
    if !area.is_empty() {
        let url = "https://trust.example/StructureDefinition/LSOA";
        fields.insert("address".to_owned(), json!([{"extension": [{"url": url, "valueString": area}]}]));
    }
    if let Some((_, day)) = born {
        fields.insert("birthDate".to_owned(), json!(day.to_string()));
    }
    patient
}

impl Export {
    /// As it is, and packed.
    pub fn written(&self, folder: &Path) -> Vec<(&'static str, Vec<PathBuf>)> {
        let gz = |text: &str| {
            let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gz.write_all(text.as_bytes()).expect("gzip");
            gz.finish().expect("gzip")
        };
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in [("Appointment.ndjson", &self.appointments), ("Patient.ndjson", &self.patients)] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
            zip.write_all(text.as_bytes()).expect("zip");
        }
        let path = |name: &str| folder.join(name);
        vec![
            (
                "plain",
                vec![
                    write(&path("Patient.ndjson"), &self.patients),
                    write(&path("Appointment.ndjson"), &self.appointments),
                ],
            ),
            (
                "gzip",
                vec![
                    write(&path("p.ndjson.gz"), gz(&self.patients)),
                    write(&path("a.ndjson.gz"), gz(&self.appointments)),
                ],
            ),
            ("zip", vec![write(&path("export.zip"), zip.finish().expect("zip").into_inner())]),
        ]
    }
}
