//! Rolling a table of cells up to some of its dimensions: axes are summed out one by one, and what is left is shared.

use std::thread;

use crate::counts::{CellTable, Counts};
use crate::cube::Cube;
use crate::error::CubeError;

/// Most cells (readings included) that one rolled-up view may have: 1 GiB of counts.
const LARGEST_VIEW: usize = 1 << 27;
/// Below this many cells a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 1 << 18;

/// A dense table during the roll-up: axes in ascending order of their place in the table, the reading axis last.
struct Axes {
    /// Digit positions of the table's key that are left.
    digits: Vec<usize>,
    /// Number of groups of each.
    sizes: Vec<usize>,
}

impl Cube {
    /// Sums a table to several subsets of its dimensions (positions in [`Cube::dimensions`], in the order wanted). Each
    /// answer is dense: one count for each combination of groups and reading, the reading moving fastest.
    pub(crate) fn slice(&self, table: usize, views: &[Vec<usize>]) -> Result<Vec<Vec<u64>>, CubeError> {
        let table = self.tables.get(table).ok_or_else(|| broken("an indicator names a table that is not there"))?;
        let sizes = self.check_table(table)?;
        let readings = table.readings as usize;
        let mut wanted: Vec<(usize, Vec<usize>)> = Vec::new();
        for (position, view) in views.iter().enumerate() {
            let digits: Option<Vec<usize>> =
                view.iter().map(|dimension| table.dimensions.iter().position(|own| own == dimension)).collect();
            let digits = digits.ok_or_else(|| broken("a table lacks a dimension asked of it"))?;
            let cells = digits.iter().try_fold(readings, |cells, digit| cells.checked_mul(sizes[*digit]));
            if cells.is_none_or(|cells| cells > LARGEST_VIEW) {
                return Err(broken(
                    "two dimensions crossed have more combinations than can be shown; leave one of them out of the pairs",
                ));
            }
            wanted.push((position, digits));
        }
        let mut out: Vec<Vec<u64>> = vec![Vec::new(); views.len()];
        match &table.counts {
            Counts::Dense(counts) => split(&Axes::all(&sizes), counts, readings, &wanted, &mut out),
            Counts::DenseWide(counts) => split(&Axes::all(&sizes), counts, readings, &wanted, &mut out),
            Counts::Sparse { keys, counts } => scatter(keys, counts, &sizes, readings, &wanted, &mut out),
        }
        Ok(out)
    }

    /// The sizes of a table's axes, once it is known to hold together.
    pub(crate) fn check_table(&self, table: &CellTable) -> Result<Vec<usize>, CubeError> {
        let sizes: Option<Vec<usize>> = table
            .dimensions
            .iter()
            .map(|dimension| self.dimensions.get(*dimension).map(|dimension| dimension.groups.len()))
            .collect();
        let sizes = sizes.ok_or_else(|| broken("a table names a dimension that is not there"))?;
        let cells = sizes.iter().try_fold(u64::from(table.readings), |cells, size| cells.checked_mul(*size as u64));
        let cells = cells.ok_or_else(|| broken("a table has more possible cells than a key can number"))?;
        let fits = match &table.counts {
            Counts::Dense(counts) => counts.len() as u64 == cells,
            Counts::DenseWide(counts) => counts.len() as u64 == cells,
            Counts::Sparse { keys, counts } => {
                keys.len() == counts.len()
                    && keys.last().is_none_or(|last| *last < cells)
                    && keys.windows(2).all(|pair| pair[0] < pair[1])
            }
        };
        if fits { Ok(sizes) } else { Err(broken("a table's counts do not fit its dimensions")) }
    }
}

fn broken(reason: &str) -> CubeError {
    CubeError::Definition { name: "cube".to_owned(), reason: reason.to_owned() }
}

impl Axes {
    fn all(sizes: &[usize]) -> Self {
        Self { digits: (0..sizes.len()).collect(), sizes: sizes.to_vec() }
    }
}

/// Serves the wanted views from a dense table: the largest axis that some of them lack is summed out once for all of those.
fn split<T: Copy + Into<u64> + Sync>(
    axes: &Axes,
    counts: &[T],
    readings: usize,
    wanted: &[(usize, Vec<usize>)],
    out: &mut [Vec<u64>],
) {
    let mut left: Vec<(usize, Vec<usize>)> = wanted.to_vec();
    let mut order: Vec<usize> = (0..axes.digits.len()).collect();
    order.sort_by_key(|axis| std::cmp::Reverse(axes.sizes[*axis]));
    for axis in order {
        let digit = axes.digits[axis];
        let (with, without): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, digits)| digits.contains(&digit));
        left = with;
        if without.is_empty() {
            continue;
        }
        let summed = sum_out(axes, axis, counts, readings);
        let mut rest = Axes { digits: axes.digits.clone(), sizes: axes.sizes.clone() };
        rest.digits.remove(axis);
        rest.sizes.remove(axis);
        split(&rest, &summed, readings, &without, out);
    }
    for (position, digits) in left {
        out[position] = arrange(axes, counts, readings, &digits);
    }
}

/// Sums one axis out, on as many threads as pay off.
fn sum_out<T: Copy + Into<u64> + Sync>(axes: &Axes, axis: usize, counts: &[T], readings: usize) -> Vec<u64> {
    let outer: usize = axes.sizes[..axis].iter().product();
    let size = axes.sizes[axis];
    let inner: usize = axes.sizes[axis + 1..].iter().product::<usize>() * readings;
    let mut summed = vec![0_u64; outer * inner];
    if summed.is_empty() || size == 0 {
        return summed;
    }
    let threads = threads(counts.len());
    thread::scope(|scope| {
        if outer >= threads {
            let rows = outer.div_ceil(threads);
            for (chunk, own) in summed.chunks_mut(rows * inner).zip(counts.chunks(rows * size * inner)) {
                let mut work = move || {
                    for (sums, blocks) in chunk.chunks_mut(inner).zip(own.chunks(size * inner)) {
                        for block in blocks.chunks(inner) {
                            add(sums, block);
                        }
                    }
                };
                if threads == 1 {
                    work();
                } else {
                    scope.spawn(work);
                }
            }
        } else {
            let width = inner.div_ceil(threads);
            for (row, sums) in summed.chunks_mut(inner).enumerate() {
                for (part, chunk) in sums.chunks_mut(width).enumerate() {
                    scope.spawn(move || {
                        for group in 0..size {
                            let start = (row * size + group) * inner + part * width;
                            add(chunk, &counts[start..start + chunk.len()]);
                        }
                    });
                }
            }
        }
    });
    summed
}

fn add<T: Copy + Into<u64>>(sums: &mut [u64], counts: &[T]) {
    for (sum, count) in sums.iter_mut().zip(counts) {
        *sum += (*count).into();
    }
}

/// Copies a table whose axes are exactly those wanted into the order wanted.
fn arrange<T: Copy + Into<u64>>(axes: &Axes, counts: &[T], readings: usize, digits: &[usize]) -> Vec<u64> {
    let strides = strides(&axes.sizes, readings);
    let moves: Vec<(usize, usize)> = digits
        .iter()
        .filter_map(|digit| axes.digits.iter().position(|own| own == digit))
        .map(|axis| (axes.sizes[axis], strides[axis]))
        .collect();
    let cells: usize = moves.iter().map(|(size, _)| size).product();
    let mut arranged = Vec::with_capacity(cells * readings);
    for cell in 0..cells {
        let mut rest = cell;
        let mut start = 0;
        for (size, stride) in moves.iter().rev() {
            start += (rest % size) * stride;
            rest /= size;
        }
        arranged.extend(counts[start..start + readings].iter().map(|count| (*count).into()));
    }
    arranged
}

/// How far apart neighbours on each axis lie, given what moves faster than the last.
fn strides(sizes: &[usize], readings: usize) -> Vec<usize> {
    let mut strides = vec![readings; sizes.len()];
    for axis in (0..sizes.len().saturating_sub(1)).rev() {
        strides[axis] = strides[axis + 1] * sizes[axis + 1];
    }
    strides
}

/// Serves the wanted views from a sparse table in one pass over its keys.
fn scatter(
    keys: &[u64],
    counts: &[u64],
    sizes: &[usize],
    readings: usize,
    wanted: &[(usize, Vec<usize>)],
    out: &mut [Vec<u64>],
) {
    let plans: Vec<Vec<usize>> = wanted.iter().map(|(_, digits)| places(sizes, readings, digits)).collect();
    let lengths: Vec<usize> = wanted
        .iter()
        .map(|(_, digits)| digits.iter().map(|digit| sizes[*digit]).product::<usize>() * readings)
        .collect();
    let length = keys.len().div_ceil(threads(keys.len().saturating_mul(wanted.len()))).max(1);
    let parts: Vec<Vec<Vec<u64>>> = thread::scope(|scope| {
        let workers: Vec<_> = keys
            .chunks(length)
            .zip(counts.chunks(length))
            .map(|(keys, counts)| scope.spawn(|| scatter_part(keys, counts, sizes, readings, &plans, &lengths)))
            .collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    for (view, (position, _)) in wanted.iter().enumerate() {
        let mut sums = vec![0; lengths[view]];
        for part in &parts {
            add(&mut sums, &part[view]);
        }
        out[*position] = sums;
    }
}

/// Stride in the view of each digit of the table's key; 0 where the view sums over it.
fn places(sizes: &[usize], readings: usize, digits: &[usize]) -> Vec<usize> {
    let own: Vec<usize> = digits.iter().map(|digit| sizes[*digit]).collect();
    let mut places = vec![0; sizes.len()];
    for (digit, stride) in digits.iter().zip(strides(&own, readings)) {
        places[*digit] = stride;
    }
    places
}

#[expect(clippy::cast_possible_truncation, reason = "a digit is below the size of its axis, which is a usize")]
fn scatter_part(
    keys: &[u64],
    counts: &[u64],
    sizes: &[usize],
    readings: usize,
    plans: &[Vec<usize>],
    lengths: &[usize],
) -> Vec<Vec<u64>> {
    let mut views: Vec<Vec<u64>> = lengths.iter().map(|length| vec![0; *length]).collect();
    let mut digits = vec![0_usize; sizes.len()];
    for (key, count) in keys.iter().zip(counts) {
        let mut rest = *key / readings as u64;
        let reading = (*key % readings as u64) as usize;
        for axis in (0..sizes.len()).rev() {
            digits[axis] = (rest % sizes[axis] as u64) as usize;
            rest /= sizes[axis] as u64;
        }
        for (view, plan) in views.iter_mut().zip(plans) {
            let place: usize = digits.iter().zip(plan).map(|(digit, stride)| digit * stride).sum();
            view[place + reading] += count;
        }
    }
    views
}

fn threads(cells: usize) -> usize {
    if cells < WORTH_A_THREAD { 1 } else { thread::available_parallelism().map_or(1, usize::from) }
}

#[cfg(test)]
mod tests;
