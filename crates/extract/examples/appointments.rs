//! The benchmark's own side: counts did-not-attend over made-up appointments, or only decodes their columns.
//!
//! `appointments count FILE [--threads N] [--kernel dense|hash|radix] [--cells OUT]`, `appointments decode FILE`.
//! Prints one line of JSON: seconds of wall time in the pass, rows. `scripts/bench/count.sh` runs it beside others.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use evenly_cube::Counts;
use evenly_extract::engine::{
    Amount, Axis, Coder, Engine, EngineError, InProcess, Kernel, Plan, Progress, Reject, RejectSink, Tally, Weight,
};
use evenly_extract::readers::{Chunk, ColumnKind, ColumnRequest, Limits, Raw, ReadError, Unit};

/// Codes of the made-up extract, in the order of `scripts/bench/peers.py`.
const ETHNICITY: [&str; 18] =
    ["A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Z", "99"];
const SEX: [&str; 3] = ["1", "2", "9"];
/// First days of the months of 2025 after January, from 1970-01-01.
const MONTHS: [i32; 11] = [20_120, 20_148, 20_179, 20_209, 20_240, 20_270, 20_301, 20_332, 20_362, 20_393, 20_423];
const BANDS: [i64; 8] = [18, 25, 35, 45, 55, 65, 75, 85];

struct Quiet;

impl Progress for Quiet {
    fn rows(&self, _: u64) {}
    fn cancelled(&self) -> bool {
        false
    }
}

impl RejectSink for Quiet {
    fn reject(&self, _: Reject<'_>) -> Result<(), EngineError> {
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).map(String::as_str)
    };
    let [command, file, ..] = arguments.as_slice() else {
        return Err("usage: appointments count|decode FILE [--threads N] [--kernel K] [--cells OUT]".into());
    };
    let threads = option("--threads").map_or(Ok(2), str::parse)?;
    let kernel = match option("--kernel") {
        Some("dense") => Some(Kernel::Dense),
        Some("hash") => Some(Kernel::Hash),
        Some("radix") => Some(Kernel::Radix),
        _ => None,
    };
    let start = Instant::now();
    let units = units(Path::new(file))?;
    let plan = plan();
    if command == "decode" {
        let rows = decode(&plan, &units, threads)?;
        println!("{{\"seconds\": {:.4}, \"rows\": {rows}}}", start.elapsed().as_secs_f64());
        return Ok(());
    }
    let engine = InProcess { kernel, ..InProcess::new(threads) };
    let counted = engine.count(&plan, &units, &Quiet, &Quiet)?;
    let pass = start.elapsed().as_secs_f64();
    let sizes: Vec<usize> = plan.tallies[0].axes.iter().map(|axis| plan.axes[*axis].size as usize).collect();
    let tables = roll_up(&counted.tallies[0], &sizes);
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{{\"seconds\": {seconds:.4}, \"pass\": {pass:.4}, \"rows\": {}, \"tables\": {}}}",
        counted.rows.read,
        tables.len()
    );
    if let Some(path) = option("--cells") {
        write_cells(Path::new(path), &in_denominator(&counted.tallies[0]), &tables)?;
    }
    Ok(())
}

fn units(path: &Path) -> Result<Vec<Box<dyn Unit>>, ReadError> {
    Ok(evenly_extract::readers::open(&[path.to_owned()], &Limits::default())?.units)
}

/// Month × deprivation × ethnicity × sex × age band × treatment function × state of the indicator.
fn plan() -> Plan {
    let column = |header: &str, kind| ColumnRequest { header: header.to_owned(), kind, missing: Arc::from([]) };
    let columns = vec![
        column("date", ColumnKind::Date(Arc::from(["%Y-%m-%d".to_owned()]))),
        column("deprivation", ColumnKind::Whole),
        column("ethnicity", ColumnKind::Text),
        column("sex", ColumnKind::Text),
        column("age", ColumnKind::Whole),
        column("treatment_function", ColumnKind::Text),
        column("attended", ColumnKind::Text),
    ];
    let axes = vec![
        axis("month", 0, 12, |value| match value {
            Raw::Day(day) => code_of(MONTHS.iter().filter(|first| *day >= **first).count()),
            _ => 0,
        }),
        axis("deprivation", 1, 11, |value| match value {
            Raw::Whole(decile) => u32::try_from(*decile).unwrap_or(0).min(10),
            _ => 0,
        }),
        axis("ethnicity", 2, 18, |value| position(&ETHNICITY, value)),
        axis("sex", 3, 3, |value| position(&SEX, value)),
        axis("age band", 4, 9, |value| match value {
            Raw::Whole(age) => code_of(BANDS.iter().filter(|from| age >= *from).count()),
            _ => 0,
        }),
        axis("treatment function", 5, 50, |value| match value {
            Raw::Text(code) => code.parse::<u32>().map_or(0, |code| code.saturating_sub(100) / 5).min(49),
            _ => 0,
        }),
        axis("state", 6, 3, |value| match value {
            Raw::Text(code) if matches!(&**code, "5" | "6") => 1,
            Raw::Text(code) if matches!(&**code, "3" | "7") => 2,
            _ => 0,
        }),
    ];
    let tallies = vec![Tally { axes: (0..7).collect(), adds: Amount::Rows }];
    Plan { columns, axes, checks: Vec::new(), tallies, quality: Vec::new(), weight: Weight::One, followed: None }
}

fn axis(name: &str, column: usize, size: u32, code: impl Fn(&Raw) -> u32 + Send + Sync + 'static) -> Axis {
    Axis { name: name.to_owned(), size, coder: Coder::Value { column, code: Arc::new(code) } }
}

fn code_of(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(0)
}

fn position(codes: &[&str], value: &Raw) -> u32 {
    match value {
        Raw::Text(text) => code_of(codes.iter().position(|code| *code == &**text).unwrap_or(0)),
        _ => 0,
    }
}

/// Reads every chunk and counts nothing.
fn decode(plan: &Plan, units: &[Box<dyn Unit>], threads: usize) -> Result<u64, EngineError> {
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut rows, mut chunk) = (0, Chunk::default());
        while let Some(unit) = units.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut reader = unit.open(&plan.columns)?;
            while reader.next_chunk(&mut chunk)? {
                rows += std::hint::black_box(&chunk).rows as u64;
            }
        }
        Ok::<u64, EngineError>(rows)
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut rows = work()?;
        for other in others {
            rows += other.join().map_err(|_| EngineError::Cancelled)??;
        }
        Ok(rows)
    })
}

/// A table by one or two dimensions: their positions, and counts by `(group, group, state)`.
type Table = (Vec<usize>, Vec<u64>);

/// All tables by one and by two dimensions (the last axis, the state, is always kept).
fn roll_up(counts: &Counts, sizes: &[usize]) -> Vec<Table> {
    let dimensions = sizes.len() - 1;
    let mut known: Vec<Table> = Vec::new();
    // Three passes over the cells, each dropping one dimension; the rest follows from these.
    for dropped in [5, 4, 0] {
        let kept: Vec<usize> = (0..dimensions).filter(|dimension| *dimension != dropped).collect();
        known.push((kept, drop_dimension(counts, sizes, dropped)));
    }
    let mut tables = Vec::new();
    for first in 0..dimensions {
        tables.push(vec![first]);
        tables.extend((first + 1..dimensions).map(|second| vec![first, second]));
    }
    tables
        .into_iter()
        .map(|wanted| {
            loop {
                let smallest = known
                    .iter()
                    .filter(|(kept, _)| wanted.iter().all(|dimension| kept.contains(dimension)))
                    .min_by_key(|(_, cells)| cells.len());
                let Some((kept, cells)) = smallest else { return (wanted, Vec::new()) };
                let Some(at) = kept.iter().position(|dimension| !wanted.contains(dimension)) else {
                    return (wanted, cells.clone());
                };
                let inner: usize =
                    kept[at + 1..].iter().map(|dimension| sizes[*dimension]).product::<usize>() * sizes[dimensions];
                let size = sizes[kept[at]];
                let mut sums = vec![0; cells.len() / size];
                for (outer, sums) in sums.chunks_mut(inner).enumerate() {
                    for slice in cells[outer * size * inner..(outer + 1) * size * inner].chunks(inner) {
                        sums.iter_mut().zip(slice).for_each(|(sum, count)| *sum += count);
                    }
                }
                let kept = kept.iter().copied().filter(|dimension| *dimension != kept[at]).collect();
                known.push((kept, sums));
            }
        })
        .collect()
}

fn drop_dimension(counts: &Counts, sizes: &[usize], dropped: usize) -> Vec<u64> {
    let inner: usize = sizes[dropped + 1..].iter().product();
    let size = sizes[dropped];
    let mut sums = vec![0u64; sizes.iter().product::<usize>() / size];
    match counts {
        Counts::Dense(cells) => {
            for (sums, block) in sums.chunks_mut(inner).zip(cells.chunks(inner * size)) {
                for slice in block.chunks(inner) {
                    sums.iter_mut().zip(slice).for_each(|(sum, count)| *sum += u64::from(*count));
                }
            }
        }
        Counts::DenseWide(cells) => {
            for (sums, block) in sums.chunks_mut(inner).zip(cells.chunks(inner * size)) {
                for slice in block.chunks(inner) {
                    sums.iter_mut().zip(slice).for_each(|(sum, count)| *sum += count);
                }
            }
        }
        Counts::Sparse { keys, counts } => {
            // Keys ascend, so the block that a key lies in only ever moves forward.
            let (mut from, mut target) = (0usize, 0usize);
            let mut outer = 0;
            for (key, count) in keys.iter().zip(counts) {
                let key = usize::try_from(*key).unwrap_or(0);
                if key >= from + inner {
                    let block = key / inner;
                    from = block * inner;
                    outer = block / size;
                    target = outer * inner;
                }
                debug_assert!(target == outer * inner);
                sums[target + (key - from)] += count;
            }
        }
    }
    sums
}

/// Cells with anybody in the denominator: key without the state, denominator, numerator.
fn in_denominator(counts: &Counts) -> Vec<(u64, u64, u64)> {
    let mut cells: Vec<(u64, u64, u64)> = Vec::new();
    let mut add = |key: u64, count: u64| {
        let (cell, state) = (key / 3, key % 3);
        if count == 0 || state == 0 {
            return;
        }
        match cells.last_mut().filter(|last| last.0 == cell) {
            Some(last) => (last.1, last.2) = (last.1 + count, last.2 + if state == 2 { count } else { 0 }),
            None => cells.push((cell, count, if state == 2 { count } else { 0 })),
        }
    };
    match counts {
        Counts::Dense(counts) => (0..).zip(counts).for_each(|(key, count)| add(key, (*count).into())),
        Counts::DenseWide(counts) => (0..).zip(counts).for_each(|(key, count)| add(key, *count)),
        Counts::Sparse { keys, counts } => keys.iter().zip(counts).for_each(|(key, count)| add(*key, *count)),
    }
    cells
}

fn write_cells(path: &Path, cells: &[(u64, u64, u64)], tables: &[Table]) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for (key, denominator, numerator) in cells {
        for number in [key, denominator, numerator] {
            file.write_all(&number.to_le_bytes())?;
        }
    }
    file.flush()?;
    let mut text = String::new();
    for (dimensions, counts) in tables {
        for (group, states) in counts.chunks(3).enumerate().filter(|(_, states)| states[1] + states[2] > 0) {
            let name: Vec<String> = dimensions.iter().map(ToString::to_string).collect();
            let _ = writeln!(text, "{},{group},{},{}", name.join("x"), states[1] + states[2], states[2]);
        }
    }
    std::fs::write(path.with_extension("tables.csv"), text)
}
