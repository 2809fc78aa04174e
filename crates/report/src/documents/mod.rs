//! The documents: one self-contained HTML file, JSON, CSV of the findings, and a workbook of tables.

mod findings_csv;
pub(crate) mod html;
pub(crate) mod indicator_csv;
pub(crate) mod json;
pub(crate) mod xlsx;

use crate::analysis::Analysis;

/// A document that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The JSON text could not be written.
    #[error("the JSON document could not be made: {0}")]
    Json(#[from] serde_json::Error),
    /// The CSV text could not be written.
    #[error("findings.csv could not be made: {0}")]
    Csv(#[from] csv::Error),
    /// The CSV text could not be finished.
    #[error("findings.csv could not be made: {0}")]
    CsvText(String),
    /// The workbook could not be written.
    #[error("the workbook could not be made: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The PDF could not be set.
    #[error("the PDF could not be made: {0}")]
    Pdf(String),
    /// A chart could not be drawn as a picture.
    #[error("the picture could not be drawn: {reason}")]
    Picture {
        /// Why.
        reason: String,
    },
}

impl Analysis {
    /// `report.html`: one self-contained file, readable without JavaScript, printable.
    pub fn html(&self) -> String {
        html::document(self)
    }

    /// `report.json`, on the paths of `docs/reference/report.schema.json`.
    pub fn json(&self) -> Result<String, DocumentError> {
        json::document(self)
    }

    /// `findings.csv`: one finding a line.
    pub fn findings_csv(&self) -> Result<String, DocumentError> {
        findings_csv::document(self)
    }

    /// `tables.xlsx`: the rows equation, the findings, and a sheet for each indicator, numbers as numbers.
    ///
    /// The workbook's creation date is the heading's date, or 1 January 2000 where there is none: no clock is read.
    pub fn xlsx(&self) -> Result<Vec<u8>, DocumentError> {
        xlsx::document(self)
    }
}
