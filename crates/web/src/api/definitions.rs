//! Definitions, for programs.

use axum::Json;
use axum::extract::{Path, State};
use evenly_store::Word as _;
use evenly_store::definitions::{self, Definition};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::definitions::Kind;
use crate::definitions::in_use::{self, InUse};
use crate::error::Fault;

/// A definition in use.
#[derive(Serialize, ToSchema)]
pub struct DefinitionOut {
    /// `indicator`, `group`, `profile`, `policy`, `score`, `cost`.
    kind: String,
    /// Its id.
    id: String,
    /// Its title.
    title: String,
    /// Which version is in use, in words.
    version: String,
    /// Its text (TOML).
    text: String,
}

/// A version of the trust's own.
#[derive(Serialize, ToSchema)]
pub struct VersionOut {
    /// 1, 2, 3 …
    version: u64,
    /// `proposed`, `approved`, `refused`, `replaced`.
    state: String,
    /// Why it was proposed.
    why: String,
    /// With whom it was agreed.
    agreed_with: String,
    /// When it was proposed.
    proposed_at: String,
    /// When it was approved or refused.
    judged_at: Option<String>,
    /// Its text (TOML).
    text: String,
}

impl DefinitionOut {
    fn of(kind: Kind, own: InUse) -> Self {
        Self { kind: kind.id().to_owned(), id: own.id, title: own.title, version: own.version, text: own.text }
    }
}

impl From<Definition> for VersionOut {
    fn from(own: Definition) -> Self {
        Self {
            version: own.version,
            state: own.state.word().to_owned(),
            why: own.why,
            agreed_with: own.agreed_with,
            proposed_at: own.proposed_at.to_string(),
            judged_at: own.judged_at.map(|at| at.to_string()),
            text: own.text,
        }
    }
}

/// Every definition in use.
#[utoipa::path(
    get, path = "/api/v1/definitions", tag = "definitions",
    responses((status = 200, body = Vec<DefinitionOut>), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed")),
)]
pub async fn list(State(app): State<App>) -> Result<Json<Vec<DefinitionOut>>, Fault> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        all.extend(in_use::all(&app, kind).await?.into_iter().map(|own| DefinitionOut::of(kind, own)));
    }
    Ok(Json(all))
}

/// Every version of the trust's own of one definition, the newest first; empty where the shipped one alone is there.
#[utoipa::path(
    get, path = "/api/v1/definitions/{kind}/{name}/versions", tag = "definitions",
    params(("kind" = String, Path, description = "`indicator`, `group`, `profile`, `policy`, `score`, `cost`"), ("name" = String, Path, description = "Its id")),
    responses((status = 200, body = Vec<VersionOut>), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed"), (status = 404, description = "No such definition")),
)]
pub async fn versions(
    State(app): State<App>,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Json<Vec<VersionOut>>, Fault> {
    let kind = Kind::of(&kind).ok_or(Fault::NotFound)?;
    let versions = definitions::versions(&app.store, kind.id(), &name).await?;
    if versions.is_empty() && kind.shipped_text(&name, &*app.options.rows).is_none() {
        return Err(Fault::NotFound);
    }
    Ok(Json(versions.into_iter().map(VersionOut::from).collect()))
}
