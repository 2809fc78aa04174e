//! From the counters of the threads to [`Counts`]: the same whatever the threads and the strategy were.

use evenly_cube::Counts;

use super::dense::DenseCells;
use super::hash::HashCells;
use crate::engine::layout::Sum;

/// A table is kept sparse when fewer than one in this many of its cells occur: a sparse cell takes sixteen bytes, a dense
/// one four.
const SPARSE_SHARE: u64 = 4;

/// Adds up the dense counters of all threads, and puts the digits of the key back in their order.
pub fn dense_counts(sum: &Sum, threads: Vec<DenseCells>) -> Counts {
    let cells = sum.cells;
    let length = usize::try_from(cells).unwrap_or(0);
    let mut carries = HashCells::new(0);
    let (mut bytes, mut words) = (Vec::new(), Vec::new());
    for thread in threads {
        match thread {
            DenseCells::Bytes { cells, carries: carried } => {
                carried.cells().for_each(|(key, times)| carries.add(key, times));
                bytes.push(cells);
            }
            DenseCells::Words(cells) => words.push(cells),
        }
    }
    let plane = cells / sum.planes;
    let in_order = |key: u64| key % plane * sum.planes + key / plane;
    let carried = carries.cells().filter(|(key, _)| *key < cells).map(|(key, times)| (in_order(key), times));
    let mut carried: Vec<(u64, u64)> = carried.collect();
    carried.sort_unstable();
    drop(carries);
    let planes = usize::try_from(sum.planes).unwrap_or(1);
    let total = Total { bytes, words, carried, planes };
    let (mut occupied, mut highest) = (0u64, 0u64);
    total.for_each(length, |_, count| {
        occupied += u64::from(count > 0);
        highest = highest.max(count);
    });
    if occupied * SPARSE_SHARE < cells {
        let capacity = usize::try_from(occupied).unwrap_or(0);
        let (mut keys, mut counts) = (Vec::with_capacity(capacity), Vec::with_capacity(capacity));
        total.for_each(length, |key, count| {
            if count > 0 {
                keys.push(key);
                counts.push(count);
            }
        });
        return Counts::Sparse { keys, counts };
    }
    if u32::try_from(highest).is_ok() {
        let mut counts = Vec::with_capacity(length);
        total.for_each(length, |_, count| counts.push(u32::try_from(count).unwrap_or(u32::MAX)));
        Counts::Dense(counts)
    } else {
        let mut counts = Vec::with_capacity(length);
        total.for_each(length, |_, count| counts.push(count));
        Counts::DenseWide(counts)
    }
}

struct Total {
    bytes: Vec<Vec<u8>>,
    words: Vec<Vec<u64>>,
    /// Overflows, by ascending cell.
    carried: Vec<(u64, u64)>,
    /// Planes of the last digit.
    planes: usize,
}

impl Total {
    /// Every cell, in the order of its key.
    fn for_each(&self, cells: usize, mut each: impl FnMut(u64, u64)) {
        let mut carried = self.carried.iter().peekable();
        let plane = cells / self.planes;
        let mut sums = vec![0u64; BLOCK * self.planes];
        for start in (0..plane).step_by(BLOCK) {
            let length = BLOCK.min(plane - start);
            sums.fill(0);
            for digit in 0..self.planes {
                let range = digit * plane + start..digit * plane + start + length;
                for thread in &self.bytes {
                    add(places_of(&mut sums, digit, self.planes), thread[range.clone()].iter().map(|c| u64::from(*c)));
                }
                for thread in &self.words {
                    add(places_of(&mut sums, digit, self.planes), thread[range.clone()].iter().copied());
                }
            }
            let first = (start * self.planes) as u64;
            let block = length * self.planes;
            while let Some((key, times)) = carried.next_if(|(key, _)| *key < first + block as u64) {
                if let Some(sum) = usize::try_from(key - first).ok().and_then(|at| sums.get_mut(at)) {
                    *sum = sum.saturating_add(times.saturating_mul(256));
                }
            }
            for (key, count) in (first..).zip(&sums[..block]) {
                each(key, *count);
            }
        }
    }
}

fn places_of(sums: &mut [u64], digit: usize, planes: usize) -> impl Iterator<Item = &mut u64> {
    sums.iter_mut().skip(digit).step_by(planes)
}

fn add<'a>(places: impl Iterator<Item = &'a mut u64>, counts: impl Iterator<Item = u64>) {
    for (sum, count) in places.zip(counts) {
        *sum = sum.saturating_add(count);
    }
}

/// Cells that are added up at a time.
const BLOCK: usize = 1024;

/// From cells in no order.
pub fn sparse_counts(cells: u64, mut found: Vec<(u64, u64)>) -> Counts {
    found.retain(|(_, count)| *count > 0);
    rayon::slice::ParallelSliceMut::par_sort_unstable(found.as_mut_slice());
    if (found.len() as u64) * SPARSE_SHARE < cells {
        let (keys, counts) = found.into_iter().unzip();
        return Counts::Sparse { keys, counts };
    }
    // Most cells occur, so this is no larger than what was just held.
    let length = usize::try_from(cells).unwrap_or(0);
    if found.iter().all(|(_, count)| u32::try_from(*count).is_ok()) {
        let mut counts = vec![0; length];
        for (key, count) in found {
            counts[usize::try_from(key).unwrap_or(0)] = u32::try_from(count).unwrap_or(u32::MAX);
        }
        Counts::Dense(counts)
    } else {
        let mut counts = vec![0; length];
        for (key, count) in found {
            counts[usize::try_from(key).unwrap_or(0)] = count;
        }
        Counts::DenseWide(counts)
    }
}
