//! Cells by packed key: a table of each thread's own while it fits the cache, shared partitions after that.

use super::hash::{EMPTY, HashCells};
use super::radix::{Buffers, Partitions};

/// Cells of a thread's own table that still fit its share of the cache (four mebibytes of slots).
const OWN_CELLS: usize = 160 * 1024;

/// When to leave the thread's own table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spill {
    /// When it outgrows the cache.
    WhenLarge,
    /// Never.
    Never,
    /// At once.
    AtOnce,
}

/// What one thread counts of one tally.
pub struct HashedCells<'a> {
    own: HashCells,
    buffers: Option<Buffers>,
    shared: &'a Partitions,
    spill: Spill,
}

impl<'a> HashedCells<'a> {
    /// Empty, before partitions that all threads share.
    pub fn new(shared: &'a Partitions, spill: Spill) -> Self {
        let buffers = (spill == Spill::AtOnce).then(Buffers::new);
        Self { own: HashCells::new(0), buffers, shared, spill }
    }

    /// Counts one row for every key; [`EMPTY`] is a row that a check took.
    pub fn add(&mut self, keys: &[u64]) {
        if let Some(buffers) = &mut self.buffers {
            for &key in keys.iter().filter(|key| **key != EMPTY) {
                buffers.add(key, self.shared);
            }
            return;
        }
        for &key in keys.iter().filter(|key| **key != EMPTY) {
            self.own.add(key, 1);
        }
        self.consider_spilling();
    }

    /// Counts rows by their weights.
    pub fn add_weighted(&mut self, keys: &[u64], weights: &[u64]) {
        let rows = keys.iter().copied().zip(weights.iter().copied()).filter(|(key, _)| *key != EMPTY);
        if let Some(buffers) = &mut self.buffers {
            rows.for_each(|(key, weight)| buffers.add_weighted(key, weight, self.shared));
            return;
        }
        rows.for_each(|(key, weight)| self.own.add(key, weight));
        self.consider_spilling();
    }

    fn consider_spilling(&mut self) {
        if self.spill == Spill::WhenLarge && self.own.len() > OWN_CELLS {
            self.buffers = Some(Buffers::new());
            self.give_up_own();
        }
    }

    fn give_up_own(&mut self) {
        // Counts collected so far go over with their amounts, before any single row.
        let mut moved = Buffers::new();
        for (key, amount) in self.own.cells() {
            moved.add_weighted(key, amount, self.shared);
        }
        moved.finish(self.shared);
        self.own.clear();
    }

    /// Cells that certainly occur: a cell may be in the thread's own table and in the shared partitions.
    pub fn found(&self) -> u64 {
        self.shared.len().max(self.own.len() as u64)
    }

    /// Gives everything to the shared partitions.
    pub fn finish(mut self) {
        if let Some(buffers) = &mut self.buffers {
            buffers.finish(self.shared);
        }
        self.give_up_own();
    }
}
