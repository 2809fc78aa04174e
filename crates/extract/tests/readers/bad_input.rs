//! What is said about input that cannot be read: each message in full, for whoever must act on it.

use std::path::PathBuf;

use evenly_extract::readers::{Limits, open};
use tempfile::TempDir;

use crate::sheets::workbook;
use crate::table::{date, file, folder, gzip, open_and_read, text, zip};

/// One bad input: its name and its bytes.
type Case = (&'static str, Vec<u8>);

fn cases() -> Vec<Case> {
    let good = b"sex,age,day\n1,40,2024-01-02\n";
    let compressed = gzip(&good.repeat(100));
    let archive = zip(&[("a.csv", &good.repeat(100))]);
    vec![
        ("empty.csv", Vec::new()),
        ("only-blank-lines.csv", b"\n\r\n\n".to_vec()),
        ("wrong-columns.csv", b"gender,years\n1,40\n".to_vec()),
        ("duplicate-headers.csv", b"sex,age,sex\n1,40,2\n".to_vec()),
        ("open-quote-in-header.csv", b"sex,\"age\n1,40\n".to_vec()),
        ("open-quote.csv", b"sex,age\n1,40\n2,\"41\n1,42\n".to_vec()),
        ("long-record.csv", [b"sex,age\n1,40\n".to_vec(), vec![b'x'; 3 << 20]].concat()),
        ("long-header.csv", vec![b'x'; 3 << 20]),
        ("binary.csv", vec![0; 4096]),
        ("really-a-workbook.csv", workbook(&[("S", &[])])),
        ("really-parquet.csv", b"PAR1\x15\x04PAR1".to_vec()),
        ("really-gzip.csv", compressed.clone()),
        ("a-document.pdf", b"%PDF-1.7".to_vec()),
        ("really-json.csv", b"\xef\xbb\xbf{\"id\": 7}\n".to_vec()),
        ("a-list.json", b"[\n {\"id\": 7}\n]\n".to_vec()),
        ("truncated.csv.gz", compressed[..compressed.len() / 2].to_vec()),
        ("not-gzip.csv.gz", good.to_vec()),
        ("truncated.zip", archive[..archive.len() - 20].to_vec()),
        ("damaged.zip", damaged(&archive)),
        ("password.zip", encrypted(&archive)),
        ("nested.zip", zip(&[("inner.zip", &archive)])),
        ("parquet-inside.zip", zip(&[("a.parquet", b"PAR1")])),
        ("nothing-inside.zip", zip(&[("README.md", b"hello")])),
        ("bomb.zip", zip(&[("a.csv", &[b"sex,age\n".as_slice(), &b"1,1\n".repeat(1 << 21)].concat())])),
        ("no-table.xlsx", workbook(&[("Notes", &[&["only words"], &["more words"]]), ("Empty", &[])])),
        ("not-a-workbook.xlsx", good.to_vec()),
        ("truncated.parquet", b"PAR1 and then nothing".to_vec()),
    ]
}

/// The archive with a byte of the data changed.
fn damaged(archive: &[u8]) -> Vec<u8> {
    let mut bytes = archive.to_vec();
    bytes[45] ^= 0x55;
    bytes
}

/// The archive with its members marked as encrypted, in both places where it is written.
fn encrypted(archive: &[u8]) -> Vec<u8> {
    let mut bytes = archive.to_vec();
    bytes[6] |= 1;
    let central = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[central + 8] |= 1;
    bytes
}

fn limits() -> Limits {
    Limits { record_bytes: 2 << 20, expansion_floor: 1 << 20, expansion_ratio: 10, ..Limits::default() }
}

/// What is said, without the folder of this run.
fn said(folder: &TempDir, paths: &[PathBuf]) -> String {
    let outcome = open_and_read(paths, &limits(), &[text("sex"), text("age")]);
    match outcome {
        Ok(table) => format!("no error, {} rows", table.rows.len()),
        Err(error) => error.to_string().replace(&folder.path().display().to_string(), "FOLDER"),
    }
}

#[test]
fn every_message_in_full() {
    let folder = folder();
    let mut messages: Vec<String> =
        cases().into_iter().map(|(name, bytes)| said(&folder, &[file(&folder, name, bytes)])).collect();
    messages.push(said(&folder, &[folder.path().join("absent.csv")]));
    let twice = file(&folder, "twice.csv", "sex,age\n1,2\n");
    messages.push(said(&folder, &[twice.clone(), twice]));
    file(&folder, "book.xlsx", workbook(&[("Data", &[&["sex", "age"], &["#1", "#2"]])]));
    messages.push(said(&folder, &[folder.path().join("book.xlsx#Dtaa")]));
    messages.push(said(&folder, &[]));
    insta::assert_snapshot!(messages.join("\n\n"));
}

#[test]
fn a_folder_names_every_bad_file() {
    let folder = folder();
    file(&folder, "january.csv", "sex,age\n1,2\n");
    file(&folder, "february.csv", "");
    assert_eq!(said(&folder, &[folder.path().into()]).lines().count(), 1, "one bad file is one line");
    file(&folder, "march.csv", "sex,\"age\n");
    insta::assert_snapshot!(said(&folder, &[folder.path().into()]));
}

#[test]
fn missing_columns_are_found_before_the_work_begins() {
    let folder = folder();
    file(&folder, "a.csv", "sex,age\n1,2\n");
    file(&folder, "b.csv", "sex,years\n1,2\n");
    let extract = open(&[folder.path().into()], &limits()).unwrap();
    assert!(extract.check_columns(&[text("sex")]).is_ok());
    let error = extract.check_columns(&[text("sex"), text("age")]).unwrap_err().to_string();
    assert!(error.starts_with("b.csv: there is no column `age`; its columns are sex, years."), "{error}");
}

/// An error may be mailed around: it must not hold what stood in the file.
#[test]
fn no_message_holds_a_value() {
    let folder = folder();
    let secret = "SECRETVALUE";
    let bytes = format!("sex,age,day\n{secret},{secret},{secret}\n\"{secret},1,2\n");
    let path = file(&folder, "a.csv", bytes);
    let columns = [text("sex"), date("day", &["%Y-%m-%d"])];
    let error = open_and_read(&[path], &Limits::default(), &columns).unwrap_err().to_string();
    assert!(!error.contains(secret), "{error}");
}
