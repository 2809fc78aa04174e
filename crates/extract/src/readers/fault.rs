//! Building the errors of the readers, in words that say what to do.

use std::io;

use super::chunk::ReadError;
use super::limits::in_words;

/// A limit reached inside a byte source, carried through [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct LimitReached(pub String);

/// What the operating system (or a decompressor) said about `file`.
pub(crate) fn io_error(file: &str, error: &io::Error) -> ReadError {
    let file = file.to_owned();
    if let Some(limit) = error.get_ref().and_then(|inner| inner.downcast_ref::<LimitReached>()) {
        return ReadError::Limit { file, line: None, reason: limit.0.clone() };
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            damaged(&file, None, "it ends in the middle: the copy is incomplete. Copy it again")
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            damaged(&file, None, format!("it is damaged ({error}). Copy it again from where it came from"))
        }
        io::ErrorKind::NotFound => ReadError::Io { file, reason: "there is no such file".into() },
        io::ErrorKind::PermissionDenied => {
            ReadError::Io { file, reason: "you may not read it (permission denied)".into() }
        }
        _ => ReadError::Io { file, reason: error.to_string() },
    }
}

/// A damaged file.
pub(crate) fn damaged(file: &str, line: Option<u64>, reason: impl Into<String>) -> ReadError {
    ReadError::Damaged { file: file.to_owned(), line, reason: reason.into() }
}

/// A record that is longer than the limit.
pub(crate) fn long_record(file: &str, line: u64, limit: usize) -> ReadError {
    ReadError::Limit {
        file: file.to_owned(),
        line: Some(line),
        reason: format!(
            "the record that begins here is longer than {}. Look for a quotation mark that is never closed, or for a file without line ends",
            in_words(limit as u64)
        ),
    }
}
