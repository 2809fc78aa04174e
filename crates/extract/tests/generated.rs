//! Random plans over random rows: the engine must agree with a plain count, row by row, whatever the kernel, the threads and
//! the cutting into units.

#![expect(
    clippy::type_complexity,
    clippy::items_after_statements,
    clippy::struct_field_names,
    clippy::verbose_bit_mask,
    reason = "a test's own small types are read where they are used"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use evenly_cube::Counts;
use evenly_extract::engine::{
    Amount, Axis, Check, CheckKind, Coder, Counted, Engine, EngineError, InProcess, Kernel, Plan, Progress,
    QualityTally, Reject, RejectSink, Tally, Weight, value_class,
};
use evenly_extract::readers::{Chunk, ChunkReader, ColumnKind, ColumnRequest, Raw, ReadError, Unit, ValueTable};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

type Row = Vec<Raw>;

/// Rows in memory, and broken rows before them.
struct Rows {
    file: String,
    rows: Vec<Row>,
    broken: Vec<(u64, &'static str)>,
    chunk: usize,
}

struct RowsReader<'a> {
    unit: &'a Rows,
    next: usize,
    values: Vec<ValueTable>,
}

impl Unit for Rows {
    fn file(&self) -> &str {
        &self.file
    }

    fn open(&self, columns: &[ColumnRequest]) -> Result<Box<dyn ChunkReader + '_>, ReadError> {
        Ok(Box::new(RowsReader { unit: self, next: 0, values: vec![ValueTable::new(); columns.len()] }))
    }
}

impl ChunkReader for RowsReader<'_> {
    fn next_chunk(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        let rows = &self.unit.rows[self.next..(self.next + self.unit.chunk).min(self.unit.rows.len())];
        *chunk = Chunk { rows: rows.len(), first_line: 2 + self.next as u64, ..Chunk::default() };
        if self.next == 0 {
            chunk.broken.clone_from(&self.unit.broken);
        }
        for (column, values) in self.values.iter_mut().enumerate() {
            chunk.columns.push(rows.iter().map(|row| id(values, &row[column])).collect());
        }
        self.next += rows.len();
        Ok(chunk.rows > 0 || !chunk.broken.is_empty())
    }

    fn values(&self, column: usize) -> &ValueTable {
        &self.values[column]
    }
}

fn id(values: &mut ValueTable, value: &Raw) -> u32 {
    let known = values.iter().position(|known| known == value);
    let id = known.unwrap_or_else(|| {
        values.push(value.clone());
        values.len() - 1
    });
    u32::try_from(id).unwrap()
}

#[derive(Default)]
struct Collected(Mutex<Vec<(String, u64, String, String, String)>>);

impl RejectSink for Collected {
    fn reject(&self, reject: Reject<'_>) -> Result<(), EngineError> {
        let Reject { file, line, field, reason, value_class } = reject;
        self.0.lock().unwrap().push((file.into(), line, field.into(), reason.into(), value_class));
        Ok(())
    }
}

#[derive(Default)]
struct Steps {
    rows: Mutex<u64>,
    cancelled: bool,
}

impl Progress for Steps {
    fn rows(&self, rows: u64) {
        *self.rows.lock().unwrap() += rows;
    }

    fn cancelled(&self) -> bool {
        self.cancelled
    }
}

/// Columns: two of text, one of whole numbers, two of dates, one of weights.
const COLUMNS: usize = 6;

fn columns() -> Vec<ColumnRequest> {
    let dates = || ColumnKind::Date(Arc::from([]));
    let kinds = [ColumnKind::Text, ColumnKind::Text, ColumnKind::Whole, dates(), dates(), ColumnKind::Whole];
    let request = |(at, kind)| ColumnRequest { header: format!("column {at}"), kind, missing: Arc::from([]) };
    kinds.into_iter().enumerate().map(request).collect()
}

fn row() -> impl Strategy<Value = Row> {
    let text = || prop_oneof![9 => "[a-f]{1,2}".prop_map(|text| Raw::Text(text.into())), 1 => Just(Raw::Missing)];
    let whole = prop_oneof![8 => (-3i64..120).prop_map(Raw::Whole), 1 => Just(Raw::Unreadable("number with decimals"))];
    let day = || prop_oneof![8 => (19_000i32..19_060).prop_map(Raw::Day), 1 => Just(Raw::Missing)];
    let weight = prop_oneof![6 => 0i64..4, 1 => 200i64..900, 1 => Just(5_000_000_000i64)].prop_map(Raw::Whole);
    (text(), text(), whole, day(), day(), weight).prop_map(|(a, b, c, d, e, f)| vec![a, b, c, d, e, f])
}

/// A pure function of a value with codes `0..size`, different for every `salt`.
fn scramble(value: &Raw, salt: u32, size: u32) -> u32 {
    let mut sum = salt;
    for byte in format!("{value:?}").bytes() {
        sum = sum.wrapping_mul(31).wrapping_add(byte.into());
    }
    (sum >> 3) % size
}

fn scramble_days(days: Option<i32>, salt: u32, size: u32) -> u32 {
    days.map_or(0, |days| days.unsigned_abs().wrapping_mul(salt | 1) % size)
}

/// Everything random about a plan.
#[derive(Clone, Debug)]
struct Recipe {
    axes: Vec<(u8, u8, u8, u32, u32)>,
    checks: Vec<(u8, u32, bool)>,
    tallies: Vec<Vec<u8>>,
    quality: Vec<(u8, Vec<u8>)>,
    weighted: bool,
    wide: bool,
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let axis = (0u8..4, any::<u8>(), any::<u8>(), 1u32..12, any::<u32>());
    (
        prop::collection::vec(axis, 1..8),
        prop::collection::vec((any::<u8>(), any::<u32>(), any::<bool>()), 0..5),
        prop::collection::vec(prop::collection::vec(any::<u8>(), 0..5), 1..4),
        prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..3)), 0..3),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(axes, checks, tallies, quality, weighted, wide)| Recipe {
            axes,
            checks,
            tallies,
            quality,
            weighted,
            wide,
        })
}

impl Recipe {
    fn plan(&self) -> Plan {
        let mut axes: Vec<Axis> = Vec::new();
        for (at, &(kind, first, second, size, salt)) in self.axes.iter().enumerate() {
            let pick = |choice: u8, of: usize| usize::from(choice) % of;
            // Three wide axes bring tallies with more possible cells than a dense table holds.
            let size = if self.wide { 601 } else { size };
            let (size, coder) = match kind {
                1 => (
                    size,
                    Coder::DaysBetween { from: 3, to: 4, code: Arc::new(move |days| scramble_days(days, salt, size)) },
                ),
                2 | 3 if at > 0 && !self.wide => {
                    let combined = vec![pick(first, at), pick(second, at)];
                    let cells: u32 = combined.iter().map(|axis| axes[*axis].size).product();
                    let table = (0..cells).map(|cell| cell.wrapping_mul(salt | 1) % size).collect();
                    (size, Coder::Combined { axes: combined, table })
                }
                _ => {
                    let code = Arc::new(move |value: &Raw| scramble(value, salt, size));
                    (size, Coder::Value { column: pick(first, COLUMNS - 1), code })
                }
            };
            axes.push(Axis { name: format!("axis {at}"), size, coder });
        }
        let pick = |choice: u8| usize::from(choice) % axes.len();
        let check = |(at, (choice, bits, reject)): (usize, &(u8, u32, bool))| {
            let axis = pick(*choice);
            let hit = (0..axes[axis].size).map(|code| bits >> (code % 32) & 7 == 0).collect();
            let kind = if *reject {
                CheckKind::Reject { field: format!("field {}", at % 2), column: at % COLUMNS, reason: "so".into() }
            } else {
                CheckKind::Exclude { rule: format!("rule {}", at % 2) }
            };
            Check { axis, hit, kind }
        };
        let states: Vec<usize> = (0..axes.len()).filter(|axis| axes[*axis].size <= 5).collect();
        let quality = self.quality.iter().filter(|_| !states.is_empty()).map(|(state, by)| QualityTally {
            state: states[usize::from(*state) % states.len()],
            by: by.iter().map(|by| pick(*by)).filter(|by| axes[*by].size < 100).collect(),
        });
        let adds = |choice: u8| match choice % 3 {
            0 => Amount::Rows,
            1 => Amount::Number(2),
            _ => Amount::Product(2, 2),
        };
        let tally = |tally: &Vec<u8>| Tally {
            axes: tally.iter().map(|axis| pick(*axis)).collect(),
            adds: adds(tally.iter().fold(0, |sum, choice| sum ^ choice)),
        };
        Plan {
            columns: columns(),
            checks: self.checks.iter().enumerate().map(check).collect(),
            tallies: self.tallies.iter().map(tally).filter(|tally| possible(&axes, tally) < 1 << 62).collect(),
            quality: quality.collect(),
            weight: if self.weighted { Weight::Column(5) } else { Weight::One },
            followed: None,
            axes: axes.clone(),
        }
    }
}

fn possible(axes: &[Axis], tally: &Tally) -> u128 {
    tally.axes.iter().map(|axis| u128::from(axes[*axis].size)).product()
}

/// The plain count.
struct Plain {
    tallies: Vec<BTreeMap<u64, u64>>,
    quality: Vec<Vec<BTreeMap<usize, u64>>>,
    counted: u64,
    excluded: BTreeMap<String, u64>,
    rejected: BTreeMap<(String, String), u64>,
    rejects: Vec<(String, u64, String, String, String)>,
}

fn code(plan: &Plan, axis: usize, row: &Row) -> u32 {
    match &plan.axes[axis].coder {
        Coder::Value { column, code } => code(&row[*column]),
        Coder::DaysBetween { from, to, code } => code(match (&row[*from], &row[*to]) {
            (Raw::Day(from), Raw::Day(to)) => Some(to - from),
            _ => None,
        }),
        Coder::Combined { axes, table } => {
            let cell = axes.iter().fold(0, |cell, at| cell * plan.axes[*at].size + code(plan, *at, row));
            table[cell as usize]
        }
    }
}

fn plain(plan: &Plan, units: &[Rows]) -> Plain {
    let mut out = Plain {
        tallies: vec![BTreeMap::new(); plan.tallies.len()],
        quality: plan.quality.iter().map(|quality| vec![BTreeMap::new(); quality.by.len() + 1]).collect(),
        counted: 0,
        excluded: BTreeMap::new(),
        rejected: BTreeMap::new(),
        rejects: Vec::new(),
    };
    for unit in units {
        for (line, reason) in &unit.broken {
            *out.rejected.entry(("row".into(), (*reason).into())).or_default() += 1;
            out.rejects.push((unit.file.clone(), *line, "row".into(), (*reason).into(), "row".into()));
        }
        for (at, row) in unit.rows.iter().enumerate() {
            let taken = plan.checks.iter().find(|check| check.hit[code(plan, check.axis, row) as usize]);
            match taken.map(|check| &check.kind) {
                Some(CheckKind::Exclude { rule }) => *out.excluded.entry(rule.clone()).or_default() += 1,
                Some(CheckKind::Reject { field, column, reason }) => {
                    *out.rejected.entry((field.clone(), reason.clone())).or_default() += 1;
                    let class = value_class(&row[*column], &plan.columns[*column].kind);
                    out.rejects.push((unit.file.clone(), 2 + at as u64, field.clone(), reason.clone(), class));
                }
                None => out.count(plan, row),
            }
        }
    }
    out.rejects.sort();
    out
}

impl Plain {
    fn count(&mut self, plan: &Plan, row: &Row) {
        self.counted += 1;
        let weight = match (&plan.weight, &row[5]) {
            (Weight::Column(5), Raw::Whole(weight)) => u64::try_from(*weight).unwrap(),
            _ => 1,
        };
        let number = |column: usize| match &row[column] {
            Raw::Whole(number) => u64::try_from(*number).unwrap_or(0),
            _ => 0,
        };
        for (tally, cells) in plan.tallies.iter().zip(&mut self.tallies) {
            let amount = match tally.adds {
                Amount::Rows => 1,
                Amount::Number(column) => number(column),
                Amount::Product(one, other) => number(one).saturating_mul(number(other)),
            };
            let weight = weight.saturating_mul(amount);
            let key = |key, axis: &usize| key * u64::from(plan.axes[*axis].size) + u64::from(code(plan, *axis, row));
            let sum = cells.entry(tally.axes.iter().fold(0, key)).or_default();
            *sum = u64::saturating_add(*sum, weight);
        }
        for (quality, counts) in plan.quality.iter().zip(&mut self.quality) {
            let state = code(plan, quality.state, row) as usize;
            if state > 0 {
                *counts[0].entry(state).or_default() += weight;
                for (axis, counts) in quality.by.iter().zip(&mut counts[1..]) {
                    *counts.entry(code(plan, *axis, row) as usize * 5 + state).or_default() += weight;
                }
            }
        }
    }
}

fn cells(counts: &Counts) -> BTreeMap<u64, u64> {
    let pairs: Vec<(u64, u64)> = match counts {
        Counts::Dense(counts) => (0..).zip(counts.iter().map(|count| u64::from(*count))).collect(),
        Counts::DenseWide(counts) => (0..).zip(counts.iter().copied()).collect(),
        Counts::Sparse { keys, counts } => {
            assert!(keys.is_sorted_by(|a, b| a < b), "keys must ascend");
            keys.iter().copied().zip(counts.iter().copied()).collect()
        }
    };
    pairs.into_iter().filter(|(_, count)| *count > 0).collect()
}

fn compare(plan: &Plan, units: &[Rows], expected: &Plain, counted: &Counted, rejects: &Collected) {
    let rows: u64 = units.iter().map(|unit| (unit.rows.len() + unit.broken.len()) as u64).sum();
    assert_eq!(counted.rows.read, rows);
    assert!(counted.rows.balances());
    assert_eq!(counted.rows.counted, expected.counted);
    for excluded in &counted.rows.excluded {
        assert_eq!(excluded.rows, expected.excluded.get(&excluded.rule).copied().unwrap_or(0));
    }
    let rejected: BTreeMap<_, _> =
        counted.rows.rejected.iter().map(|r| ((r.field.clone(), r.reason.clone()), r.rows)).collect();
    assert_eq!(rejected, expected.rejected);
    let mut told = rejects.0.lock().unwrap().clone();
    told.sort();
    assert_eq!(told, expected.rejects);
    for (tally, expected) in counted.tallies.iter().zip(&expected.tallies) {
        // A row of weight 0 makes no cell.
        let expected: BTreeMap<u64, u64> = expected.iter().filter(|cell| *cell.1 > 0).map(|(k, v)| (*k, *v)).collect();
        assert_eq!(cells(tally), expected);
    }
    for (quality, expected) in counted.quality.iter().flatten().zip(expected.quality.iter().flatten()) {
        let got: BTreeMap<usize, u64> = quality.iter().copied().enumerate().filter(|(_, count)| *count > 0).collect();
        let expected: BTreeMap<usize, u64> =
            expected.iter().filter(|cell| *cell.1 > 0).map(|(k, v)| (*k, *v)).collect();
        assert_eq!(got, expected);
    }
    let mut files: BTreeMap<String, u64> = BTreeMap::new();
    for unit in units {
        *files.entry(unit.file.clone()).or_default() += (unit.rows.len() + unit.broken.len()) as u64;
    }
    assert_eq!(counted.file_rows.iter().cloned().collect::<BTreeMap<_, _>>(), files);
    assert_eq!(counted.tallies.len(), plan.tallies.len());
}

fn cut(rows: &[Row], pieces: usize, chunk: usize) -> Vec<Rows> {
    let size = rows.len().div_ceil(pieces).max(1);
    let piece = |(at, rows): (usize, &[Row])| Rows {
        file: format!("file {}", at / 2),
        rows: rows.to_vec(),
        broken: if at == 1 { vec![(7, "too few fields"), (9, "too few fields")] } else { Vec::new() },
        chunk,
    };
    rows.chunks(size).enumerate().map(piece).collect()
}

fn run(engine: &InProcess, plan: &Plan, units: &[Rows]) -> (Result<Counted, EngineError>, Collected) {
    let rejects = Collected::default();
    let borrowed: Vec<Box<dyn Unit>> = units
        .iter()
        .map(|unit| {
            let Rows { file, rows, broken, chunk } = unit;
            Box::new(Rows { file: file.clone(), rows: rows.clone(), broken: broken.clone(), chunk: *chunk })
                as Box<dyn Unit>
        })
        .collect();
    let progress = Steps::default();
    let counted = engine.count(plan, &borrowed, &rejects, &progress);
    if let Ok(counted) = &counted {
        assert_eq!(*progress.rows.lock().unwrap(), counted.rows.read);
    }
    (counted, rejects)
}

/// What a plan makes use of, so that the test can say that nothing was left untried.
fn uses(plan: &Plan) -> Vec<&'static str> {
    let coders = plan.axes.iter().map(|axis| match axis.coder {
        Coder::Value { .. } => "value",
        Coder::DaysBetween { .. } => "days between",
        Coder::Combined { .. } => "combined",
    });
    let checks = plan.checks.iter().map(|check| match check.kind {
        CheckKind::Reject { .. } => "reject",
        CheckKind::Exclude { .. } => "exclude",
    });
    let weight = if plan.weight == Weight::One { "rows" } else { "weights" };
    let quality = plan.quality.iter().map(|quality| if quality.by.is_empty() { "quality" } else { "quality by group" });
    coders.chain(checks).chain(quality).chain([weight]).collect()
}

#[test]
fn every_kernel_agrees_with_the_plain_count() {
    let config = Config { cases: 96, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let tried = Mutex::new(BTreeSet::new());
    let inputs = (recipe(), prop::collection::vec(row(), 0..400), 1usize..5, 1usize..90);
    let checked = runner.run(&inputs, |(recipe, rows, pieces, chunk)| {
        let plan = recipe.plan();
        tried.lock().unwrap().extend(uses(&plan));
        let units = cut(&rows, pieces, chunk);
        let expected = plain(&plan, &units);
        for threads in [1, 2] {
            for kernel in [None, Some(Kernel::Dense), Some(Kernel::Hash), Some(Kernel::Radix)] {
                // Very wide tables are not worth a dense array in a test.
                if recipe.wide && kernel == Some(Kernel::Dense) {
                    continue;
                }
                let (counted, rejects) = run(&InProcess { kernel, ..InProcess::new(threads) }, &plan, &units);
                compare(&plan, &units, &expected, &counted.unwrap(), &rejects);
            }
        }
        Ok(())
    });
    checked.unwrap();
    let all =
        ["combined", "days between", "exclude", "quality", "quality by group", "reject", "rows", "value", "weights"];
    assert_eq!(tried.into_inner().unwrap().into_iter().collect::<Vec<_>>(), all);
}

fn text(value: &str) -> Raw {
    Raw::Text(value.into())
}

fn value_axis(column: usize, size: u32, code: impl Fn(&Raw) -> u32 + Send + Sync + 'static) -> Axis {
    Axis { name: "axis".into(), size, coder: Coder::Value { column, code: Arc::new(code) } }
}

fn plan(axes: Vec<Axis>) -> Plan {
    let tallies = vec![Tally { axes: (0..axes.len()).collect(), adds: Amount::Rows }];
    Plan {
        columns: columns(),
        axes,
        checks: Vec::new(),
        tallies,
        quality: Vec::new(),
        weight: Weight::One,
        followed: None,
    }
}

fn rows(count: usize, value: impl Fn(usize) -> Raw) -> Vec<Row> {
    (0..count)
        .map(|at| vec![value(at), Raw::Missing, Raw::Missing, Raw::Missing, Raw::Missing, Raw::Whole(1)])
        .collect()
}

#[test]
fn counts_beyond_a_byte_and_beyond_32_bits_are_kept() {
    let mut plan = plan(vec![value_axis(0, 20_000, |value| if *value == text("a") { 19_999 } else { 3 })]);
    let units = cut(&rows(70_001, |at| text(if at % 10 == 0 { "b" } else { "a" })), 3, 1000);
    for kernel in [Kernel::Dense, Kernel::Hash, Kernel::Radix] {
        let counted = run(&InProcess { kernel: Some(kernel), ..InProcess::new(2) }, &plan, &units).0.unwrap();
        assert_eq!(cells(&counted.tallies[0]), BTreeMap::from([(3, 7_001), (19_999, 63_000)]));
        assert!(matches!(counted.tallies[0], Counts::Sparse { .. }));
    }
    plan.axes[0].size = 2;
    plan.axes[0].coder = Coder::Value { column: 0, code: Arc::new(|value| u32::from(*value == text("a"))) };
    plan.weight = Weight::Column(5);
    let heavy: Vec<Row> = rows(3, |_| text("a"))
        .into_iter()
        .map(|mut row| {
            row[5] = Raw::Whole(3_000_000_000);
            row
        })
        .collect();
    let counted = run(&InProcess::new(2), &plan, &cut(&heavy, 2, 10)).0.unwrap();
    assert!(matches!(&counted.tallies[0], Counts::DenseWide(counts) if *counts == [0, 9_000_000_000]));
}

#[test]
fn more_cells_than_granted_are_refused_with_the_way_out() {
    let axis = || {
        value_axis(0, 5_000_000, |value| match value {
            Raw::Whole(number) => u32::try_from(*number).unwrap(),
            _ => 0,
        })
    };
    let units = cut(&rows(3_000, |at| Raw::Whole(i64::try_from(at).unwrap())), 2, 500);
    for kernel in [Kernel::Dense, Kernel::Hash, Kernel::Radix] {
        let engine = |memory_cells| InProcess { memory_cells, kernel: Some(kernel), threads: 2 };
        let refused = run(&engine(2_999), &plan(vec![axis()]), &units).0.err().unwrap();
        assert!(matches!(refused, EngineError::TooManyCells { limit: 2_999, .. }));
        assert!(refused.to_string().contains("--by"));
        assert!(run(&engine(3_000), &plan(vec![axis()]), &units).0.is_ok());
    }
    // More possible cells than a key can name.
    let refused = run(&InProcess::new(1), &plan(vec![axis(), axis(), axis()]), &units).0.err().unwrap();
    assert!(matches!(refused, EngineError::TooManyCells { .. }));
}

#[test]
fn a_thread_that_outgrows_the_cache_gives_its_cells_to_the_partitions() {
    // Five axes of one column: 200,000 distinct cells of 10^10 possible ones, each seen twice.
    let digit = |power: u32| {
        value_axis(2, 100, move |value| match value {
            Raw::Whole(number) => u32::try_from(number / 100i64.pow(power) % 100).unwrap(),
            _ => 0,
        })
    };
    let plan = plan((0..5).rev().map(digit).collect());
    let count = 200_000;
    struct Numbers(u32);
    struct NumbersReader {
        count: u32,
        done: bool,
        values: ValueTable,
    }
    impl Unit for Numbers {
        fn file(&self) -> &'static str {
            "numbers"
        }
        fn open(&self, _: &[ColumnRequest]) -> Result<Box<dyn ChunkReader + '_>, ReadError> {
            let values = (0..self.0).map(|number| Raw::Whole(i64::from(number) * 7_919)).collect();
            Ok(Box::new(NumbersReader { count: self.0, done: false, values }))
        }
    }
    impl ChunkReader for NumbersReader {
        fn next_chunk(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
            let rows = if std::mem::replace(&mut self.done, true) { 0 } else { self.count };
            *chunk = Chunk { rows: rows as usize, columns: vec![(0..rows).collect(); COLUMNS], ..Chunk::default() };
            Ok(rows > 0)
        }
        fn values(&self, _: usize) -> &ValueTable {
            &self.values
        }
    }
    let units: Vec<Box<dyn Unit>> = vec![Box::new(Numbers(count)), Box::new(Numbers(count))];
    let counted = InProcess::new(2).count(&plan, &units, &Collected::default(), &Steps::default()).unwrap();
    let expected: BTreeMap<u64, u64> = (0..u64::from(count)).map(|number| (number * 7_919, 2)).collect();
    assert_eq!(cells(&counted.tallies[0]), expected);
}

#[test]
fn a_request_to_stop_is_heard_and_a_wrong_plan_is_named() {
    let units: Vec<Box<dyn Unit>> = vec![Box::new(cut(&rows(10, |_| text("a")), 1, 5).remove(0))];
    let progress = Steps { cancelled: true, ..Steps::default() };
    let engine = InProcess::new(1);
    let stopped = engine.count(&plan(vec![value_axis(0, 2, |_| 0)]), &units, &Collected::default(), &progress);
    assert!(matches!(stopped, Err(EngineError::Cancelled)));
    let mut wrong = plan(vec![value_axis(0, 2, |_| 2)]);
    let named = engine.count(&wrong, &units, &Collected::default(), &Steps::default()).err().unwrap();
    assert!(matches!(&named, EngineError::Plan(what) if what.contains("code 2 of 2")));
    wrong.tallies[0].axes.push(9);
    assert!(matches!(
        engine.count(&wrong, &units, &Collected::default(), &Steps::default()),
        Err(EngineError::Plan(_))
    ));
}
