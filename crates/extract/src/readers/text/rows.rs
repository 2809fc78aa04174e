//! The rows of a text file as chunks of ids: the hot path of reading text.

use std::io::{self, Read};
use std::sync::Arc;

use super::layout::Layout;
use super::sniff::Encoding;
use super::split::{Fields, PADDING, Step, split_record};
use crate::readers::chunk::{Chunk, ChunkReader, ColumnRequest, ReadError, ValueTable};
use crate::readers::fault::{damaged, io_error, long_record};
use crate::readers::header::find_column;
use crate::readers::values::{Column, Fault};

/// Rows in a chunk.
pub(crate) const CHUNK_ROWS: usize = 8192;
/// Bytes the buffer begins with; it grows only for records that need it, up to the limit.
const BUFFER: usize = 1 << 18;

/// Reads the rows of one stream.
pub(crate) struct Rows {
    layout: Arc<Layout>,
    input: Box<dyn Read + Send>,
    /// Always [`PADDING`] longer than what is used of it.
    buffer: Vec<u8>,
    /// Where the next record begins in the buffer.
    start: usize,
    /// Where the data ends in the buffer.
    end: usize,
    at_eof: bool,
    /// Line of the next record.
    line: u64,
    fields: Fields,
    columns: Vec<Column>,
    /// Field of each requested column.
    places: Vec<usize>,
    names: Vec<String>,
}

impl Rows {
    /// Reads the rows that `input` begins with, the first of them on `line`.
    pub fn new(
        layout: Arc<Layout>,
        input: Box<dyn Read + Send>,
        line: u64,
        requests: &[ColumnRequest],
    ) -> Result<Self, ReadError> {
        let places = requests
            .iter()
            .map(|request| find_column(&layout.file, &layout.headers, &request.header))
            .collect::<Result<_, _>>()?;
        let limit = layout.limits.distinct_values;
        let columns = requests.iter().map(|request| Column::new(request, layout.encoding, limit)).collect();
        Ok(Self {
            input,
            buffer: vec![0; BUFFER + PADDING],
            start: 0,
            end: 0,
            at_eof: false,
            line,
            fields: Fields::default(),
            columns,
            places,
            names: requests.iter().map(|request| request.header.clone()).collect(),
            layout,
        })
    }

    /// Makes room and reads more.
    fn fill(&mut self) -> Result<(), ReadError> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        let limit = self.layout.limits.record_bytes;
        if self.end > limit {
            return Err(long_record(&self.layout.file, self.line, limit));
        }
        if self.end + PADDING >= self.buffer.len() / 2 {
            let room = (self.buffer.len() * 2).min(limit.max(BUFFER) + BUFFER);
            self.buffer.resize(room.max(self.end + BUFFER) + PADDING, 0);
        }
        let room = self.buffer.len() - PADDING;
        let read = loop {
            match self.input.read(&mut self.buffer[self.end..room]) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other.map_err(|e| at_line(io_error(&self.layout.file, &e), self.line))?,
            }
        };
        self.at_eof = read == 0;
        self.end += read;
        Ok(())
    }

    /// Codes the record in `fields`, or says why it is broken.
    #[inline]
    fn code(&mut self, chunk: &mut Chunk) -> Result<Result<(), &'static str>, ReadError> {
        let width = self.layout.headers.len();
        if self.fields.spans.len() != width {
            if self.fields.spans.len() < width {
                return Ok(Err("fewer fields than the header"));
            }
            if self.fields.spans[width..].iter().any(|extra| extra.start != extra.end) {
                return Ok(Err("more fields than the header"));
            }
        }
        for (index, (column, place)) in self.columns.iter_mut().zip(&self.places).enumerate() {
            let span = self.fields.spans[*place];
            let id = if span.scratch {
                column.id_of(self.fields.bytes(&self.buffer, span))
            } else {
                column.id(&self.buffer, span.start, span.end)
            };
            match id {
                Ok(id) => chunk.columns[index].push(id),
                Err(Fault::Undecodable) => {
                    for ids in &mut chunk.columns[..index] {
                        ids.pop();
                    }
                    return Ok(Err(not_decodable(self.layout.encoding)));
                }
                Err(Fault::TooMany) => return Err(self.too_many(index)),
            }
        }
        Ok(Ok(()))
    }

    fn too_many(&self, column: usize) -> ReadError {
        ReadError::Limit {
            file: self.layout.file.clone(),
            line: Some(self.line),
            reason: format!(
                "the column `{}` has more than {} different values. If it identifies people or events, give it `kind = \"identifier\"` in the profile",
                self.names[column], self.layout.limits.distinct_values
            ),
        }
    }

    /// What stands after the last line of some old files: Ctrl-Z.
    fn is_end_mark(&self) -> bool {
        let [only] = self.fields.spans[..] else { return false };
        self.at_eof && self.fields.bytes(&self.buffer, only) == b"\x1a"
    }
}

/// Reason of a row whose bytes are in another encoding.
fn not_decodable(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Windows1252 => "UTF-8 text in a file that is Windows-1252",
        _ => "bytes that are not UTF-8 in a file that is UTF-8",
    }
}

/// Adds the line to an error that has none.
fn at_line(error: ReadError, at: u64) -> ReadError {
    match error {
        ReadError::Damaged { file, line: None, reason } => ReadError::Damaged { file, line: Some(at), reason },
        ReadError::Limit { file, line: None, reason } => ReadError::Limit { file, line: Some(at), reason },
        other => other,
    }
}

impl ChunkReader for Rows {
    fn next_chunk(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        clear(chunk, self.columns.len(), self.line);
        while chunk.rows + chunk.broken.len() < CHUNK_ROWS {
            let dialect = self.layout.dialect;
            match split_record(&self.buffer, self.start, self.end, self.at_eof, dialect, &mut self.fields) {
                Step::Record { next } => {
                    match self.code(chunk)? {
                        Ok(()) => note_line(chunk, self.line),
                        Err(_) if self.is_end_mark() => {}
                        Err(reason) => chunk.broken.push((self.line, reason)),
                    }
                    self.line += 1 + self.fields.inner_lines;
                    self.start = next;
                }
                Step::Blank { next } => {
                    self.line += 1;
                    self.start = next;
                }
                Step::Incomplete if self.at_eof => break,
                Step::Incomplete => self.fill()?,
                Step::OpenQuote => {
                    return Err(damaged(
                        &self.layout.file,
                        Some(self.line),
                        "a quotation mark in the record that begins here is never closed, so the rest of the file cannot be read as rows",
                    ));
                }
            }
        }
        Ok(chunk.rows + chunk.broken.len() > 0)
    }

    fn values(&self, column: usize) -> &ValueTable {
        self.columns[column].values()
    }
}

/// Empties a chunk and gives it the right number of columns, keeping its memory.
pub(crate) fn clear(chunk: &mut Chunk, columns: usize, line: u64) {
    chunk.rows = 0;
    chunk.columns.resize_with(columns, Vec::new);
    for ids in &mut chunk.columns {
        ids.clear();
    }
    chunk.lines.clear();
    chunk.first_line = line;
    chunk.broken.clear();
}

/// Counts one more row, which is on `line`; lines are written down only once they do not simply follow each other.
#[inline]
pub(crate) fn note_line(chunk: &mut Chunk, line: u64) {
    if chunk.rows == 0 {
        chunk.first_line = line;
    } else if chunk.lines.is_empty() && line != chunk.first_line + chunk.rows as u64 {
        chunk.lines.extend(chunk.first_line..chunk.first_line + chunk.rows as u64);
        chunk.lines.push(line);
    } else if !chunk.lines.is_empty() {
        chunk.lines.push(line);
    }
    chunk.rows += 1;
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::readers::chunk::ColumnKind;
    use crate::readers::limits::Limits;
    use crate::readers::text::source::Source;
    use crate::readers::text::split::Dialect;

    /// Two gigabytes that are never in memory: one row, then a line that does not end.
    struct TwoGigabytes {
        head: &'static [u8],
        given: Arc<AtomicU64>,
    }

    impl Read for TwoGigabytes {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if !self.head.is_empty() {
                return self.head.read(into);
            }
            let left = (2u64 << 30).saturating_sub(self.given.load(Ordering::Relaxed));
            let count = into.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            into[..count].fill(b'x');
            self.given.fetch_add(count as u64, Ordering::Relaxed);
            Ok(count)
        }
    }

    #[test]
    fn a_line_of_two_gigabytes_is_refused_after_the_limit() {
        for head in [b"1,2\n".as_slice(), b"1,2\n3,\"quoted\n\n"] {
            let limits = Limits::default();
            let layout = Layout {
                file: "long.csv".into(),
                source: Source::Plain(PathBuf::new()),
                encoding: Encoding::Utf8,
                dialect: Dialect { delimiter: b',', newline: b'\n' },
                headers: vec!["a".into(), "b".into()],
                body: 0,
                first_line: 2,
                limits: limits.clone(),
            };
            let given = Arc::new(AtomicU64::new(0));
            let input = Box::new(TwoGigabytes { head, given: Arc::clone(&given) });
            let request = ColumnRequest { header: "a".into(), kind: ColumnKind::Text, missing: Arc::new([]) };
            let mut rows = Rows::new(Arc::new(layout), input, 2, &[request]).unwrap();
            let error = rows.next_chunk(&mut Chunk::default()).unwrap_err().to_string();
            assert!(
                error.starts_with("long.csv, line 3: the record that begins here is longer than 16 MiB"),
                "{error}"
            );
            assert!(given.load(Ordering::Relaxed) < 3 * limits.record_bytes as u64, "no more is read than is needed");
            assert!(rows.buffer.len() < 3 * limits.record_bytes, "and no more is held");
        }
    }
}
