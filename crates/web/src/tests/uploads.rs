//! Bringing data in: what is kept where, what is refused, how much is taken.

use std::fs;
use std::io::Write as _;

use axum::http::StatusCode;
use evenly_store::runs;
use evenly_store::work::{Folder, Work};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::roles::Role;
use crate::testing::{app, with};

const FIELDS: [(&str, &str); 2] = [("name", "Outpatients"), ("profile", "sus-outpatient")];

#[tokio::test]
async fn a_file_is_kept_in_a_closed_folder_and_a_run_is_asked_for() {
    let app = app().await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let token = browser.token();
    let answer =
        browser.upload("/data/import", Some(&token), &FIELDS, ("Outpatients 2026.csv", b"a,b\n1,2\n".to_vec())).await;
    assert!(answer.location().starts_with("/data/runs/"), "{} {}", answer.status, answer.body);
    let run = &runs::list(&app.app.store, None, 5).await.expect("runs")[0];
    let Ok(Work::Analyse(analysing)) = Work::of_run(run) else { panic!("another work: {run:?}") };
    let Folder::Upload(folder) = &analysing.reading.folder else { panic!("another folder") };
    assert_eq!(
        (analysing.reading.name.as_str(), analysing.reading.files.as_slice()),
        ("Outpatients", ["Outpatients-2026.csv".to_owned()].as_slice())
    );
    let place = app.app.options.uploads.join(folder);
    assert_eq!(fs::read(place.join("Outpatients-2026.csv")).expect("the file"), b"a,b\n1,2\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&place).expect("a folder").permissions().mode() & 0o777, 0o700);
    }
    let page = browser.get(answer.location()).await;
    assert!(page.text().contains("Count and analyse: Outpatients"), "{}", page.text());
    let address = answer.location().split('?').next().expect("an address").to_owned();
    browser.post(&format!("{address}/cancel"), &[]).await;
    assert!(browser.get(&address).await.text().contains("Stopped"));
    let again = browser.post(&format!("{address}/retry"), &[]).await;
    assert!(browser.get(again.location()).await.text().contains("Waiting"));
}

#[tokio::test]
async fn wards_are_asked_for_by_a_box() {
    let app = app().await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let token = browser.token();
    let fields = [FIELDS[0], FIELDS[1], ("also_by", "ward")];
    browser.upload("/data/import", Some(&token), &fields, ("a.csv", b"a,b\n1,2\n".to_vec())).await;
    let run = &runs::list(&app.app.store, None, 5).await.expect("runs")[0];
    let Ok(Work::Analyse(analysing)) = Work::of_run(run) else { panic!("another work: {run:?}") };
    assert_eq!(analysing.reading.also_by, ["ward"]);
}

#[tokio::test]
async fn no_name_leads_out_of_the_folder() {
    let app = app().await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let token = browser.token();
    for name in ["../../../evil.csv", "/etc/evil.csv", "..\\..\\evil.csv", "%2e%2e%2fevil.csv", "..csv", ".csv"] {
        let answer = browser.upload("/data/import", Some(&token), &FIELDS, (name, b"a,b\n1,2\n".to_vec())).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}");
    }
    let mut kept = Vec::new();
    let mut folders = vec![app.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() { folders.push(entry.path()) } else { kept.push(entry.path()) }
        }
    }
    let kept: Vec<_> = kept.into_iter().filter(|path| path.extension().is_some_and(|own| own == "csv")).collect();
    assert_eq!(kept.len(), 6);
    assert!(
        kept.iter().all(|path| path.parent().and_then(|own| own.parent()) == Some(&app.app.options.uploads)),
        "{kept:?}"
    );
}

#[tokio::test]
async fn the_import_folder_gives_what_it_lists_and_nothing_else() {
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("secret.csv"), "a,b\n").expect("a file");
    let imports = outside.path().join("imports");
    fs::create_dir(&imports).expect("a folder");
    fs::write(imports.join("outpatients.csv"), "a,b\n1,2\n").expect("a file");
    fs::write(imports.join("notes.txt"), "x").expect("a file");
    #[cfg(unix)]
    std::os::unix::fs::symlink(outside.path().join("secret.csv"), imports.join("linked.csv")).expect("a link");
    let app = with(|options| options.imports = Some(imports.clone())).await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let form = browser.get("/data/import").await;
    assert!(form.body.contains("outpatients.csv"));
    assert!(!form.body.contains("notes.txt") && !form.body.contains("linked.csv"));
    let token = browser.token();
    for bad in ["../secret.csv", "linked.csv", "/etc/passwd", "notes.txt", "./outpatients.csv"] {
        let fields = [FIELDS[0], FIELDS[1], ("on_server", bad)];
        let answer = browser.upload("/data/import", Some(&token), &fields, ("", Vec::new())).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert!(answer.text().contains("Choose a file of the list"), "{bad}");
    }
    let fields = [FIELDS[0], FIELDS[1], ("on_server", "outpatients.csv")];
    let answer = browser.upload("/data/import", Some(&token), &fields, ("", Vec::new())).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[tokio::test]
async fn more_than_the_limit_is_refused_and_nothing_of_it_stays() {
    let app = with(|options| options.upload_bytes_max = 2_000_000).await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let token = browser.token();
    let answer = browser.upload("/data/import", Some(&token), &FIELDS, ("large.csv", vec![b'x'; 2_100_000])).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().contains("The most that is taken is 2 MB"), "{}", answer.text());
    let kept = fs::read_dir(&app.app.options.uploads).map_or(0, Iterator::count);
    assert_eq!(kept, 0, "what was half received is gone");
    let huge = "x".repeat(20_000);
    let answer = browser.upload("/data/import", Some(&token), &[("name", &huge)], ("a.csv", b"a".to_vec())).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// Fields, the file's name and bytes, and the words beside what is wrong.
type Case<'a> = (&'a [(&'a str, &'a str)], (&'a str, &'a [u8]), &'a str);

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() {
    let app = app().await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let token = browser.token();
    let cases: [Case; 4] = [
        (&[("name", ""), FIELDS[1]], ("a.csv", b"a"), "Enter a name of at most 100 characters"),
        (&[FIELDS[0], ("profile", "made-up")], ("a.csv", b"a"), "Choose what its columns are"),
        (&FIELDS, ("run.sh", b"#!"), "Choose a CSV, Parquet, XLSX, NDJSON, ZIP or GZ file"),
        (&FIELDS, ("a.csv", b""), "The file is empty"),
    ];
    for (fields, (name, body), words) in cases {
        let answer = browser.upload("/data/import", Some(&token), fields, (name, body.to_vec())).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert_eq!(
            answer.text().matches(words).count(),
            2,
            "at the top and beside the field: {words}\n{}",
            answer.text()
        );
        assert!(answer.body.contains(fields[0].1), "what was typed stays");
    }
    let left = fs::read_dir(&app.app.options.uploads).map_or(0, Iterator::count);
    assert_eq!(left, 0, "no file of a form that was wrong stays");
    assert!(runs::list(&app.app.store, None, 5).await.expect("runs").is_empty());
}

/// A few kilobytes that would unpack to a hundred megabytes: pages keep what was sent and unpack nothing; the worker's reader has
/// its own limit.
#[tokio::test]
async fn a_packed_file_is_kept_as_it_came_and_unpacked_by_no_page() {
    let app = app().await;
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..100 {
        bomb.write_all(&vec![b'0'; 1_000_000]).expect("it is packed");
    }
    let bomb = bomb.finish().expect("it is packed");
    assert!(bomb.len() < 200_000);
    let mut browser = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let token = browser.token();
    let answer = browser.upload("/data/import", Some(&token), &FIELDS, ("bomb.csv.gz", bomb.clone())).await;
    assert!(answer.location().starts_with("/data/runs/"), "{}", answer.text());
    let folders: Vec<_> = fs::read_dir(&app.app.options.uploads).expect("uploads").flatten().collect();
    assert_eq!(folders.len(), 1);
    let files: Vec<_> = fs::read_dir(folders[0].path()).expect("an upload").flatten().collect();
    assert_eq!(files.len(), 1);
    assert_eq!(fs::read(files[0].path()).expect("the file"), bomb);
}
