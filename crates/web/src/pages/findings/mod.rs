//! Findings: read, talked over, decided on, acted on.

pub mod act;
mod cost;
pub mod decide;
pub mod discuss;
pub mod list;
pub mod show;

use evenly_store::Id;
use evenly_store::findings::{self, Finding};

use crate::app::Platform;
use crate::error::Fault;

/// The finding of an address.
async fn named(app: &Platform, id: &str) -> Result<Finding, Fault> {
    let id: Id<Finding> = id.parse().map_err(|_| Fault::NotFound)?;
    Ok(findings::get(&app.store, id).await?)
}
