//! Runs, for programs.

use axum::Json;
use axum::extract::{Path, State};
use evenly_store::runs::{self, Run};
use evenly_store::{Id, Word as _};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Fault;

/// The most that are listed.
const LISTED: u32 = 200;

/// A run.
#[derive(Serialize, ToSchema)]
pub struct RunOut {
    /// Its id.
    id: String,
    /// What is to be done.
    kind: String,
    /// `waiting`, `running`, `done`, `failed`, `cancelled`.
    state: String,
    /// What is being done, in words.
    step: String,
    /// Rows read so far.
    rows_done: u64,
    /// When it was asked for.
    requested_at: String,
    /// When it began.
    started_at: Option<String>,
    /// When it ended.
    finished_at: Option<String>,
    /// Why it came to nothing.
    reason: Option<String>,
}

impl From<Run> for RunOut {
    fn from(own: Run) -> Self {
        let reason = own.outcome.as_ref().and_then(|outcome| outcome.get("reason")).and_then(|text| text.as_str());
        Self {
            id: own.id.to_string(),
            state: own.state.word().to_owned(),
            rows_done: own.rows_done,
            requested_at: own.requested_at.to_string(),
            started_at: own.started_at.map(|at| at.to_string()),
            finished_at: own.finished_at.map(|at| at.to_string()),
            reason: reason.map(str::to_owned),
            kind: own.kind,
            step: own.step,
        }
    }
}

/// Runs, the newest first.
#[utoipa::path(
    get, path = "/api/v1/runs", tag = "runs",
    responses((status = 200, body = Vec<RunOut>), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed")),
)]
pub async fn list(State(app): State<App>) -> Result<Json<Vec<RunOut>>, Fault> {
    let all = runs::list(&app.store, None, LISTED).await?;
    Ok(Json(all.into_iter().map(RunOut::from).collect()))
}

/// One run.
#[utoipa::path(
    get, path = "/api/v1/runs/{run}", tag = "runs",
    params(("run" = String, Path, description = "Its id")),
    responses((status = 200, body = RunOut), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed"), (status = 404, description = "No such run")),
)]
pub async fn show(State(app): State<App>, Path(run): Path<String>) -> Result<Json<RunOut>, Fault> {
    let id: Id<Run> = run.parse().map_err(|_| Fault::NotFound)?;
    Ok(Json(runs::get(&app.store, id).await?.into()))
}
