//! The files of a release, as `evenly analyse` writes them.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::analyses;
use crate::app::App;
use crate::error::Fault;
use crate::files::attachment;

/// Gives one.
pub async fn show(State(app): State<App>, Path((release, file)): Path<(String, String)>) -> Result<Response, Fault> {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    if !["report.html", "report.json", "findings.csv", "tables.xlsx"].contains(&file.as_str()) {
        return Err(Fault::NotFound);
    }
    let analysis = analyses::named(&app, &release).await?.analysis;
    // Large tables take a moment to write; other requests go on meanwhile.
    let made = tokio::task::spawn_blocking(move || {
        Ok(match file.as_str() {
            "report.html" => attachment("text/html; charset=utf-8", &file, analysis.html()),
            "report.json" => attachment("application/json", &file, analysis.json()?),
            "findings.csv" => attachment("text/csv; charset=utf-8", &file, analysis.findings_csv()?),
            _ => attachment(XLSX, &file, analysis.xlsx()?),
        })
    });
    made.await.map_err(|_| Fault::Ours)?
}
