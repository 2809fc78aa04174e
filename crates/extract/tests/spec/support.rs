//! Counting a little table and reading the answer.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use evenly_cube::{Policy, Releasable, Release, RowsEquation, Views};
use evenly_extract::checks::RejectsFile;
use evenly_extract::count::{CheckReport, CountOptions, ExtractError, check, count};
use evenly_extract::engine::{InProcess, Progress};
use evenly_extract::profile::Profile;
use evenly_extract::readers::{Limits, open};

/// Nobody watches, nobody stops it.
pub struct Quiet;

impl Progress for Quiet {
    fn rows(&self, _: u64) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// What came of counting.
pub struct Answer {
    pub rows: RowsEquation,
    pub release: Releasable<Release>,
    pub notes: Vec<String>,
    /// The lines of the rejects file but the header, sorted.
    pub rejects: Vec<String>,
}

/// Options with these dimensions and indicators; the profile's own where empty.
pub fn options(by: &[&str], indicators: &[&str]) -> CountOptions {
    let some = |names: &[&str]| (!names.is_empty()).then(|| names.iter().map(|name| (*name).to_owned()).collect());
    CountOptions {
        by: some(by),
        indicators: some(indicators),
        definitions: evenly_cube::shipped_indicators().unwrap(),
        ..CountOptions::default()
    }
}

/// Counts files.
pub fn count_files(profile: &str, files: &[PathBuf], options: &CountOptions) -> Result<Answer, ExtractError> {
    let profile = Profile::load(profile, &[])?;
    let extract = open(files, &Limits::default())?;
    let rejects = RejectsFile::new(Vec::new())?;
    let counted = count(&profile, &extract, options, &InProcess::new(2), &rejects, &Quiet)?;
    let views =
        Views { period: counted.period.clone(), by: counted.by.clone(), pairs: pairs(&counted.by), change: None };
    let release = counted.cube.release(&Policy::shipped("none-synthetic").unwrap(), &views)?;
    assert!(counted.rows.balances(), "{:?}", counted.rows);
    let text = String::from_utf8(rejects.finish()?).unwrap();
    let mut rejects: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
    rejects.sort();
    Ok(Answer { rows: counted.rows, release, notes: counted.notes, rejects })
}

fn pairs(by: &[String]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (position, first) in by.iter().enumerate().take(4) {
        pairs.extend(by[position + 1..].iter().take(4).map(|second| (first.clone(), second.clone())));
    }
    pairs
}

/// Writes a table as CSV, blanks around cells taken away, and hands it to `with`.
pub fn with_file<T>(table: &str, with: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    let line = |line: &str| line.trim().split('|').map(str::trim).collect::<Vec<_>>().join(",");
    let text: Vec<String> = table.trim().lines().map(line).collect();
    std::fs::write(&path, text.join("\n") + "\n").unwrap();
    with(&path)
}

/// Counts a little table.
pub fn try_count(profile: &str, table: &str, options: &CountOptions) -> Result<Answer, ExtractError> {
    with_file(table, |path| count_files(profile, &[path.to_path_buf()], options))
}

/// Counts a little table that is right.
pub fn counted(profile: &str, table: &str, by: &[&str], indicators: &[&str]) -> Answer {
    try_count(profile, table, &options(by, indicators)).unwrap()
}

/// Checks a little table.
pub fn checked(profile: &str, table: &str) -> CheckReport {
    with_file(table, |path| {
        let extract = open(&[path.to_path_buf()], &Limits::default()).unwrap();
        let profile = Profile::load(profile, &[]).unwrap();
        let rejects = RejectsFile::new(Vec::new()).unwrap();
        check(&profile, &extract, &options(&[], &[]), &InProcess::new(1), &rejects, &Quiet).unwrap()
    })
}

impl Answer {
    /// Numerator and denominator of the whole.
    pub fn whole(&self, indicator: &str) -> (u64, u64) {
        self.cells(indicator, &[]).first().map_or((0, 0), |(_, cell)| *cell)
    }

    /// Numerator and denominator of one group.
    pub fn group(&self, indicator: &str, dimension: &str, group: &str) -> (u64, u64) {
        let cells = self.cells(indicator, &[dimension]);
        cells.iter().find(|(groups, _)| groups[0] == group).map_or((0, 0), |(_, cell)| *cell)
    }

    /// Every cell of a table: ids of the groups, numerator and denominator.
    pub fn cells(&self, indicator: &str, dimensions: &[&str]) -> Vec<(Vec<String>, (u64, u64))> {
        let found = self.release.indicators.iter().find(|own| own.definition.id == indicator);
        let table = found.unwrap_or_else(|| panic!("no {indicator}")).table(dimensions);
        let table = table.unwrap_or_else(|| panic!("no table {dimensions:?} of {indicator}"));
        let ids = |groups: &[usize]| {
            let dimension =
                |(id, group): (&&str, &usize)| self.release.dimension(id).unwrap().groups[*group].id.clone();
            dimensions.iter().zip(groups).map(dimension).collect()
        };
        let count =
            |cell: &evenly_cube::ReleasedCell| (cell.numerator.shown().unwrap(), cell.denominator.shown().unwrap());
        table.cells.iter().map(|cell| (ids(&cell.groups), count(cell))).collect()
    }

    /// The rows equation as text: read = counted, excluded by rule, rejected by field and reason; zeros left out.
    pub fn equation(&self) -> String {
        equation(&self.rows)
    }
}

/// The rows equation as text.
pub fn equation(rows: &RowsEquation) -> String {
    let mut text = format!("{} = {} counted", rows.read, rows.counted);
    for excluded in rows.excluded.iter().filter(|excluded| excluded.rows > 0) {
        write!(text, " + {} {}", excluded.rows, excluded.rule).unwrap();
    }
    for rejected in rows.rejected.iter().filter(|rejected| rejected.rows > 0) {
        write!(text, " + {} {}: {}", rejected.rows, rejected.field, rejected.reason).unwrap();
    }
    text
}

/// A folder of real data beside the checkout; `None`, said aloud, where it is not there.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}
