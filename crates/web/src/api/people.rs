//! Accounts, for programs.

use axum::Json;
use axum::extract::State;
use evenly_store::people::{self, Person, Status};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Fault;

/// An account.
#[derive(Serialize, ToSchema)]
pub struct PersonOut {
    /// Its id.
    id: String,
    /// Name as colleagues know it.
    name: String,
    /// E-mail address.
    email: String,
    /// Its roles.
    roles: Vec<String>,
    /// Whether it may sign in.
    active: bool,
    /// When its owner last signed in.
    last_sign_in_at: Option<String>,
}

impl From<Person> for PersonOut {
    fn from(own: Person) -> Self {
        Self {
            id: own.id.to_string(),
            name: own.name,
            email: own.email,
            roles: own.roles,
            active: own.status == Status::Active,
            last_sign_in_at: own.last_sign_in_at.map(|at| at.to_string()),
        }
    }
}

/// Every account, by name.
#[utoipa::path(
    get, path = "/api/v1/people", tag = "people",
    responses((status = 200, body = Vec<PersonOut>), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed")),
)]
pub async fn list(State(app): State<App>) -> Result<Json<Vec<PersonOut>>, Fault> {
    Ok(Json(people::list(&app.store).await?.into_iter().map(PersonOut::from).collect()))
}
