//! Drafting a profile from a file's header and values, for an analyst to finish.

mod look;
mod write;

use std::collections::HashMap;
use std::path::Path;

use jiff::civil::Date;

use self::look::Look;
use crate::readers::{Chunk, ColumnKind, ColumnRequest, Limits, Raw, ReadError, open};

/// Rows looked at.
const ROWS: usize = 100_000;

/// What was seen in one column.
pub(super) struct Seen {
    /// The header.
    pub header: String,
    /// Rows with nothing there.
    pub missing: usize,
    /// Rows by value.
    pub values: HashMap<String, usize>,
}

/// Drafts a profile, as TOML, from the header and the first rows of a file (or folder or archive). `today` goes into it.
///
/// Everything that was guessed is marked `CHECK`. Values are written down only where a column has a few that each occur
/// often, so that no person's value gets into the profile.
pub fn draft(path: &Path, today: Date) -> Result<String, ReadError> {
    let columns = seen(path)?;
    let looks: Vec<Look> = look::at_all(&columns);
    let id = path.file_stem().map_or_else(|| "draft".into(), |stem| identifier(&stem.to_string_lossy(), '-'));
    Ok(write::profile(
        &id,
        &crate::readers::clean(&path.file_name().unwrap_or_default().to_string_lossy()),
        today,
        &columns,
        &looks,
    ))
}

/// The columns of the first file and what its first rows hold.
fn seen(path: &Path) -> Result<Vec<Seen>, ReadError> {
    let extract = open(&[path.to_path_buf()], &Limits::default())?;
    let headers = extract.files.first().map_or(&[][..], |file| &file.headers);
    let mut columns: Vec<Seen> = headers
        .iter()
        .enumerate()
        // A header that stands twice cannot be asked for, and one without a name neither.
        .filter(|(_, header)| !header.is_empty() && headers.iter().filter(|other| other == header).count() == 1)
        .map(|(_, header)| Seen { header: header.clone(), missing: 0, values: HashMap::new() })
        .collect();
    let request = |seen: &Seen| ColumnRequest {
        header: seen.header.clone(),
        kind: ColumnKind::Text,
        missing: ["null".to_owned(), "n/a".to_owned()].into(),
    };
    let requests: Vec<ColumnRequest> = columns.iter().map(request).collect();
    let first = extract.files.first().map(|file| file.name.clone());
    let mut rows = 0;
    for unit in extract.units.iter().filter(|unit| Some(unit.file()) == first.as_deref()) {
        let mut reader = unit.open(&requests)?;
        let mut chunk = Chunk::default();
        while rows < ROWS && reader.next_chunk(&mut chunk)? {
            rows += chunk.rows;
            for (position, column) in columns.iter_mut().enumerate() {
                let mut counts = vec![0; reader.values(position).len()];
                chunk.columns[position].iter().for_each(|id| counts[*id as usize] += 1);
                for (value, count) in reader.values(position).iter().zip(counts).filter(|(_, count)| *count > 0) {
                    match value {
                        Raw::Text(text) => *column.values.entry(text.to_string()).or_default() += count,
                        _ => column.missing += count,
                    }
                }
            }
        }
        if rows >= ROWS {
            break;
        }
    }
    Ok(columns)
}

/// A name of lower-case letters, digits and `between`.
pub(super) fn identifier(text: &str, between: char) -> String {
    let mut name = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with(between) {
            name.push(between);
        }
    }
    let name = name.trim_end_matches(between);
    if name.is_empty() { "field".into() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{FieldType, Profile};
    use proptest::prelude::*;

    fn drafted(text: &str) -> (String, Profile) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("My Trust.csv");
        std::fs::write(&path, text).unwrap();
        let toml = draft(&path, jiff::civil::date(2026, 11, 23)).unwrap();
        let profile = Profile::parse("draft", &toml).unwrap_or_else(|error| panic!("{error}\n{toml}"));
        (toml, profile)
    }

    /// A file with every kind of column that a draft knows.
    fn appointments() -> String {
        let mut text = "Pseudo NHS Number,Appt_Date,Date Booked,Attended,Sex,Ethnic Category,LSOA11,IMD04_DECILE,APPTAGE,Clinic type,Comment,,Month\n".to_owned();
        for row in 0..400 {
            let sex = ["1", "2"][row % 2];
            let ethnic = ["A", "A1", "Z", "99", "H"][row % 5];
            let decile = ["Most deprived 10%", "Less deprived 40-50%", "Least deprived 10%"][row % 3];
            let attended = ["5", "6", "3", "2"][row % 4];
            let age = if row == 7 { 7001 } else { row % 90 };
            let clinic = ["Face to face", "Telephone \"call\""][row % 2].replace('"', "\"\"");
            text.extend([format!(
                "ab{row:06},{:02}/03/2024,2024-02-{:02},{attended},{sex},{ethnic},E0100{row:04},{decile},{age},\"{clinic}\",said {row} things,,MAR2024\n",
                row % 28 + 1, row % 28 + 1,
            )]);
        }
        text
    }

    #[test]
    fn known_columns_are_recognised() {
        let (toml, profile) = drafted(&appointments());
        let kind = |name: &str| profile.fields.get(name).map(|field| field.kind);
        assert_eq!(kind("attendance"), Some(FieldType::Code), "{toml}");
        assert_eq!(kind("appointment_date"), Some(FieldType::Date));
        assert_eq!(profile.fields["appointment_date"].formats, ["%d/%m/%Y"]);
        assert_eq!(profile.fields["booking_date"].formats, ["%Y-%m-%d"]);
        assert_eq!(kind("lead_days"), Some(FieldType::DaysBetween));
        assert_eq!(kind("sex"), Some(FieldType::Code));
        assert_eq!(kind("ethnicity"), Some(FieldType::Code));
        assert_eq!((kind("lsoa"), kind("deprivation_text")), (Some(FieldType::Text), Some(FieldType::Text)));
        assert_eq!(kind("age"), Some(FieldType::Whole));
        assert_eq!(profile.fields["age"].recoded(7001), 0);
        assert_eq!(kind("pseudo_nhs_number"), Some(FieldType::Identifier));
        assert_eq!(kind("clinic_type"), Some(FieldType::Code));
        assert_eq!(kind("month"), Some(FieldType::Month));
        assert_eq!(kind("comment"), None, "free text is left out");
        assert_eq!(profile.period.as_ref().map(|p| p.field.as_str()), Some("appointment_date"));
        assert_eq!(profile.id, "my-trust");
        assert!(!toml.contains("ab000001") && !toml.contains("said 3 things"), "no person's value");
    }

    #[test]
    fn yes_and_no_are_mapped_with_a_warning() {
        let (toml, profile) = drafted(&format!("No-show,Age\n{}", "Yes,40\nNo,41\n".repeat(30)));
        assert_eq!(profile.fields["attendance"].map["Yes"], "3");
        assert_eq!(profile.fields["attendance"].map["No"], "5");
        assert!(toml.contains("CHECK"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever a file holds, its draft is a valid profile.
        #[test]
        fn every_draft_is_valid(
            headers in prop::collection::vec("[ -~éß]{0,12}", 2..6),
            values in prop::collection::vec("[ -~é]{0,8}|[0-9]{1,4}|20[0-2][0-9]-0[1-9]-[0-2][1-9]|Yes|No|[A-Z]", 2..30),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(headers.iter().enumerate().map(|(i, h)| format!("{h}{i}"))).unwrap();
            for row in 0..40 {
                writer.write_record((0..headers.len()).map(|c| values[(row * (c + 1)) % values.len()].as_str())).unwrap();
            }
            drafted(&String::from_utf8(writer.into_inner().unwrap()).unwrap());
        }
    }
}
