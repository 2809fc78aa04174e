//! Scores: which groups, places or services to look at first, by weights that were agreed in the open.

pub mod list;
pub mod show;
mod tried;

use evenly_cube::ScoreDefinition;
use evenly_report::score::{Values, dimensions};

use crate::analyses::{self, Shown};
use crate::app::Platform;
use crate::definitions::in_use::InUse;
use crate::error::Fault;
use crate::links;

/// Seed of the simulation: the same numbers give the same intervals for everybody.
pub const SEED: u64 = 1;

/// What a score is worked out of.
pub struct Chosen {
    /// Current releases that it can be worked out of.
    pub possible: Vec<Shown>,
    /// The one that is chosen.
    pub shown: Shown,
    /// Dimensions of it whose groups can be scored: id and name.
    pub dimensions: Vec<(String, String)>,
    /// Id of the one that is chosen.
    pub of: String,
}

/// What a link asks for, or the first that there is; `None` where there is nothing to score.
pub async fn choose(
    app: &Platform,
    definition: &ScoreDefinition,
    release: Option<&str>,
    of: Option<&str>,
) -> Result<Option<Chosen>, Fault> {
    let mut possible = analyses::current(app).await?;
    possible.retain(|shown| !scorable(shown, definition).is_empty());
    let shown = match release {
        None => possible.first().cloned(),
        Some(release) => Some(analyses::named(app, release).await?),
    };
    let Some(shown) = shown else { return Ok(None) };
    let dimensions = scorable(&shown, definition);
    let of = match of {
        None => dimensions.first(),
        Some(of) => Some(dimensions.iter().find(|(id, _)| id == of).ok_or(Fault::NotFound)?),
    };
    let Some(of) = of.map(|(id, _)| id.clone()) else { return Ok(None) };
    Ok(Some(Chosen { possible, shown, dimensions, of }))
}

/// A definition as it is used.
pub fn read(own: &InUse) -> Result<ScoreDefinition, Fault> {
    // Approved ones were read when they were proposed; an older version of Evenly may have known more.
    ScoreDefinition::parse(&own.id, &own.text).map_err(|error| Fault::Conflict(error.to_string()))
}

/// Dimensions of a release whose groups can be scored: id and name.
fn scorable(shown: &Shown, definition: &ScoreDefinition) -> Vec<(String, String)> {
    let values = Values::of(&shown.analysis);
    let all = shown.analysis.release.dimensions.iter();
    let named = |id: &str| all.clone().find(|own| own.id == id).map(evenly_report::parts::dimension_name);
    let ids = dimensions(&values, definition).into_iter();
    ids.filter_map(|id| Some((id.to_owned(), named(id)?.to_owned()))).collect()
}

/// The address of a score of the groups of a dimension of a release.
fn address(score: &str, release: Option<&str>, of: Option<&str>) -> String {
    links::with(&format!("/scores/{}", links::part(score)), &[("release", release), ("of", of)])
}
