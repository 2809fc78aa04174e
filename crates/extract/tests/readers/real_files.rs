//! Real files with their real quirks, where the reference data is there.

use evenly_extract::readers::{Limits, Raw, open};

use crate::table::{date, identifier, open_and_read, read, shared, text, whole};

#[test]
fn vitoria_straight_from_the_zip() {
    let Some(path) = shared("noshow-vitoria-2016/KaggleV2-May-2016.csv.zip") else { return };
    let iso = ["%Y-%m-%dT%H:%M:%SZ"];
    let columns = [
        identifier("PatientId"),
        date("ScheduledDay", &iso),
        date("AppointmentDay", &iso),
        whole("Age"),
        text("Neighbourhood"),
        text("Scholarship"),
        text("No-show"),
    ];
    let table = open_and_read(&[path], &Limits::default(), &columns).unwrap();
    assert_eq!((table.rows.len(), table.broken.len()), (110_527, 0));
    let count = |column: usize, value: &Raw| table.rows.iter().filter(|(_, row)| row[column] == *value).count();
    assert_eq!(count(0, &Raw::Text("unusual".into())), 5);
    assert_eq!(count(3, &Raw::Whole(-1)), 1);
    assert_eq!(count(3, &Raw::Whole(0)), 3_539);
    assert_eq!(count(6, &Raw::Text("Yes".into())), 22_319);
    let early = table.rows.iter().filter(|(_, row)| match (&row[1], &row[2]) {
        (Raw::Day(booked), Raw::Day(appointment)) => appointment < booked,
        other => panic!("a date that cannot be read: {other:?}"),
    });
    assert_eq!(early.count(), 5);
    let mut places = table.texts(4);
    places.sort();
    places.dedup();
    assert_eq!(places.len(), 81);
    assert!(places.iter().any(|place| place == "SANTO ANDRÉ"));
}

#[test]
fn the_staff_survey_and_the_vaccine_table() {
    if let Some(path) = shared("workforce/nhs_staff_survey_trust_2021_2024.csv") {
        let table = open_and_read(&[path], &Limits::default(), &[text("ods_code"), whole("YEAR")]).unwrap();
        assert_eq!((table.rows.len(), table.broken.len()), (1_075, 0));
    }
    if let Some(path) = shared("covid-vaccine-opensafely/coverage_by_group_tidy.csv") {
        let table = open_and_read(&[path], &Limits::default(), &[text("group"), whole("given_n"), whole("eligible_n")])
            .unwrap();
        assert_eq!((table.rows.len(), table.broken.len()), (1_786, 0));
        assert!(table.column(1).iter().all(|n| matches!(n, Raw::Whole(n) if n % 7 == 0)));
    }
}

#[test]
fn outpatient_tables_as_csv_and_as_workbooks() {
    if let Some(path) = shared("hes-outpatient/hosp-epis-stat-outp-imd-dec-2024-25-tab.xlsx") {
        let extract = open(&[path], &Limits::default()).unwrap();
        let headers = &extract.files[0].headers;
        assert!(headers.len() > 2 && headers.iter().all(|h| !h.contains('\u{a0}')), "{headers:?}");
        let table = read(&extract, &[text(&headers[0]), whole(&headers[1])]).unwrap();
        let deciles = table.texts(0);
        assert!(deciles.iter().any(|d| d.to_lowercase().contains("most deprived 10%")), "{deciles:?}");
        assert!(table.column(1).contains(&Raw::Whole(113_225_153)), "the total row");
    }
    if let Some(path) = shared("hes-outpatient/hosp-epis-stat-outp-all-atte-2024-25-tab.xlsx") {
        let extract = open(&[path], &Limits::default()).unwrap();
        assert!(!extract.files[0].name.to_lowercase().contains("introduction"), "{}", extract.files[0].name);
    }
    if let Some(path) = shared("hes-outpatient/hosp-epis-stat-outp-eth-imd-dec-2023-24-data.csv") {
        let table = open_and_read(&[path], &Limits::default(), &[whole("MEASURE_VALUE")]).unwrap();
        assert!(table.column(0).contains(&Raw::Whole(104_634_817)), "104634817.0 is a whole number");
    }
}
