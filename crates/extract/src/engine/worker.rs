//! What one thread does: read a chunk, look codes up, take rows away by the checks, count the rest.

use std::collections::BTreeMap;

use super::cells::{DenseCells, EMPTY, HashedCells};
use super::follow::People;
use super::layout::{Layout, Source, source};
use super::lookups::{Lookups, NOT_TAKEN, Rows, TallyTables};
use super::plan::{Amount, CheckKind, EngineError, Progress, Reject, RejectSink, Weight};
use super::value_class::value_class;
use crate::readers::{Chunk, ChunkReader, Unit};

/// Counters of one thread for one tally.
pub enum Cells<'a> {
    /// A counter for each possible cell.
    Dense(DenseCells),
    /// Cells by packed key.
    Hashed(HashedCells<'a>),
}

/// What one thread has counted.
pub struct Worker<'a> {
    layout: &'a Layout<'a>,
    rejects: &'a dyn RejectSink,
    progress: &'a dyn Progress,
    memory_cells: u64,
    /// By tally.
    pub cells: Vec<Cells<'a>>,
    /// By quality tally: for all rows, then by each axis.
    pub quality: Vec<Vec<Vec<u64>>>,
    /// Rows taken, by check.
    pub taken: Vec<u64>,
    /// Broken rows, by reason.
    pub broken: BTreeMap<&'static str, u64>,
    /// Rows read, by unit.
    pub read: Vec<(usize, u64)>,
    /// Rows counted.
    pub counted: u64,
    /// People followed.
    pub people: People,
    scratch: Scratch,
}

/// Vectors that are filled anew for every chunk.
#[derive(Default)]
struct Scratch {
    codes: Vec<Vec<u32>>,
    taken: Vec<u16>,
    narrow: Vec<u32>,
    wide: Vec<u64>,
    weights: Vec<u64>,
    amounts: Vec<u64>,
    unknown: Vec<u32>,
}

impl<'a> Worker<'a> {
    /// Ready to count into `cells`, by tally.
    pub fn new(
        layout: &'a Layout<'a>,
        rejects: &'a dyn RejectSink,
        progress: &'a dyn Progress,
        memory_cells: u64,
        cells: Vec<Cells<'a>>,
    ) -> Self {
        let size = |axis: usize| layout.plan.axes[axis].size as usize;
        let quality = layout.plan.quality.iter().map(|quality| {
            std::iter::once(5).chain(quality.by.iter().map(|by| size(*by) * 5)).map(|cells| vec![0; cells]).collect()
        });
        Self {
            layout,
            rejects,
            progress,
            memory_cells,
            cells,
            quality: quality.collect(),
            taken: vec![0; layout.plan.checks.len()],
            broken: BTreeMap::new(),
            read: Vec::new(),
            counted: 0,
            people: People::default(),
            scratch: Scratch { codes: vec![Vec::new(); layout.plan.axes.len()], ..Scratch::default() },
        }
    }

    /// Counts the rows of a unit, until its end or until told to stop.
    pub fn count(&mut self, position: usize, unit: &dyn Unit, stop: &dyn Fn() -> bool) -> Result<(), EngineError> {
        let mut reader = unit.open(&self.layout.plan.columns)?;
        let narrow: Vec<bool> = self.cells.iter().map(|cells| matches!(cells, Cells::Dense(_))).collect();
        let mut lookups = Lookups::new(self.layout, &narrow);
        let mut chunk = Chunk::default();
        let mut read = 0;
        loop {
            if self.progress.cancelled() {
                return Err(EngineError::Cancelled);
            }
            if stop() || !reader.next_chunk(&mut chunk)? {
                break;
            }
            lookups.grow(self.layout, &*reader)?;
            self.count_chunk(&chunk, &mut lookups, &*reader, unit.file())?;
            let rows = chunk.rows as u64 + chunk.broken.len() as u64;
            self.progress.rows(rows);
            read += rows;
        }
        self.read.push((position, read));
        Ok(())
    }

    fn count_chunk(
        &mut self,
        chunk: &Chunk,
        lookups: &mut Lookups,
        reader: &dyn ChunkReader,
        file: &str,
    ) -> Result<(), EngineError> {
        for (line, reason) in &chunk.broken {
            *self.broken.entry(reason).or_default() += 1;
            let value_class = "row".to_owned();
            self.rejects.reject(Reject { file, line: *line, field: "row", reason, value_class })?;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        lookups.work_out(self.layout, chunk.rows, &chunk.columns, &mut scratch.codes)?;
        let rows = Rows { count: chunk.rows, columns: &chunk.columns, codes: &scratch.codes };
        let taken = find_taken(self.layout, lookups, &rows, &mut scratch.taken);
        self.counted += chunk.rows as u64;
        if taken {
            self.take(chunk, &scratch.taken, reader, file)?;
        }
        let taken = taken.then_some(scratch.taken.as_slice());
        let weights = match self.layout.plan.weight {
            Weight::One => None,
            Weight::Column(column) => {
                scratch.weights.clear();
                let ids = &chunk.columns[column][..chunk.rows];
                scratch.weights.extend(ids.iter().map(|id| lookups.numbers[column][*id as usize]));
                Some(scratch.weights.as_slice())
            }
        };
        self.count_quality(lookups, &rows, taken, weights, &mut scratch.unknown);
        if weights.is_none() {
            self.follow(lookups, &rows, taken);
        }
        for (tally, cells) in self.cells.iter_mut().enumerate() {
            let sum = &self.layout.tallies[tally];
            let adds = self.layout.plan.tallies[tally].adds;
            let weights = amounts(adds, lookups, &rows, weights, &mut scratch.amounts);
            match (&lookups.tallies[tally], cells) {
                (TallyTables::Narrow(tables), Cells::Dense(cells)) => {
                    let keys = &mut scratch.narrow;
                    tables.keys(sum, &rows, keys);
                    set_aside(keys, taken, u32::try_from(sum.cells).unwrap_or(u32::MAX));
                    match weights {
                        None => cells.add(keys),
                        Some(weights) => cells.add_weighted(keys, weights),
                    }
                }
                (TallyTables::Wide(tables), Cells::Hashed(cells)) => {
                    let keys = &mut scratch.wide;
                    tables.keys(sum, &rows, keys);
                    set_aside(keys, taken, EMPTY);
                    match weights {
                        None => cells.add(keys),
                        Some(weights) => cells.add_weighted(keys, weights),
                    }
                    if cells.found() > self.memory_cells {
                        return Err(EngineError::TooManyCells { cells: cells.found(), limit: self.memory_cells });
                    }
                }
                _ => return Err(EngineError::Plan("a tally has keys of another width than its cells".to_owned())),
            }
        }
        self.scratch = scratch;
        Ok(())
    }

    /// Accounts for the rows that checks took.
    fn take(&mut self, chunk: &Chunk, taken: &[u16], reader: &dyn ChunkReader, file: &str) -> Result<(), EngineError> {
        for (row, check) in taken.iter().enumerate().filter(|(_, check)| **check != NOT_TAKEN) {
            let check = usize::from(*check);
            self.taken[check] += 1;
            self.counted -= 1;
            if let CheckKind::Reject { field, column, reason } = &self.layout.plan.checks[check].kind {
                let value = &reader.values(*column)[chunk.columns[*column][row] as usize];
                let value_class = value_class(value, &self.layout.plan.columns[*column].kind);
                self.rejects.reject(Reject { file, line: chunk.line(row), field, reason, value_class })?;
            }
        }
        Ok(())
    }

    /// Counts the rows of the people who are followed, for themselves.
    fn follow(&mut self, lookups: &Lookups, rows: &Rows<'_>, taken: Option<&[u16]>) {
        let plan = self.layout.plan;
        let Some(followed) = &plan.followed else { return };
        let tables: Vec<Vec<(Codes<'_>, u64)>> = followed
            .by
            .iter()
            .map(|by| {
                by.iter().map(|axis| (Codes::new(plan, *axis, lookups, rows), plan.axes[*axis].size.into())).collect()
            })
            .collect();
        for (row, id) in rows.of(Source::Column(followed.column)).iter().enumerate() {
            let hash = lookups.people[*id as usize];
            if self.people.follows(hash) && taken.is_none_or(|taken| taken[row] == NOT_TAKEN) {
                let key = |table: &Vec<(Codes<'_>, u64)>| {
                    table.iter().fold(0, |key, (codes, size)| key * size + codes.of(row) as u64)
                };
                self.people.add(hash, tables.iter().map(key));
            }
        }
    }

    fn count_quality(
        &mut self,
        lookups: &Lookups,
        rows: &Rows<'_>,
        taken: Option<&[u16]>,
        weights: Option<&[u64]>,
        unknown: &mut Vec<u32>,
    ) {
        let plan = self.layout.plan;
        for (position, quality) in plan.quality.iter().enumerate() {
            if !lookups.unknown[position] {
                continue;
            }
            let state = Codes::new(plan, quality.state, lookups, rows);
            let wanted = |row: &u32| {
                let row = *row as usize;
                state.of(row) != 0 && taken.is_none_or(|taken| taken[row] == NOT_TAKEN)
            };
            unknown.clear();
            unknown.extend((0..u32::try_from(rows.count).unwrap_or(u32::MAX)).filter(wanted));
            let amount = |row: usize| weights.map_or(1, |weights| weights[row]);
            let (all, by) = self.quality[position].split_at_mut(1);
            for row in unknown.iter().map(|row| *row as usize) {
                all[0][state.of(row)] += amount(row);
            }
            for (axis, counts) in quality.by.iter().zip(by) {
                let group = Codes::new(plan, *axis, lookups, rows);
                for row in unknown.iter().map(|row| *row as usize) {
                    counts[group.of(row) * 5 + state.of(row)] += amount(row);
                }
            }
        }
    }
}

/// What each row adds to its cell; `None` where that is one.
fn amounts<'a>(
    adds: Amount,
    lookups: &Lookups,
    rows: &Rows<'_>,
    weights: Option<&'a [u64]>,
    scratch: &'a mut Vec<u64>,
) -> Option<&'a [u64]> {
    if adds == Amount::Rows {
        return weights;
    }
    scratch.clear();
    scratch.resize(rows.count, 1);
    for column in adds.columns() {
        for (amount, id) in scratch.iter_mut().zip(rows.of(Source::Column(column))) {
            *amount = amount.saturating_mul(lookups.numbers[column][*id as usize]);
        }
    }
    if let Some(weights) = weights {
        for (amount, weight) in scratch.iter_mut().zip(weights) {
            *amount = amount.saturating_mul(*weight);
        }
    }
    Some(scratch)
}

/// The codes of the rows of a chunk on one axis.
struct Codes<'a> {
    ids: &'a [u32],
    codes: Option<&'a [u32]>,
}

impl<'a> Codes<'a> {
    fn new(plan: &super::plan::Plan, axis: usize, lookups: &'a Lookups, rows: &'a Rows<'a>) -> Self {
        let source = source(plan, axis);
        let codes = matches!(source, Source::Column(_)).then(|| lookups.codes[axis].as_slice());
        Self { ids: rows.of(source), codes }
    }

    #[inline]
    fn of(&self, row: usize) -> usize {
        let id = self.ids[row] as usize;
        self.codes.map_or(id, |codes| codes[id] as usize)
    }
}

/// Finds the first check that takes each row; `false` if none takes any.
fn find_taken(layout: &Layout<'_>, lookups: &Lookups, rows: &Rows<'_>, taken: &mut Vec<u16>) -> bool {
    let groups = layout.checks.iter().zip(&lookups.taken).zip(&lookups.takes);
    let mut active = groups.filter(|(_, takes)| **takes).map(|(group, _)| group).peekable();
    if active.peek().is_none() {
        return false;
    }
    taken.clear();
    taken.resize(rows.count, NOT_TAKEN);
    for (group, checks) in active {
        for (first, id) in taken.iter_mut().zip(rows.of(group.source)) {
            *first = (*first).min(checks[*id as usize]);
        }
    }
    taken.iter().fold(NOT_TAKEN, |lowest, check| lowest.min(*check)) != NOT_TAKEN
}

/// Gives the rows that a check took a key that counts for nothing.
fn set_aside<K: Copy>(keys: &mut [K], taken: Option<&[u16]>, nowhere: K) {
    if let Some(taken) = taken {
        for (key, check) in keys.iter_mut().zip(taken) {
            *key = if *check == NOT_TAKEN { *key } else { nowhere };
        }
    }
}
