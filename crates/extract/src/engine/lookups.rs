//! Look-up tables of one reader: what each id of a column adds to every key, grown as the reader meets new values.

use std::collections::HashMap;

use super::follow;
use super::layout::{Layout, Source, Sum};
use super::plan::{Coder, EngineError, Weight};
use crate::readers::{ChunkReader, Raw};

/// No check takes the row.
pub const NOT_TAKEN: u16 = u16::MAX;

/// A day that is none.
const NO_DAY: i32 = i32::MIN;

/// Number type of keys: half the bandwidth where they fit 32 bits.
pub trait Key: Copy + Default + std::ops::Add<Output = Self> {
    /// From a key that is known to fit.
    fn of(key: u64) -> Self;
}

impl Key for u32 {
    #[expect(clippy::cast_possible_truncation, reason = "only made for sums of fewer than 2^32 cells")]
    fn of(key: u64) -> Self {
        key as Self
    }
}

impl Key for u64 {
    fn of(key: u64) -> Self {
        key
    }
}

/// The look-ups of a [`Sum`], one table for each part. Tables are padded to a power of two, so that a masked index needs no
/// check.
pub struct SumTables<K> {
    tables: Vec<Vec<K>>,
    /// Ids that are filled in, of each table.
    filled: Vec<usize>,
}

impl<K: Key> SumTables<K> {
    fn new(sum: &Sum, layout: &Layout<'_>) -> Self {
        let tables = sum.parts.iter().map(|part| match part.source {
            Source::Column(_) => vec![K::default()],
            Source::Axis(axis) => {
                let stride: u64 = part.digits.iter().map(|digit| digit.1).sum();
                let mut table: Vec<K> =
                    (0..layout.plan.axes[axis].size).map(|code| K::of(u64::from(code) * stride)).collect();
                table.resize(table.len().next_power_of_two(), K::default());
                table
            }
        });
        Self { tables: tables.collect(), filled: vec![0; sum.parts.len()] }
    }

    fn grow(&mut self, sum: &Sum, codes: &[Vec<u32>]) {
        for ((part, table), filled) in sum.parts.iter().zip(&mut self.tables).zip(&mut self.filled) {
            let Source::Column(_) = part.source else { continue };
            let Some(length) = part.digits.first().map(|digit| codes[digit.0].len()) else { continue };
            if length == *filled {
                continue;
            }
            table.resize(length.next_power_of_two(), K::default());
            for (id, key) in table.iter_mut().enumerate().take(length).skip(*filled) {
                *key = K::of(part.digits.iter().map(|(axis, stride)| u64::from(codes[*axis][id]) * stride).sum());
            }
            *filled = length;
        }
    }

    /// Writes the key of every row.
    pub fn keys(&self, sum: &Sum, rows: &Rows<'_>, keys: &mut Vec<K>) {
        // No need to clear: the first look-ups overwrite what is there.
        keys.resize(rows.count, K::default());
        if sum.parts.is_empty() {
            keys.fill(K::default());
        }
        let parts: Vec<(&[u32], &[K])> =
            sum.parts.iter().zip(&self.tables).map(|(part, table)| (rows.of(part.source), table.as_slice())).collect();
        for (position, four) in parts.chunks(4).enumerate() {
            add_parts(keys, four, position == 0);
        }
    }
}

/// Ids and codes of the rows of a chunk.
pub struct Rows<'a> {
    /// How many.
    pub count: usize,
    /// Ids, by column.
    pub columns: &'a [Vec<u32>],
    /// Codes, by axis; empty for axes that are not worked out for every row.
    pub codes: &'a [Vec<u32>],
}

impl Rows<'_> {
    /// The ids or codes of a source.
    pub fn of(&self, source: Source) -> &[u32] {
        match source {
            Source::Column(column) => &self.columns[column][..self.count],
            Source::Axis(axis) => &self.codes[axis][..self.count],
        }
    }
}

/// Adds up to four look-ups to the keys in one go, so that keys are loaded and stored once for all of them.
fn add_parts<K: Key>(keys: &mut [K], parts: &[(&[u32], &[K])], first: bool) {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the inner loop of the pass")]
    fn at<K: Key>(table: &[K], id: u32) -> K {
        if table.is_empty() { K::default() } else { table[id as usize & (table.len() - 1)] }
    }
    let start = |key: K| if first { K::default() } else { key };
    match parts {
        [(a, ta), (b, tb), (c, tc), (d, td)] => {
            for ((((key, a), b), c), d) in keys.iter_mut().zip(*a).zip(*b).zip(*c).zip(*d) {
                *key = start(*key) + at(ta, *a) + at(tb, *b) + at(tc, *c) + at(td, *d);
            }
        }
        [(a, ta), (b, tb), (c, tc)] => {
            for (((key, a), b), c) in keys.iter_mut().zip(*a).zip(*b).zip(*c) {
                *key = start(*key) + at(ta, *a) + at(tb, *b) + at(tc, *c);
            }
        }
        [(a, ta), (b, tb)] => {
            for ((key, a), b) in keys.iter_mut().zip(*a).zip(*b) {
                *key = start(*key) + at(ta, *a) + at(tb, *b);
            }
        }
        [(a, ta)] => {
            for (key, a) in keys.iter_mut().zip(*a) {
                *key = start(*key) + at(ta, *a);
            }
        }
        _ => {}
    }
}

/// Keys of one tally, in the width it needs.
pub enum TallyTables {
    /// Fewer than 2^32 cells.
    Narrow(SumTables<u32>),
    /// More.
    Wide(SumTables<u64>),
}

/// Everything one thread looks up while it reads one unit.
pub struct Lookups {
    /// Codes of the ids, for each axis that looks at one column.
    pub codes: Vec<Vec<u32>>,
    /// The first check that takes a row with this id, by check group that looks at a column.
    pub taken: Vec<Vec<u16>>,
    /// Whether any id or code of the group is taken at all.
    pub takes: Vec<bool>,
    /// Whether any id seen has a state other than known, by quality tally.
    pub unknown: Vec<bool>,
    /// The number that an id stands for, by column; empty for columns that nothing adds up. Below nought it is nought.
    pub numbers: Vec<Vec<u64>>,
    /// The hash of who an id stands for, where people are followed.
    pub people: Vec<u64>,
    /// Tables of the tallies.
    pub tallies: Vec<TallyTables>,
    combined: Vec<Option<SumTables<u32>>>,
    days: Vec<Vec<i32>>,
    between: Vec<HashMap<Option<i32>, u32>>,
}

impl Lookups {
    /// Empty, for a reader that has shown no value yet; `narrow` says which tallies have 32-bit keys.
    pub fn new(layout: &Layout<'_>, narrow: &[bool]) -> Self {
        let plan = layout.plan;
        let tallies = layout.tallies.iter().zip(narrow).map(|(sum, narrow)| {
            if *narrow {
                TallyTables::Narrow(SumTables::new(sum, layout))
            } else {
                TallyTables::Wide(SumTables::new(sum, layout))
            }
        });
        let mut lookups = Self {
            codes: vec![Vec::new(); plan.axes.len()],
            taken: vec![Vec::new(); layout.checks.len()],
            takes: vec![false; layout.checks.len()],
            unknown: plan.quality.iter().map(|quality| is_worked_out(layout, quality.state)).collect(),
            numbers: vec![Vec::new(); plan.columns.len()],
            people: Vec::new(),
            tallies: tallies.collect(),
            combined: layout
                .worked_out
                .iter()
                .map(|(_, sum)| sum.as_ref().map(|sum| SumTables::new(sum, layout)))
                .collect(),
            days: vec![Vec::new(); plan.columns.len()],
            between: vec![HashMap::new(); plan.axes.len()],
        };
        for (group, (taken, takes)) in layout.checks.iter().zip(lookups.taken.iter_mut().zip(&mut lookups.takes)) {
            if let Source::Axis(axis) = group.source {
                *taken = (0..plan.axes[axis].size as usize)
                    .map(|code| first_check(group.checks.iter(), |check| plan.checks[check].hit[code]))
                    .collect();
                *takes = taken.iter().any(|check| *check != NOT_TAKEN);
            }
        }
        lookups
    }

    /// Takes in the values that the reader has met since the last call.
    pub fn grow(&mut self, layout: &Layout<'_>, reader: &dyn ChunkReader) -> Result<(), EngineError> {
        let plan = layout.plan;
        let mut grown = false;
        for (axis, codes) in plan.axes.iter().zip(&mut self.codes) {
            if let Coder::Value { column, code } = &axis.coder {
                for value in reader.values(*column).iter().skip(codes.len()) {
                    codes.push(within(code(value), &axis.name, axis.size)?);
                    grown = true;
                }
            }
        }
        for axis in &plan.axes {
            if let Coder::DaysBetween { from, to, .. } = &axis.coder {
                for column in [*from, *to] {
                    let days = &mut self.days[column];
                    days.extend(reader.values(column).iter().skip(days.len()).map(|value| match value {
                        Raw::Day(day) => *day,
                        _ => NO_DAY,
                    }));
                }
            }
        }
        let weight = if let Weight::Column(column) = plan.weight { Some(column) } else { None };
        for column in weight.into_iter().chain(plan.tallies.iter().flat_map(|tally| tally.adds.columns())) {
            let numbers = &mut self.numbers[column];
            numbers.extend(reader.values(column).iter().skip(numbers.len()).map(|value| match value {
                Raw::Whole(number) => u64::try_from(*number).unwrap_or(0),
                _ => 0,
            }));
        }
        if let Some(followed) = &plan.followed {
            let known = self.people.len();
            self.people.extend(reader.values(followed.column).iter().skip(known).map(follow::hash));
        }
        if grown {
            self.grow_tables(layout);
        }
        Ok(())
    }

    fn grow_tables(&mut self, layout: &Layout<'_>) {
        let plan = layout.plan;
        for (sum, tables) in layout.tallies.iter().zip(&mut self.tallies) {
            match tables {
                TallyTables::Narrow(tables) => tables.grow(sum, &self.codes),
                TallyTables::Wide(tables) => tables.grow(sum, &self.codes),
            }
        }
        for ((_, sum), tables) in layout.worked_out.iter().zip(&mut self.combined) {
            if let (Some(sum), Some(tables)) = (sum, tables) {
                tables.grow(sum, &self.codes);
            }
        }
        for (group, (taken, takes)) in layout.checks.iter().zip(self.taken.iter_mut().zip(&mut self.takes)) {
            if let Source::Axis(_) = group.source {
                continue;
            }
            let length = group.checks.first().map_or(0, |check| self.codes[plan.checks[*check].axis].len());
            for id in taken.len()..length {
                let hits = |check: usize| {
                    let check = &plan.checks[check];
                    check.hit[self.codes[check.axis][id] as usize]
                };
                taken.push(first_check(group.checks.iter(), hits));
                *takes |= taken[id] != NOT_TAKEN;
            }
        }
        for (quality, unknown) in plan.quality.iter().zip(&mut self.unknown) {
            *unknown |= self.codes[quality.state].iter().any(|state| *state != 0);
        }
    }

    /// Works out the axes that need it, for every row of a chunk.
    pub fn work_out(
        &mut self,
        layout: &Layout<'_>,
        count: usize,
        columns: &[Vec<u32>],
        codes: &mut [Vec<u32>],
    ) -> Result<(), EngineError> {
        for (position, (axis, sum)) in layout.worked_out.iter().enumerate() {
            let definition = &layout.plan.axes[*axis];
            let mut out = std::mem::take(&mut codes[*axis]);
            match (&definition.coder, sum, &self.combined[position]) {
                (Coder::Combined { table, .. }, Some(sum), Some(tables)) => {
                    tables.keys(sum, &Rows { count, columns, codes }, &mut out);
                    for code in &mut out {
                        *code = table[*code as usize];
                    }
                }
                (Coder::DaysBetween { from, to, code }, ..) => {
                    let (from_days, to_days) = (&self.days[*from], &self.days[*to]);
                    let known = &mut self.between[*axis];
                    out.clear();
                    for (from, to) in columns[*from][..count].iter().zip(&columns[*to][..count]) {
                        let days = between(from_days[*from as usize], to_days[*to as usize]);
                        let code = if let Some(code) = known.get(&days) {
                            *code
                        } else {
                            let code = within(code(days), &definition.name, definition.size)?;
                            known.insert(days, code);
                            code
                        };
                        out.push(code);
                    }
                }
                _ => {}
            }
            codes[*axis] = out;
        }
        Ok(())
    }
}

fn is_worked_out(layout: &Layout<'_>, axis: usize) -> bool {
    layout.worked_out.iter().any(|worked_out| worked_out.0 == axis)
}

fn first_check<'a>(mut checks: impl Iterator<Item = &'a usize>, hits: impl Fn(usize) -> bool) -> u16 {
    checks.find(|check| hits(**check)).and_then(|check| u16::try_from(*check).ok()).unwrap_or(NOT_TAKEN)
}

fn between(from: i32, to: i32) -> Option<i32> {
    if from == NO_DAY || to == NO_DAY { None } else { to.checked_sub(from) }
}

fn within(code: u32, axis: &str, size: u32) -> Result<u32, EngineError> {
    if code < size { Ok(code) } else { Err(EngineError::Plan(format!("axis `{axis}` gives code {code} of {size}"))) }
}
