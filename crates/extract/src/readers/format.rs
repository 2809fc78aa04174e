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
