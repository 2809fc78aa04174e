//! What every profile says of wrong input: a column that is missing or stands twice, a value that is missing or wrong. The file,
//! the line, the field and what to do are named, the value is not, and every row is accounted for.

use std::fmt::Write as _;

use evenly_cube::{Condition, GroupState, Kind, shipped_indicator};
use evenly_extract::count::CountOptions;
use evenly_extract::profile::{Field, FieldType, Profile};

use crate::support::{checked, try_count};

/// A value that must not be found in any message; its first letters are no code of any list.
const SECRET: &str = "QQSECRET";

/// The profiles of rows.
fn profiles() -> Vec<Profile> {
    Profile::shipped().unwrap().into_iter().filter(|profile| !profile.is_counted()).collect()
}

/// The fields without which a row is rejected, the weight among them.
fn required(profile: &Profile) -> Vec<(&String, &Field)> {
    let needed = |name: &String, field: &Field| field.required || profile.weight.as_ref() == Some(name);
    profile.fields.iter().filter(|(name, field)| needed(name, field)).collect()
}

/// A value that is right.
fn right(name: &str, field: &Field) -> String {
    match field.kind {
        FieldType::Code => {
            let list = field.code_list(name).unwrap().unwrap();
            // A future appointment is left out by rule; the last code is none.
            let known = list.codes.iter().rev().find(|code| code.state == GroupState::Known).unwrap();
            field
                .map
                .iter()
                .find(|(_, code)| **code == known.code)
                .map_or_else(|| known.code.clone(), |own| own.0.clone())
        }
        FieldType::Whole | FieldType::Decimal => "1".to_owned(),
        FieldType::Date => "2024-04-01".to_owned(),
        FieldType::Month => {
            let day: jiff::civil::Date = "2024-04-01".parse().unwrap();
            day.strftime(&field.formats[0]).to_string()
        }
        FieldType::Text | FieldType::Identifier | FieldType::DaysBetween => "x1".to_owned(),
    }
}

/// A table with the required columns, in which one field of the second row has this value.
fn table(fields: &[(&String, &Field)], wrong: Option<(&str, &str)>) -> String {
    // A row whose only cell is empty would be an empty line.
    let headers: Vec<&str> = fields.iter().map(|(_, field)| field.columns[0].as_str()).chain(["Beside"]).collect();
    let row = |wrong: Option<(&str, &str)>| {
        let cell = |(name, field): &(&String, &Field)| match wrong {
            Some((own, value)) if own == name.as_str() => value.to_owned(),
            _ => right(name, field),
        };
        fields.iter().map(cell).chain(["b".to_owned()]).collect::<Vec<_>>().join("|")
    };
    [headers.join("|"), row(None), row(wrong), row(None)].join("\n") + "\n"
}

/// Values that are wrong for a kind of field.
fn wrong(field: &Field) -> &'static [&'static str] {
    match field.kind {
        FieldType::Code | FieldType::Month => &[SECRET],
        FieldType::Whole | FieldType::Decimal if field.lowest.is_some() => &[SECRET, "1 QQSECRET", "-5"],
        FieldType::Whole | FieldType::Decimal => &[SECRET, "1 QQSECRET"],
        FieldType::Date => &[SECRET, "2024-02-30", "2024-13-01"],
        FieldType::Text | FieldType::Identifier | FieldType::DaysBetween => &[],
    }
}

#[test]
fn every_profile_says_what_is_wrong_and_loses_nothing() {
    let mut said = String::new();
    for profile in profiles() {
        let fields = required(&profile);
        let count = |table: &str| try_count(&profile.id, table, &every_row());
        writeln!(said, "{}", profile.id).unwrap();
        for (name, field) in &fields {
            for value in std::iter::once(&"").chain(wrong(field)) {
                let Ok(answer) = count(&table(&fields, Some((name.as_str(), *value)))) else {
                    panic!("{}: {name} = {value} was refused", profile.id)
                };
                assert_eq!((answer.rows.read, answer.rows.rejected_rows()), (3, 1), "{}: {name}", profile.id);
                let [line] = &answer.rejects[..] else { panic!("{}: {:?}", profile.id, answer.rejects) };
                assert!(line.starts_with("table.csv,3,") && !line.contains(SECRET), "{line}");
                writeln!(said, "  {}: {line}", if value.is_empty() { "(empty)" } else { value }).unwrap();
            }
        }
        for (position, (name, _)) in fields.iter().enumerate() {
            let mut without = fields.clone();
            without.remove(position);
            if without.is_empty() {
                continue;
            }
            let Err(refused) = count(&table(&without, None)) else { panic!("{} without {name}", profile.id) };
            writeln!(said, "  without {name}: {refused}").unwrap();
        }
        let whole = table(&fields, None);
        let (header, rest) = whole.split_once('\n').unwrap();
        let first = header.split('|').next().unwrap();
        let twice: Vec<String> =
            rest.lines().map(|line| format!("{line}|{}", line.split('|').next().unwrap())).collect();
        let Err(refused) = count(&format!("{header}|{first}\n{}\n", twice.join("\n"))) else {
            panic!("{} with a column twice", profile.id)
        };
        writeln!(said, "  twice: {refused}").unwrap();
    }
    insta::assert_snapshot!(said);
}

/// Every row, by nothing: what needs no column but the required ones.
fn every_row() -> CountOptions {
    let mut every = shipped_indicator("did-not-attend").unwrap();
    let all = || Condition::parse("TRUE").unwrap();
    (every.id, every.kind) = ("every".to_owned(), Kind::Proportion { numerator: all(), denominator: all() });
    CountOptions {
        by: Some(Vec::new()),
        indicators: Some(vec!["every".to_owned()]),
        definitions: vec![every],
        ..CountOptions::default()
    }
}

#[test]
fn wrong_values_of_other_fields_are_counted_as_invalid_and_no_row_is_lost() {
    for profile in profiles() {
        let needed = required(&profile);
        for (name, field) in profile.fields.iter().filter(|(name, _)| !needed.iter().any(|(own, _)| own == name)) {
            let clash = |other: &Field| other.columns.first() == field.columns.first();
            if field.columns.is_empty() || needed.iter().any(|(_, own)| clash(own)) {
                continue;
            }
            let mut fields = needed.clone();
            fields.push((name, field));
            for value in wrong(field) {
                let report = checked(&profile.id, &table(&fields, Some((name.as_str(), *value))));
                assert!(report.rows.balances() && report.rows.read == 3, "{}: {name}", profile.id);
                assert_eq!(report.rows.rejected_rows(), 0, "{}: {name} = {value}", profile.id);
                let own = report.fields.iter().find(|own| own.field == *name).unwrap();
                let counted = report.rows.counted;
                // A wrong value may change whether a rule leaves rows out.
                if counted == 3 {
                    assert_eq!(own.states, [2, 0, 0, 0, 1], "{}: {name} = {value}", profile.id);
                }
            }
        }
    }
}
