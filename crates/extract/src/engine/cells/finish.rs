//! From the counters of the threads to [`Counts`]: the same whatever the threads and the strategy were.

use evenly_cube::Counts;

use super::dense::DenseCells;
use super::hash::HashCells;

/// A table is kept sparse when fewer than one in this many of its cells occur: a sparse cell takes sixteen bytes, a dense
/// one four.
const SPARSE_SHARE: u64 = 4;

/// Adds up the dense counters of all threads.
pub fn dense_counts(cells: u64, threads: Vec<DenseCells>) -> Counts {
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
    let mut carried: Vec<(u64, u64)> = carries.cells().filter(|(key, _)| *key < cells).collect();
    carried.sort_unstable();
    drop(carries);
    let total = Total { bytes, words, carried };
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
}

impl Total {
    fn for_each(&self, cells: usize, mut each: impl FnMut(u64, u64)) {
        let mut carried = self.carried.iter().peekable();
        let mut sums = vec![0u64; BLOCK];
        for start in (0..cells).step_by(BLOCK) {
            let length = BLOCK.min(cells - start);
            sums.fill(0);
            for thread in &self.bytes {
                for (sum, count) in sums.iter_mut().zip(&thread[start..start + length]) {
                    *sum += u64::from(*count);
                }
            }
            for thread in &self.words {
                for (sum, count) in sums.iter_mut().zip(&thread[start..start + length]) {
                    *sum = sum.saturating_add(*count);
                }
            }
            let first = start as u64;
            while let Some((key, times)) = carried.next_if(|(key, _)| *key < first + length as u64) {
                if let Some(sum) = usize::try_from(key - first).ok().and_then(|at| sums.get_mut(at)) {
                    *sum = sum.saturating_add(times.saturating_mul(256));
                }
            }
            for (key, count) in (first..).zip(&sums[..length]) {
                each(key, *count);
            }
        }
    }
}

/// Cells that are added up at a time.
const BLOCK: usize = 4096;

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
