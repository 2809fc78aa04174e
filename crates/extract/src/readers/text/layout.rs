//! How one text file is laid out: encoding, dialect, headers, and where its rows begin.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use encoding_rs::CoderResult;

use super::sniff::{Encoding, by_lines, byte_order_mark, dialect, encoding, utf16_decoder};
use super::source::Source;
use super::split::{Dialect, Fields, PADDING, Step, split_record};
use crate::readers::chunk::ReadError;
use crate::readers::fault::{damaged, io_error, long_record};
use crate::readers::header::clean;
use crate::readers::limits::Limits;

/// Bytes looked at to find out how a file is written.
const HEAD: usize = 1 << 20;
/// Further samples along a plain file, where its head is plain ASCII.
const SAMPLES: u64 = 16;
/// Bytes of each.
const SAMPLE: usize = 1 << 16;

/// How one text file is laid out.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Name for messages.
    pub file: String,
    /// Where its bytes are.
    pub source: Source,
    /// How bytes become characters.
    pub encoding: Encoding,
    /// Delimiter and line end.
    pub dialect: Dialect,
    /// The headers, cleaned.
    pub headers: Vec<String>,
    /// Where the rows begin, in bytes of the stream (for UTF-16: of the stream turned into UTF-8).
    pub body: u64,
    /// Line that the rows begin on.
    pub first_line: u64,
    /// Limits.
    pub limits: Limits,
}

impl Layout {
    /// Finds out how `source` is laid out, from its first bytes.
    pub fn find(file: &str, source: Source, limits: &Limits) -> Result<Self, ReadError> {
        let (raw, mut whole) = source.head(file, HEAD, limits)?;
        refuse_other_kinds(file, &raw)?;
        let mut encoding = encoding(&raw, whole);
        if encoding == Encoding::Open
            && !whole
            && let Source::Plain(path) = &source
        {
            encoding = sampled(path).map_err(|e| io_error(file, &e))?;
        }
        let (mut head, skip) = match encoding {
            Encoding::Utf16 { big_endian } => (as_utf8(&raw, big_endian, whole), 0),
            _ => (raw, 0),
        };
        let mark = if matches!(encoding, Encoding::Utf16 { .. }) { skip } else { byte_order_mark(&head) };
        let (dialect, extra) = dialect(&head[mark..], whole);
        let (headers, body, first_line) = loop {
            if let Some(found) = header(file, &head, mark + extra, whole, dialect)? {
                break found;
            }
            if head.len() >= limits.record_bytes || matches!(encoding, Encoding::Utf16 { .. }) {
                return Err(long_record(file, 1, limits.record_bytes.min(head.len())));
            }
            // A header longer than the head: look at as much as a record may have.
            (head, whole) = source.head(file, limits.record_bytes, limits)?;
        };
        let headers = headers.iter().map(|h| text_of(h, encoding)).collect();
        let first_line = first_line + u64::from(extra > 0);
        let (file, limits) = (file.to_owned(), limits.clone());
        Ok(Self { file, source, encoding, dialect, headers, body: body as u64, first_line, limits })
    }
}

type Header = (Vec<Vec<u8>>, usize, u64);

/// The first record, where the rows begin, and on which line; nothing where the head ends before the record does.
fn header(file: &str, head: &[u8], from: usize, whole: bool, dialect: Dialect) -> Result<Option<Header>, ReadError> {
    let mut padded = head.to_vec();
    padded.resize(head.len() + PADDING, 0);
    let mut fields = Fields::default();
    let (mut at, mut line) = (from, 1);
    loop {
        match split_record(&padded, at, head.len(), whole, dialect, &mut fields) {
            Step::Blank { next } => (at, line) = (next, line + 1),
            Step::Record { next } => {
                let names = fields.spans.iter().map(|span| fields.bytes(&padded, *span).to_vec()).collect();
                return Ok(Some((names, next, line + 1 + fields.inner_lines)));
            }
            Step::Incomplete if whole => {
                return Err(damaged(file, None, "it is empty: there is not even a line of headers"));
            }
            Step::Incomplete => return Ok(None),
            Step::OpenQuote => {
                return Err(damaged(file, Some(line), "the line of headers has a quotation mark that is never closed"));
            }
        }
    }
}

/// A header as text. Headers are shown to people, so what cannot be decoded is replaced rather than refused.
fn text_of(bytes: &[u8], encoding: Encoding) -> String {
    match super::sniff::decode(bytes, encoding) {
        Some(text) => clean(&text),
        None => clean(&String::from_utf8_lossy(bytes)),
    }
}

/// The head of a UTF-16 file as UTF-8.
fn as_utf8(raw: &[u8], big_endian: bool, whole: bool) -> Vec<u8> {
    let mut decoder = utf16_decoder(big_endian);
    let mut text = vec![0; decoder.max_utf8_buffer_length(raw.len()).unwrap_or(raw.len() * 3 + 16)];
    let (result, _, written, _) = decoder.decode_to_utf8(raw, &mut text, whole);
    debug_assert_eq!(result, CoderResult::InputEmpty);
    text.truncate(written);
    text
}

/// The encoding by samples along a file whose head is plain ASCII: names with accents may come late.
fn sampled(path: &std::path::Path) -> std::io::Result<Encoding> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let (mut utf8, mut other) = (0, 0);
    for sample in 1..=SAMPLES {
        file.seek(SeekFrom::Start(size / (SAMPLES + 1) * sample))?;
        let mut bytes = Vec::with_capacity(SAMPLE);
        file.by_ref().take(SAMPLE as u64).read_to_end(&mut bytes)?;
        match by_lines(&bytes, false) {
            Encoding::Utf8 => utf8 += 1,
            Encoding::Windows1252 => other += 1,
            _ => {}
        }
    }
    Ok(match (utf8, other) {
        (0, 0) => Encoding::Open,
        (utf8, other) if utf8 >= other => Encoding::Utf8,
        _ => Encoding::Windows1252,
    })
}

/// Refuses files that are no text whatever their name says.
fn refuse_other_kinds(file: &str, head: &[u8]) -> Result<(), ReadError> {
    const KINDS: [(&[u8], &str); 5] = [
        (b"PK\x03\x04", "it is a zip archive or a spreadsheet, not text. Give it the ending .zip or .xlsx"),
        (b"\x1f\x8b", "it is a gzip file, not text. Give it the ending .gz"),
        (b"PAR1", "it is a Parquet file, not text. Give it the ending .parquet"),
        (b"%PDF", "it is a PDF, not text. Ask for the extract as CSV, Parquet or XLSX"),
        (b"\xd0\xcf\x11\xe0", "it is an old Excel or Access file, not text. Save it as .xlsx or CSV"),
    ];
    if let Some((_, reason)) = KINDS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(damaged(file, None, *reason));
    }
    if is_json(head) {
        return Err(damaged(
            file,
            None,
            "it holds JSON, not a table. A FHIR export has one resource on each line, and a name that ends in .ndjson: give it that name",
        ));
    }
    let binary = byte_order_mark(head) != 2
        && !matches!(encoding(head, true), Encoding::Utf16 { .. })
        && head.iter().take(1 << 16).filter(|b| **b == 0).count() > head.len().min(1 << 16) / 20;
    if binary {
        return Err(damaged(
            file,
            None,
            "it is not a text file. Supported are CSV (also .gz and .zip), Parquet, XLSX and FHIR NDJSON",
        ));
    }
    Ok(())
}

/// Whether a file begins as JSON does; its first line would else be taken for headers, and be shown.
fn is_json(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut bytes = head.iter().filter(|byte| !byte.is_ascii_whitespace());
    matches!((bytes.next(), bytes.next()), (Some(b'{'), Some(b'"' | b'}')) | (Some(b'['), Some(b'{')))
}
