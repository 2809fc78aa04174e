//! Parts of the counting pass: the kernels at several numbers of cells, and coding the fields of a CSV file.

use std::hint::black_box;
use std::io::Write as _;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use evenly_extract::engine::{
    Amount, Axis, Coder, Engine, EngineError, InProcess, Kernel, Plan, Progress, Reject, RejectSink, Tally, Weight,
};
use evenly_extract::readers::{
    Chunk, ChunkReader, ColumnKind, ColumnRequest, Limits, Raw, ReadError, Unit, ValueTable,
};

const ROWS: usize = 1 << 20;
const CHUNK: usize = 16 * 1024;
const CODES: u32 = 128;

/// Ids of four columns, made up beforehand.
struct Ids {
    columns: Arc<Vec<Vec<u32>>>,
    values: ValueTable,
}

struct IdsReader<'a> {
    ids: &'a Ids,
    next: usize,
}

impl Unit for Ids {
    fn file(&self) -> &'static str {
        "ids"
    }

    fn open(&self, _: &[ColumnRequest]) -> Result<Box<dyn ChunkReader + '_>, ReadError> {
        Ok(Box::new(IdsReader { ids: self, next: 0 }))
    }
}

impl ChunkReader for IdsReader<'_> {
    fn next_chunk(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        chunk.rows = CHUNK.min(ROWS - self.next);
        chunk.columns.resize(self.ids.columns.len(), Vec::new());
        for (ids, all) in chunk.columns.iter_mut().zip(self.ids.columns.iter()) {
            ids.clear();
            ids.extend_from_slice(&all[self.next..self.next + chunk.rows]);
        }
        self.next += chunk.rows;
        Ok(chunk.rows > 0)
    }

    fn values(&self, _: usize) -> &ValueTable {
        &self.ids.values
    }
}

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

fn request(header: &str, kind: ColumnKind) -> ColumnRequest {
    ColumnRequest { header: header.to_owned(), kind, missing: Arc::from([]) }
}

/// `sizes` codes on the axes, each from its own column.
fn plan(columns: Vec<ColumnRequest>, sizes: &[u32]) -> Plan {
    let axis = |(column, &size): (usize, &u32)| {
        let code = Arc::new(move |value: &Raw| match value {
            Raw::Whole(number) => u32::try_from(*number).unwrap_or(0) % size,
            Raw::Text(text) => {
                text.bytes().fold(0, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % size
            }
            Raw::Day(day) => day.unsigned_abs() % size,
            Raw::Missing | Raw::Unreadable(_) => 0,
        });
        Axis { name: format!("axis {column}"), size, coder: Coder::Value { column, code } }
    };
    Plan {
        columns,
        axes: sizes.iter().enumerate().map(axis).collect(),
        checks: Vec::new(),
        tallies: vec![Tally { axes: (0..sizes.len()).collect(), adds: Amount::Rows }],
        quality: Vec::new(),
        weight: Weight::One,
        followed: None,
    }
}

fn kernels(criterion: &mut Criterion) {
    let mut state = 7u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u32::try_from(state >> 57).unwrap_or(0) % CODES
    };
    let columns: Vec<Vec<u32>> = (0..4).map(|_| (0..ROWS).map(|_| random()).collect()).collect();
    let values: ValueTable = (0..i64::from(CODES)).map(Raw::Whole).collect();
    let units: Vec<Box<dyn Unit>> = vec![Box::new(Ids { columns: Arc::new(columns), values })];
    let mut group = criterion.benchmark_group("kernel");
    group.throughput(Throughput::Elements(ROWS as u64)).sample_size(10);
    for size in [4u32, 16, 48] {
        let requests = (0..4).map(|at| request(&format!("column {at}"), ColumnKind::Whole)).collect();
        let plan = plan(requests, &[size; 4]);
        for kernel in [Kernel::Dense, Kernel::Hash, Kernel::Radix] {
            let engine = InProcess { kernel: Some(kernel), ..InProcess::new(1) };
            group.bench_function(BenchmarkId::new(format!("{kernel:?}"), size.pow(4)), |bencher| {
                bencher.iter(|| engine.count(&plan, black_box(&units), &Quiet, &Quiet).is_ok());
            });
        }
    }
    group.finish();
}

fn csv_fields(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder for the benchmark");
    let path = folder.path().join("rows.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).expect("a file in it"));
    writeln!(file, "date,provider,sex,age").expect("written");
    for row in 0..100_000 {
        writeln!(file, "2025-{:02}-{:02},R{:02},{},{}", row % 12 + 1, row % 28 + 1, row % 90, row % 2 + 1, row % 97)
            .expect("written");
    }
    file.flush().expect("written");
    let extract = evenly_extract::readers::open(&[path], &Limits::default()).expect("it opens");
    let requests = vec![
        request("date", ColumnKind::Date(Arc::from(["%Y-%m-%d".to_owned()]))),
        request("provider", ColumnKind::Text),
        request("sex", ColumnKind::Text),
        request("age", ColumnKind::Whole),
    ];
    let plan = plan(requests, &[12, 90, 3, 10]);
    let mut group = criterion.benchmark_group("csv");
    group.throughput(Throughput::Elements(100_000)).sample_size(10);
    group.bench_function("four fields", |bencher| {
        bencher.iter(|| InProcess::new(1).count(&plan, black_box(&extract.units), &Quiet, &Quiet).is_ok());
    });
    group.finish();
}

criterion_group!(benches, kernels, csv_fields);
criterion_main!(benches);
