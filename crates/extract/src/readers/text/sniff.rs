//! Finding out how a text file is written: encoding, delimiter and line ends, from its first bytes.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memchr;

use super::split::{Dialect, Fields, PADDING, Step, split_record};

/// How bytes become characters. Decided once per file, from its beginning and from samples along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// No byte above 127 was seen in the samples: each value is UTF-8 if it can be, else Windows-1252.
    Open,
    /// UTF-8; a row whose value is not is rejected.
    Utf8,
    /// Windows-1252, as spreadsheets on Windows save; a row whose value is UTF-8 is rejected.
    Windows1252,
    /// UTF-16, turned into UTF-8 as it is read.
    Utf16 {
        /// Byte order.
        big_endian: bool,
    },
}

/// Bytes that mark the encoding at the start, to be skipped.
pub(crate) fn byte_order_mark(head: &[u8]) -> usize {
    if head.starts_with(b"\xef\xbb\xbf") {
        3
    } else if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        2
    } else {
        0
    }
}

/// The encoding of a file that begins like this.
pub(crate) fn encoding(head: &[u8], whole: bool) -> Encoding {
    if head.starts_with(b"\xff\xfe") {
        return Encoding::Utf16 { big_endian: false };
    }
    if head.starts_with(b"\xfe\xff") {
        return Encoding::Utf16 { big_endian: true };
    }
    if let Some(big_endian) = unmarked_utf16(head) {
        return Encoding::Utf16 { big_endian };
    }
    if head.starts_with(b"\xef\xbb\xbf") {
        return Encoding::Utf8;
    }
    by_lines(head, whole)
}

/// UTF-16 without a mark: every second byte of the first ones is zero.
fn unmarked_utf16(head: &[u8]) -> Option<bool> {
    let pairs = head.chunks_exact(2).take(64).collect::<Vec<_>>();
    if pairs.len() < 4 {
        return None;
    }
    let zero = |which: usize| pairs.iter().filter(|p| p[which] == 0).count() * 10 >= pairs.len() * 8;
    match (zero(0), zero(1)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// UTF-8 or Windows-1252, by the majority of the lines that have a byte above 127.
///
/// Where the sample is not the whole of a file, its first and last lines may be cut in the middle of a character and are
/// not looked at.
pub(crate) fn by_lines(sample: &[u8], whole: bool) -> Encoding {
    if sample.is_ascii() {
        return Encoding::Open;
    }
    let (mut utf8, mut other) = (0usize, 0usize);
    let end = if whole { sample.len() } else { memchr::memrchr(b'\n', sample).unwrap_or(0) };
    for line in sample[..end].split(|b| *b == b'\n') {
        if !line.is_ascii() {
            if std::str::from_utf8(line).is_ok() { utf8 += 1 } else { other += 1 }
        }
    }
    match (utf8, other) {
        (0, 0) => Encoding::Open,
        (utf8, other) if utf8 >= other => Encoding::Utf8,
        _ => Encoding::Windows1252,
    }
}

/// Bytes of a value as text, or `None` where they are not in the file's encoding.
pub(crate) fn decode(bytes: &[u8], encoding: Encoding) -> Option<std::borrow::Cow<'_, str>> {
    if bytes.is_ascii() {
        return std::str::from_utf8(bytes).ok().map(Into::into);
    }
    let utf8 = std::str::from_utf8(bytes).ok();
    match (encoding, utf8) {
        (Encoding::Windows1252, Some(_)) | (Encoding::Utf8 | Encoding::Utf16 { .. }, None) => None,
        (_, Some(text)) => Some(text.into()),
        (Encoding::Open | Encoding::Windows1252, None) => {
            WINDOWS_1252.decode_without_bom_handling_and_without_replacement(bytes)
        }
    }
}

/// The decoder of a UTF-16 stream.
pub(crate) fn utf16_decoder(big_endian: bool) -> encoding_rs::Decoder {
    if big_endian { UTF_16BE.new_decoder_with_bom_removal() } else { UTF_16LE.new_decoder_with_bom_removal() }
}

/// Delimiters tried, the more usual first.
const DELIMITERS: [u8; 7] = [b',', b';', b'\t', b'|', b'^', b'~', 0x1f];

/// Records looked at to find the delimiter.
const RECORDS: usize = 200;

/// Delimiter and line end of a file that begins like this (after the byte-order mark), and how many bytes to skip first:
/// spreadsheets write `sep=;` on a line of its own.
pub(crate) fn dialect(head: &[u8], whole: bool) -> (Dialect, usize) {
    let newline = if memchr(b'\n', head).is_none() && memchr(b'\r', head).is_some() { b'\r' } else { b'\n' };
    if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter, after @ ..] = head {
        let end = after.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count().min(2);
        if end > 0 {
            return (Dialect { delimiter: *delimiter, newline }, 5 + end);
        }
    }
    let mut padded = head.to_vec();
    padded.resize(head.len() + PADDING, 0);
    let best = DELIMITERS
        .iter()
        .enumerate()
        .filter_map(|(rank, delimiter)| {
            let dialect = Dialect { delimiter: *delimiter, newline };
            let (agree, width) = agreement(&padded, head.len(), whole, dialect)?;
            Some(((agree, width, DELIMITERS.len() - rank), dialect))
        })
        .max_by_key(|(score, _)| *score);
    (best.map_or(Dialect { delimiter: b',', newline }, |(_, dialect)| dialect), 0)
}

/// How many in ten of the first records have as many fields as the first, and how many that is; nothing where the first has
/// only one.
fn agreement(padded: &[u8], end: usize, whole: bool, dialect: Dialect) -> Option<(usize, usize)> {
    let mut fields = Fields::default();
    let (mut at, mut width, mut seen, mut same) = (0, 0, 0, 0);
    while seen < RECORDS {
        match split_record(padded, at, end, whole, dialect, &mut fields) {
            Step::Record { next } => {
                if seen == 0 {
                    width = fields.spans.len();
                }
                seen += 1;
                same += usize::from(fields.spans.len() == width);
                at = next;
            }
            Step::Blank { next } => at = next,
            Step::Incomplete | Step::OpenQuote => break,
        }
    }
    (width > 1).then_some((same * 10 / seen.max(1), width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_found_past_quotes_and_other_delimiters() {
        for (text, delimiter) in [
            ("a,b\n1,2\n", b','),
            ("a;b;c\n1,5;2,5;x\n", b';'),
            ("a\tb\n1, 2, 3\t4\n", b'\t'),
            ("a|b\n\"1;2;3\"|4\n", b'|'),
            ("name,\"x;y;z;w\"\n1,2\n3,4\n", b','),
            ("a^b\n1^2\n", b'^'),
            ("only one\nx\n", b','),
            ("sep=;\r\na,b\r\n", b';'),
        ] {
            assert_eq!(dialect(text.as_bytes(), true).0.delimiter, delimiter, "{text}");
        }
    }

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(encoding(b"plain", true), Encoding::Open);
        assert_eq!(encoding("naïve\n".as_bytes(), true), Encoding::Utf8);
        assert_eq!(encoding(b"na\xefve\n", true), Encoding::Windows1252);
        assert_eq!(encoding(b"\xff\xfea\0", true), Encoding::Utf16 { big_endian: false });
        assert_eq!(encoding(b"\0a\0b\0c\0d\0e", true), Encoding::Utf16 { big_endian: true });
        // A sample that ends in the middle of a character is still UTF-8.
        assert_eq!(encoding(b"h\xc3\xa9\nh\xc3", false), Encoding::Utf8);
        assert_eq!(encoding(b"a\xe9\nb\xe9\nh\xc3\xa9\n", true), Encoding::Windows1252);
    }

    #[test]
    fn a_value_in_the_other_encoding_is_no_text() {
        assert_eq!(decode(b"caf\xe9", Encoding::Open).as_deref(), Some("café"));
        assert_eq!(decode(b"caf\xe9", Encoding::Utf8), None);
        assert_eq!(decode("café".as_bytes(), Encoding::Windows1252), None);
        assert_eq!(decode(b"caf\xe9", Encoding::Windows1252).as_deref(), Some("café"));
        assert_eq!(decode("café".as_bytes(), Encoding::Open).as_deref(), Some("café"));
    }
}
