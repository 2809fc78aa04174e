//! Distinct values of a column: bytes as stored in the file become ids into the reader's table.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::scalar::Stored;
use crate::readers::{ColumnKind, ColumnRequest, Meaning, Raw, ValueTable};

/// Most distinct values of one column in one piece of a file; beyond it, it is no column of codes.
pub const MOST_VALUES: usize = 4_000_000;

/// The distinct values of one column.
pub struct Interner {
    stored: Stored,
    meaning: Meaning,
    identifier: bool,
    ids: HashTable<(u32, Box<[u8]>)>,
    hasher: DefaultHashBuilder,
    missing: Option<u32>,
    /// The values, by id.
    pub values: ValueTable,
}

impl Interner {
    /// For a column.
    pub fn new(request: &ColumnRequest, stored: Stored) -> Self {
        Self {
            stored,
            meaning: Meaning::new(request),
            identifier: matches!(request.kind, ColumnKind::Identifier(_)),
            ids: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            missing: None,
            values: ValueTable::new(),
        }
    }

    /// The id of a null.
    pub fn missing(&mut self) -> u32 {
        if let Some(id) = self.missing {
            return id;
        }
        let id = self.push(Raw::Missing);
        *self.missing.insert(id)
    }

    /// The id of a value; `None` if there are too many of them.
    pub fn id(&mut self, bytes: &[u8]) -> Option<u32> {
        if self.identifier {
            // Never kept: only missing, usual and unusual are told apart.
            let raw = self.stored.raw(bytes, &self.meaning);
            let known = self.values.iter().position(|value| *value == raw);
            return Some(known.map_or_else(|| self.push(raw), |id| u32::try_from(id).unwrap_or(u32::MAX)));
        }
        let hash = self.hasher.hash_one(bytes);
        if let Some((id, _)) = self.ids.find(hash, |(_, key)| **key == *bytes) {
            return Some(*id);
        }
        if self.values.len() >= MOST_VALUES {
            return None;
        }
        let id = self.push(self.stored.raw(bytes, &self.meaning));
        let hasher = &self.hasher;
        self.ids.insert_unique(hash, (id, bytes.into()), |(_, key)| hasher.hash_one(&**key));
        Some(id)
    }

    fn push(&mut self, raw: Raw) -> u32 {
        self.values.push(raw);
        u32::try_from(self.values.len() - 1).unwrap_or(u32::MAX)
    }
}
