//! The arrows between the crates are those of ARCHITECTURE.md, and no others.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// What each crate may use. A crate that is not listed has no place in the house yet: name its rule in ARCHITECTURE.md first.
const MAY_USE: &[(&str, &[&str])] = &[
    ("evenly-stats", &[]),
    ("evenly-cube", &["evenly-stats"]),
    ("evenly-extract", &["evenly-cube"]),
    ("evenly-prediction", &["evenly-stats", "evenly-cube", "evenly-extract"]),
    ("evenly-report", &["evenly-cube", "evenly-stats"]),
    ("evenly-demo", &["evenly-extract"]),
    ("evenly-store", &["evenly-cube"]),
    ("evenly-web", &["evenly-report", "evenly-cube", "evenly-store"]),
    (
        "evenly-cli",
        &[
            "evenly-stats",
            "evenly-cube",
            "evenly-extract",
            "evenly-prediction",
            "evenly-report",
            "evenly-demo",
            "evenly-store",
            "evenly-web",
        ],
    ),
];

/// Libraries that read or write files of rows; only the people's side and the cube's own file may link them.
const ROW_READERS: &[(&str, &[&str])] = &[
    ("calamine", &["evenly-extract"]),
    ("csv-core", &["evenly-extract"]),
    ("zip", &["evenly-extract"]),
    // The made-up trust writes files of rows; it reads none but its own bundled table.
    ("parquet", &["evenly-extract", "evenly-cube", "evenly-demo"]),
];

/// Libraries with one home: SQL for the platform's own records, HTTP, passwords.
const ONE_HOME: &[(&str, &str)] = &[("sqlx", "evenly-store"), ("axum", "evenly-web"), ("argon2", "evenly-web")];

fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let metadata = MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .expect("cargo describes the workspace");
    let packages = metadata.packages.iter();
    packages
        .map(|package| {
            let normal = package.dependencies.iter().filter(|used| used.kind == DependencyKind::Normal);
            (package.name.to_string(), normal.map(|used| used.name.clone()).collect())
        })
        .collect()
}

#[test]
fn crates_use_only_what_their_place_allows() {
    for (name, used) in uses() {
        let allowed = MAY_USE.iter().find(|(own, _)| *own == name);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{name} is not in the table of ARCHITECTURE.md"));
        for other in used.iter().filter(|other| other.starts_with("evenly-")) {
            assert!(allowed.contains(&other.as_str()), "{name} must not use {other}");
        }
    }
}

#[test]
fn only_the_peoples_side_reads_rows() {
    for (name, used) in uses() {
        for (library, readers) in ROW_READERS {
            assert!(!used.contains(*library) || readers.contains(&name.as_str()), "{name} must not use {library}");
        }
    }
}

#[test]
fn sql_and_http_have_one_home_each() {
    for (name, used) in uses() {
        for (library, home) in ONE_HOME {
            assert!(!used.contains(*library) || name == *home, "{name} must not use {library}");
        }
    }
}

#[test]
fn architecture_md_describes_every_crate() {
    let text = include_str!("../ARCHITECTURE.md");
    for name in uses().keys() {
        let folder = name.replace("evenly-", "crates/");
        assert!(text.contains(&format!("`{folder}`")), "ARCHITECTURE.md does not describe {folder}");
    }
}
