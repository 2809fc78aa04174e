//! A score: who stands highest and how sure that is, what it is made of and who agreed it, other weights tried.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use evenly_cube::ScoreDefinition;
use evenly_report::Analysis;
use evenly_report::parts::numbers::decimal;
use evenly_report::score::{Ranking, ScoreError, Values, rank};
use evenly_store::people;
use maud::{Markup, html};

use super::tried::{Asked, field};
use super::{Chosen, SEED, address, choose, read};
use crate::app::{App, Platform};
use crate::components::forms::{Errors, Input, button, summary};
use crate::components::frame::{Frame, Page};
use crate::components::{Choice, choices, table, times};
use crate::definitions::in_use::InUse;
use crate::definitions::{Kind, in_use};
use crate::error::Fault;
use crate::roles::Permission;

/// The page.
pub struct ScorePage {
    /// As it was agreed.
    pub definition: ScoreDefinition,
    /// Who agreed it, and when.
    pub agreed: String,
    /// What the address asks.
    pub asked: Asked,
    /// What it was worked out of; absent where no current data have all of its indicators.
    pub worked: Option<Worked>,
    /// What is wrong with the weights that are tried.
    pub errors: Errors,
}

/// A score worked out.
pub struct Worked {
    /// Links to other releases and dimensions.
    pub releases: Vec<Choice>,
    /// The same.
    pub dimensions: Vec<Choice>,
    /// The release.
    pub release: String,
    /// The dimension.
    pub of: String,
    /// What it was worked out of.
    pub analysis: Arc<Analysis>,
    /// With the agreed weights.
    pub agreed: Result<Ranking, ScoreError>,
    /// With those that are tried.
    pub tried: Option<Result<Ranking, ScoreError>>,
}

impl Page for ScorePage {
    fn title(&self) -> String {
        self.definition.title.clone()
    }

    fn above(&self) -> Vec<(String, String)> {
        vec![("/".to_owned(), "Home".to_owned()), ("/scores".to_owned(), "Scores".to_owned())]
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        html! {
            (summary(&self.errors))
            p.page-lede { "Where to look first, by weights that were agreed in the open. A score is of groups, places or services; never of a person." }
            @match &self.worked {
                None => div.caution { p { "No current data have all of its indicators for at least three groups, so that there is nothing to score yet." } },
                Some(worked) => {
                    @if worked.releases.len() > 1 { (choices("Out of", &worked.releases)) }
                    (choices("Score the groups of", &worked.dimensions))
                    (worked.answer())
                    (self.other_weights(worked))
                }
            }
            section aria-labelledby="made-of" {
                h2.nhsuk-heading-l #made-of { "What it is made of" }
                (self.inputs())
                p { (self.agreed) }
                @if let Some(Ok(ranking)) = self.worked.as_ref().map(|own| &own.agreed) {
                    p { "What the order owes to each weight, the others keeping their proportions:" }
                    (ranking.sensitivity())
                }
                @for note in &self.definition.notes { p.aside { (note) } }
                p { a href=(format!("/definitions/score/{}", self.definition.id)) { "The definition and its versions" }
                    @if frame.may(Permission::ProposeDefinitions) { ". Other weights take effect once they are proposed there and a second person has approved them." } }
            }
        }
    }
}

impl ScorePage {
    fn inputs(&self) -> Markup {
        let title = |id: &str| {
            let own = self.worked.as_ref()?.analysis.indicators.iter().find(|own| own.definition.id == id)?;
            Some(own.definition.title.clone())
        };
        let rows: Vec<Vec<Markup>> = self
            .definition
            .inputs
            .iter()
            .map(|own| {
                vec![
                    html! { (title(&own.indicator).unwrap_or_else(|| own.indicator.clone())) },
                    html! { (weight(own.weight)) },
                    html! { (own.source) },
                ]
            })
            .collect();
        table("Inputs and their weights", &["Indicator", "Weight", "Where the weight comes from"], &rows)
    }

    fn other_weights(&self, worked: &Worked) -> Markup {
        let input = |own: &evenly_cube::ScoreInput| {
            let agreed = weight(own.weight);
            let hint = format!("Agreed: {agreed}");
            let title = worked.analysis.indicators.iter().find(|other| other.definition.id == own.indicator);
            Input {
                name: &field(&own.indicator),
                label: title.map_or(own.indicator.as_str(), |own| own.definition.title.as_str()),
                hint: Some(&hint),
                value: self.asked.weights.get(&own.indicator).map_or(agreed.as_str(), String::as_str),
                kind: "text",
                autocomplete: Some("off"),
            }
            .markup(&self.errors)
        };
        html! {
            section aria-labelledby="other-weights" {
                h2.nhsuk-heading-l #other-weights { "What if the weights were others?" }
                @if let Some(tried) = &worked.tried { (worked.compared(tried)) }
                form.no-print method="get" action=(address(&self.definition.id, None, None)) novalidate {
                    input type="hidden" name="release" value=(worked.release);
                    input type="hidden" name="of" value=(worked.of);
                    div.narrow { @for own in &self.definition.inputs { (input(own)) } }
                    (button("Try these weights"))
                }
                p { "Nothing is changed by trying. " a href=(address(&self.definition.id, Some(&worked.release), Some(&worked.of))) { "Back to the agreed weights" } }
            }
        }
    }
}

impl Worked {
    fn answer(&self) -> Markup {
        match &self.agreed {
            Err(error) => html! { div.caution { p { "There is no score: " (error) "." } } },
            Ok(ranking) => html! {
                section.plain aria-label="Scores" {
                    (ranking.figure(&self.analysis, "score"))
                    p { (ranking.stability()) }
                    @if !ranking.left_out.is_empty() {
                        p { "Left out, because a count of theirs is withheld or they have none: " (ranking.left_out.join(", ")) "." }
                    }
                }
            },
        }
    }

    /// Places and scores with the weights tried beside those agreed.
    fn compared(&self, tried: &Result<Ranking, ScoreError>) -> Markup {
        let (Ok(agreed), Ok(tried)) = (&self.agreed, tried) else {
            let words = tried.as_ref().err().map(ToString::to_string).unwrap_or_default();
            return html! { div.caution { p { "There is no score with these weights: " (words) "." } } };
        };
        let rows: Vec<Vec<Markup>> = tried
            .ranked()
            .map(|(name, own)| {
                let before = agreed.ranked().find(|(other, _)| *other == name).map(|(_, own)| own);
                let cell = |number: Option<f64>, decimals| {
                    html! { (number.map_or_else(|| "–".to_owned(), |own| decimal(own, decimals))) }
                };
                vec![
                    html! { (name) },
                    cell(Some(own.place.value), 0),
                    cell(before.map(|own| own.place.value), 0),
                    cell(Some(own.score.value), 1),
                    cell(before.map(|own| own.score.value), 1),
                ]
            })
            .collect();
        html! {
            div.caution { p { "These weights are tried, not agreed." } }
            p { (tried.headline()) ". " (tried.stability()) }
            (table("With the weights tried", &["Group", "Place", "Place as agreed", "Score", "Score as agreed"], &rows))
        }
    }
}

/// A weight as it was written.
fn weight(weight: f64) -> String {
    format!("{weight}")
}

/// Shows it.
pub async fn show(
    State(app): State<App>,
    frame: Frame,
    Path(score): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let own = in_use::named(&app, Kind::Score, &score).await?.ok_or(Fault::NotFound)?;
    let asked = Asked::read(&query.unwrap_or_default());
    let definition = read(&own)?;
    let mut errors = Errors::default();
    let tried = asked.tried(&definition, &mut errors);
    let worked = work_out(&app, &definition, tried, &asked).await?;
    let agreed = agreed(&app, &own, &definition).await?;
    Ok(frame.page(&ScorePage { definition, agreed, asked, worked, errors }))
}

/// Who agreed it, and when.
async fn agreed(app: &Platform, own: &InUse, definition: &ScoreDefinition) -> Result<String, Fault> {
    let source = definition.source.trim_end_matches('.');
    let Some(version) = &own.own else { return Ok(format!("{source}.")) };
    let name = match version.judged_by {
        Some(by) => people::get(&app.store, by).await?.name,
        None => "somebody".to_owned(),
    };
    let day = version.judged_at.map(|at| format!(" on {}", times::day(times::day_of(at)))).unwrap_or_default();
    let with = if version.agreed_with.is_empty() {
        " With whom it was agreed is not written down.".to_owned()
    } else {
        format!(" Agreed with: {}.", version.agreed_with.trim_end_matches('.'))
    };
    Ok(format!("{source}. Version {}, approved by {name}{day}.{with}", version.version))
}

async fn work_out(
    app: &Platform,
    definition: &ScoreDefinition,
    tried: Option<ScoreDefinition>,
    asked: &Asked,
) -> Result<Option<Worked>, Fault> {
    let chosen = choose(app, definition, asked.release.as_deref(), asked.of.as_deref()).await?;
    let Some(Chosen { possible, shown, dimensions, of }) = chosen else { return Ok(None) };
    let release = shown.info.id.to_string();
    let releases = possible.iter().map(|other| Choice {
        address: address(&definition.id, Some(&other.info.id.to_string()), None),
        words: other.extract.name.clone(),
        chosen: other.info.id == shown.info.id,
    });
    let links = dimensions.iter().map(|(id, name)| Choice {
        address: address(&definition.id, Some(&release), Some(id)),
        words: name.clone(),
        chosen: *id == of,
    });
    let (releases, dimensions) = (releases.collect(), links.collect());
    let (analysis, definition) = (shown.analysis, definition.clone());
    // Thousands of draws take a moment; other requests go on meanwhile.
    let work = move || {
        let values = Values::of(&analysis);
        let agreed = rank(&values, &definition, &of, SEED);
        let tried = tried.map(|own| rank(&values, &own, &of, SEED));
        Worked { releases, dimensions, release, of, analysis, agreed, tried }
    };
    tokio::task::spawn_blocking(work).await.map(Some).map_err(|_| Fault::Ours)
}
