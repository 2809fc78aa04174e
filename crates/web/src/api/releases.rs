//! Releases, for programs.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use evenly_store::releases;
use serde::Serialize;
use utoipa::ToSchema;

use crate::analyses::{self, PURPOSE};
use crate::app::App;
use crate::error::Fault;

/// The most that are listed.
const LISTED: u32 = 200;

/// A release.
#[derive(Serialize, ToSchema)]
pub struct ReleaseOut {
    /// Its id.
    id: String,
    /// Title for a reader.
    title: String,
    /// Id and version of the disclosure policy.
    policy: String,
    /// How many counts the policy withheld.
    suppressed: u64,
    /// When it was made.
    made_at: String,
    /// Why it is no longer to be used.
    withdrawn: Option<String>,
}

/// Releases of analyses, the newest first.
#[utoipa::path(
    get, path = "/api/v1/releases", tag = "releases",
    responses((status = 200, body = Vec<ReleaseOut>), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed")),
)]
pub async fn list(State(app): State<App>) -> Result<Json<Vec<ReleaseOut>>, Fault> {
    let all = releases::list(&app.store, PURPOSE, LISTED).await?;
    let out = all.into_iter().map(|own| ReleaseOut {
        id: own.id.to_string(),
        title: own.title,
        policy: own.policy,
        suppressed: own.suppressed,
        made_at: own.made_at.to_string(),
        withdrawn: own.withdrawn.map(|withdrawn| withdrawn.because),
    });
    Ok(Json(out.collect()))
}

/// Everything of a release, as `report.json` has it (docs/reference/report.schema.json).
#[utoipa::path(
    get, path = "/api/v1/releases/{release}/report", tag = "releases",
    params(("release" = String, Path, description = "Its id")),
    responses((status = 200, description = "As report.schema.json says", body = Object, content_type = "application/json"), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed"), (status = 404, description = "No such release")),
)]
pub async fn report(State(app): State<App>, Path(release): Path<String>) -> Result<Response, Fault> {
    let analysis = analyses::named(&app, &release).await?.analysis;
    let text = tokio::task::spawn_blocking(move || analysis.json()).await.map_err(|_| Fault::Ours)??;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}
