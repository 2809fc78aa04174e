//! Files with bytes changed at random: whatever stands in them, nothing panics, and every row is accounted for.

use std::path::PathBuf;

use evenly_extract::checks::RejectsFile;
use evenly_extract::count::count;
use evenly_extract::engine::InProcess;
use evenly_extract::profile::Profile;
use evenly_extract::readers::{Limits, open};
use proptest::prelude::*;

use crate::support::{Quiet, options};

const TABLE: &str = "Appointment_Date,Attendance_Status,Ethnic_Category,Sex,Age_at_CDS_Activity_Date,Der_Pseudo_NHS_Number\n\
    2024-04-01,5,A,1,40,p1\n2024-04-02,3,N,2,7,p2\n2024-04-03,5,\"H\",1,120,p3\n2024-04-04,2,99,9,33,p4\n2024-04-05,3,Z,2,,p5\n";

const PATIENTS: &str = concat!(
    r#"{"resourceType":"Patient","id":"p1","gender":"male","birthDate":"1980-01-01"}"#,
    "\n",
    r#"{"resourceType":"Patient","id":"p2","gender":"female","birthDate":"2015","communication":[{"language":{"text":"pl"}}]}"#,
    "\n",
);

const APPOINTMENTS: &str = concat!(
    r#"{"resourceType":"Appointment","id":"a1","status":"noshow","start":"2024-04-10T09:00:00Z","participant":[{"actor":{"reference":"Patient/p1"}}]}"#,
    "\n",
    r#"{"resourceType":"Appointment","id":"a2","status":"cancelled","cancelationReason":{"coding":[{"code":"pat-fb"}]},"start":"2024-04-11","participant":[{"actor":{"reference":"Patient/p2"}}]}"#,
    "\n",
    r#"{"resourceType":"Appointment","id":"a3","status":"fulfilled","start":"2024-04-12T10:00:00+01:00","participant":[]}"#,
    "\n",
);

/// A change of some bytes.
#[derive(Clone, Debug)]
enum Change {
    Set(usize, u8),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    Repeat(usize, usize),
    Cut(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<usize>;
    // Bytes that mean something to a reader come more often.
    let byte = prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'{'), Just(b'}'), Just(0), any::<u8>()];
    let bytes = prop::collection::vec(byte.clone(), 1..8);
    prop_oneof![
        4 => (place(), byte).prop_map(|(at, byte)| Change::Set(at, byte)),
        2 => (place(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        2 => (place(), 1_usize..40).prop_map(|(at, length)| Change::Remove(at, length)),
        1 => (place(), 1_usize..200).prop_map(|(at, length)| Change::Repeat(at, length)),
        1 => place().prop_map(Change::Cut),
    ]
}

fn changed(text: &str, changes: &[Change]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let length = bytes.len();
        let at = |place: &usize| place % length;
        match change {
            Change::Set(place, byte) => bytes[at(place)] = *byte,
            Change::Insert(place, more) => drop(bytes.splice(at(place)..at(place), more.iter().copied())),
            Change::Remove(place, count) => drop(bytes.drain(at(place)..(at(place) + count).min(length))),
            Change::Repeat(place, count) => {
                let piece = bytes[at(place)..(at(place) + count).min(length)].to_vec();
                bytes.splice(at(place)..at(place), piece);
            }
            Change::Cut(place) => bytes.truncate(at(place)),
        }
    }
    bytes
}

/// Counts the files: an error must say something, an answer must account for every row and write every reject down.
fn accounted_for(profile: &str, files: &[(&str, Vec<u8>)]) {
    let folder = tempfile::tempdir().unwrap();
    let write = |(name, bytes): &(&str, Vec<u8>)| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let paths: Vec<PathBuf> = files.iter().map(write).collect();
    let profile = Profile::load(profile, &[]).unwrap();
    let extract = match open(&paths, &Limits::default()) {
        Ok(extract) => extract,
        Err(error) => {
            let said = error.to_string();
            assert!(files.iter().any(|(name, _)| said.contains(name)), "no file is named: {said}");
            return;
        }
    };
    let rejects = RejectsFile::new(Vec::new()).unwrap();
    let Ok(counted) =
        count(&profile, &extract, &options(&[], &["did-not-attend"]), &InProcess::new(2), &rejects, &Quiet)
    else {
        return;
    };
    assert!(counted.rows.balances(), "{:?}", counted.rows);
    let written = rejects.finish().unwrap();
    let lines = csv::ReaderBuilder::new().from_reader(&written[..]).records().count() as u64;
    assert_eq!(lines, counted.rows.rejected_rows(), "{:?}", counted.rows);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_table_with_changed_bytes(changes in prop::collection::vec(change(), 1..5)) {
        accounted_for("sus-outpatient", &[("table.csv", changed(TABLE, &changes))]);
    }

    #[test]
    fn an_export_with_changed_bytes(
        patients in prop::collection::vec(change(), 0..3),
        appointments in prop::collection::vec(change(), 0..4),
    ) {
        accounted_for(
            "fhir-appointments",
            &[
                ("Patient.ndjson", changed(PATIENTS, &patients)),
                ("Appointment.ndjson", changed(APPOINTMENTS, &appointments)),
            ],
        );
    }
}
