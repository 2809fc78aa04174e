//! The files of a statement, as `evenly statement` writes them.

use axum::extract::{Path, State};
use axum::response::Response;

use super::{named, pack};
use crate::app::App;
use crate::error::Fault;
use crate::files::attachment;
use crate::guard::Signed;

/// Names of the files and what they are.
pub const FILES: &[(&str, &str)] = &[
    ("statement.html", "The pack as one page (HTML)"),
    #[cfg(feature = "pdf")]
    ("statement.pdf", "The pack for the board (PDF)"),
    ("statement.xlsx", "All tables (Excel)"),
    ("statement.json", "Everything, for programs (JSON)"),
];

/// Gives one.
pub async fn show(
    State(app): State<App>,
    signed: Signed,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Fault> {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let statement = named(&app, &signed, &id).await?;
    if !FILES.iter().any(|(name, _)| *name == file) {
        return Err(Fault::NotFound);
    }
    let pack = pack::of(&app, &statement).await?.ok_or(Fault::NotFound)?;
    // Setting a board pack takes seconds; other requests go on meanwhile.
    let made = tokio::task::spawn_blocking(move || {
        Ok(match file.as_str() {
            "statement.html" => attachment("text/html; charset=utf-8", &file, pack.html()),
            #[cfg(feature = "pdf")]
            "statement.pdf" => attachment("application/pdf", &file, pack.pdf()?),
            "statement.xlsx" => attachment(XLSX, &file, pack.xlsx()?),
            _ => attachment("application/json", &file, pack.json()?),
        })
    });
    made.await.map_err(|_| Fault::Ours)?
}
