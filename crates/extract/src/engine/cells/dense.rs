//! A counter for every possible cell.

use super::hash::HashCells;

/// Below this many cells a counter may be eight bytes wide without leaving the cache.
const SMALL: usize = 8 * 1024;

/// Counters of one thread, one more than there are cells: rows that a check took are counted into the last.
///
/// A counter is one byte, with what overflows carried to a hash table: most cells of a wide table hold few people, so a
/// quarter of the memory of 32-bit counters (and of its cache misses) counts the same rows without a limit.
pub enum DenseCells {
    /// One byte for each cell, and how many times it overflowed.
    Bytes {
        /// Counts modulo 256.
        cells: Vec<u8>,
        /// Overflows by cell.
        carries: HashCells,
    },
    /// Eight bytes for each cell: small tables, and weighted rows.
    Words(Vec<u64>),
}

impl DenseCells {
    /// For so many cells.
    pub fn new(cells: usize, weighted: bool) -> Self {
        if weighted || cells <= SMALL {
            Self::Words(vec![0; cells + 1])
        } else {
            Self::Bytes { cells: vec![0; cells + 1], carries: HashCells::new(0) }
        }
    }

    /// Counts one row for every key.
    pub fn add(&mut self, keys: &[u32]) {
        match self {
            Self::Bytes { cells, carries } => {
                for &key in keys {
                    let cell = &mut cells[key as usize];
                    *cell = cell.wrapping_add(1);
                    if *cell == 0 {
                        carries.add(key.into(), 1);
                    }
                }
            }
            Self::Words(cells) => {
                for &key in keys {
                    cells[key as usize] += 1;
                }
            }
        }
    }

    /// Counts rows by their weights.
    pub fn add_weighted(&mut self, keys: &[u32], weights: &[u64]) {
        match self {
            Self::Bytes { cells, carries } => {
                for (&key, &weight) in keys.iter().zip(weights) {
                    let cell = &mut cells[key as usize];
                    let sum = u64::from(*cell).saturating_add(weight);
                    *cell = sum.to_le_bytes()[0];
                    if sum > 255 {
                        carries.add(key.into(), sum >> 8);
                    }
                }
            }
            Self::Words(cells) => {
                for (&key, &weight) in keys.iter().zip(weights) {
                    let cell = &mut cells[key as usize];
                    *cell = cell.saturating_add(weight);
                }
            }
        }
    }
}
