//! Splitting text into records and fields: a word of eight bytes at a time, quotes by jumping to the next one.

use memchr::{memchr, memchr_iter};

/// Bytes that must follow the end of the data in a buffer, so that whole words can be loaded anywhere in it.
pub(crate) const PADDING: usize = 16;

/// What separates fields and records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Between fields.
    pub delimiter: u8,
    /// Ends a record: `\n` (a `\r` before it belongs to it) or, in files without any `\n`, `\r`.
    pub newline: u8,
}

/// Where a field's bytes are: in the buffer, or in the scratch space when quotes had to be taken out of the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// In the scratch space rather than in the buffer.
    pub scratch: bool,
}

/// The fields of one record.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    /// In the order of the columns.
    pub spans: Vec<Span>,
    /// Fields out of which quotes had to be taken.
    pub scratch: Vec<u8>,
    /// Line ends inside the record's quoted fields.
    pub inner_lines: u64,
}

impl Fields {
    /// The bytes of a field.
    pub fn bytes<'a>(&'a self, buffer: &'a [u8], span: Span) -> &'a [u8] {
        if span.scratch { &self.scratch[span.start..span.end] } else { &buffer[span.start..span.end] }
    }

    fn clear(&mut self) {
        self.spans.clear();
        self.scratch.clear();
        self.inner_lines = 0;
    }
}

/// What was found at a place where a record should begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A record; the next one begins at `next`.
    Record {
        /// Where the next record begins.
        next: usize,
    },
    /// An empty line, which is no record.
    Blank {
        /// Where the next record begins.
        next: usize,
    },
    /// The record goes on after the end of the buffer.
    Incomplete,
    /// The data ended inside a quoted field.
    OpenQuote,
}

const LOW: u64 = 0x0101_0101_0101_0101;
const SEVEN: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// The top bit of every byte of `word` that equals the byte repeated in `pattern`, exactly.
#[inline]
fn equal(word: u64, pattern: u64) -> u64 {
    let x = word ^ pattern;
    !(((x & SEVEN) + SEVEN) | x | SEVEN)
}

/// The eight bytes at `at`, first byte lowest; `at + 8` must lie in the buffer.
#[inline]
pub(crate) fn word_at(buffer: &[u8], at: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&buffer[at..at + 8]);
    u64::from_le_bytes(bytes)
}

/// Finds delimiters, line ends and quotes one after the other.
struct Marks {
    delimiter: u64,
    newline: u64,
    quote: u64,
    base: usize,
    mask: u64,
}

impl Marks {
    #[inline]
    fn new(dialect: Dialect, buffer: &[u8], at: usize) -> Self {
        let mut marks = Self {
            delimiter: u64::from(dialect.delimiter) * LOW,
            newline: u64::from(dialect.newline) * LOW,
            quote: u64::from(b'"') * LOW,
            base: at,
            mask: 0,
        };
        marks.load(buffer);
        marks
    }

    #[inline]
    fn load(&mut self, buffer: &[u8]) {
        let word = word_at(buffer, self.base);
        self.mask = equal(word, self.delimiter) | equal(word, self.newline) | equal(word, self.quote);
    }

    #[inline]
    fn restart(&mut self, buffer: &[u8], at: usize) {
        self.base = at;
        self.load(buffer);
    }

    /// The next mark before `end`, or `end`.
    #[inline]
    fn next(&mut self, buffer: &[u8], end: usize) -> usize {
        loop {
            if self.mask != 0 {
                let at = self.base + (self.mask.trailing_zeros() / 8) as usize;
                self.mask &= self.mask - 1;
                return at.min(end);
            }
            self.base += 8;
            if self.base >= end {
                return end;
            }
            self.load(buffer);
        }
    }
}

/// Reads the record that begins at `start`. The data ends at `end`, and the buffer goes on for [`PADDING`] bytes more.
/// `at_eof` says that nothing follows, so that the end of the data ends the record.
///
/// A quotation mark means something only at the start of a field and inside a field that began with one; there, two of
/// them are one. This is how spreadsheets and the `csv` crate read.
#[inline]
pub(crate) fn split_record(
    buffer: &[u8],
    start: usize,
    end: usize,
    at_eof: bool,
    dialect: Dialect,
    fields: &mut Fields,
) -> Step {
    fields.clear();
    if start >= end {
        return Step::Incomplete;
    }
    if let Some(next) = blank_line(buffer, start, end, at_eof, dialect) {
        return Step::Blank { next };
    }
    let mut marks = Marks::new(dialect, buffer, start);
    let mut from = start;
    loop {
        let at = marks.next(buffer, end);
        if at == end {
            if !at_eof {
                return Step::Incomplete;
            }
            fields.spans.push(Span { start: from, end: without_return(buffer, from, end, dialect), scratch: false });
            return Step::Record { next: end };
        }
        let byte = buffer[at];
        if byte == dialect.delimiter {
            fields.spans.push(Span { start: from, end: at, scratch: false });
            from = at + 1;
        } else if byte == dialect.newline {
            fields.spans.push(Span { start: from, end: without_return(buffer, from, at, dialect), scratch: false });
            return Step::Record { next: at + 1 };
        } else if at == from {
            match quoted(buffer, from, end, at_eof, dialect, fields) {
                Quoted::Field { stop } if stop < end => {
                    if buffer[stop] == dialect.newline {
                        return Step::Record { next: stop + 1 };
                    }
                    from = stop + 1;
                    marks.restart(buffer, from);
                }
                Quoted::Field { .. } => return Step::Record { next: end },
                Quoted::Incomplete => return Step::Incomplete,
                Quoted::Open => return Step::OpenQuote,
            }
        }
    }
}

/// Where the next record begins, if there is an empty line at `start`.
#[inline]
fn blank_line(buffer: &[u8], start: usize, end: usize, at_eof: bool, dialect: Dialect) -> Option<usize> {
    let first = buffer[start];
    if first == dialect.newline {
        return Some(start + 1);
    }
    if first == b'\r' && dialect.newline == b'\n' {
        if start + 1 < end {
            return (buffer[start + 1] == b'\n').then_some(start + 2);
        }
        return at_eof.then_some(end);
    }
    None
}

/// The end of a field at a line end: before the `\r` of `\r\n`.
#[inline]
fn without_return(buffer: &[u8], from: usize, end: usize, dialect: Dialect) -> usize {
    if end > from && dialect.newline == b'\n' && buffer[end - 1] == b'\r' { end - 1 } else { end }
}

enum Quoted {
    /// The field is in the list; `stop` is the delimiter or line end after it, or the end of the data.
    Field {
        stop: usize,
    },
    Incomplete,
    Open,
}

/// Reads the field that begins with the quotation mark at `start`.
fn quoted(buffer: &[u8], start: usize, end: usize, at_eof: bool, dialect: Dialect, fields: &mut Fields) -> Quoted {
    let open = if at_eof { Quoted::Open } else { Quoted::Incomplete };
    let scratch_from = fields.scratch.len();
    let mut piece = start + 1;
    let mut doubled = false;
    let close = loop {
        let Some(offset) = memchr(b'"', &buffer[piece..end]) else { return open };
        let at = piece + offset;
        if at + 1 == end && !at_eof {
            return Quoted::Incomplete;
        }
        if at + 1 < end && buffer[at + 1] == b'"' {
            fields.scratch.extend_from_slice(&buffer[piece..=at]);
            doubled = true;
            piece = at + 2;
        } else {
            break at;
        }
    };
    // What follows the closing mark up to the delimiter belongs to the field as it stands.
    let mut tail = close + 1;
    while tail < end && buffer[tail] != dialect.delimiter && buffer[tail] != dialect.newline {
        tail += 1;
    }
    if tail == end && !at_eof {
        return Quoted::Incomplete;
    }
    let at_line_end = tail == end || buffer[tail] == dialect.newline;
    let tail_end = if at_line_end { without_return(buffer, close + 1, tail, dialect) } else { tail };
    fields.inner_lines += memchr_iter(dialect.newline, &buffer[start..close]).count() as u64;
    if doubled || tail_end > close + 1 {
        fields.scratch.extend_from_slice(&buffer[piece..close]);
        fields.scratch.extend_from_slice(&buffer[close + 1..tail_end]);
        fields.spans.push(Span { start: scratch_from, end: fields.scratch.len(), scratch: true });
    } else {
        fields.spans.push(Span { start: piece, end: close, scratch: false });
    }
    Quoted::Field { stop: tail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ours(text: &[u8], dialect: Dialect) -> Option<Vec<Vec<Vec<u8>>>> {
        let mut buffer = text.to_vec();
        buffer.resize(text.len() + PADDING, 0);
        let (mut at, mut fields, mut records) = (0, Fields::default(), Vec::new());
        loop {
            match split_record(&buffer, at, text.len(), true, dialect, &mut fields) {
                Step::Record { next } => {
                    records.push(fields.spans.iter().map(|s| fields.bytes(&buffer, *s).to_vec()).collect());
                    at = next;
                }
                Step::Blank { next } => at = next,
                Step::Incomplete => return Some(records),
                Step::OpenQuote => return None,
            }
        }
    }

    fn theirs(text: &[u8], dialect: Dialect) -> Vec<Vec<Vec<u8>>> {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(dialect.delimiter)
            .from_reader(text)
            .byte_records()
            .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        /// Any soup of the bytes that mean something gives the fields that the `csv` crate gives. A `\r` alone is text to
        /// us and a line end to it, so the soup has it only before `\n`.
        #[test]
        fn same_fields_as_the_csv_crate(
            pieces in prop::collection::vec(
                prop::sample::select(vec![",", "\"", "\"\"", "\n", "\r\n", "a", "é", "12345678", "\",\"", ";", " "]), 0..60),
            delimiter in prop::sample::select(vec![b',', b';']),
        ) {
            let text = pieces.concat();
            let dialect = Dialect { delimiter, newline: b'\n' };
            if let Some(ours) = ours(text.as_bytes(), dialect) {
                prop_assert_eq!(ours, theirs(text.as_bytes(), dialect));
            }
        }

        /// Wherever the buffer ends, nothing is read as a record that turns out differently with more data.
        #[test]
        fn a_cut_buffer_is_incomplete_or_right(
            pieces in prop::collection::vec(
                prop::sample::select(vec![",", "\"", "\n", "\r\n", "a", "12345678"]), 1..30),
            cut in 0usize..60,
        ) {
            let text = pieces.concat();
            let dialect = Dialect { delimiter: b',', newline: b'\n' };
            let mut buffer = text.clone().into_bytes();
            buffer.resize(text.len() + PADDING, b',');
            let (mut whole, mut part) = (Fields::default(), Fields::default());
            let full = split_record(&buffer, 0, text.len(), true, dialect, &mut whole);
            let early = split_record(&buffer, 0, cut.min(text.len()), false, dialect, &mut part);
            if early != Step::Incomplete {
                prop_assert_eq!(early, full);
                prop_assert_eq!(part.spans, whole.spans);
            }
        }
    }
}
