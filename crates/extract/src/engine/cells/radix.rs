//! Cells in partitions shared by all threads: when the distinct cells outgrow the cache, keys are first sorted roughly into
//! buffers and then counted one partition at a time, each of which fits the cache again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::hash::{HashCells, hash};

/// Upper bits of the hash that choose the partition.
const BITS: u32 = 7;

/// Keys of one partition that a thread collects before it counts them.
const BUFFER: usize = 2048;

/// The partitions of one tally.
pub struct Partitions {
    tables: Vec<Mutex<HashCells>>,
    occupied: AtomicU64,
}

impl Partitions {
    /// Empty.
    pub fn new() -> Self {
        let tables = (0..1 << BITS).map(|_| Mutex::new(HashCells::new(BITS))).collect();
        Self { tables, occupied: AtomicU64::new(0) }
    }

    /// Cells that occur, in all partitions.
    pub fn len(&self) -> u64 {
        self.occupied.load(Ordering::Relaxed)
    }

    /// All cells, in no order.
    pub fn into_cells(self) -> Vec<(u64, u64)> {
        let mut cells = Vec::with_capacity(usize::try_from(self.len()).unwrap_or(0));
        for table in self.tables {
            let table = table.into_inner().unwrap_or_else(PoisonError::into_inner);
            cells.extend(table.cells());
        }
        cells
    }

    fn add(&self, partition: usize, entries: impl Iterator<Item = (u64, u64)>) {
        let mut table = self.tables[partition].lock().unwrap_or_else(PoisonError::into_inner);
        let before = table.len();
        for (key, amount) in entries {
            table.add(key, amount);
        }
        self.occupied.fetch_add((table.len() - before) as u64, Ordering::Relaxed);
    }
}

/// What one thread has collected for the partitions.
pub struct Buffers {
    keys: Vec<Vec<u64>>,
    /// Beside each key, how much it counts; empty when every row is one.
    amounts: Vec<Vec<u64>>,
}

impl Buffers {
    /// Empty.
    pub fn new() -> Self {
        Self { keys: vec![Vec::new(); 1 << BITS], amounts: vec![Vec::new(); 1 << BITS] }
    }

    /// Counts a row.
    #[inline]
    pub fn add(&mut self, key: u64, shared: &Partitions) {
        let partition = partition(key);
        let keys = &mut self.keys[partition];
        keys.push(key);
        if keys.len() == BUFFER {
            self.flush(partition, shared);
        }
    }

    /// Counts a row by its weight. One run of a tally is either weighted or not.
    #[inline]
    pub fn add_weighted(&mut self, key: u64, amount: u64, shared: &Partitions) {
        let partition = partition(key);
        self.keys[partition].push(key);
        self.amounts[partition].push(amount);
        if self.keys[partition].len() == BUFFER {
            self.flush(partition, shared);
        }
    }

    /// Counts all that has been collected.
    pub fn finish(&mut self, shared: &Partitions) {
        for partition in 0..self.keys.len() {
            self.flush(partition, shared);
        }
    }

    #[inline(never)]
    fn flush(&mut self, partition: usize, shared: &Partitions) {
        let (keys, amounts) = (&mut self.keys[partition], &mut self.amounts[partition]);
        if amounts.is_empty() {
            shared.add(partition, keys.iter().map(|key| (*key, 1)));
        } else {
            shared.add(partition, keys.iter().copied().zip(amounts.iter().copied()));
        }
        keys.clear();
        amounts.clear();
    }
}

#[inline]
fn partition(key: u64) -> usize {
    (hash(key) >> (64 - BITS)) as usize
}
