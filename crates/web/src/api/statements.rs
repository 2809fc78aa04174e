//! Statements, for programs.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use evenly_store::Word as _;
use evenly_store::statements::{self, Statement};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Fault;
use crate::guard::Signed;
use crate::pages::statements::{named, pack, visible};

/// A statement.
#[derive(Serialize, ToSchema)]
pub struct StatementOut {
    /// Its id.
    id: String,
    /// Its title.
    title: String,
    /// The time reported on.
    period: String,
    /// Name of the organisation.
    organisation: String,
    /// `draft`, `approved`, `published`.
    state: String,
    /// When it was drafted.
    made_at: String,
    /// When it was published.
    published_at: Option<String>,
}

impl From<Statement> for StatementOut {
    fn from(own: Statement) -> Self {
        Self {
            id: own.id.to_string(),
            title: own.title,
            period: own.period,
            organisation: own.organisation,
            state: own.state.word().to_owned(),
            made_at: own.made_at.to_string(),
            published_at: own.published_at.map(|at| at.to_string()),
        }
    }
}

/// Statements that the token's owner may see, the newest first.
#[utoipa::path(
    get, path = "/api/v1/statements", tag = "statements",
    responses((status = 200, body = Vec<StatementOut>), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed")),
)]
pub async fn list(State(app): State<App>, signed: Signed) -> Result<Json<Vec<StatementOut>>, Fault> {
    let mut all = statements::list(&app.store).await?;
    all.retain(|own| visible(own.state, |permission| signed.may(permission)));
    Ok(Json(all.into_iter().map(StatementOut::from).collect()))
}

/// Everything of a statement, as `statement.json` has it (docs/reference/statement.schema.json).
#[utoipa::path(
    get, path = "/api/v1/statements/{statement}/document", tag = "statements",
    params(("statement" = String, Path, description = "Its id")),
    responses((status = 200, description = "As statement.schema.json says", body = Object, content_type = "application/json"), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed"), (status = 404, description = "No such statement, or it has no evidence yet")),
)]
pub async fn document(
    State(app): State<App>,
    signed: Signed,
    Path(statement): Path<String>,
) -> Result<Response, Fault> {
    let statement = named(&app, &signed, &statement).await?;
    let pack = pack::of(&app, &statement).await?.ok_or(Fault::NotFound)?;
    let text = tokio::task::spawn_blocking(move || pack.json()).await.map_err(|_| Fault::Ours)??;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}
