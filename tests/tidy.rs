//! House rules that a reader would otherwise have to keep by hand.

use std::fs;
use std::path::{Path, PathBuf};

/// Longest file that lands; aim at half of it.
const LINES_MAX: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace is there")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("folder is readable").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    rust_files(&root().join("crates"), &mut files);
    rust_files(&root().join("tests"), &mut files);
    assert!(files.len() > 50, "only {} files found", files.len());
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).expect("file is UTF-8"))).collect()
}

fn complaints(complain: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let root = root();
    let files = sources().into_iter();
    files
        .filter_map(|(path, text)| {
            let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
            complain(&text).map(|what| format!("{name}: {what}"))
        })
        .collect()
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let found =
        complaints(|text| (!text.starts_with("//! ")).then(|| "does not open with a `//!` sentence".to_owned()));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_file_is_too_long_to_hold_in_mind() {
    let found = complaints(|text| {
        let lines = text.lines().count();
        (lines > LINES_MAX).then(|| format!("{lines} lines, more than {LINES_MAX}"))
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nothing_unfinished_lands() {
    let words =
        [["to", "do!("].concat(), ["unimple", "mented!("].concat(), ["#[ig", "nore"].concat(), ["FIX", "ME"].concat()];
    let found =
        complaints(|text| words.iter().find(|word| text.contains(*word)).map(|word| format!("contains `{word}`")));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_definition_is_versioned_and_sourced() {
    let mut checked = 0;
    let folders = [
        "profiles",
        "indicators",
        "code-lists",
        "policies",
        "groups",
        "core20plus5",
        "scores",
        "statement",
        "features",
    ];
    for folder in folders {
        for entry in fs::read_dir(root().join("definitions").join(folder)).expect("definitions are there").flatten() {
            let text = fs::read_to_string(entry.path()).expect("definition is UTF-8");
            for key in ["id = ", "title = ", "version = ", "source = ", "date = "] {
                let has = text.lines().any(|line| line.starts_with(key));
                assert!(has, "{} has no `{key}`", entry.path().display());
            }
            checked += 1;
        }
    }
    assert!(checked > 15, "only {checked} definitions found");
}
