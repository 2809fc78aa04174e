//! The audit log, for programs: to keep it elsewhere too.

use axum::Json;
use axum::extract::{Query, State};
use evenly_store::audit::{self, AuditEvent, Filter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::error::Fault;

/// The most that are listed at once.
const LISTED: u32 = 500;

/// Which events.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Only events before this number; without it, the newest.
    before: Option<u64>,
    /// Only events on this kind of subject: `person`, `run` …
    kind: Option<String>,
}

/// An event, sealed by the hash of the one before it.
#[derive(Serialize, ToSchema)]
pub struct EventOut {
    /// Its number: 1, 2, 3 … without a gap.
    sequence: u64,
    /// When.
    at: String,
    /// Who.
    actor: String,
    /// What was done.
    action: String,
    /// What kind of thing it was done to.
    subject_kind: String,
    /// Its id or name.
    subject: String,
    /// More, as JSON text: it is sealed as it is written.
    details: String,
    /// Hash of the event before.
    previous_hash: String,
    /// Hash of this one.
    hash: String,
}

impl From<AuditEvent> for EventOut {
    fn from(own: AuditEvent) -> Self {
        Self {
            sequence: own.sequence,
            at: own.at,
            actor: own.actor,
            action: own.action,
            subject_kind: own.subject_kind,
            subject: own.subject,
            details: own.details,
            previous_hash: own.previous_hash,
            hash: own.hash,
        }
    }
}

/// Events, the newest first, at most 500.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "audit",
    params(Which),
    responses((status = 200, body = Vec<EventOut>), (status = 400, description = "A number that is none"), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed")),
)]
pub async fn list(State(app): State<App>, Query(which): Query<Which>) -> Result<Json<Vec<EventOut>>, Fault> {
    let filter = Filter { subject_kind: which.kind, before: which.before, limit: LISTED, ..Filter::default() };
    Ok(Json(audit::list(&app.store, &filter).await?.into_iter().map(EventOut::from).collect()))
}
