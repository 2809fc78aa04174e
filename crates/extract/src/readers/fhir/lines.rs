//! The lines of a file, one after the other, none longer than the limit.

use std::io::{BufRead, BufReader, Read};

use super::FhirFile;
use crate::readers::chunk::ReadError;
use crate::readers::fault::{io_error, long_record};
use crate::readers::limits::Limits;

/// Reads lines; empty ones are passed over and counted.
pub(super) struct Lines {
    name: String,
    input: BufReader<Box<dyn Read + Send>>,
    limit: usize,
    line: u64,
    buffer: Vec<u8>,
}

impl Lines {
    /// From the beginning of a file.
    pub fn open(file: &FhirFile, limits: &Limits) -> Result<Self, ReadError> {
        let bytes = file.source.bytes_from(&file.name, 0, limits)?;
        Ok(Self {
            name: file.name.clone(),
            input: BufReader::with_capacity(1 << 16, bytes),
            limit: limits.record_bytes,
            line: 0,
            buffer: Vec::new(),
        })
    }

    /// The next line that is not empty, with its number.
    pub fn next(&mut self) -> Result<Option<(u64, &[u8])>, ReadError> {
        loop {
            self.buffer.clear();
            self.line += 1;
            let mut limited = (&mut self.input).take(self.limit as u64 + 1);
            let read = limited.read_until(b'\n', &mut self.buffer).map_err(|e| io_error(&self.name, &e))?;
            if read == 0 {
                return Ok(None);
            }
            if read > self.limit {
                return Err(long_record(&self.name, self.line, self.limit));
            }
            let is_blank = |byte: &u8| byte.is_ascii_whitespace() || [0xef, 0xbb, 0xbf].contains(byte);
            if !self.buffer.iter().all(is_blank) {
                break;
            }
        }
        let start = if self.line == 1 && self.buffer.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Ok(Some((self.line, &self.buffer[start..])))
    }
}
