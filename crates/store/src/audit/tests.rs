//! Any chain that was sealed holds, and any tampering with it is found.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

use super::{Actor, AuditEvent, BEGINNING, Chain, End, Walk, seal};
use crate::change::Event;

fn chain(texts: &[(String, String)]) -> Vec<AuditEvent> {
    let events: Vec<Event> = texts
        .iter()
        .map(|(subject, detail)| Event {
            action: "run done",
            subject_kind: "run",
            subject: subject.clone(),
            details: json!({"detail": detail}),
        })
        .collect();
    let beginning = End { sequence: 0, hash: BEGINNING.to_owned() };
    seal(&beginning, &Actor::System, Timestamp::UNIX_EPOCH, &events)
}

/// What a walk along these events says, when the log is known to end where `whole` does.
fn walked(events: &[AuditEvent], whole: &[AuditEvent]) -> Chain {
    let last = whole.last().expect("an event");
    let mut walk = Walk::new(End { sequence: last.sequence, hash: last.hash.clone() });
    events.iter().find_map(|event| walk.step(event.clone())).unwrap_or_else(|| walk.end())
}

fn texts() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec((".{0,12}", ".{0,12}"), 2..12)
}

proptest! {
    #[test]
    fn a_sealed_chain_holds(texts in texts()) {
        let whole = chain(&texts);
        prop_assert!(matches!(walked(&whole, &whole), Chain::Whole(_)));
    }

    #[test]
    fn tampering_is_found(texts in texts(), at in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(), how in 0..7) {
        let whole = chain(&texts);
        let (at, other) = (at.index(whole.len()), other.index(whole.len()));
        let mut events = whole.clone();
        match how {
            0 => events[at].details.push(' '),
            // The same bytes in a row, cut elsewhere.
            1 => {
                let moved = events[at].action.pop().expect("an action");
                events[at].subject_kind.insert(0, moved);
            }
            2 => drop(events.remove(at)),
            3 => events.truncate(at),
            4 => events.insert(at, whole[other].clone()),
            5 if at != other => events.swap(at, other),
            5 => events[at].sequence += 1,
            // Even with its own hash put right.
            _ => {
                events[at].actor = "nobody".to_owned();
                events[at].hash = events[at].worked_out_hash();
            }
        }
        prop_assert!(matches!(walked(&events, &whole), Chain::Broken { .. }), "{how} at {at}");
    }
}
