//! The engine for files on one machine: all cores, one pass, memory bounded by cells and chunks.
//!
//! The kernel is chosen for each table of cells by the number of its *possible* cells (the product of its axes' sizes):
//!
//! | possible cells | kept as | because |
//! |---|---|---|
//! | up to 8 Ki, or weighted rows up to 1 Mi | one 64-bit counter each, by thread | fits the cache; nothing to carry |
//! | up to 64 Mi, and 256 MiB in all threads together | one byte each, by thread, overflows carried to a hash table | no key is compared; a quarter of the cache misses of 32-bit counters |
//! | more, few of which occur | packed keys in an open-addressing table, by thread | memory follows the cells that occur |
//! | more, and those that occur outgrow the cache | packed keys in partitions that all threads share | each partition fits the cache; nothing is kept twice |
//!
//! The result is the same whatever the kernel, the threads and the cutting of files into units: counts are added, and cells
//! are given back in the order of their keys.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use evenly_cube::{Counts, Excluded, Rejected, RowsEquation};

use super::cells::{DenseCells, HashedCells, Partitions, Spill, dense_counts, sparse_counts};
use super::follow::People;
use super::layout::{Layout, Sum};
use super::plan::{Amount, CheckKind, Counted, Engine, EngineError, Plan, Progress, RejectSink, Weight};
use super::worker::{Cells, Worker};
use crate::readers::Unit;

/// Most possible cells of a table that is kept dense.
const DENSE_CELLS: u64 = 64 << 20;

/// Most memory of the dense counters of one table in all threads, in bytes.
const DENSE_BYTES: u64 = 256 << 20;

/// Most possible cells of a weighted table that is kept dense (eight bytes each).
const DENSE_WEIGHTED: u64 = 1 << 20;

/// How cells are kept; only tests and benchmarks choose it by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// A counter for every possible cell.
    Dense,
    /// Packed keys in a table of each thread.
    Hash,
    /// Packed keys in partitions that all threads share.
    Radix,
}

/// Counts files in this process.
#[derive(Clone, Debug)]
pub struct InProcess {
    /// Threads to use.
    pub threads: usize,
    /// Most cells of one table that may occur. A cell that occurs takes at most some 50 bytes while it is counted.
    pub memory_cells: u64,
    /// Forces a kernel; chosen by the number of possible cells when `None`.
    pub kernel: Option<Kernel>,
}

impl InProcess {
    /// With so many threads and the usual limit of 32 Mi cells in each table.
    pub fn new(threads: usize) -> Self {
        Self { threads: threads.max(1), memory_cells: 32 << 20, kernel: None }
    }

    fn kernel(&self, sum: &Sum, threads: usize, weighted: bool) -> Kernel {
        let most = if weighted { DENSE_WEIGHTED } else { DENSE_CELLS.min(DENSE_BYTES / threads as u64) };
        match self.kernel {
            Some(Kernel::Dense) if sum.cells <= DENSE_CELLS => Kernel::Dense,
            Some(Kernel::Hash) => Kernel::Hash,
            None if sum.cells <= most => Kernel::Dense,
            _ => Kernel::Radix,
        }
    }

    fn cells<'a>(&self, tally: &'a Kept, sum: &Sum, weighted: bool) -> Cells<'a> {
        match tally {
            Kept::Dense => Cells::Dense(DenseCells::new(usize::try_from(sum.cells).unwrap_or(0), weighted)),
            Kept::Hashed(partitions, kernel) => {
                let spill = match (self.kernel, kernel) {
                    (Some(_), Kernel::Hash) => Spill::Never,
                    (Some(_), _) => Spill::AtOnce,
                    (None, _) => Spill::WhenLarge,
                };
                Cells::Hashed(HashedCells::new(partitions, spill))
            }
        }
    }
}

/// What the threads share of a tally.
enum Kept {
    Dense,
    Hashed(Partitions, Kernel),
}

impl Engine for InProcess {
    fn count(
        &self,
        plan: &Plan,
        units: &[Box<dyn Unit>],
        rejects: &dyn RejectSink,
        progress: &dyn Progress,
    ) -> Result<Counted, EngineError> {
        let mut layout = Layout::new(plan)?;
        let threads = self.threads.clamp(1, units.len().max(1));
        let weighted: Vec<bool> =
            plan.tallies.iter().map(|tally| plan.weight != Weight::One || tally.adds != Amount::Rows).collect();
        let kernels = layout.tallies.iter().zip(&weighted);
        let kept = kernels.map(|(sum, weighted)| match self.kernel(sum, threads, *weighted) {
            Kernel::Dense => Kept::Dense,
            kernel => Kept::Hashed(Partitions::new(), kernel),
        });
        let kept: Vec<Kept> = kept.collect();
        for ((sum, kept), tally) in layout.tallies.iter_mut().zip(&kept).zip(&plan.tallies) {
            if let (Kept::Dense, Some(last)) = (kept, tally.axes.last()) {
                sum.split_into_planes(plan.axes[*last].size.into());
            }
        }
        let layout = layout;
        let queue = Queue { units, next: AtomicUsize::new(0), stop: AtomicBool::new(false) };
        let work = || {
            let tallies = kept.iter().zip(&layout.tallies).zip(&weighted);
            let cells = tallies.map(|((kept, sum), weighted)| self.cells(kept, sum, *weighted)).collect();
            let worker = Worker::new(&layout, rejects, progress, self.memory_cells, cells);
            queue.run(worker).map(WorkerResult::from)
        };
        let results = thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut results = vec![work()];
            results.extend(others.into_iter().map(|other| match other.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            }));
            results
        });
        // The error of the earliest unit, so that the same damage gives the same message.
        let mut done = Vec::new();
        let mut failed: Option<(usize, EngineError)> = None;
        for result in results {
            match result {
                Ok(result) => done.push(result),
                Err((unit, error)) if failed.as_ref().is_none_or(|(earliest, _)| unit < *earliest) => {
                    failed = Some((unit, error));
                }
                Err(_) => {}
            }
        }
        match failed {
            Some((_, error)) => Err(error),
            None => finish(&layout, units, kept, done, self.memory_cells),
        }
    }
}

/// Units that wait for a thread.
struct Queue<'a> {
    units: &'a [Box<dyn Unit>],
    next: AtomicUsize,
    stop: AtomicBool,
}

impl Queue<'_> {
    fn run<'w>(&self, mut worker: Worker<'w>) -> Result<Worker<'w>, (usize, EngineError)> {
        let stopped = || self.stop.load(Ordering::Relaxed);
        while !stopped() {
            let position = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(unit) = self.units.get(position) else { break };
            if let Err(error) = worker.count(position, &**unit, &stopped) {
                self.stop.store(true, Ordering::Relaxed);
                return Err((position, error));
            }
        }
        Ok(worker)
    }
}

/// What is left of a worker when its thread ends: nothing that borrows from the shared partitions.
struct WorkerResult {
    dense: Vec<Option<DenseCells>>,
    quality: Vec<Vec<Vec<u64>>>,
    taken: Vec<u64>,
    broken: BTreeMap<&'static str, u64>,
    read: Vec<(usize, u64)>,
    counted: u64,
    people: People,
}

impl From<Worker<'_>> for WorkerResult {
    fn from(worker: Worker<'_>) -> Self {
        let dense = worker.cells.into_iter().map(|cells| match cells {
            Cells::Dense(cells) => Some(cells),
            Cells::Hashed(cells) => {
                cells.finish();
                None
            }
        });
        Self {
            dense: dense.collect(),
            quality: worker.quality,
            taken: worker.taken,
            broken: worker.broken,
            read: worker.read,
            counted: worker.counted,
            people: worker.people,
        }
    }
}

fn finish(
    layout: &Layout<'_>,
    units: &[Box<dyn Unit>],
    kept: Vec<Kept>,
    mut workers: Vec<WorkerResult>,
    limit: u64,
) -> Result<Counted, EngineError> {
    let mut tallies = Vec::new();
    for ((position, kept), sum) in kept.into_iter().enumerate().zip(&layout.tallies) {
        let counts = match kept {
            Kept::Dense => {
                let threads = workers.iter_mut().filter_map(|worker| worker.dense[position].take()).collect();
                dense_counts(sum, threads)
            }
            Kept::Hashed(partitions, _) => sparse_counts(sum.cells, partitions.into_cells()),
        };
        let cells = occupied(&counts);
        if cells > limit {
            return Err(EngineError::TooManyCells { cells, limit });
        }
        tallies.push(counts);
    }
    let mut quality = workers.first().map_or_else(Vec::new, |worker| worker.quality.clone());
    for worker in workers.iter().skip(1) {
        for (sum, counts) in quality.iter_mut().flatten().flatten().zip(worker.quality.iter().flatten().flatten()) {
            *sum = sum.saturating_add(*counts);
        }
    }
    let followed = match &layout.plan.followed {
        Some(followed) => {
            let mut people = People::default();
            for worker in &mut workers {
                people.merge(std::mem::take(&mut worker.people));
            }
            people.cells(followed)
        }
        None => Vec::new(),
    };
    Ok(Counted { tallies, quality, rows: rows(layout.plan, &workers), followed, file_rows: file_rows(units, &workers) })
}

fn occupied(counts: &Counts) -> u64 {
    match counts {
        Counts::Dense(counts) => counts.iter().filter(|count| **count > 0).count() as u64,
        Counts::DenseWide(counts) => counts.iter().filter(|count| **count > 0).count() as u64,
        Counts::Sparse { keys, .. } => keys.len() as u64,
    }
}

fn rows(plan: &Plan, workers: &[WorkerResult]) -> RowsEquation {
    let mut equation = RowsEquation {
        read: workers.iter().flat_map(|worker| &worker.read).map(|(_, rows)| rows).sum(),
        counted: workers.iter().map(|worker| worker.counted).sum(),
        ..RowsEquation::default()
    };
    for (position, check) in plan.checks.iter().enumerate() {
        let taken: u64 = workers.iter().map(|worker| worker.taken[position]).sum();
        match &check.kind {
            CheckKind::Exclude { rule } => match equation.excluded.iter_mut().find(|excluded| excluded.rule == *rule) {
                Some(excluded) => excluded.rows += taken,
                None => equation.excluded.push(Excluded { rule: rule.clone(), rows: taken }),
            },
            CheckKind::Reject { field, reason, .. } => add_rejected(&mut equation, field, reason, taken),
        }
    }
    let mut broken: BTreeMap<&str, u64> = BTreeMap::new();
    for (reason, rows) in workers.iter().flat_map(|worker| &worker.broken) {
        *broken.entry(reason).or_default() += rows;
    }
    for (reason, rows) in broken {
        add_rejected(&mut equation, "row", reason, rows);
    }
    equation
}

fn add_rejected(equation: &mut RowsEquation, field: &str, reason: &str, rows: u64) {
    if rows == 0 {
        return;
    }
    let same = |rejected: &&mut Rejected| rejected.field == field && rejected.reason == reason;
    match equation.rejected.iter_mut().find(same) {
        Some(rejected) => rejected.rows += rows,
        None => equation.rejected.push(Rejected { field: field.to_owned(), reason: reason.to_owned(), rows }),
    }
}

/// Rows by file, in the order in which the units name the files; a file without rows is there too.
fn file_rows(units: &[Box<dyn Unit>], workers: &[WorkerResult]) -> Vec<(String, u64)> {
    let mut by_unit = vec![0; units.len()];
    for (unit, rows) in workers.iter().flat_map(|worker| &worker.read) {
        by_unit[*unit] += rows;
    }
    let mut files: Vec<(String, u64)> = Vec::new();
    for (unit, rows) in units.iter().zip(by_unit) {
        match files.iter_mut().rev().find(|(file, _)| file == unit.file()) {
            Some((_, sum)) => *sum += rows,
            None => files.push((unit.file().to_owned(), rows)),
        }
    }
    files
}
