//! Runs, for programs.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use evenly_store::runs::{self, Run};
use evenly_store::work::{Analysing, Reading, Work};
use evenly_store::{Id, Word as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::findings::Made;
use crate::app::App;
use crate::definitions::in_use;
use crate::error::Fault;
use crate::guard::Signed;
use crate::pages::data::import::on_server;

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

/// An analysis to ask for.
#[derive(Deserialize, ToSchema)]
pub struct AskIn {
    /// What people call the extract; the same each time, so that newer data take the place of older.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Id of the profile that says what each column means.
    profile: String,
    /// Name of a file that lies in the server's import folder.
    file: String,
    /// What was done about the national data opt-out, in words.
    #[serde(default)]
    #[schema(max_length = 300)]
    opt_out: String,
}

/// Asks for a file of the import folder to be counted and analysed.
#[utoipa::path(
    post, path = "/api/v1/runs", tag = "runs",
    request_body = AskIn,
    responses((status = 201, body = Made), (status = 400, description = "It cannot be read, or names what is not there"), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed")),
)]
pub async fn ask(State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, Fault> {
    const FORM: &str = "Send JSON of the form {\"name\": \"…\", \"profile\": \"…\", \"file\": \"…\"}.";
    let sent: AskIn = serde_json::from_slice(&body).map_err(|_| Fault::Unreadable(FORM))?;
    let options = &app.options;
    let plain = |text: &str, most: usize| text.chars().count() <= most && !text.chars().any(char::is_control);
    let name = sent.name.trim();
    if name.is_empty() || !plain(name, 100) {
        return Err(Fault::Unreadable("Give a name of at most 100 characters."));
    }
    if !in_use::profiles(&app).await?.iter().any(|(id, _)| *id == sent.profile) {
        return Err(Fault::Unreadable("There is no profile of that id."));
    }
    if !plain(&sent.opt_out, 300) {
        return Err(Fault::Unreadable("Give an opt_out of at most 300 characters."));
    }
    // Only what the folder itself lists: no path of anybody's making.
    if !on_server(options).contains(&sent.file) {
        return Err(Fault::Unreadable("There is no file of that name in the import folder that can be read."));
    }
    let reading = Reading {
        name: name.to_owned(),
        files: vec![sent.file],
        profile: sent.profile,
        opt_out: Some(sent.opt_out).filter(|words| !words.is_empty()),
        ..Reading::default()
    };
    let work = Work::Analyse(Analysing { reading, split: None });
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    let run = runs::request(&mut change, &work.as_run()).await?;
    change.commit().await?;
    Ok((StatusCode::CREATED, Json(Made { id: run.to_string() })).into_response())
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
