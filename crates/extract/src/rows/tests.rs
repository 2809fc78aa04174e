//! Rows are those that counting counts, and identifiers stay behind.

use std::fs;

use evenly_cube::Condition;

use super::{RowsWanted, UNKNOWN, rows};
use crate::engine::Progress;
use crate::profile::Profile;
use crate::readers::{Limits, open};

struct Quiet;

impl Progress for Quiet {
    fn rows(&self, _: u64) {}
    fn cancelled(&self) -> bool {
        false
    }
}

const FILE: &str = "PatientId,Gender,ScheduledDay,AppointmentDay,Age,Neighbourhood,No-show
111,F,2016-04-20T18:38:08Z,2016-04-29T00:00:00Z,62,CENTRO,No
222,M,2016-04-29T00:00:00Z,2016-04-29T00:00:00Z,40,CENTRO,Yes
111,F,2016-05-03T07:00:00Z,2016-05-02T00:00:00Z,62,CENTRO,Yes
,F,2016-05-01T10:00:00Z,2016-05-04T00:00:00Z,8,,No
333,F,2016-05-01T10:00:00Z,2016-05-04T00:00:00Z,,CENTRO,No
222,M,2016-05-01T23:59:00Z,2016-05-04T00:00:00Z,41,CENTRO,
";

#[test]
fn rows_that_count_become_columns_and_people_become_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("appointments.csv");
    fs::write(&path, FILE).unwrap();
    let profile = Profile::load("vitoria-noshow", &[]).unwrap();
    let extract = open(&[path], &Limits::default()).unwrap();
    let missed = Condition::parse("attendance = '3' AND lead_days >= 0").unwrap();
    let wanted = RowsWanted {
        fields: &["lead_days", "neighbourhood", "no_such_field"],
        conditions: &[&missed],
        hours: &["booking_date"],
        dimensions: &["age_band", "sex", "no_such_dimension"],
        person: "person",
        ..RowsWanted::default()
    };
    let table = rows(&profile, &extract, &wanted, &Quiet).unwrap();
    // One appointment before its booking is left out; one without an age and one without attendance are rejected.
    assert_eq!(table.count, 3);
    assert_eq!(table.people, [0, 1, UNKNOWN]);
    assert_eq!(table.people_count(), 2);
    assert_eq!(table.numbers("lead_days").unwrap(), [9.0, 0.0, 3.0]);
    assert_eq!(table.hours["booking_date"], [18, UNKNOWN, 10]);
    assert_eq!(table.ask(&missed), [Some(false), Some(true), Some(false)]);
    assert_eq!(table.groups.len(), 2);
    assert_eq!(table.equation.read, 6);
    assert_eq!(table.equation.rejected_rows(), 2);
    assert_eq!(table.equation.excluded_rows(), 1);
    assert!(table.has("neighbourhood") && !table.has("no_such_field"));
}

#[test]
fn what_is_not_known_yet_may_be_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("appointments.csv");
    fs::write(&path, FILE).unwrap();
    let profile = Profile::load("vitoria-noshow", &[]).unwrap();
    let extract = open(&[path], &Limits::default()).unwrap();
    let wanted = RowsWanted { person: "person", may_be_empty: &["attendance"], ..RowsWanted::default() };
    assert_eq!(rows(&profile, &extract, &wanted, &Quiet).unwrap().count, 4);
    let wanted = RowsWanted { person: "nobody", ..RowsWanted::default() };
    assert!(rows(&profile, &extract, &wanted, &Quiet).is_err_and(|error| error.to_string().contains("`nobody`")));
}
