//! One ethnic category for each person: the published rules over the records of several extracts.

use evenly_cube::{Policy, Views};
use evenly_extract::checks::NoRejects;
use evenly_extract::codes::CodeList;
use evenly_extract::count::{CountOptions, CountedExtract, ExtractError, count};
use evenly_extract::derive::ethnic_group::EthnicStyle;
use evenly_extract::engine::InProcess;
use evenly_extract::ethnicity::{Choice, EthnicityField, EthnicityRule, People, Source, conflicts};
use evenly_extract::profile::{Profile, shipped_list};
use evenly_extract::readers::{Extract, Limits, open};

use crate::support::{Quiet, options, with_file};

/// a: twice White British, once Indian. b: as often Pakistani as Indian, Indian later, Pakistani as an inpatient the same day.
/// c: Other most often, then Chinese. d: declined, then not asked. e: nothing but a code that is none. f: one, and one gap.
const OUTPATIENTS: &str = "
    Appointment_Date | Attendance_Status | Ethnic_Category | Der_Pseudo_NHS_Number
    2024-01-01       | 3                 | A               | a
    2024-01-02       | 5                 | A1              | a
    2024-03-01       | 5                 | H               | a
    2024-02-01       | 5                 | H               | b
    2024-01-01       | 5                 | S               | c
    2024-01-02       | 3                 | S               | c
    2024-01-03       | 5                 | R               | c
    2024-01-01       | 5                 | Z               | d
    2024-01-01       | 3                 | 99              | d
    2024-01-01       | 5                 | I               | e
    2024-01-01       | 5                 | N               | f
    2024-01-01       | 3                 | 99              | f
    2024-01-01       | 5                 | N               |
";

const SPELLS: &str = "
    Admission_Date | Admission_Method | Ethnic_Group | Der_Pseudo_NHS_Number
    2024-02-01     | 11               | J            | b
    2023-05-05     | 21               | H            | g
";

fn list() -> CodeList {
    shipped_list("ethnic-category").unwrap().unwrap()
}

/// Opens both extracts and hands everybody in them to `with`.
fn everybody<T>(with: impl FnOnce(&Profile, &Extract, &People) -> T) -> T {
    with_file(OUTPATIENTS, |outpatients| {
        with_file(SPELLS, |spells| {
            let opened = |path: &std::path::Path| open(&[path.to_path_buf()], &Limits::default()).unwrap();
            let profiles = ["sus-outpatient", "apc"].map(|id| Profile::load(id, &[]).unwrap());
            let extracts = [opened(outpatients), opened(spells)];
            let sources: Vec<Source<'_>> =
                profiles.iter().zip(&extracts).map(|(profile, extract)| Source { profile, extract }).collect();
            let people = People::read(&sources, &Quiet).unwrap();
            with(&profiles[0], &extracts[0], &people)
        })
    })
}

fn counted(profile: &Profile, extract: &Extract, options: &CountOptions) -> CountedExtract {
    count(profile, extract, options, &InProcess::new(2), &NoRejects, &Quiet).unwrap()
}

/// Groups that occur: id and denominator of did-not-attend.
fn groups(counted: &CountedExtract, dimension: &str) -> Vec<(String, u64)> {
    let views = Views { period: None, by: vec![dimension.to_owned()], pairs: Vec::new(), change: None };
    let release = counted.cube.release(&Policy::shipped("none-synthetic").unwrap(), &views).unwrap();
    let groups = &release.dimension(dimension).unwrap().groups;
    let table = release.indicators[0].table(&[dimension]).unwrap();
    table.cells.iter().map(|cell| (groups[cell.groups[0]].id.clone(), cell.denominator.shown().unwrap())).collect()
}

#[test]
fn every_row_has_the_category_of_its_person() {
    everybody(|profile, extract, people| {
        assert_eq!(people.count(), 7);
        let by = |rule| {
            let ethnicity = vec![EthnicityField::instead(Choice::new(rule, people))];
            let options = CountOptions { ethnicity, ..options(&["ethnicity"], &["did-not-attend"]) };
            groups(&counted(profile, extract, &options), "ethnicity")
        };
        let expected = |groups: &[(&str, u64)]| -> Vec<(String, u64)> {
            groups.iter().map(|(id, rows)| ((*id).to_owned(), *rows)).collect()
        };
        // b has H and J once each on the same day: the first in the alphabet, and that of the inpatient record.
        let opensafely = [("A", 3), ("H", 1), ("N", 2), ("S", 3), ("not-stated", 2), ("missing", 1), ("invalid", 1)];
        assert_eq!(by(EthnicityRule::OpenSafely), expected(&opensafely));
        let chime = [("A", 3), ("J", 1), ("N", 2), ("R", 3), ("not-stated", 2), ("missing", 1), ("invalid", 1)];
        assert_eq!(by(EthnicityRule::Chime), expected(&chime));
    });
}

#[test]
fn what_rows_record_stays_to_be_seen_beside_it() {
    everybody(|profile, extract, people| {
        let ethnicity = vec![EthnicityField::instead(Choice::new(EthnicityRule::Chime, people))];
        let by = ["ethnic_group", "ethnic_group_recorded"];
        let counted = counted(profile, extract, &CountOptions { ethnicity, ..options(&by, &["did-not-attend"]) });
        assert!(counted.notes.iter().any(|note| note.contains("CHIME")), "{:?}", counted.notes);
        let asian = |dimension: &str| groups(&counted, dimension).into_iter().find(|(id, _)| id == "asian").unwrap().1;
        assert_eq!((asian("ethnic_group"), asian("ethnic_group_recorded")), (4, 3));
    });
}

#[test]
fn people_whose_records_disagree_are_counted() {
    everybody(|_, _, people| {
        let cube = conflicts(people, &list(), EthnicStyle::Census2021).unwrap();
        let by = ["ethnicity_opensafely", "ethnicity_chime", "ethnic_group_opensafely", "ethnic_group_chime"];
        let views = Views { period: None, by: by.map(str::to_owned).into(), pairs: Vec::new(), change: None };
        let release = cube.release(&Policy::shipped("none-synthetic").unwrap(), &views).unwrap();
        let whole: Vec<(&str, u64, u64)> = release
            .indicators
            .iter()
            .map(|own| {
                let cell = &own.table(&[]).unwrap().cells[0];
                let (top, bottom) = (cell.numerator.shown().unwrap(), cell.denominator.shown().unwrap());
                (own.definition.id.as_str(), top, bottom)
            })
            .collect();
        assert_eq!(
            whole,
            [
                ("people-with-category", 5, 7),
                ("categories-differ", 3, 5),
                // Indian and Pakistani are one group; White and Indian, Other and Chinese are not.
                ("groups-differ", 2, 5),
                ("gaps-filled", 1, 5),
                ("rules-differ-in-category", 2, 5),
                ("rules-differ-in-group", 1, 5),
            ]
        );
        let table = release.indicators[0].table(&["ethnic_group_chime"]).unwrap();
        let groups = &release.dimension("ethnic_group_chime").unwrap().groups;
        let people: Vec<(&str, u64)> = table
            .cells
            .iter()
            .map(|cell| (groups[cell.groups[0]].id.as_str(), cell.denominator.shown().unwrap()))
            .collect();
        assert_eq!(people, [("white", 1), ("asian", 3), ("black", 1), ("not-stated", 1), ("invalid", 1)]);
    });
}

#[test]
fn what_a_rule_needs_and_lacks_is_named() {
    let refused = |profile: &str, table: &str| {
        with_file(table, |path| {
            let profile = Profile::load(profile, &[]).unwrap();
            let extract = open(&[path.to_path_buf()], &Limits::default()).unwrap();
            let read = People::read(&[Source { profile: &profile, extract: &extract }], &Quiet);
            read.map(|_| ()).map_err(|error: ExtractError| error.to_string()).unwrap_err()
        })
    };
    let nobody = "Appointment_Date|Attendance_Status|Ethnic_Category\n2024-01-01|5|A";
    let said = refused("sus-outpatient", nobody);
    assert!(said.contains("table.csv") && said.contains("`person`"), "{said}");
    let unasked = "Appointment_Date|Attendance_Status|Der_Pseudo_NHS_Number\n2024-01-01|5|a";
    let said = refused("sus-outpatient", unasked);
    assert!(said.contains("`ethnicity`") && !said.contains("`person`"), "{said}");
    let other = "FFT_Response|Response_Date\n1|2024-01-01";
    let said = refused("friends-and-family", other);
    assert!(said.contains("admitted, emergency and outpatient") && said.contains("`care`"), "{said}");
}
