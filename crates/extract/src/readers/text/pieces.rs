//! Dividing a plain text file into pieces that begin and end between records, found only as far as they are needed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

use memchr::{memchr, memchr_iter};

use super::layout::Layout;
use super::split::Dialect;
use crate::readers::chunk::ReadError;
use crate::readers::fault::io_error;

/// Bytes looked at in one go.
const BLOCK: usize = 1 << 18;

/// One piece of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// First byte.
    pub start: u64,
    /// One past the last.
    pub end: u64,
    /// Line of the first byte.
    pub first_line: u64,
}

/// The pieces of one file. Whoever opens a piece first looks for its end; the thread that parses the piece before it finds
/// the file's pages still in memory, so that looking costs little.
#[derive(Debug)]
pub(crate) struct Pieces {
    size: u64,
    unit: u64,
    body: u64,
    dialect: Dialect,
    /// Beginnings of the pieces found so far, with their lines. A record begins at each.
    found: Mutex<Vec<(u64, u64)>>,
}

impl Pieces {
    /// The pieces of a file of `size` bytes.
    pub fn new(layout: &Layout, size: u64) -> Self {
        let found = Mutex::new(vec![(layout.body, layout.first_line)]);
        Self { size, unit: layout.limits.unit_bytes.max(1), body: layout.body, dialect: layout.dialect, found }
    }

    /// How many there are; at least one.
    pub fn count(&self) -> usize {
        usize::try_from(self.size.saturating_sub(self.body).div_ceil(self.unit).max(1)).unwrap_or(usize::MAX)
    }

    /// Where piece number `index` is.
    pub fn piece(&self, layout: &Layout, index: usize) -> Result<Piece, ReadError> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let last = index + 1 >= self.count();
        let needed = if last { index } else { index + 1 };
        if found.len() <= needed {
            let mut file = File::open(layout.source.path()).map_err(|e| io_error(&layout.file, &e))?;
            while found.len() <= needed {
                let target = self.body + self.unit * found.len() as u64;
                let from = found[found.len() - 1];
                found.push(self.next(&mut file, from, target).map_err(|e| io_error(&layout.file, &e))?);
            }
        }
        let (start, first_line) = found[index];
        let end = if last { self.size } else { found[index + 1].0 };
        Ok(Piece { start, end, first_line })
    }

    /// The first beginning of a record at or after `target`, looking from the beginning of a record at `from`.
    fn next(&self, file: &mut File, from: (u64, u64), target: u64) -> std::io::Result<(u64, u64)> {
        let (mut at, mut line) = from;
        if at >= target {
            // A long record reached past this piece: the piece is empty.
            return Ok(from);
        }
        file.seek(SeekFrom::Start(at))?;
        let mut block = vec![0; BLOCK];
        let mut state = State { inside: false, closed: false, before: self.dialect.newline };
        while at < self.size {
            let read = file.read(&mut block)?;
            if read == 0 {
                break;
            }
            let bytes = &block[..read];
            let wanted = usize::try_from((target - 1).saturating_sub(at)).unwrap_or(usize::MAX);
            let cut = state.look(bytes, wanted, self.dialect);
            line += memchr_iter(self.dialect.newline, &bytes[..cut.unwrap_or(read)]).count() as u64;
            match cut {
                Some(cut) => return Ok((at + cut as u64, line)),
                None => at += read as u64,
            }
        }
        Ok((self.size, line))
    }
}

/// What is known between two blocks.
struct State {
    /// Inside a quoted field.
    inside: bool,
    /// The last byte was a quotation mark inside a quoted field: it closes the field unless another one follows.
    closed: bool,
    /// The last byte.
    before: u8,
}

impl State {
    /// One past the first line end between records at `wanted` or later, if there is one in these bytes.
    ///
    /// The rules are those of [`super::split::split_record`], which the test below holds it to.
    fn look(&mut self, bytes: &[u8], wanted: usize, dialect: Dialect) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.inside {
                let Some(offset) = memchr(b'"', &bytes[at..]) else { break };
                (self.inside, self.closed) = (false, true);
                at += offset + 1;
                continue;
            }
            if std::mem::take(&mut self.closed) && bytes[at] == b'"' {
                self.inside = true;
                at += 1;
                continue;
            }
            let quote = memchr(b'"', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
            let from = at.max(wanted);
            if from < quote
                && let Some(offset) = memchr(dialect.newline, &bytes[from..quote])
            {
                return Some(from + offset + 1);
            }
            if quote == bytes.len() {
                break;
            }
            let before = if quote == 0 { self.before } else { bytes[quote - 1] };
            self.inside = before == dialect.delimiter || before == dialect.newline;
            at = quote + 1;
        }
        self.before = bytes[bytes.len() - 1];
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::text::split::{Fields, PADDING, Step, split_record};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        /// Looked at in blocks of any size, a cut falls between records as the splitter sees them, at the first such place.
        #[test]
        fn cuts_fall_between_records(
            parts in prop::collection::vec(prop::sample::select(vec![",", "\"", "\"\"", "\n", "\r\n", "ab", "\",\""]), 1..50),
            wanted in 0usize..80,
            block in 1usize..20,
        ) {
            let text = parts.concat().into_bytes();
            let dialect = Dialect { delimiter: b',', newline: b'\n' };
            let mut buffer = text.clone();
            buffer.resize(text.len() + PADDING, 0);
            let (mut at, mut fields, mut begins) = (0, Fields::default(), Vec::new());
            while let Step::Record { next } | Step::Blank { next } = split_record(&buffer, at, text.len(), true, dialect, &mut fields) {
                at = next;
                if buffer[at - 1] == b'\n' {
                    begins.push(at);
                }
            }
            let expected = begins.into_iter().find(|begin| *begin > wanted);
            let mut state = State { inside: false, closed: false, before: b'\n' };
            let mut done = 0;
            let found = text.chunks(block).find_map(|bytes| {
                let cut = state.look(bytes, wanted.saturating_sub(done), dialect).map(|cut| done + cut);
                done += bytes.len();
                cut
            });
            prop_assert_eq!(found, expected);
        }
    }
}
