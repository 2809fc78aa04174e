//! Cells by packed key in an open-addressing table: memory follows the cells that occur.

/// A slot that holds nothing; no key has this value, because fewer than 2^64 − 1 cells are possible.
pub const EMPTY: u64 = u64::MAX;

/// Counts by key. Linear probing over slots of sixteen bytes, so that a cell costs one cache line.
#[derive(Clone, Debug)]
pub struct HashCells {
    slots: Vec<(u64, u64)>,
    occupied: usize,
    /// Upper bits of the hash that are spent already, on choosing a partition.
    spent: u32,
}

/// Multiplies by 2^64 divided by the golden ratio (Knuth, The Art of Computer Programming, volume 3, section 6.4): the upper
/// bits of the product depend on all bits of the key.
#[inline]
pub fn hash(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl HashCells {
    /// Empty; `spent` upper bits of the hash are the same for all keys.
    pub fn new(spent: u32) -> Self {
        Self { slots: Vec::new(), occupied: 0, spent }
    }

    /// Cells that occur.
    pub fn len(&self) -> usize {
        self.occupied
    }

    /// Adds to a cell.
    #[inline]
    pub fn add(&mut self, key: u64, amount: u64) {
        if (self.occupied + 1) * 8 > self.slots.len() * 5 {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut slot = self.home(key);
        loop {
            let (there, count) = &mut self.slots[slot & mask];
            if *there == key {
                *count = count.saturating_add(amount);
                return;
            }
            if *there == EMPTY {
                (*there, *count) = (key, amount);
                self.occupied += 1;
                return;
            }
            slot += 1;
        }
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "fewer bits than a slot number has are left")]
    fn home(&self, key: u64) -> usize {
        let bits = self.slots.len().trailing_zeros();
        ((hash(key) << self.spent) >> (64 - bits)) as usize
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1024);
        let old = std::mem::replace(&mut self.slots, vec![(EMPTY, 0); size]);
        let mask = size - 1;
        for (key, count) in old.into_iter().filter(|(key, _)| *key != EMPTY) {
            let mut slot = self.home(key);
            while self.slots[slot & mask].0 != EMPTY {
                slot += 1;
            }
            self.slots[slot & mask] = (key, count);
        }
    }

    /// The cells that occur, in no order.
    pub fn cells(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.slots.iter().copied().filter(|(key, _)| *key != EMPTY)
    }

    /// Forgets all cells and gives the memory back.
    pub fn clear(&mut self) {
        *self = Self::new(self.spent);
    }
}
