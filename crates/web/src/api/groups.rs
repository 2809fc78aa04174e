//! Groups that care is owed to, for programs.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Fault;
use crate::pages::data::groups::register;
use crate::rows::Registered;

/// A group, and whether the data in use can show it.
#[derive(Serialize, ToSchema)]
pub struct GroupOut {
    /// Its id.
    id: String,
    /// Its title.
    title: String,
    /// Where it stands among the groups: `Core20`, `protected characteristic`, `inclusion health`, `PLUS`, `local`.
    kind: String,
    /// Titles of the profiles of data in use that can show it; empty where none can.
    shown_by: Vec<String>,
    /// Fields it would take, where none can.
    lacks: Vec<String>,
    /// Why data do not show it and what would.
    why: Option<String>,
}

impl From<Registered> for GroupOut {
    fn from(own: Registered) -> Self {
        let Registered { id, title, kind, shown_by, lacks, why } = own;
        Self { id, title, kind: kind.to_owned(), shown_by, lacks, why }
    }
}

/// The register of groups that care is owed to.
#[utoipa::path(
    get, path = "/api/v1/groups", tag = "definitions",
    responses((status = 200, body = Vec<GroupOut>), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed")),
)]
pub async fn list(State(app): State<App>) -> Result<Json<Vec<GroupOut>>, Fault> {
    let (_, all) = register(&app).await?;
    Ok(Json(all.into_iter().map(GroupOut::from).collect()))
}
