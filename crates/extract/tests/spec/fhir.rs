//! FHIR exports: the same people give the same counts as in a table, and what is wrong is said by file, line and path.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use evenly_extract::readers::{Limits, open};

use crate::support::{Answer, count_files, counted, options};

/// Sex, ethnicity, birth, small area, and what became of each of the appointments: a status, who cancelled.
struct Person {
    gender: &'static str,
    ethnicity: &'static str,
    birth: &'static str,
    lsoa: &'static str,
    appointments: &'static [(&'static str, &'static str)],
}

const START: &str = "2024-04-10";
const CREATED: &str = "2024-03-01";

const PEOPLE: [Person; 5] = [
    Person {
        gender: "male",
        ethnicity: "A",
        birth: "1980-04-10",
        lsoa: "E01000001",
        appointments: &[("fulfilled", ""), ("noshow", "")],
    },
    Person {
        gender: "female",
        ethnicity: "N",
        birth: "2015-04-11",
        lsoa: "E01000002",
        appointments: &[("noshow", ""), ("arrived", "")],
    },
    Person { gender: "other", ethnicity: "Z", birth: "", lsoa: "", appointments: &[("cancelled", "pat-fb")] },
    Person {
        gender: "unknown",
        ethnicity: "99",
        birth: "1930-01-01",
        lsoa: "E01000001",
        appointments: &[("cancelled", "prov")],
    },
    Person {
        gender: "female",
        ethnicity: "R",
        birth: "1990-12-31",
        lsoa: "E01000003",
        appointments: &[("booked", "")],
    },
];

fn patient(id: usize, person: &Person) -> String {
    let ethnicity = format!(
        r#"{{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory","valueCodeableConcept":{{"coding":[{{"system":"https://example.org/local","code":"77"}},{{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategory","code":"{}"}}]}}}}"#,
        person.ethnicity
    );
    let birth = if person.birth.is_empty() { String::new() } else { format!(r#","birthDate":"{}""#, person.birth) };
    let lsoa = if person.lsoa.is_empty() {
        String::new()
    } else {
        format!(
            r#","address":[{{"extension":[{{"url":"https://trust.example/LSOA","valueString":"{}"}}]}}]"#,
            person.lsoa
        )
    };
    format!(
        r#"{{"resourceType":"Patient","id":"p{id}","extension":[{ethnicity}],"gender":"{}"{birth}{lsoa}}}"#,
        person.gender
    )
}

fn appointment(id: usize, status: &str, reason: &str) -> String {
    let reason = if reason.is_empty() {
        String::new()
    } else {
        format!(
            r#","cancelationReason":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason","code":"{reason}"}}]}}"#
        )
    };
    format!(
        r#"{{"resourceType":"Appointment","id":"a","status":"{status}"{reason},"start":"{START}T09:30:00+01:00","created":"{CREATED}","participant":[{{"actor":{{"reference":"Practitioner/9"}}}},{{"actor":{{"reference":"https://trust.example/fhir/Patient/p{id}"}}}}]}}"#
    )
}

fn export() -> (String, String) {
    let patients: Vec<String> = PEOPLE.iter().enumerate().map(|(id, person)| patient(id, person)).collect();
    let of = |(id, person): (usize, &Person)| -> Vec<String> {
        person.appointments.iter().map(|(status, reason)| appointment(id, status, reason)).collect()
    };
    let appointments: Vec<String> = PEOPLE.iter().enumerate().flat_map(of).collect();
    (patients.join("\n") + "\n", appointments.join("\r\n") + "\n\n")
}

fn table() -> String {
    let mut rows =
        "Appointment_Date | Attendance_Status | Booking_Date | Sex | Ethnic_Category | Age | LSOA_2011\n".to_owned();
    for person in &PEOPLE {
        let sex = match person.gender {
            "male" => "1",
            "female" => "2",
            "other" => "9",
            _ => "X",
        };
        let age = match person.birth {
            "1980-04-10" => "44",
            // The day before the ninth birthday.
            "2015-04-11" => "8",
            "1930-01-01" => "94",
            "1990-12-31" => "33",
            _ => "",
        };
        for (status, reason) in person.appointments {
            let attendance = match (*status, reason.get(..3)) {
                ("noshow", _) => "3",
                ("cancelled", Some("pat")) => "2",
                ("cancelled", _) => "4",
                ("booked", _) => "0",
                _ => "5",
            };
            rows += &[START, attendance, CREATED, sex, person.ethnicity, age, person.lsoa].join("|");
            rows += "\n";
        }
    }
    rows
}

const BY: [&str; 4] = ["sex", "ethnic_group", "age_band", "deprivation"];
const INDICATORS: [&str; 5] =
    ["did-not-attend", "was-not-brought", "cancelled-by-hospital", "cancelled-by-patient", "over-18-weeks"];

/// Name and bytes.
type File<'a> = (&'a str, &'a [u8]);

fn write(folder: &Path, files: &[File<'_>]) -> Vec<PathBuf> {
    let path = |(name, bytes): &File<'_>| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    files.iter().map(path).collect()
}

fn assert_same_counts(answer: &Answer, table: &Answer, how: &str) {
    assert_eq!(answer.equation(), table.equation(), "{how}");
    for indicator in INDICATORS {
        assert_eq!(answer.whole(indicator), table.whole(indicator), "{how}: {indicator}");
        for dimension in BY {
            let cells = |answer: &Answer| answer.cells(indicator, &[dimension]);
            assert_eq!(cells(answer), cells(table), "{how}: {indicator} by {dimension}");
        }
        let pair = ["sex", "ethnic_group"];
        assert_eq!(answer.cells(indicator, &pair), table.cells(indicator, &pair), "{how}: {indicator}");
    }
}

#[test]
fn the_same_people_give_the_same_cube_whichever_way_they_came_in() {
    let table = counted("sus-outpatient", &table(), &BY, &INDICATORS);
    assert_eq!(table.whole("did-not-attend"), (2, 4));
    assert_eq!(table.whole("was-not-brought"), (1, 2));
    let (patients, appointments) = export();
    let gz = |text: &str| {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text.as_bytes()).unwrap();
        gz.finish().unwrap()
    };
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("export/Appointment.ndjson", &appointments), ("export/Patient.ndjson", &patients)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let zip = zip.finish().unwrap().into_inner();
    let (patients_gz, appointments_gz) = (gz(&patients), gz(&appointments));
    let ways: [(&str, Vec<File<'_>>); 4] = [
        ("plain", vec![("Patient.ndjson", patients.as_bytes()), ("Appointment.ndjson", appointments.as_bytes())]),
        ("the other way round", vec![("b.jsonl", appointments.as_bytes()), ("c.jsonl", patients.as_bytes())]),
        ("gzip", vec![("Patient.ndjson.gz", &patients_gz), ("Appointment.ndjson.gz", &appointments_gz)]),
        ("zip", vec![("export.zip", &zip)]),
    ];
    for (how, files) in ways {
        let folder = tempfile::tempdir().unwrap();
        let paths = write(folder.path(), &files);
        let answer = count_files("fhir-appointments", &paths, &options(&BY, &INDICATORS)).unwrap();
        assert_same_counts(&answer, &table, how);
    }
}

fn message(files: &[File<'_>]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let paths = write(folder.path(), files);
    match open(&paths, &Limits::default()) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn bad_people_are_named_by_file_line_and_path() {
    let (patients, appointments) = export();
    let broken = |line: &str| format!("{patients}{line}\n");
    let twice = broken(patients.lines().next().unwrap());
    for (bad, parts) in [
        (
            broken("{\"resourceType\":\"Patient\",\"id\":7}"),
            &["Patient.ndjson, line 6", "`$.id` is not text", "Export it again"][..],
        ),
        (broken("{\"resourceType\":\"Patient\"}"), &["line 6", "`$.id` is missing"]),
        (broken("{\"resourceType\":\"Patient\",\"id\":\"secret\""), &["line 6", "ends in the middle"]),
        (broken("secret"), &["line 6", "not JSON"]),
        (broken("[1]"), &["line 6", "not an object"]),
        (broken("{\"resourceType\":\"Encounter\",\"id\":\"secret\"}"), &["line 6", "`$.resourceType`"]),
        (broken("{\"resourceType\":\"Patient\",\"id\":\"secret\",\"birthDate\":1980}"), &["line 6", "`$.birthDate`"]),
        (twice, &["line 6", "earlier line"]),
        (String::new(), &["Patient.ndjson", "empty"]),
        ("{}\n".to_owned(), &["line 1", "`$.resourceType` is missing"]),
    ] {
        let said = message(&[("Patient.ndjson", bad.as_bytes()), ("Appointment.ndjson", appointments.as_bytes())]);
        for part in parts {
            assert!(said.contains(part), "{said}\nlacks {part}");
        }
        assert!(!said.contains("secret"), "a person's value: {said}");
    }
    let said = message(&[("Appointment.ndjson", appointments.as_bytes())]);
    assert!(said.contains("Patient.ndjson"), "{said}");
    let said = message(&[("Patient.ndjson", patients.as_bytes())]);
    assert!(said.contains("Appointment.ndjson"), "{said}");
}

#[test]
fn bad_appointments_are_rejected_by_line_and_nothing_is_dropped() {
    let (patients, _) = export();
    let lines = [
        appointment(0, "noshow", ""),
        appointment(0, "someday", ""),
        appointment(0, "cancelled", "other"),
        appointment(0, "entered-in-error", ""),
        appointment(99, "noshow", ""),
        "{\"resourceType\":\"Appointment\",\"status\":\"noshow\",\"start\":\"2024-04-10\"}".to_owned(),
        "{\"resourceType\":\"Appointment\",\"status\":7}".to_owned(),
        "{\"resourceType\":\"Appointment\",\"status\":\"noshow\"}".to_owned(),
        "{\"resourceType\":\"Appointment\",\"status\":\"noshow\",\"start\":\"April\",\"participant\":[{\"actor\":{\"reference\":1}}]}".to_owned(),
        "nonsense".to_owned(),
    ];
    let folder = tempfile::tempdir().unwrap();
    let paths = write(
        folder.path(),
        &[
            ("Patient.ndjson", patients.as_bytes()),
            ("Appointment.ndjson", lines.join("\n").as_bytes()),
            ("Encounter.ndjson", b"{\"resourceType\":\"Encounter\"}\n"),
        ],
    );
    let answer = count_files("fhir-appointments", &paths, &options(&["sex"], &["did-not-attend"])).unwrap();
    assert_eq!(
        answer.equation(),
        "10 = 4 counted + 1 entered in error + 1 appointment_date: nothing recorded + 1 attendance: not a code of the list \
         `attendance` + 1 row: `$.participant[*].actor.reference` is not text + 1 row: `$.status` is not text + 1 row: the line is \
         not JSON: a FHIR export has one resource on each line"
    );
    assert_eq!(answer.whole("did-not-attend"), (3, 3));
    assert_eq!(answer.group("did-not-attend", "sex", "missing"), (2, 2), "of patients who are in none of the files");
    assert!(answer.rejects.iter().any(|own| own.starts_with("Appointment.ndjson,7,row,")), "{:?}", answer.rejects);
    assert!(answer.notes.iter().any(|note| note.contains("Encounter.ndjson")), "{:?}", answer.notes);
}

#[test]
fn part_of_a_date_of_birth_gives_no_age() {
    let folder = tempfile::tempdir().unwrap();
    let person = Person { gender: "male", ethnicity: "A", birth: "1980", lsoa: "", appointments: &[] };
    let lines = (patient(0, &person), appointment(0, "noshow", ""));
    let files = [("Patient.ndjson", lines.0.as_bytes()), ("Appointment.ndjson", lines.1.as_bytes())];
    let paths = write(folder.path(), &files);
    let answer = count_files("fhir-appointments", &paths, &options(&["age_band"], &["did-not-attend"])).unwrap();
    assert_eq!(answer.group("did-not-attend", "age_band", "invalid"), (1, 1));
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    gz.finish().unwrap()
}

#[test]
fn a_mark_at_the_beginning_changes_nothing() {
    let (patients, appointments) = export();
    let folder = tempfile::tempdir().unwrap();
    let (patients, appointments) = (format!("\u{feff}{patients}"), format!("\u{feff}{appointments}"));
    let files = [("Patient.ndjson", patients.as_bytes()), ("Appointment.ndjson", appointments.as_bytes())];
    let answer = count_files("fhir-appointments", &write(folder.path(), &files), &options(&BY, &INDICATORS)).unwrap();
    assert_same_counts(&answer, &counted("sus-outpatient", &table(), &BY, &INDICATORS), "with a mark");
}

#[test]
fn files_that_are_cut_or_have_another_name_are_named() {
    let (patients, appointments) = export();
    let (whole, cut) = (gzipped(&patients), gzipped(&appointments.repeat(50)));
    let said =
        message(&[("Patient.ndjson.gz", &whole[..whole.len() - 9]), ("Appointment.ndjson", appointments.as_bytes())]);
    assert!(said.contains("Patient.ndjson.gz") && said.contains("Copy it again"), "{said}");
    // Its beginning can be read, so that the damage shows only while it is counted.
    let folder = tempfile::tempdir().unwrap();
    let files = [("Patient.ndjson", patients.as_bytes()), ("Appointment.ndjson.gz", &cut[..cut.len() - 9])];
    let paths = write(folder.path(), &files);
    let said = count_files("fhir-appointments", &paths, &options(&[], &[])).map(|_| ()).unwrap_err().to_string();
    assert!(said.contains("Appointment.ndjson.gz") && said.contains("Copy it again"), "{said}");
    for name in ["Patient.json", "Patient.csv", "Patient.txt"] {
        let said = message(&[(name, patients.as_bytes()), ("Appointment.ndjson", appointments.as_bytes())]);
        assert!(said.contains(name) && said.contains("it holds JSON") && said.contains(".ndjson"), "{said}");
        assert!(!said.contains("birthDate") && !said.contains("1980"), "a person's value: {said}");
    }
}

#[test]
fn a_line_without_end_is_refused_with_its_number() {
    let (patients, appointments) = export();
    let limits = Limits { record_bytes: 4 << 10, ..Limits::default() };
    let folder = tempfile::tempdir().unwrap();
    let long = format!("{patients}{}\n", "x".repeat(5 << 10));
    let files = [("Patient.ndjson", long.as_bytes()), ("Appointment.ndjson", appointments.as_bytes())];
    let Err(error) = open(&write(folder.path(), &files), &limits) else { panic!("it was opened") };
    let said = error.to_string();
    assert!(said.contains("Patient.ndjson, line 6") && said.contains("4 KiB"), "{said}");
}
