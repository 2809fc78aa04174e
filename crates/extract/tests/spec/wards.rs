//! Wards from small areas: those that occur, asked for besides the profile's own dimensions.

use evenly_extract::count::{CountOptions, ExtractError};

use crate::support::{Answer, count_files, options, with_file};

fn by_ward(table: &str, by: &[&str], also: &[&str]) -> Result<Answer, ExtractError> {
    let also_by = also.iter().map(|own| (*own).to_owned()).collect();
    let options = CountOptions { also_by, ..options(by, &["did-not-attend"]) };
    with_file(table, |path| count_files("sus-outpatient", &[path.to_owned()], &options))
}

fn areas(codes: impl Iterator<Item = u32>) -> String {
    let lines = codes.map(|own| format!("5|2025-04-01|E{own:08}\n"));
    std::iter::once("Attendance_Status|Appointment_Date|LSOA21\n".to_owned()).chain(lines).collect()
}

#[test]
fn people_of_small_areas_are_counted_by_the_ward_they_lie_in() {
    // Two areas of Aldersgate in the City of London, one of Jaywick, and one in Wales.
    let table = "Attendance_Status|Appointment_Date|LSOA21
        3|2025-04-01|E01000001
        5|2025-04-01|E01000001
        5|2025-04-02|E01021988
        5|2025-04-02|W01000001";
    let answer = by_ward(table, &[], &["ward"]).unwrap();
    let dimension = answer.release.dimensions.iter().find(|own| own.id == "ward").expect("wards");
    let labels: Vec<&str> = dimension.known().map(|own| dimension.groups[own].label.as_str()).collect();
    assert_eq!(labels, ["Aldersgate", "West Clacton & Jaywick Sands"]);
    assert_eq!(answer.group("did-not-attend", "ward", "E05009288"), (1, 2));
    assert_eq!(answer.group("did-not-attend", "ward", "not-known"), (0, 1));
}

#[test]
fn too_many_wards_are_left_out_with_a_note_or_refused_where_they_were_named() {
    // Every twelfth of the country's first six thousand areas.
    let table = areas((1_000_001..1_006_000).step_by(6));
    let answer = by_ward(&table, &[], &["ward"]).unwrap();
    assert!(answer.release.dimensions.iter().all(|own| own.id != "ward"));
    assert!(answer.notes.iter().any(|own| own.contains("no breakdown by ward: it has more than 400 groups")));
    let refused = by_ward(&table, &["ward"], &[]).err().expect("too many").to_string();
    assert!(refused.contains("ward") && refused.contains("400"), "{refused}");
}

#[test]
fn without_small_areas_a_note_says_that_there_are_no_wards() {
    let answer = by_ward("Attendance_Status|Appointment_Date|Sex\n5|2025-04-01|1", &["sex"], &["ward"]).unwrap();
    assert!(answer.notes.iter().any(|own| own.contains("no breakdown by ward: the extract has no column for it")));
}
