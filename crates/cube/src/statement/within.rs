//! An exact cube limited to the time that a statement reports on; still exact, still behind the gate.

use super::period::ReportingPeriod;
use crate::counts::{CellTable, Counts};
use crate::cube::Cube;
use crate::dimension::{Group, GroupState, Order};
use crate::error::CubeError;
use crate::exact::Exact;

/// Which of the periods inside are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// All of them: what happened in the whole time is added up.
    All,
    /// The latest: each period is a picture of the same people, and pictures are not added up.
    Latest,
}

/// A cube limited to a time.
pub struct Within {
    /// The cube. Its rows equation is still that of the whole extract.
    pub cube: Exact<Cube>,
    /// The periods that are left, in the cube's order.
    pub periods: Vec<Group>,
    /// Whether nothing was cut off: then the cube passes the gate as it does for a report of its own.
    pub whole: bool,
    /// Ids of indicators that could not be limited and are not in the cube: those that no table shows by period, and sums.
    pub lost: Vec<String>,
}

impl Exact<Cube> {
    /// Limits the cube to the periods that lie inside a time.
    ///
    /// Rows whose period is not known lie in no time and are left out. Data quality by row is left out too unless nothing was
    /// cut off, because it speaks of the whole extract; the unknown groups of each dimension stay in the tables.
    pub fn within(&self, time: &ReportingPeriod, take: Take) -> Result<Within, CubeError> {
        let cube = &self.0;
        let wrong = |reason: String| CubeError::Definition { name: "cube".to_owned(), reason };
        let Some(place) = cube.dimensions.iter().position(|own| own.order == Order::Period) else {
            return Err(wrong("it has no periods, so it cannot be limited to the time of a statement".to_owned()));
        };
        let period = &cube.dimensions[place];
        let inside =
            |group: &Group| group.state == GroupState::Known && time.holds(&period.id, &group.id) == Some(true);
        let mut kept: Vec<usize> = (0..period.groups.len()).filter(|own| inside(&period.groups[*own])).collect();
        if take == Take::Latest {
            let latest = kept.iter().copied().max_by(|a, b| period.groups[*a].id.cmp(&period.groups[*b].id));
            kept = latest.into_iter().collect();
        }
        if kept.is_empty() {
            let mut known: Vec<&str> = period.known().map(|own| period.groups[own].id.as_str()).collect();
            known.sort_unstable();
            let has = match (known.first(), known.last()) {
                (Some(first), Some(last)) => format!("they run from {first} to {last}"),
                _ => "it has none".to_owned(),
            };
            return Err(wrong(format!(
                "none of its periods lies wholly between {} and {}; {has}",
                time.first, time.last
            )));
        }
        let periods: Vec<Group> = kept.iter().map(|own| period.groups[*own].clone()).collect();
        if kept.len() == period.groups.len() {
            return Ok(Within { cube: self.clone(), periods, whole: true, lost: Vec::new() });
        }
        let (cube, lost) = cube.limited(place, &kept)?;
        Ok(Within { cube: Self::new(cube), periods, whole: false, lost })
    }
}

impl Cube {
    /// The cube with some groups of one dimension only, and the indicators lost because no table of theirs has it.
    fn limited(&self, dimension: usize, kept: &[usize]) -> Result<(Self, Vec<String>), CubeError> {
        let mut tables = Vec::new();
        let mut moved: Vec<Option<usize>> = Vec::new();
        for table in &self.tables {
            let sizes = self.check_table(table)?;
            let limited = table.dimensions.iter().position(|own| *own == dimension).map(|digit| {
                tables.push(limit(table, &sizes, digit, kept));
                tables.len() - 1
            });
            moved.push(limited);
        }
        let (mut indicators, mut lost) = (Vec::new(), Vec::new());
        for own in &self.indicators {
            let tables: Vec<usize> =
                own.tables.iter().filter_map(|table| moved.get(*table).copied().flatten()).collect();
            // Sums carry the spread of the whole extract with them, which is not that of a part of its time.
            if tables.is_empty() || own.sums.is_some() {
                lost.push(own.definition.id.clone());
            } else {
                let mut own = own.clone();
                own.tables = tables;
                own.repeats = own.repeats.and_then(|repeats| repeats.within(kept));
                indicators.push(own);
            }
        }
        let mut dimensions = self.dimensions.clone();
        let groups = &mut dimensions[dimension].groups;
        *groups = kept.iter().map(|own| groups[*own].clone()).collect();
        let provenance = self.provenance.clone();
        Ok((Self { dimensions, indicators, tables, quality: Vec::new(), provenance }, lost))
    }
}

/// A table with some groups of one of its digits only.
fn limit(table: &CellTable, sizes: &[usize], digit: usize, kept: &[usize]) -> CellTable {
    let size = sizes[digit];
    let inner = sizes[digit + 1..].iter().product::<usize>() * table.readings as usize;
    let counts = match &table.counts {
        Counts::Dense(counts) => Counts::Dense(cut(counts, size, inner, kept)),
        Counts::DenseWide(counts) => Counts::DenseWide(cut(counts, size, inner, kept)),
        Counts::Sparse { keys, counts } => sparse(keys, counts, size as u64, inner as u64, kept),
    };
    CellTable { dimensions: table.dimensions.clone(), readings: table.readings, counts }
}

fn cut<T: Copy>(counts: &[T], size: usize, inner: usize, kept: &[usize]) -> Vec<T> {
    let mut left = Vec::with_capacity(counts.len() / size.max(1) * kept.len());
    for block in counts.chunks_exact((size * inner).max(1)) {
        for own in kept {
            left.extend_from_slice(&block[own * inner..(own + 1) * inner]);
        }
    }
    left
}

fn sparse(keys: &[u64], counts: &[u64], size: u64, inner: u64, kept: &[usize]) -> Counts {
    let (mut new_keys, mut new_counts) = (Vec::new(), Vec::new());
    for (key, count) in keys.iter().zip(counts) {
        let (outer, rest) = (key / inner / size, key % inner);
        let group = key / inner % size;
        // `kept` ascends, so that the keys go on ascending.
        if let Some(new) = kept.iter().position(|own| *own as u64 == group) {
            new_keys.push((outer * kept.len() as u64 + new as u64) * inner + rest);
            new_counts.push(*count);
        }
    }
    Counts::Sparse { keys: new_keys, counts: new_counts }
}
