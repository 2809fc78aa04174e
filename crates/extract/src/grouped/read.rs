//! Reading the rows of a counted table, and rejecting those that cannot be.

use std::sync::Arc;

use evenly_cube::{Excluded, Rejected, RowsEquation};

use super::TableRows;
use super::dimensions::PERIOD;
use crate::count::{ExtractError, best_fit};
use crate::engine::{EngineError, Progress, Reject, RejectSink, value_class};
use crate::profile::{CountedTable, Profile, tidy};
use crate::readers::{Chunk, ChunkReader, ColumnKind, ColumnRequest, Extract, Raw, find_column};

/// Name of the rule that leaves out rows that are sums of others.
const TOTALS: &str = "row that is a total of others";

/// One usable row.
pub(super) struct Row {
    /// Values of the columns that name the indicator.
    pub indicator: Vec<String>,
    /// Dimension and group, as the table writes them, blanks put in order; none for the whole.
    pub groups: Vec<(String, String)>,
    pub numerator: u64,
    pub denominator: u64,
}

/// The headers that a table is read by.
pub(super) struct Columns {
    pub indicator: Vec<String>,
    /// Category and group of a long table.
    long: Option<(String, String)>,
    period: Option<String>,
    /// Dimensions of a wide table.
    wide: Vec<String>,
    numerator: String,
    denominator: String,
}

impl Columns {
    /// Finds the columns, the same in every file.
    pub fn find(profile: &Profile, counted: &CountedTable, extract: &Extract) -> Result<Self, ExtractError> {
        let file = extract.files.first().ok_or_else(|| ExtractError::Nothing("there is no file".to_owned()))?;
        let headers = &file.headers;
        let first = |names: &[String]| {
            let found = names.iter().find_map(|name| find_column(&file.name, headers, name).ok());
            found.map(|position| headers[position].clone())
        };
        let (numerator, denominator) = (first(&counted.numerator), first(&counted.denominator));
        let (Some(numerator), Some(denominator)) = (numerator.clone(), denominator.clone()) else {
            let missing =
                [("numerator", &counted.numerator, numerator), ("denominator", &counted.denominator, denominator)]
                    .into_iter()
                    .filter(|(.., found)| found.is_none())
                    .map(|(name, columns, _)| format!("the {name} in one of the columns {}", columns.join(", ")))
                    .collect::<Vec<_>>();
            let advice = match best_fit(headers) {
                Some(id) => format!("The shipped profile that fits best is `{id}`"),
                None => "Name the columns in a copy of the profile (`evenly profile show`)".to_owned(),
            };
            return Err(ExtractError::WrongProfile {
                file: file.name.clone(),
                profile: profile.id.clone(),
                missing: missing.join("; "),
                found: headers.join(", "),
                advice,
            });
        };
        let indicator: Vec<String> =
            counted.indicator.iter().filter_map(|name| first(std::slice::from_ref(name))).collect();
        let long = first(&counted.category).zip(first(&counted.group));
        let period = first(&counted.period);
        let ignored: Vec<String> = counted.ignore.iter().filter_map(|name| first(std::slice::from_ref(name))).collect();
        let is_taken = |header: &&String| {
            let named = [Some(&numerator), Some(&denominator), period.as_ref()];
            named.contains(&Some(*header)) || indicator.contains(header) || ignored.contains(header)
        };
        let wide = match long {
            Some(_) => Vec::new(),
            None => headers.iter().filter(|header| !is_taken(header)).cloned().collect(),
        };
        Ok(Self { indicator, long, period, wide, numerator, denominator })
    }

    fn requests(&self) -> Vec<ColumnRequest> {
        let none: Arc<[String]> = Arc::new([]);
        let request =
            |header: &String, kind| ColumnRequest { header: header.clone(), kind, missing: Arc::clone(&none) };
        let mut requests =
            vec![request(&self.numerator, ColumnKind::Whole), request(&self.denominator, ColumnKind::Whole)];
        requests.extend(self.texts().map(|header| request(header, ColumnKind::Text)));
        requests
    }

    /// The text columns in the order of the requests: indicator, category and group, period, wide dimensions.
    fn texts(&self) -> impl Iterator<Item = &String> {
        let long = self.long.iter().flat_map(|(category, group)| [category, group]);
        self.indicator.iter().chain(long).chain(&self.period).chain(&self.wide)
    }
}

/// Reads all rows.
pub(super) fn rows(
    columns: &Columns,
    counted: &CountedTable,
    extract: &Extract,
    rejects: &dyn RejectSink,
    progress: &dyn Progress,
) -> Result<TableRows, ExtractError> {
    let requests = columns.requests();
    extract.check_columns(&requests)?;
    let excluded = vec![Excluded { rule: TOTALS.to_owned(), rows: 0 }];
    let mut table = TableRows {
        rows: Vec::new(),
        equation: RowsEquation { excluded, ..RowsEquation::default() },
        file_rows: Vec::new(),
    };
    let mut chunk = Chunk::default();
    for unit in &extract.units {
        let mut reader = unit.open(&requests)?;
        let file = unit.file();
        while reader.next_chunk(&mut chunk)? {
            if progress.cancelled() {
                return Err(EngineError::Cancelled.into());
            }
            progress.rows((chunk.rows + chunk.broken.len()) as u64);
            let mut taker = Taker { columns, counted, file, rejects, requests: &requests, table: &mut table };
            taker.chunk(&chunk, reader.as_ref())?;
        }
    }
    Ok(table)
}

/// Takes the rows of a file into the table.
struct Taker<'a> {
    columns: &'a Columns,
    counted: &'a CountedTable,
    file: &'a str,
    rejects: &'a dyn RejectSink,
    requests: &'a [ColumnRequest],
    table: &'a mut TableRows,
}

impl Taker<'_> {
    fn chunk(&mut self, chunk: &Chunk, reader: &dyn ChunkReader) -> Result<(), ExtractError> {
        self.read((chunk.rows + chunk.broken.len()) as u64);
        for (line, reason) in &chunk.broken {
            self.reject(*line, "row", reason, "not a row".to_owned())?;
        }
        for row in 0..chunk.rows {
            let value = |column: usize| &reader.values(column)[chunk.columns[column][row] as usize];
            self.row(chunk.line(row), &value)?;
        }
        Ok(())
    }

    fn read(&mut self, rows: u64) {
        self.table.equation.read += rows;
        match self.table.file_rows.iter_mut().find(|(file, _)| file == self.file) {
            Some((_, all)) => *all += rows,
            None => self.table.file_rows.push((self.file.to_owned(), rows)),
        }
    }

    fn row<'v>(&mut self, line: u64, value: &dyn Fn(usize) -> &'v Raw) -> Result<(), ExtractError> {
        let mut counts = [0; 2];
        for (column, field) in ["numerator", "denominator"].into_iter().enumerate() {
            let raw = value(column);
            counts[column] = match raw {
                Raw::Whole(count) if *count >= 0 => count.unsigned_abs(),
                Raw::Missing => return self.reject(line, field, "nothing recorded", class(raw, self.requests, column)),
                _ => return self.reject(line, field, "not a whole number from 0", class(raw, self.requests, column)),
            };
        }
        let [numerator, denominator] = counts;
        if numerator > denominator {
            return self.reject(line, "numerator", "larger than the denominator", class(value(0), self.requests, 0));
        }
        let texts: Vec<String> = (2..self.requests.len()).map(|column| text(value(column))).collect();
        let (indicator, rest) = texts.split_at(self.columns.indicator.len());
        let Some(groups) = self.groups(rest) else {
            self.table.equation.excluded[0].rows += 1;
            return Ok(());
        };
        self.table.equation.counted += 1;
        self.table.rows.push(Row { indicator: indicator.to_vec(), groups, numerator, denominator });
        Ok(())
    }

    /// The groups of a row; `None` for a row of a wide table that is a total of others.
    fn groups(&self, texts: &[String]) -> Option<Vec<(String, String)>> {
        let is_whole = |text: &str| self.counted.whole.iter().any(|whole| whole.eq_ignore_ascii_case(text));
        let mut texts = texts.iter();
        let mut groups = Vec::new();
        if self.columns.long.is_some() {
            let (category, group) = (texts.next()?, texts.next()?);
            if !is_whole(category) {
                groups.push((category.clone(), group.clone()));
            }
        }
        if self.columns.period.is_some() {
            groups.push((PERIOD.to_owned(), texts.next()?.clone()));
        }
        for (header, text) in self.columns.wide.iter().zip(texts) {
            if is_whole(text) {
                return None;
            }
            groups.push((header.clone(), text.clone()));
        }
        Some(groups)
    }

    fn reject(&mut self, line: u64, field: &str, reason: &str, value_class: String) -> Result<(), ExtractError> {
        self.rejects.reject(Reject { file: self.file, line, field, reason, value_class })?;
        let rejected = &mut self.table.equation.rejected;
        match rejected.iter_mut().find(|own| own.field == field && own.reason == reason) {
            Some(own) => own.rows += 1,
            None => rejected.push(Rejected { field: field.to_owned(), reason: reason.to_owned(), rows: 1 }),
        }
        Ok(())
    }
}

fn class(raw: &Raw, requests: &[ColumnRequest], column: usize) -> String {
    value_class(raw, &requests[column].kind)
}

fn text(raw: &Raw) -> String {
    match raw {
        Raw::Text(text) => tidy(text),
        Raw::Whole(number) => number.to_string(),
        Raw::Missing | Raw::Day(_) | Raw::Unreadable(_) => String::new(),
    }
}
