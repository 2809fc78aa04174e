//! Limits: what is larger than it looks must not take the machine down.

use evenly_extract::readers::{Limits, ReadError};

use crate::table::{file, folder, gzip, open_and_read, text, zip};

fn limit_of(error: &ReadError) -> &str {
    match error {
        ReadError::Limit { reason, .. } => reason,
        other => panic!("not a limit: {other}"),
    }
}

#[test]
fn a_bomb_is_stopped_in_every_wrapping() {
    let limits = Limits { expansion_floor: 1 << 20, expansion_ratio: 100, ..Limits::default() };
    let bomb = [b"a,b\n".as_slice(), &b"1,2\n".repeat(2 << 20)].concat();
    let folder = folder();
    for path in [file(&folder, "bomb.csv.gz", gzip(&bomb)), file(&folder, "bomb.zip", zip(&[("bomb.csv", &bomb)]))] {
        let error = open_and_read(&[path], &limits, &[text("a")]).unwrap_err();
        assert!(limit_of(&error).contains("expand to more than"), "{error}");
    }
    let honest = file(&folder, "honest.csv.gz", gzip(&bomb));
    assert_eq!(open_and_read(&[honest], &Limits::default(), &[text("a")]).unwrap().rows.len(), 2 << 20);
    let capped = Limits { expanded_bytes: 1 << 20, ..Limits::default() };
    let path = file(&folder, "capped.csv.gz", gzip(&bomb));
    assert!(limit_of(&open_and_read(&[path], &capped, &[text("a")]).unwrap_err()).contains("1 MiB"));
}

#[test]
fn a_long_record_names_its_line() {
    let limits = Limits { record_bytes: 1 << 20, unit_bytes: 1 << 20, ..Limits::default() };
    let folder = folder();
    for (name, long) in [("long.csv", "x".repeat(5 << 20)), ("quote.csv", format!("\"{}", "x,1\n".repeat(1 << 20)))] {
        let path = file(&folder, name, format!("a,b\n1,2\n{long},3\n4,5\n"));
        let error = open_and_read(&[path], &limits, &[text("b")]).unwrap_err();
        assert!(limit_of(&error).contains("longer than 1 MiB"), "{error}");
        assert!(error.to_string().contains(", line 3:"), "{error}");
    }
    let path = file(&folder, "fits.csv", format!("a,b\n1,2\n{},3\n4,5\n", "x".repeat(1_000_000)));
    assert_eq!(open_and_read(&[path], &limits, &[text("b")]).unwrap().texts(0), ["2", "3", "5"]);
}

#[test]
fn too_many_distinct_values_name_the_column() {
    let limits = Limits { distinct_values: 100, ..Limits::default() };
    let folder = folder();
    let rows = (0..1000).map(|n| format!("P{n},1\n")).collect::<Vec<_>>().concat();
    let path = file(&folder, "a.csv", format!("person,n\n{rows}"));
    let error = open_and_read(std::slice::from_ref(&path), &limits, &[text("n"), text("person")]).unwrap_err();
    assert!(limit_of(&error).contains("`person` has more than 100 different values"), "{error}");
    assert!(error.to_string().contains("line 102:"), "{error}");
    assert!(open_and_read(&[path], &limits, &[text("n"), crate::table::identifier("person")]).is_ok());
}
