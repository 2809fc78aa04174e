//! Text files: encodings, delimiters, line ends, quotes, ragged rows, archives and folders.

use evenly_extract::readers::{Limits, Raw, open};
use proptest::prelude::*;

use crate::table::{date, file, folder, gzip, identifier, open_and_read, text, whole, zip};

fn texts(name: &str, bytes: &[u8], column: &str) -> Vec<String> {
    let folder = folder();
    let path = file(&folder, name, bytes);
    open_and_read(&[path], &Limits::default(), &[text(column)]).unwrap().texts(0)
}

fn utf16(text: &str, big_endian: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn every_encoding_gives_the_same_text() {
    let table = "name,städt\nJosé,1\nŠárka,2\n";
    let expected = ["José", "Šárka"];
    let windows = b"name,st\xe4dt\nJos\xe9,1\n\x8a\xe1rka,2\n";
    let marked = [b"\xef\xbb\xbf", table.as_bytes()].concat();
    for (what, bytes) in [
        ("utf-8", table.as_bytes().to_vec()),
        ("utf-8 with a mark", marked),
        ("windows-1252", windows.to_vec()),
        ("utf-16 le", utf16(table, false, true)),
        ("utf-16 be", utf16(table, true, true)),
        ("utf-16 le without a mark", utf16(table, false, false)),
    ] {
        assert_eq!(texts("a.csv", &bytes, "name"), expected, "{what}");
        assert_eq!(texts("a.csv", &bytes, "STÄDT"), ["1", "2"], "{what}");
        assert_eq!(texts("a.csv.gz", &gzip(&bytes), "name"), expected, "{what}, compressed");
    }
}

#[test]
fn an_accent_that_comes_late_decides_for_the_file() {
    let mut bytes = b"name,n\n".to_vec();
    for row in 0..200_000 {
        let name: &[u8] = if row == 199_000 { b"Jos\xe9" } else { b"Joseph" };
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(b",1\n");
    }
    let found = texts("a.csv", &bytes, "name");
    assert_eq!(found[199_000], "José");
    assert_eq!(found.len(), 200_000);
}

#[test]
fn rows_in_another_encoding_are_rejected_with_their_lines() {
    let folder = folder();
    let mixed = b"name,n\nJos\xc3\xa9,1\n\xc3\x81gnes,2\nJos\xe9,3\nAnna,4\n";
    let path = file(&folder, "mixed.csv", mixed);
    let table = open_and_read(std::slice::from_ref(&path), &Limits::default(), &[text("n"), text("name")]).unwrap();
    assert_eq!(table.texts(1), ["José", "Ágnes", "Anna"]);
    assert_eq!(table.lines(), [2, 3, 5]);
    assert_eq!(table.broken, [(4, "bytes that are not UTF-8 in a file that is UTF-8")]);
    // What is not asked for does not matter.
    assert_eq!(open_and_read(&[path], &Limits::default(), &[text("n")]).unwrap().rows.len(), 4);
    let other_way = file(&folder, "other.csv", b"name\nJos\xe9\nJos\xe9\nJos\xc3\xa9\n");
    let table = open_and_read(&[other_way], &Limits::default(), &[text("name")]).unwrap();
    assert_eq!(table.broken, [(4, "UTF-8 text in a file that is Windows-1252")]);
}

#[test]
fn line_ends_and_blank_lines() {
    for ends in ["\n", "\r\n", "\r"] {
        let bytes = ["a,b", "1,2", "", "3,4", "", ""].join(ends);
        let folder = folder();
        let path = file(&folder, "a.csv", bytes);
        let table = open_and_read(&[path], &Limits::default(), &[whole("b")]).unwrap();
        assert_eq!(table.column(0), [Raw::Whole(2), Raw::Whole(4)], "{ends:?}");
        assert_eq!(table.lines(), [2, 4], "{ends:?}");
    }
    assert_eq!(texts("a.csv", b"a,b\n1,2\n\x1a", "a"), ["1"], "the end mark of old systems");
    assert_eq!(texts("a.csv", b"a,b\n1,2", "b"), ["2"], "no line end at the end");
}

#[test]
fn quoted_line_ends_keep_the_lines_right() {
    let folder = folder();
    let path =
        file(&folder, "a.csv", "a,note,b\n1,\"two\nlines, and a \"\"word\"\"\",x\n2,,y\n3,short\n4,\"\n\n\",z\n5,,z\n");
    let table = open_and_read(&[path], &Limits::default(), &[text("note"), text("b")]).unwrap();
    assert_eq!(table.texts(0), ["two\nlines, and a \"word\"", "(missing)", "(missing)", "(missing)"]);
    assert_eq!(table.lines(), [2, 4, 6, 9]);
    assert_eq!(table.broken, [(5, "fewer fields than the header")]);
}

#[test]
fn ragged_rows() {
    let folder = folder();
    let path = file(&folder, "a.csv", "a,b\n1,2,3\n1\n1,2,,\n1,2\n");
    let table = open_and_read(&[path], &Limits::default(), &[text("b")]).unwrap();
    assert_eq!(table.broken, [(2, "more fields than the header"), (3, "fewer fields than the header")]);
    assert_eq!(table.lines(), [4, 5], "empty fields too many are no harm");
}

#[test]
fn headers_are_found_however_they_are_written() {
    for header in ["Attendance_Status", "ATTENDANCE STATUS", "\u{feff}attendance status\u{a0}", "\"Attendance_Status\""]
    {
        assert_eq!(texts("a.csv", format!("{header};x\n5;1\n").as_bytes(), "attendance_status"), ["5"], "{header}");
    }
    let folder = folder();
    let twice = file(&folder, "a.csv", "sex,note,note\n1,2,3\n");
    assert_eq!(open_and_read(&[twice], &Limits::default(), &[text("sex")]).unwrap().texts(0), ["1"]);
}

#[test]
fn kinds_of_values() {
    let folder = folder();
    let rows = "id,age,day\n29872499824296,62.0,29/04/2016\n9377952927E-5, 62 ,04/29/2016\n,6.5,2016-04-29 10:00\n1,1E2,1/1/0001\n";
    let path = file(&folder, "a.csv", rows);
    let columns = [identifier("id"), whole("age"), date("day", &["%d/%m/%Y"])];
    let table = open_and_read(&[path], &Limits::default(), &columns).unwrap();
    assert_eq!(table.texts(0), ["usual", "unusual", "(missing)", "usual"]);
    assert_eq!(table.texts(1), ["62", "62", "(number with decimals)", "(number in exponent form)"]);
    assert_eq!(
        table.texts(2),
        ["day 16920", "(date in another order)", "(date in another format)", "(date out of range)"]
    );
}

#[test]
fn folders_and_archives_are_one_extract() {
    let folder = folder();
    file(&folder, "b.csv", "a;x\n3;1\n");
    file(&folder, "a.tsv", "a\tx\n1\t1\n2\t1\n");
    file(&folder, "c.csv.gz", [gzip(b"a,x\n4,1\n5"), gzip(b",1\n")].concat());
    file(&folder, "d.zip", zip(&[("z/late.csv", b"a,x\n7,1\n"), ("early.csv", b"a,x\n6,1\n"), ("doc.pdf", b"%PDF")]));
    file(&folder, "README.txt", "what this is");
    file(&folder, "notes.docx", "x");
    file(&folder, ".hidden.csv", "x");
    let extract = open(&[folder.path().to_path_buf()], &Limits::default()).unwrap();
    let names: Vec<&str> = extract.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["a.tsv", "b.csv", "c.csv.gz", "d.zip/early.csv", "d.zip/z/late.csv"]);
    let skipped: Vec<&str> = extract.skipped.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(skipped, ["README.txt", "notes.docx", "d.zip/doc.pdf"]);
    let table = crate::table::read(&extract, &[whole("a")]).unwrap();
    assert_eq!(table.texts(0), ["1", "2", "3", "4", "5", "6", "7"]);
    let units: Vec<&str> = extract.units.iter().map(|u| u.file()).collect();
    assert_eq!(units, names);
    let sources = extract.sources(&[("a.tsv".into(), 2)]).unwrap();
    assert_eq!((sources[0].rows, sources[0].bytes), (2, 12));
    // SHA-256 of "a;x\n3;1\n", by sha256sum.
    assert_eq!(sources[1].sha256, "a8ac2d4d163bedb71aa2aeabb9491aedf0334882c450c4bc39bd1f8cf82f6f89");
    assert_eq!(sources[3].sha256, sources[4].sha256);
}

#[test]
fn two_files_of_one_name_keep_apart() {
    let (one, two) = (folder(), folder());
    let paths = [file(&one, "a.csv", "a,b\n1,2\n"), file(&two, "a.csv", "a,b\n3,4\n")];
    let extract = open(&paths, &Limits::default()).unwrap();
    assert_ne!(extract.files[0].name, extract.files[1].name);
    assert!(extract.files.iter().all(|f| f.name.ends_with("/a.csv")));
}

/// The file as the `csv` crate reads it: line and fields of each record with as many fields as the header.
fn by_csv_crate(text: &str) -> Vec<(u64, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let width = reader.headers().unwrap().len();
    let records = reader.records().map(Result::unwrap).filter(|record| record.len() == width);
    records.map(|r| (r.position().unwrap().line(), r.iter().map(str::to_owned).collect())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Cut into units of any size, a file gives the rows that the `csv` crate gives, each once.
    #[test]
    fn units_of_any_size_give_every_row_once(
        rows in prop::collection::vec(
            prop::collection::vec("[a-c0-9é]{0,9}|\"[a-c,\n]{0,9}(\"\")?[,b]{0,3}\"|[ab]{1,3}\"[ab]{0,3}", 3), 1..40),
        unit in 1u64..200,
        ends in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
        let whole = format!("a,b,c{ends}{}{ends}", lines.join(ends));
        let folder = folder();
        let path = file(&folder, "a.csv", &whole);
        let limits = Limits { unit_bytes: unit, ..Limits::default() };
        let table = open_and_read(&[path], &limits, &[text("a"), text("b"), text("c")]).unwrap();
        let expected = by_csv_crate(&whole);
        let found: Vec<Vec<String>> = (0..table.rows.len())
            .map(|row| table.rows[row].1.iter().map(crate::table::shown).collect()).collect();
        let trimmed: Vec<Vec<String>> = expected.iter()
            .map(|(_, row)| row.iter().map(|f| match f.trim() { "" => "(missing)".into(), t => t.to_owned() }).collect())
            .collect();
        prop_assert_eq!(found, trimmed);
        prop_assert!(table.lines().is_sorted());
        if ends == "\n" && !whole.contains("\n\n") {
            prop_assert_eq!(table.lines(), expected.iter().map(|(line, _)| *line).collect::<Vec<_>>());
        }
    }
}
