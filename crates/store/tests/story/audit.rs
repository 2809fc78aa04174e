//! Nothing changes without an event, and whoever tampers with the log is found out.

use evenly_store::audit::{self, Chain, Filter};
use evenly_store::people::{self, Status};
use evenly_store::{Actor, Store};
use sqlx::AnyPool;

use crate::records::{Records, at, on_both, person};

on_both!(
    a_change_and_its_events_are_one,
    the_log_refuses_to_be_altered,
    altering_is_found,
    deleting_is_found,
    cutting_the_end_off_is_found,
    inserting_is_found,
    reordering_is_found,
);

async fn a_change_and_its_events_are_one(records: Records) {
    let store = &records.store;
    let ada = person(store, "Ada", "viewer").await;
    let mut change = store.change(Actor::Person(ada), at(1)).await.expect("a change begins");
    people::rename(&mut change, ada, "Ada O", "ada@trust.example").await.expect("it is renamed");
    people::set_roles(&mut change, ada, &["analyst".to_owned()], None).await.expect("the roles are set");
    drop(change);
    assert_eq!(people::get(store, ada).await.expect("it is read").name, "Ada", "a dropped change never was");
    assert_eq!(audit::end(store).await.expect("it is read").sequence, 1);

    let mut change = store.change(Actor::Person(ada), at(2)).await.expect("a change begins");
    people::rename(&mut change, ada, "Ada O", "ada@trust.example").await.expect("it is renamed");
    people::set_roles(&mut change, ada, &["analyst".to_owned()], None).await.expect("the roles are set");
    change.commit().await.expect("the change is made");
    let filter = Filter { subject_kind: Some("person".to_owned()), limit: 10, ..Filter::default() };
    let events = audit::list(store, &filter).await.expect("they are read");
    let told: Vec<_> = events.iter().map(|own| (own.sequence, &*own.action, &*own.actor, &*own.details)).collect();
    let who = format!("person {ada}");
    let expected = [
        (3, "roles changed", &*who, r#"{"roles":["analyst"]}"#),
        (2, "person renamed", &*who, "{}"),
        (1, "person added", "platform", r#"{"roles":["viewer"]}"#),
    ];
    assert_eq!(told, expected);
    assert!(events.iter().all(|own| !format!("{own:?}").contains("trust.example")), "no address in the log");
    let earlier = Filter { before: Some(3), actor: Some(who.clone()), limit: 10, ..Filter::default() };
    assert_eq!(audit::list(store, &earlier).await.expect("they are read").len(), 1);
    let subject = Filter { subject: Some("other".to_owned()), limit: 10, ..Filter::default() };
    assert!(audit::list(store, &subject).await.expect("they are read").is_empty());
    assert_eq!(
        audit::verify(store).await.expect("it is walked"),
        Chain::Whole(audit::end(store).await.expect("it is read"))
    );
}

/// Records with six events.
async fn six(store: &Store) {
    let bo = person(store, "Bo", "viewer").await;
    for minutes in 1..=5 {
        let mut change = store.change(Actor::CommandLine, at(minutes)).await.expect("a change begins");
        let status = if minutes % 2 == 1 { Status::Disabled } else { Status::Active };
        people::set_status(&mut change, bo, status, None).await.expect("it is set");
        change.commit().await.expect("the change is made");
    }
    let chain = audit::verify(store).await.expect("it is walked");
    assert!(matches!(chain, Chain::Whole(ref end) if end.sequence == 6), "{chain:?}");
}

async fn the_log_refuses_to_be_altered(records: Records) {
    six(&records.store).await;
    let raw = records.raw().await;
    for statement in ["UPDATE audit_events SET action = 'x' WHERE sequence = 3", "DELETE FROM audit_events"] {
        let refused = sqlx::query(statement).execute(&raw).await.expect_err("it is refused").to_string();
        assert!(refused.contains("the audit log only grows"), "{refused}");
    }
}

/// The database with its guards taken away, as whoever owns it can.
async fn unguarded(records: &Records) -> AnyPool {
    six(&records.store).await;
    let raw = records.raw().await;
    let (sqlite, postgres) = (
        ["DROP TRIGGER audit_events_no_update", "DROP TRIGGER audit_events_no_delete"],
        [
            "DROP TRIGGER audit_events_no_change ON audit_events",
            "DROP TRIGGER audit_events_no_truncate ON audit_events",
        ],
    );
    let on_sqlite = records.store.database() == evenly_store::Database::Sqlite;
    for statement in if on_sqlite { sqlite } else { postgres } {
        sqlx::query(statement).execute(&raw).await.expect("the guard is taken away");
    }
    raw
}

/// What the walk says after these statements.
async fn after(records: &Records, statements: &[&'static str]) -> (u64, String) {
    let raw = unguarded(records).await;
    for statement in statements {
        let done = sqlx::query(*statement).execute(&raw).await.expect("it is tampered with");
        assert!(done.rows_affected() > 0, "{statement}");
    }
    match audit::verify(&records.store).await.expect("it is walked") {
        Chain::Broken { sequence, reason } => (sequence, reason),
        Chain::Whole(end) => panic!("not found out: {end:?}"),
    }
}

async fn altering_is_found(records: Records) {
    let found = after(&records, &["UPDATE audit_events SET details = '{\"roles\":[]}' WHERE sequence = 1"]).await;
    assert_eq!(found, (1, "it is not as it was written".to_owned()));
    let raw = records.raw().await;
    // Rewriting the event's own hash moves the break to the next.
    let event = &audit::list(&records.store, &Filter { before: Some(2), limit: 1, ..Filter::default() })
        .await
        .expect("read")[0];
    let hash = event.worked_out_hash();
    sqlx::query("UPDATE audit_events SET hash = $1 WHERE sequence = 1")
        .bind(hash)
        .execute(&raw)
        .await
        .expect("altered");
    let chain = audit::verify(&records.store).await.expect("it is walked");
    let expected = Chain::Broken { sequence: 2, reason: "it does not follow on the event before it".to_owned() };
    assert_eq!(chain, expected);
}

async fn deleting_is_found(records: Records) {
    let found = after(&records, &["DELETE FROM audit_events WHERE sequence = 3"]).await;
    assert_eq!(found, (3, "it is missing; the next is 4".to_owned()));
}

async fn cutting_the_end_off_is_found(records: Records) {
    let found = after(&records, &["DELETE FROM audit_events WHERE sequence > 4"]).await;
    assert_eq!(found, (5, "it is missing; the log ended at 6".to_owned()));
}

async fn inserting_is_found(records: Records) {
    let insert = "INSERT INTO audit_events (sequence, at, actor, action, subject_kind, subject, details, previous_hash, hash) \
                  SELECT 7, at, actor, action, subject_kind, subject, details, hash, 'made up' FROM audit_events \
                  WHERE sequence = 6";
    assert_eq!(after(&records, &[insert]).await, (7, "it is not as it was written".to_owned()));
    // Even one whose hash is right stands past the end that the platform knows.
    let event = audit::list(&records.store, &Filter { limit: 1, ..Filter::default() }).await.expect("they are read");
    let hash = event[0].worked_out_hash();
    let raw = records.raw().await;
    sqlx::query("UPDATE audit_events SET hash = $1 WHERE sequence = 7")
        .bind(hash)
        .execute(&raw)
        .await
        .expect("altered");
    let chain = audit::verify(&records.store).await.expect("it is walked");
    assert_eq!(chain, Chain::Broken { sequence: 7, reason: "it was added past the end of the log".to_owned() });
}

async fn reordering_is_found(records: Records) {
    let swap = [
        "UPDATE audit_events SET sequence = 99 WHERE sequence = 3",
        "UPDATE audit_events SET sequence = 3 WHERE sequence = 4",
        "UPDATE audit_events SET sequence = 4 WHERE sequence = 99",
    ];
    assert_eq!(after(&records, &swap).await, (3, "it does not follow on the event before it".to_owned()));
}
