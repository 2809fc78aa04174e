//! Findings, for programs.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use evenly_store::comments::{self, NewComment};
use evenly_store::decisions;
use evenly_store::findings::{self, Finding};
use evenly_store::{Id, Word as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::analyses::PURPOSE;
use crate::app::{App, Platform};
use crate::error::Fault;
use crate::guard::Signed;
use crate::pages::findings::discuss::judge;

/// A finding.
#[derive(Serialize, ToSchema)]
pub struct FindingOut {
    /// Its id, the same in every release that supports it.
    id: String,
    /// The newest release that supports it.
    release: String,
    /// `gap`, `gap_change`, `masked`, `worse`, `data_quality`, `mix`.
    kind: String,
    /// Id of the indicator.
    indicator: Option<String>,
    /// Id of the dimension, where it is about one.
    dimension: Option<String>,
    /// The sentence for a reader.
    sentence: String,
    /// How many people or events it is about.
    people: Option<f64>,
    /// When it was first found.
    found_at: String,
    /// Groups, estimate, limits, probability.
    #[schema(value_type = Object)]
    evidence: serde_json::Value,
}

impl From<Finding> for FindingOut {
    fn from(own: Finding) -> Self {
        Self {
            id: own.id.to_string(),
            release: own.release.to_string(),
            kind: own.kind,
            indicator: own.indicator,
            dimension: own.dimension,
            sentence: own.sentence,
            people: own.people,
            found_at: own.found_at.to_string(),
            evidence: own.evidence,
        }
    }
}

/// The findings of the current releases, in their order.
#[utoipa::path(
    get, path = "/api/v1/findings", tag = "findings",
    responses((status = 200, body = Vec<FindingOut>), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed")),
)]
pub async fn list(State(app): State<App>) -> Result<Json<Vec<FindingOut>>, Fault> {
    let mut found = Vec::new();
    for release in evenly_store::releases::current(&app.store, PURPOSE).await? {
        found.extend(findings::of_release(&app.store, release.id).await?.into_iter().map(FindingOut::from));
    }
    Ok(Json(found))
}

/// One finding.
#[utoipa::path(
    get, path = "/api/v1/findings/{finding}", tag = "findings",
    params(("finding" = String, Path, description = "Its id")),
    responses((status = 200, body = FindingOut), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed"), (status = 404, description = "No such finding")),
)]
pub async fn show(State(app): State<App>, Path(finding): Path<String>) -> Result<Json<FindingOut>, Fault> {
    Ok(Json(named(&app, &finding).await?.into()))
}

async fn named(app: &Platform, id: &str) -> Result<Finding, Fault> {
    let id: Id<Finding> = id.parse().map_err(|_| Fault::NotFound)?;
    Ok(findings::get(&app.store, id).await?)
}

/// What was said and decided.
#[derive(Serialize, ToSchema)]
pub struct DiscussionOut {
    /// Comments, the oldest first.
    comments: Vec<CommentOut>,
    /// Decisions, the newest first.
    decisions: Vec<DecisionOut>,
}

/// A comment.
#[derive(Serialize, ToSchema)]
pub struct CommentOut {
    /// Its id.
    id: String,
    /// In what role its author wrote.
    role: String,
    /// Whether it is a dissent from the decision.
    dissent: bool,
    /// What it says.
    text: String,
    /// When.
    written_at: String,
}

/// A decision.
#[derive(Serialize, ToSchema)]
pub struct DecisionOut {
    /// Its id.
    id: String,
    /// `act`, `not-act`, `more-evidence`.
    choice: String,
    /// Why.
    reason: String,
    /// Who was in the room, in roles.
    present: String,
    /// Day to look again.
    review_on: Option<String>,
    /// When.
    decided_at: String,
}

/// What was said of a finding, and what was decided.
#[utoipa::path(
    get, path = "/api/v1/findings/{finding}/discussion", tag = "findings",
    params(("finding" = String, Path, description = "Its id")),
    responses((status = 200, body = DiscussionOut), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed"), (status = 404, description = "No such finding")),
)]
pub async fn discussion(State(app): State<App>, Path(finding): Path<String>) -> Result<Json<DiscussionOut>, Fault> {
    let finding = named(&app, &finding).await?;
    let comments = comments::list(&app.store, "finding", &finding.id.to_string()).await?.into_iter();
    let decisions = decisions::of_finding(&app.store, finding.id).await?.into_iter();
    Ok(Json(DiscussionOut {
        comments: comments
            .map(|own| CommentOut {
                id: own.id.to_string(),
                role: own.author_role,
                dissent: own.dissent,
                text: own.text,
                written_at: own.written_at.to_string(),
            })
            .collect(),
        decisions: decisions
            .map(|own| DecisionOut {
                id: own.id.to_string(),
                choice: own.choice.word().to_owned(),
                reason: own.reason,
                present: own.present,
                review_on: own.review_on.map(|day| day.to_string()),
                decided_at: own.decided_at.to_string(),
            })
            .collect(),
    }))
}

/// A comment to write.
#[derive(Deserialize, ToSchema)]
pub struct CommentIn {
    /// What it says: 1 to 10,000 characters.
    #[schema(min_length = 1, max_length = 10_000)]
    text: String,
}

/// What was made.
#[derive(Serialize, ToSchema)]
pub struct Made {
    /// Its id.
    pub id: String,
}

/// Writes a comment in the name of the token's owner.
#[utoipa::path(
    post, path = "/api/v1/findings/{finding}/comments", tag = "findings",
    params(("finding" = String, Path, description = "Its id")),
    request_body = CommentIn,
    responses((status = 201, body = Made), (status = 400, description = "No text, or too much of it"), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed"), (status = 404, description = "No such finding")),
)]
pub async fn comment(
    State(app): State<App>,
    signed: Signed,
    Path(finding): Path<String>,
    body: axum::body::Bytes,
) -> Result<Response, Fault> {
    let finding = named(&app, &finding).await?;
    let sent: CommentIn =
        serde_json::from_slice(&body).map_err(|_| Fault::Unreadable("Send JSON of the form {\"text\": \"…\"}."))?;
    judge(&sent.text).map_err(Fault::Unreadable)?;
    let new = NewComment {
        subject_kind: "finding",
        subject: finding.id.to_string(),
        answers: None,
        author: signed.person.id,
        author_role: signed.role_words(),
        dissent: false,
        text: sent.text,
    };
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    let id = comments::write(&mut change, &new).await?;
    change.commit().await?;
    Ok((StatusCode::CREATED, Json(Made { id: id.to_string() })).into_response())
}
