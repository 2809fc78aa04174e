//! Scores, for programs.

use axum::Json;
use axum::extract::{Path, Query, State};
use evenly_report::score::{Values, rank};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::definitions::{Kind, in_use};
use crate::error::Fault;
use crate::pages::scores::{Chosen, SEED, choose, read};

/// What a score is worked out of.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Of {
    /// Id of a release; without it, the newest that has the score's indicators.
    release: Option<String>,
    /// Id of the dimension whose groups are scored; without it, the first that can be.
    of: Option<String>,
}

/// A score worked out: the groups in order, the highest (worst) first.
#[derive(Serialize, ToSchema)]
pub struct ScoreOut {
    /// Its id.
    id: String,
    /// Its title.
    title: String,
    /// Which version of it is in use, in words.
    version: String,
    /// The release.
    release: String,
    /// The dimension.
    of: String,
    /// The groups.
    groups: Vec<ScoredOut>,
    /// Groups that are left out, because a count of theirs is withheld or they have none.
    left_out: Vec<String>,
    /// How far the order is a matter of chance, in words.
    stability: String,
}

/// A group's score.
#[derive(Serialize, ToSchema)]
pub struct ScoredOut {
    /// The group.
    name: String,
    /// From 0 (best of all on every input) to 100 (worst of all on every input).
    score: f64,
    /// Lower limit of its 95 % interval.
    lower: f64,
    /// Upper limit.
    upper: f64,
    /// Its place, 1 for the highest score.
    place: f64,
    /// Lower limit of its place.
    place_lower: f64,
    /// Upper limit.
    place_upper: f64,
    /// Share of repeats in which it keeps its place (0–1).
    keeps_place: f64,
}

/// A score of the groups of a dimension.
#[utoipa::path(
    get, path = "/api/v1/scores/{score}", tag = "scores",
    params(("score" = String, Path, description = "Its id"), Of),
    responses((status = 200, body = ScoreOut), (status = 401, description = "No token that works"), (status = 403, description = "Not allowed"), (status = 404, description = "No such score, release or dimension, or nothing to score yet"), (status = 409, description = "The numbers make no score")),
)]
pub async fn show(
    State(app): State<App>,
    Path(score): Path<String>,
    Query(asked): Query<Of>,
) -> Result<Json<ScoreOut>, Fault> {
    let own = in_use::named(&app, Kind::Score, &score).await?.ok_or(Fault::NotFound)?;
    let definition = read(&own)?;
    let chosen = choose(&app, &definition, asked.release.as_deref(), asked.of.as_deref()).await?;
    let Chosen { shown, of, .. } = chosen.ok_or(Fault::NotFound)?;
    let (release, analysis) = (shown.info.id.to_string(), shown.analysis);
    let work = move || rank(&Values::of(&analysis), &definition, &of, SEED);
    let ranking = tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Ours)?;
    let ranking = ranking.map_err(|error| Fault::Conflict(error.to_string()))?;
    let groups = ranking.ranked().map(|(name, own)| ScoredOut {
        name: name.to_owned(),
        score: own.score.value,
        lower: own.score.lower,
        upper: own.score.upper,
        place: own.place.value,
        place_lower: own.place.lower,
        place_upper: own.place.upper,
        keeps_place: own.keeps_place,
    });
    Ok(Json(ScoreOut {
        id: own.id,
        title: own.title,
        version: own.version,
        release,
        groups: groups.collect(),
        stability: ranking.stability(),
        of: ranking.of,
        left_out: ranking.left_out,
    }))
}
