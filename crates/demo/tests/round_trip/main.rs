//! Every kind of extract of the made-up trust gives the same exact cube whichever way it comes in.

mod cube;
mod fhir;
mod forms;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cube::{Counted, count, options};
use evenly_demo::{READ_BY, Scenario, Settings, Unwatched, generate};
use evenly_extract::count::CountOptions;
use evenly_extract::profile::Profile;
use forms::Table;
use tempfile::TempDir;

/// Profiles that read what others publish: a trust has no system that such a table comes from.
const PUBLISHED: [&str; 3] = ["gp-appointments", "grouped-table", "vitoria-noshow"];

/// Profiles whose extract is made here out of the outpatient one.
const MADE_HERE: [&str; 2] = ["hes-outpatient", "fhir-appointments"];

/// Rows of the less usual kinds of text.
const TEXT_ROWS: usize = 5_000;

/// Rows of a workbook: people send small ones.
const SHEET_ROWS: usize = 1_500;

static TRUST: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings { scenario: Scenario::Default, seed: 11, people: 5_000 };
    generate(&settings, folder.path(), &Unwatched).expect("a trust");
    folder
});

fn extract(name: &str) -> PathBuf {
    TRUST.path().join(format!("extracts/{name}.parquet"))
}

#[test]
fn every_shipped_profile_has_its_extract() {
    let shipped: BTreeSet<String> = Profile::shipped().expect("profiles").into_iter().map(|own| own.id).collect();
    let read = READ_BY.iter().map(|(_, profile)| *profile).chain(MADE_HERE).chain(PUBLISHED);
    assert_eq!(shipped, read.map(str::to_owned).collect());
}

#[test]
fn every_extract_gives_the_same_cube_as_parquet_as_text_and_packed() {
    for (name, profile) in READ_BY {
        let own = count(profile, &[extract(name)], &options());
        assert!(own.rows.0 > 100 && !own.cells.is_empty(), "{name}: {:?}", own.rows);
        let table = Table::read(&extract(name));
        let folder = tempfile::tempdir().expect("a folder");
        let halves = forms::halves(&table, folder.path());
        own.assert_same(&count(profile, &halves, &options()), &format!("{name} in two files"));
        let table = table.first(TEXT_ROWS);
        let own = count(profile, &[forms::text(&table, folder.path())], &options());
        for (form, path) in forms::texts(&table, folder.path()) {
            own.assert_same(&count(profile, &[path], &options()), &format!("{name} as {form}"));
        }
    }
}

#[test]
fn every_extract_gives_the_same_cube_as_a_workbook() {
    for (name, profile) in READ_BY {
        let table = Table::read(&extract(name)).first(SHEET_ROWS);
        let folder = tempfile::tempdir().expect("a folder");
        let text = forms::text(&table, folder.path());
        let sheet = forms::workbook(&table, folder.path());
        let own = count(profile, &[text], &options());
        own.assert_same(&count(profile, &[sheet], &options()), &format!("{name} as a workbook"));
    }
}

#[test]
fn outpatients_give_the_same_cube_under_the_names_of_hes() {
    // HES does not say how far people live from where they are seen.
    let by = Profile::load("hes-outpatient", &[]).expect("a profile").dimensions;
    let chosen = CountOptions { by: Some(by), ..options() };
    let own = count("sus-outpatient", &[extract("outpatients")], &chosen);
    let names = [
        ("Der_Pseudo_NHS_Number", "encrypted_hesid"),
        ("Provider_Code", "procode3"),
        ("Site_Code_of_Treatment", "sitetret"),
        ("Appointment_Date", "apptdate"),
        ("Booking_Date", "reqdate"),
        ("Attendance_Status", "attended"),
        ("First_Attendance", "firstatt"),
        ("Outcome_of_Attendance", "outcome"),
        ("Age_at_CDS_Activity_Date", "apptage"),
        ("Sex", "sex"),
        ("Ethnic_Category", "ethnos"),
        ("Der_Postcode_LSOA_2021_Code", "lsoa21"),
        ("Treatment_Function_Code", "tretspef"),
    ];
    let table = Table::read(&extract("outpatients")).renamed(&names);
    let folder = tempfile::tempdir().expect("a folder");
    let hes = count("hes-outpatient", &[forms::text(&table, folder.path())], &chosen);
    own.assert_same(&hes, "HES");
}

#[test]
fn outpatients_give_the_same_cube_as_a_fhir_export() {
    let table = fhir::what_fhir_can_say(&Table::read(&extract("outpatients")));
    let folder = tempfile::tempdir().expect("a folder");
    let chosen = fhir::options();
    let own = count("sus-outpatient", &[forms::text(&table, folder.path())], &chosen);
    let export = fhir::export(&table);
    for (form, paths) in export.written(folder.path()) {
        own.assert_same(&count("fhir-appointments", &paths, &chosen), &format!("FHIR, {form}"));
    }
}

impl Counted {
    fn assert_same(&self, other: &Self, how: &str) {
        assert_eq!(self.rows, other.rows, "{how}");
        if self.cells != other.cells {
            let lacks = self.cells.iter().find(|(key, count)| other.cells.get(*key) != Some(count));
            let more = other.cells.iter().find(|(key, count)| self.cells.get(*key) != Some(count));
            panic!("{how}: {} and {} cells; {lacks:?} against {more:?}", self.cells.len(), other.cells.len());
        }
    }
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) -> PathBuf {
    std::fs::write(path, bytes).expect("a file");
    path.to_owned()
}
