//! People followed from row to row: a sample by hash, kept small however many people come.

use std::collections::HashMap;

use super::plan::{Followed, OfPerson};
use crate::readers::Raw;

/// Most people that are followed in the end.
const MOST: usize = 12_000;

/// Nobody: what tells people apart is missing.
pub const NOBODY: u64 = u64::MAX;

/// The people of one thread, or of all of them.
///
/// Whoever's hash begins with `level` noughts is followed. The level rises where they become too many; since it only rises where
/// this sample alone is too large at the level before, all threads together end at the level that one thread alone would.
#[derive(Clone, Debug, Default)]
pub struct People {
    level: u32,
    people: HashMap<u64, Vec<HashMap<u64, u64>>>,
}

impl People {
    /// Whether somebody is followed.
    #[inline]
    pub fn follows(&self, hash: u64) -> bool {
        hash != NOBODY && hash.leading_zeros() >= self.level
    }

    /// Counts one row of somebody who is followed: the keys of each table.
    pub fn add(&mut self, hash: u64, keys: impl Iterator<Item = u64>) {
        let tables = self.people.entry(hash).or_default();
        for (table, key) in keys.enumerate() {
            if tables.len() <= table {
                tables.resize_with(table + 1, HashMap::new);
            }
            *tables[table].entry(key).or_default() += 1;
        }
        self.shrink();
    }

    /// Takes in another thread's people.
    pub fn merge(&mut self, other: Self) {
        self.level = self.level.max(other.level);
        for (hash, tables) in other.people {
            let own = self.people.entry(hash).or_default();
            own.resize_with(own.len().max(tables.len()), HashMap::new);
            for (own, table) in own.iter_mut().zip(tables) {
                for (key, count) in table {
                    *own.entry(key).or_default() += count;
                }
            }
        }
        let level = self.level;
        self.people.retain(|hash, _| hash.leading_zeros() >= level);
        self.shrink();
    }

    fn shrink(&mut self) {
        while self.people.len() > MOST {
            self.level += 1;
            let level = self.level;
            self.people.retain(|hash, _| hash.leading_zeros() >= level);
        }
    }

    /// For each table, everybody's cells in order of their keys; people in order of their hashes.
    pub fn cells(self, followed: &Followed) -> Vec<Vec<OfPerson>> {
        let mut people: Vec<(u64, Vec<HashMap<u64, u64>>)> = self.people.into_iter().collect();
        people.sort_unstable_by_key(|(hash, _)| *hash);
        let mut tables = vec![Vec::with_capacity(people.len()); followed.by.len()];
        for (_, own) in people {
            for (table, cells) in tables.iter_mut().zip(own) {
                let mut cells: OfPerson = cells.into_iter().collect();
                cells.sort_unstable();
                table.push(cells);
            }
        }
        tables
    }
}

/// A hash of what tells a person apart: the same on every machine, in every run, and of any reader's type.
///
/// SOURCE: FNV-1a (Fowler, Noll and Vo; RFC 9923) and the finish of `MurmurHash3` (Appleby, public domain), which spreads it over all
/// bits.
pub fn hash(value: &Raw) -> u64 {
    let number;
    let bytes: &[u8] = match value {
        Raw::Text(text) => text.as_bytes(),
        Raw::Whole(whole) => {
            number = whole.to_string();
            number.as_bytes()
        }
        Raw::Day(day) => {
            number = day.to_string();
            number.as_bytes()
        }
        Raw::Missing | Raw::Unreadable(_) => return NOBODY,
    };
    let mut hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    for factor in [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53] {
        hash ^= hash >> 33;
        hash = hash.wrapping_mul(factor);
    }
    (hash ^ (hash >> 33)).min(NOBODY - 1)
}

#[cfg(test)]
mod tests {
    use super::{MOST, NOBODY, People, hash};
    use crate::engine::plan::Followed;
    use crate::readers::Raw;

    fn person(number: u64) -> u64 {
        hash(&Raw::Text(format!("P{number:07}").into()))
    }

    fn follow(people: impl Iterator<Item = u64>) -> People {
        let mut own = People::default();
        for hash in people.map(person) {
            if own.follows(hash) {
                own.add(hash, [hash % 7, hash % 5].into_iter());
            }
        }
        own
    }

    #[test]
    fn threads_together_follow_whom_one_alone_would() {
        let followed = Followed { column: 0, by: vec![vec![], vec![]] };
        // Everybody comes twice.
        let alone = follow((0..60_000).chain(0..60_000)).cells(&followed);
        let mut together = follow(0..50_000);
        together.merge(follow((50_000..60_000).chain(10_000..60_000)));
        together.merge(follow(0..10_000));
        assert_eq!(together.cells(&followed), alone);
        assert!((MOST / 3..=MOST).contains(&alone[0].len()), "{}", alone[0].len());
        assert!(alone.iter().flatten().all(|own| own.iter().map(|(_, count)| count).sum::<u64>() == 2));
    }

    #[test]
    fn nobody_is_followed_where_nobody_is_named() {
        assert!(!People::default().follows(hash(&Raw::Missing)));
        assert_ne!(hash(&Raw::Text("7".into())), NOBODY);
        assert_eq!(hash(&Raw::Text("7".into())), hash(&Raw::Whole(7)));
    }
}
