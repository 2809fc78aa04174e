//! A finding is followed, discussed, decided on and acted on; a definition and a statement need a second person.

use evenly_store::actions::{self, ActionChange, ActionStatus, NewAction};
use evenly_store::claims::{self, Ending};
use evenly_store::comments::{self, NewComment};
use evenly_store::decisions::{self, Choice, NewDecision};
use evenly_store::definitions::{self, DefinitionState, NewDefinition};
use evenly_store::extracts::{self, NewExtract};
use evenly_store::findings::{self, Finding, NewFinding, Standing};
use evenly_store::releases::{self, NewRelease};
use evenly_store::runs::{self, NewRun};
use evenly_store::settings::{self, Picture};
use evenly_store::statements::{self, NewStatement, StatementState};
use evenly_store::{Actor, Id, Store, StoreError};
use jiff::SignedDuration;
use jiff::civil::date;
use serde_json::json;

use crate::records::{Records, at, on_both, person, provenance, release};

on_both!(
    a_finding_keeps_its_id_while_its_numbers_move,
    the_team_discusses_decides_and_acts,
    a_definition_needs_a_second_person,
    a_statement_is_approved_as_it_was_read,
    the_organisation_has_a_name_and_a_logo,
);

fn gap(sentence: &str, people: f64) -> NewFinding {
    NewFinding {
        kind: "gap".to_owned(),
        indicator: Some("did-not-attend".to_owned()),
        dimension: Some("sex".to_owned()),
        about: vec![("sex".to_owned(), "2".to_owned())],
        sentence: sentence.to_owned(),
        people: Some(people),
        evidence: json!({"estimate": 0.1}),
    }
}

/// A run that is done, with a release that supports these findings.
pub async fn supported(store: &Store, minutes: i64, found: &[NewFinding]) -> Vec<Id<Finding>> {
    let mut change = store.change(Actor::CommandLine, at(minutes)).await.expect("a change begins");
    let new = NewRun { kind: "analyse".to_owned(), parameters: json!({}), schedule: None };
    let run = runs::request(&mut change, &new).await.expect("the run is asked for");
    change.commit().await.expect("the change is made");
    let lease = SignedDuration::from_mins(1);
    let claim = claims::claim(store, "w", at(minutes), lease).await.expect("it is claimed").expect("a run waits");
    let mut change = store.change(claim.actor(), at(minutes)).await.expect("a change begins");
    claims::finish(&mut change, &claim, &Ending::Done(json!({}))).await.expect("it is done");
    let [name, purpose, profile] = ["Outpatients", "analysis", "sus-outpatient"].map(str::to_owned);
    let new = NewExtract { run, name, purpose, profile, periods: None, opt_out: None, provenance: provenance() };
    let extract = extracts::add(&mut change, &new).await.expect("the extract is kept");
    let (purpose, title) = ("analysis".to_owned(), "Outpatients".to_owned());
    let new = NewRelease { run, extract, purpose, title, context: json!(null) };
    let release = releases::add(&mut change, &new, &release()).await.expect("the release is kept");
    let ids = findings::keep(&mut change, release, found).await.expect("the findings are kept");
    change.commit().await.expect("the change is made");
    ids
}

async fn a_finding_keeps_its_id_while_its_numbers_move(records: Records) {
    let store = &records.store;
    let other = NewFinding { kind: "masked".to_owned(), ..gap("Men did not share in it.", 12.0) };
    let first = supported(store, 0, &[gap("Women miss more.", 210.25), other]).await;
    let second = supported(store, 10, &[gap("Women miss a little more.", 1.0 / 3.0)]).await;
    assert_eq!(first[0], second[0]);
    assert_ne!(first[0], first[1]);
    let finding = findings::get(store, first[0]).await.expect("it is read");
    assert_eq!(
        (&*finding.sentence, finding.people, finding.found_at),
        ("Women miss a little more.", Some(1.0 / 3.0), at(0))
    );
    let history = findings::history(store, first[0]).await.expect("it is read");
    assert_eq!(
        history.iter().map(|own| &*own.sentence).collect::<Vec<_>>(),
        ["Women miss a little more.", "Women miss more."]
    );
    let of_release = findings::of_release(store, history[1].release).await.expect("they are read");
    assert_eq!(of_release.iter().map(|own| own.id).collect::<Vec<_>>(), first);
    // Two of one release that say the same of the same people are two findings.
    let twins = supported(store, 20, &[gap("One.", 1.0), gap("Two.", 2.0)]).await;
    assert_ne!(twins[0], twins[1]);
}

async fn the_team_discusses_decides_and_acts(records: Records) {
    let store = &records.store;
    let (ada, bo) = (person(store, "Ada", "analyst").await, person(store, "Bo", "project-member").await);
    let finding = supported(store, 0, &[gap("Women miss more.", 210.0)]).await[0];
    let write = async |author, role: &str, text: &str, answers, dissent| {
        let mut change = store.change(Actor::Person(author), at(5)).await.expect("a change begins");
        let new = NewComment {
            subject_kind: "finding",
            subject: finding.to_string(),
            answers,
            author,
            author_role: role.to_owned(),
            dissent,
            text: text.to_owned(),
        };
        let id = comments::write(&mut change, &new).await?;
        change.commit().await.map(|()| id)
    };
    let first = write(ada, "analyst", "Is it the clinic times?", None, false).await.expect("it is written");
    let dissent = write(bo, "matron", "It is the transport.", Some(first), true).await.expect("it is written");
    let mut change = store.change(Actor::Person(ada), at(6)).await.expect("a change begins");
    assert!(matches!(comments::edit(&mut change, dissent, ada, "x").await, Err(StoreError::NotFound(_))), "not hers");
    comments::edit(&mut change, first, ada, "Is it the clinic's opening times?").await.expect("it is edited");
    change.commit().await.expect("the change is made");
    let discussion = comments::list(store, "finding", &finding.to_string()).await.expect("it is read");
    assert_eq!(discussion.iter().map(|own| (own.id, own.version)).collect::<Vec<_>>().len(), 2);
    let edited = discussion.iter().find(|own| own.id == first).expect("it is there");
    assert_eq!((&*edited.text, edited.version, edited.edited_at), ("Is it the clinic's opening times?", 2, at(6)));
    let kept = comments::versions(store, first).await.expect("they are read");
    assert_eq!(kept[0].text, "Is it the clinic times?");
    let answer = discussion.iter().find(|own| own.id == dissent).expect("it is there");
    assert_eq!((answer.answers, answer.dissent, &*answer.author_role), (Some(first), true, "matron"));

    let mut change = store.change(Actor::Person(ada), at(7)).await.expect("a change begins");
    let mut new = NewDecision {
        finding,
        choice: Choice::Act,
        reason: " ".to_owned(),
        present: "analyst, matron, economist".to_owned(),
        review_on: Some(date(2026, 9, 1)),
        decided_by: ada,
    };
    assert!(matches!(decisions::decide(&mut change, &new).await, Err(StoreError::Refused(_))), "no reason");
    new.reason = "Two in three named transport.".to_owned();
    let decision = decisions::decide(&mut change, &new).await.expect("it is decided");
    let asked = NewAction {
        finding,
        decision: Some(decision),
        what: "Offer transport with the letter".to_owned(),
        owner: bo,
        due_on: Some(date(2026, 7, 1)),
        project: "Reach".to_owned(),
        made_by: ada,
    };
    let action = actions::add(&mut change, &asked).await.expect("it is asked for");
    change.commit().await.expect("the change is made");
    let decided = decisions::of_finding(store, finding).await.expect("they are read");
    assert_eq!((decided[0].choice, decided[0].review_on), (Choice::Act, Some(date(2026, 9, 1))));
    assert_eq!(decisions::list(store, 5).await.expect("they are read"), decided);

    let release = findings::get(store, finding).await.expect("it is read").release;
    let standing = findings::standing(store, release).await.expect("it is read");
    assert_eq!(standing, [Standing { finding, comments: 2, open_actions: 1, decided: Some(Choice::Act) }]);

    let seen = actions::get(store, action).await.expect("it is read");
    assert_eq!(actions::open(store, Some(bo)).await.expect("they are read"), [seen.clone()]);
    assert!(actions::open(store, Some(ada)).await.expect("they are read").is_empty());
    let done = ActionChange {
        what: seen.what.clone(),
        owner: bo,
        due_on: seen.due_on,
        status: ActionStatus::Done,
        outcome: "Letters say so since June".to_owned(),
        project: seen.project.clone(),
    };
    let mut change = store.change(Actor::Person(bo), at(8)).await.expect("a change begins");
    actions::update(&mut change, action, seen.changed_at, &done).await.expect("it is changed");
    change.commit().await.expect("the change is made");
    let mut change = store.change(Actor::Person(ada), at(9)).await.expect("a change begins");
    let stale = actions::update(&mut change, action, seen.changed_at, &done).await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
    drop(change);
    assert!(actions::open(store, None).await.expect("they are read").is_empty());
    assert_eq!(actions::of_finding(store, finding).await.expect("they are read")[0].status, ActionStatus::Done);
}

async fn a_definition_needs_a_second_person(records: Records) {
    let store = &records.store;
    let (ada, bo) = (person(store, "Ada", "analyst").await, person(store, "Bo", "approver").await);
    let propose = async |text: &str| {
        let mut change = store.change(Actor::Person(ada), at(1)).await.expect("a change begins");
        let new = NewDefinition {
            kind: "score".to_owned(),
            name: "missed-care".to_owned(),
            text: text.to_owned(),
            why: "weights as agreed".to_owned(),
            agreed_with: "inequalities board, May".to_owned(),
            proposed_by: ada,
        };
        let id = definitions::propose(&mut change, &new).await.expect("it is proposed");
        change.commit().await.expect("the change is made");
        id
    };
    let judge = async |id, by, approve| {
        let mut change = store.change(Actor::Person(by), at(2)).await.expect("a change begins");
        definitions::judge(&mut change, id, by, approve, "agreed").await?;
        change.commit().await
    };
    let first = propose("weight = 1").await;
    assert_eq!(definitions::waiting(store).await.expect("they are read")[0].id, first);
    assert!(matches!(judge(first, ada, true).await, Err(StoreError::Refused(_))), "her own");
    judge(first, bo, true).await.expect("it is approved");
    assert!(matches!(judge(first, bo, true).await, Err(StoreError::Conflict(_))), "twice");
    let second = propose("weight = 2").await;
    let third = propose("weight = 3").await;
    judge(third, bo, false).await.expect("it is refused");
    judge(second, bo, true).await.expect("it is approved");
    let states: Vec<_> = definitions::versions(store, "score", "missed-care").await.expect("they are read");
    let states: Vec<_> = states.iter().map(|own| (own.version, own.state)).collect();
    let expected = [(3, DefinitionState::Refused), (2, DefinitionState::Approved), (1, DefinitionState::Replaced)];
    assert_eq!(states, expected);
    let used = definitions::in_use(store, "score").await.expect("they are read");
    assert_eq!((used.len(), &*used[0].text, used[0].judged_by), (1, "weight = 2", Some(bo)));
    assert_eq!(definitions::get(store, second).await.expect("it is read").judgement, "agreed");
}

async fn a_statement_is_approved_as_it_was_read(records: Records) {
    let store = &records.store;
    let (ada, bo) = (person(store, "Ada", "analyst").await, person(store, "Bo", "approver").await);
    let mut change = store.change(Actor::Person(ada), at(0)).await.expect("a change begins");
    let new = NewStatement {
        title: "Health inequalities 2025/26".to_owned(),
        period: "2025-26".to_owned(),
        organisation: "Anytown Hospitals".to_owned(),
        author: ada,
    };
    let id = statements::draft(&mut change, &new).await.expect("it is drafted");
    statements::write(&mut change, id, "elective", ada, "Waits are even.").await.expect("it is written");
    statements::write(&mut change, id, "elective", ada, "Waits are nearly even.").await.expect("it is written");
    statements::write(&mut change, id, "smoking", ada, "We offer help.").await.expect("it is written");
    change.commit().await.expect("the change is made");
    let read = statements::get(store, id).await.expect("it is read");
    let texts: Vec<_> = statements::commentary(store, id).await.expect("they are read");
    let texts: Vec<_> = texts.iter().map(|own| (&*own.block, own.version, &*own.text)).collect();
    assert_eq!(texts, [("elective", 2, "Waits are nearly even."), ("smoking", 1, "We offer help.")]);
    assert_eq!(statements::versions(store, id, "elective").await.expect("they are read").len(), 2);

    let approve = async |revision, by| {
        let mut change = store.change(Actor::Person(by), at(2)).await.expect("a change begins");
        statements::approve(&mut change, id, revision, by).await?;
        change.commit().await
    };
    assert!(matches!(approve(read.revision, ada).await, Err(StoreError::Refused(_))), "her own");
    let mut change = store.change(Actor::Person(ada), at(1)).await.expect("a change begins");
    statements::write(&mut change, id, "smoking", ada, "We offer help to all.").await.expect("it is written");
    change.commit().await.expect("the change is made");
    assert!(matches!(approve(read.revision, bo).await, Err(StoreError::Conflict(_))), "it has changed since");
    let publish = async || {
        let mut change = store.change(Actor::Person(bo), at(3)).await.expect("a change begins");
        statements::publish(&mut change, id).await?;
        change.commit().await
    };
    assert!(matches!(publish().await, Err(StoreError::Conflict(_))), "not approved");
    approve(read.revision + 1, bo).await.expect("it is approved");
    publish().await.expect("it is published");
    let out = statements::get(store, id).await.expect("it is read");
    assert_eq!((out.state, out.approved_by, out.published_at), (StatementState::Published, Some(bo), Some(at(3))));
    let mut change = store.change(Actor::Person(ada), at(4)).await.expect("a change begins");
    let late = statements::write(&mut change, id, "smoking", ada, "We do not.").await;
    assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
    assert_eq!(statements::list(store).await.expect("they are read").len(), 1);
}

async fn the_organisation_has_a_name_and_a_logo(records: Records) {
    let store = &records.store;
    assert_eq!(settings::get(store, settings::ORGANISATION).await.expect("it is read"), None);
    let logo = Picture { media_type: "image/png".to_owned(), body: vec![0, 159, 146, 150, 255] };
    for name in ["Anytown", "Anytown Hospitals"] {
        let mut change = store.change(Actor::CommandLine, at(0)).await.expect("a change begins");
        settings::set(&mut change, settings::ORGANISATION, name).await.expect("it is set");
        settings::set_picture(&mut change, settings::LOGO, Some(&logo)).await.expect("it is set");
        change.commit().await.expect("the change is made");
    }
    let name = settings::get(store, settings::ORGANISATION).await.expect("it is read");
    assert_eq!(name.as_deref(), Some("Anytown Hospitals"));
    assert_eq!(settings::picture(store, settings::LOGO).await.expect("it is read"), Some(logo));
    let mut change = store.change(Actor::CommandLine, at(1)).await.expect("a change begins");
    settings::set_picture(&mut change, settings::LOGO, None).await.expect("it is taken away");
    change.commit().await.expect("the change is made");
    assert_eq!(settings::picture(store, settings::LOGO).await.expect("it is read"), None);
    assert_eq!(settings::list(store).await.expect("they are read")[0].changed_by, "command line");
}
