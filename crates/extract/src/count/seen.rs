//! The values that are seen in fields whose groups are not known beforehand: periods, texts, long code lists.
//!
//! The counting pass needs to know how many groups there are. The beginnings of the units tell nearly always; where a value
//! turns up later that they did not have, it is remembered and the pass is made once more with it.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::Progress;
use crate::profile::{FieldReader, Meaning};
use crate::readers::{Chunk, Raw, Unit};

/// How many units are looked into.
const UNITS: usize = 16;

/// What is remembered of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sight {
    /// The first day of a period.
    Period(i32),
    /// A code or text.
    Text(String),
}

/// What is to be remembered of a value, if anything.
pub(crate) type Look = Arc<dyn Fn(&Meaning) -> Option<Sight> + Send + Sync>;

/// The values seen of one dimension.
#[derive(Clone)]
pub(crate) struct Seen {
    pub field: String,
    pub look: Look,
    known: BTreeSet<Sight>,
    new: Arc<Mutex<BTreeSet<Sight>>>,
    /// Most values that may be seen.
    pub limit: usize,
}

impl Seen {
    pub fn new(field: &str, look: Look, limit: usize) -> Self {
        Self { field: field.to_owned(), look, known: BTreeSet::new(), new: Arc::default(), limit }
    }

    /// The periods, in order.
    pub fn periods(&self) -> Vec<i32> {
        self.known
            .iter()
            .filter_map(|sight| if let Sight::Period(first) = sight { Some(*first) } else { None })
            .collect()
    }

    /// The texts, in alphabetical order.
    pub fn texts(&self) -> Vec<String> {
        let text = |sight: &Sight| if let Sight::Text(text) = sight { Some(text.clone()) } else { None };
        self.known.iter().filter_map(text).collect()
    }

    /// Whether there are more than the limit.
    pub fn is_too_many(&self) -> bool {
        self.known.len() > self.limit
    }

    /// Notes every value that is not yet known, for the next pass.
    pub fn watch(&self) -> impl Fn(&Meaning) + Send + Sync + use<> {
        let known: HashSet<Sight> = self.known.iter().cloned().collect();
        let (look, new, limit) = (Arc::clone(&self.look), Arc::clone(&self.new), self.limit);
        move |meaning| {
            if let Some(sight) = look(meaning).filter(|sight| !known.contains(sight)) {
                let mut new = new.lock().unwrap_or_else(PoisonError::into_inner);
                if new.len() <= limit {
                    new.insert(sight);
                }
            }
        }
    }

    /// Makes the new values known; whether there were any.
    pub fn learn(&mut self) -> bool {
        let mut new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        let any = !new.is_empty();
        self.known.append(&mut new);
        any
    }
}

/// Looks into the beginnings of the units for the values of these dimensions.
pub(crate) fn peek(
    seen: &mut BTreeMap<String, Seen>,
    readers: &BTreeMap<String, (FieldReader, String)>,
    units: &[Box<dyn Unit>],
    progress: &dyn Progress,
) -> Result<(), crate::engine::EngineError> {
    if seen.is_empty() {
        return Ok(());
    }
    let fields: BTreeSet<String> = seen.values().map(|seen| seen.field.clone()).collect();
    let wanted: Vec<&(FieldReader, String)> = fields.iter().filter_map(|field| readers.get(field)).collect();
    let requests: Vec<_> = wanted.iter().map(|(reader, header)| reader.request(header)).collect();
    let step = units.len().div_ceil(UNITS).max(1);
    let mut chunk = Chunk::default();
    for unit in units.iter().step_by(step) {
        if progress.cancelled() {
            return Err(crate::engine::EngineError::Cancelled);
        }
        let mut rows = unit.open(&requests)?;
        rows.next_chunk(&mut chunk)?;
        for (column, (reader, _)) in wanted.iter().enumerate() {
            note(seen, reader, rows.values(column));
        }
    }
    for seen in seen.values_mut() {
        seen.learn();
    }
    Ok(())
}

fn note(seen: &BTreeMap<String, Seen>, reader: &FieldReader, values: &[Raw]) {
    for seen in seen.values().filter(|seen| seen.field == reader.name()) {
        let watch = seen.watch();
        for raw in values {
            watch(&reader.read(raw));
        }
    }
}
