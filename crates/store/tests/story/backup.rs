//! A backup is one moment, comes back whole on either database, and never overwrites what is there.

use std::fs;
use std::io::{Read as _, Write as _};

use evenly_store::audit::{self, Chain};
use evenly_store::findings::NewFinding;
use evenly_store::settings::{self, Picture};
use evenly_store::{Actor, Place, Store, StoreError, backup, findings, people, releases};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::discussion::supported;
use crate::records::{Records, at, on_both, person, release};

on_both!(
    a_backup_comes_back_on_the_other_database,
    restoring_over_records_is_refused,
    a_backup_that_was_altered_is_refused,
    a_backup_does_not_overwrite_a_file,
    a_backup_is_one_moment,
    looking_makes_no_records,
);

/// Records with something in many tables.
async fn filled(records: &Records) {
    let store = &records.store;
    person(store, "Ada", "analyst").await;
    let found = NewFinding {
        kind: "gap".to_owned(),
        indicator: None,
        dimension: None,
        about: vec![],
        sentence: "Zażółć \u{1F600} \"quoted\"\nlines".to_owned(),
        people: Some(0.1 + 0.2),
        evidence: json!({"estimate": 1e-300}),
    };
    supported(store, 1, &[found]).await;
    let mut change = store.change(Actor::CommandLine, at(2)).await.expect("a change begins");
    let logo = Picture { media_type: "image/png".to_owned(), body: (0..=255).collect() };
    settings::set_picture(&mut change, settings::LOGO, Some(&logo)).await.expect("it is set");
    change.commit().await.expect("the change is made");
}

async fn a_backup_comes_back_on_the_other_database(records: Records) {
    filled(&records).await;
    let file = records.folder().join("records.backup");
    let written = backup::write(&records.store, &file, at(3), "0.1.0").await.expect("it is written");
    assert_eq!(written.heading.audit, audit::end(&records.store).await.expect("it is read"));
    let other = match records.store.database() {
        evenly_store::Database::Sqlite => Records::postgres().await,
        evenly_store::Database::Postgres => Records::sqlite().await,
    };
    let Some(other) = other else { return };
    let place = other.another_place();
    let restored = backup::restore(&place, &file, at(4)).await.expect("it is restored");
    assert_eq!(restored, written);
    let store = Store::open(&place).await.expect("the store opens");
    assert_eq!(people::list(&store).await.expect("read"), people::list(&records.store).await.expect("read"));
    let kept = releases::current(&store, "analysis").await.expect("they are read");
    assert_eq!(releases::load(&store, kept[0].id).await.expect("it opens"), release());
    let finding = &findings::of_release(&store, kept[0].id).await.expect("they are read")[0];
    assert_eq!(finding.people, Some(0.1 + 0.2), "to the last bit");
    let logo = settings::picture(&store, settings::LOGO).await.expect("it is read").expect("it is there");
    assert_eq!(logo.body.len(), 256);
    let chain = audit::verify(&store).await.expect("it is walked");
    assert!(matches!(chain, Chain::Whole(ref end) if end.sequence == written.heading.audit.sequence + 1), "{chain:?}");
    // And back again: all but the restoring itself is the same.
    let again = records.folder().join("again.backup");
    backup::write(&store, &again, at(3), "0.1.0").await.expect("it is written");
    let lines = |path| {
        let lines = unpacked(path).lines().map(str::to_owned).collect::<Vec<_>>();
        lines.into_iter().filter(|line| !line.contains("restored") && !line.contains("sha256\":")).collect::<Vec<_>>()
    };
    let (first, second) = (lines(&file), lines(&again));
    let people_and_on = |lines: &[String]| lines.iter().filter(|line| !line.contains("evenly.backup")).count();
    assert_eq!(people_and_on(&first), people_and_on(&second));
    assert!(first[1..first.len() - 1].iter().all(|line| second.contains(line)), "a line was lost or altered");
}

async fn restoring_over_records_is_refused(records: Records) {
    filled(&records).await;
    let file = records.folder().join("records.backup");
    backup::write(&records.store, &file, at(3), "0.1.0").await.expect("it is written");
    let before = audit::end(&records.store).await.expect("it is read");
    let refused = backup::restore(&records.place, &file, at(4)).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    assert_eq!(audit::end(&records.store).await.expect("it is read"), before);
    assert_eq!(people::list(&records.store).await.expect("they are read").len(), 1);
}

async fn a_backup_that_was_altered_is_refused(records: Records) {
    filled(&records).await;
    let file = records.folder().join("records.backup");
    backup::write(&records.store, &file, at(3), "0.1.0").await.expect("it is written");
    let text = unpacked(&file);
    let bytes = fs::read(&file).expect("it is read");
    let altered = records.folder().join("altered.backup");
    let damaged: [(&str, Vec<u8>); 4] = [
        ("another name", packed(&text.replace("Ada", "Eve"))),
        ("a line less", packed(&text.lines().filter(|line| !line.contains("Ada")).collect::<Vec<_>>().join("\n"))),
        ("cut off", bytes[..bytes.len() / 2].to_vec()),
        ("something else", b"id,name\n1,Ada\n".to_vec()),
    ];
    let place = records.another_place();
    for (what, bytes) in damaged {
        fs::write(&altered, bytes).expect("it is written");
        let refused = backup::restore(&place, &altered, at(4)).await;
        assert!(matches!(refused, Err(StoreError::Damaged(_))), "{what}: {refused:?}");
    }
    // A backup whose checksum was made anew still has a chain that does not hold.
    let forged = text.replace("person added", "person edited");
    let (body, _) = forged.trim_end().rsplit_once('\n').expect("several lines");
    let sha256: String = {
        use sha2::{Digest, Sha256};
        Sha256::digest(format!("{body}\n")).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    };
    fs::write(&altered, packed(&format!("{body}\n{}\n", json!({"rows": 0, "sha256": sha256})))).expect("it is written");
    let refused = backup::restore(&place, &altered, at(4)).await;
    let words = refused.expect_err("it is refused").to_string();
    assert!(words.contains("audit event 1"), "{words}");
    let store = Store::open(&place).await.expect("the store opens");
    assert!(!people::any(&store).await.expect("it is read"), "nothing of it is there");
}

async fn a_backup_does_not_overwrite_a_file(records: Records) {
    let file = records.folder().join("records.backup");
    fs::write(&file, "kept").expect("it is written");
    let refused = backup::write(&records.store, &file, at(3), "0.1.0").await;
    assert!(matches!(refused, Err(StoreError::Unusable(_))), "{refused:?}");
    assert_eq!(fs::read_to_string(&file).expect("it is read"), "kept");
}

async fn a_backup_is_one_moment(records: Records) {
    filled(&records).await;
    let store = records.store.clone();
    let writer = tokio::spawn(async move {
        for number in 0..20 {
            person(&store, &format!("P{number}"), "viewer").await;
        }
    });
    let file = records.folder().join("records.backup");
    backup::write(&records.store, &file, at(3), "0.1.0").await.expect("it is written");
    writer.await.expect("the others have written");
    let place: Place = records.another_place();
    // Restoring walks the chain: people without their events, or events without their people, would be found.
    let restored = backup::restore(&place, &file, at(4)).await.expect("it is restored");
    let store = Store::open(&place).await.expect("the store opens");
    let added = audit::Filter { subject_kind: Some("person".to_owned()), limit: 100, ..audit::Filter::default() };
    let events = audit::list(&store, &added).await.expect("they are read").len();
    assert_eq!(people::list(&store).await.expect("they are read").len(), events, "{restored:?}");
}

fn unpacked(path: &std::path::Path) -> String {
    let mut text = String::new();
    GzDecoder::new(fs::File::open(path).expect("it opens")).read_to_string(&mut text).expect("it is a backup");
    text
}

fn packed(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).expect("it is packed");
    packed.finish().expect("it is packed")
}

async fn looking_makes_no_records(records: Records) {
    let nowhere = records.another_place();
    let refused = Store::open_existing(&nowhere).await.err().expect("there is nothing").to_string();
    assert!(refused.contains("there are no records"), "{refused}");
    if let Place::File(path) = &nowhere {
        assert!(!path.exists(), "none were made");
    }
    person(&records.store, "Ada", "analyst").await;
    let again = Store::open_existing(&records.place).await.expect("they are there");
    assert_eq!(people::list(&again).await.expect("they are read").len(), 1);
}
