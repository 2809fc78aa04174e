//! Formats by the endings of file names.

use std::path::Path;

use super::fhir::is_ndjson;

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// CSV and its relatives.
    Text,
    /// The same, compressed with gzip.
    Gzip,
    /// An archive of such files.
    Zip,
    /// Parquet.
    Parquet,
    /// XLSX.
    Sheet,
    /// Resources of a FHIR export, one on each line; compressed or not.
    Ndjson,
}

/// The format that a file's name promises, if it is a supported one.
pub(crate) fn format_of(path: &Path) -> Option<Format> {
    if is_ndjson(path) {
        return Some(Format::Ndjson);
    }
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    Some(match extension.as_str() {
        "csv" | "tsv" | "tab" | "psv" | "txt" | "dat" => Format::Text,
        "gz" | "gzip" => Format::Gzip,
        "zip" => Format::Zip,
        "parquet" | "pq" => Format::Parquet,
        "xlsx" | "xlsm" => Format::Sheet,
        _ => return None,
    })
}

/// Whether a file found in a folder is read as data: of a supported kind, not hidden, and no note to the reader.
pub fn is_data(path: &Path) -> bool {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    !is_hidden(&name) && !is_note(&name) && format_of(path).is_some()
}

/// Whether a file is hidden, or a sign that another is open.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("~$")
}

/// Whether a file is a note to the reader.
pub(crate) fn is_note(name: &str) -> bool {
    name.to_lowercase().starts_with("readme")
}
