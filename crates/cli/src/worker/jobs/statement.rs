//! The evidence of a statement, as `evenly statement` gathers it: every analysis in use, limited to the time, under one policy.

use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use evenly_cube::statement::{Domain, ReportingPeriod, shipped_domains};
use evenly_cube::{Exact, Policy};
use evenly_store::claims;
use evenly_store::extracts::{self, Extract};
use evenly_store::releases::{self, ReleaseInfo};
use evenly_store::runs::{self, Level};
use evenly_store::statements::{self, Limited, StatementState};
use evenly_store::work::Stating;
use evenly_store::{Id, Store};

use super::{Job, definitions};
use crate::stating::{self, MadeUnder, Source};
use crate::worker::meter::Meter;
use crate::worker::options::Options;
use crate::worker::results::{Released, Results};

/// What the releases are kept for.
const PURPOSE: &str = "statement";
/// What the analyses are kept for.
const ANALYSIS: &str = "analysis";

/// An analysis in use.
struct Counted {
    name: String,
    extract: Id<Extract>,
    cube: PathBuf,
}

/// Reads of the store what it needs.
pub async fn prepare(store: &Store, options: &Options, stating: Stating) -> anyhow::Result<Job> {
    let statement = statements::get(store, stating.statement).await?;
    if statement.state == StatementState::Published {
        bail!("this statement is published, and its evidence does not change any more");
    }
    let period = ReportingPeriod::parse(&stating.period).map_err(|words| anyhow!(words))?;
    let analyses = releases::current(store, ANALYSIS).await?;
    if analyses.is_empty() {
        bail!("there is no analysis to make a statement from; bring data in first");
    }
    let policy = policy(store, &analyses, stating.policy.as_deref()).await?;
    let mut counted = Vec::new();
    for analysis in &analyses {
        counted.push(find(store, options, analysis).await?);
    }
    let domains = shipped_domains()?;
    let work = move |meter: &Meter| {
        let mut results = state(&counted, &period, &domains, &policy, meter)?;
        results.statement = Some(stating.statement);
        Ok(results)
    };
    Ok(Box::new(work))
}

/// The policy named, or the one that all analyses share.
async fn policy(store: &Store, analyses: &[ReleaseInfo], named: Option<&str>) -> anyhow::Result<Policy> {
    if let Some(named) = named {
        return definitions::policy(store, named).await;
    }
    let made = analyses.iter().map(made_under).collect::<anyhow::Result<Vec<_>>>()?;
    let shared = stating::shared(&made, "choose it for the statement")?;
    let policy = definitions::policy(store, &shared.id).await?;
    if policy.version != shared.version {
        bail!(
            "{} was made under version {} of the disclosure policy `{}`, and version {} is in use now; analyse it again, or choose a \
             policy for the statement",
            shared.report,
            shared.version,
            shared.id,
            policy.version
        );
    }
    Ok(policy)
}

fn made_under(analysis: &ReleaseInfo) -> anyhow::Result<MadeUnder> {
    let parts = analysis.policy.rsplit_once(' ').and_then(|(id, version)| Some((id, version.parse().ok()?)));
    let (id, version) = parts.with_context(|| format!("{}: its disclosure policy is not known", analysis.title))?;
    Ok(MadeUnder { report: analysis.title.clone(), id: id.to_owned(), version })
}

/// Where the exact counts of an analysis lie.
async fn find(store: &Store, options: &Options, analysis: &ReleaseInfo) -> anyhow::Result<Counted> {
    let extract = extracts::get(store, analysis.extract).await?;
    let run = runs::get(store, analysis.run).await?;
    let folder = run.outcome.as_ref().and_then(|outcome| outcome.get(claims::FOLDER)?.as_str());
    let cube = folder.map(|folder| options.exact.join(folder).join("cube.parquet")).filter(|cube| cube.is_file());
    let gone = || format!("the exact counts of “{}” are not kept here; analyse it again", extract.name);
    Ok(Counted { cube: cube.with_context(gone)?, name: extract.name, extract: extract.id })
}

fn state(
    counted: &[Counted],
    period: &ReportingPeriod,
    domains: &[Domain],
    policy: &Policy,
    meter: &Meter,
) -> anyhow::Result<Results> {
    meter.step("Opening the exact counts.")?;
    let load = |own: &Counted| Ok(Source { name: own.name.clone(), cube: Exact::load(&own.cube)? });
    let sources = counted.iter().map(load).collect::<anyhow::Result<Vec<_>>>()?;
    stating::refuse_rows_twice(&sources)?;
    let mut results = Results::default();
    for (own, source) in counted.iter().zip(&sources) {
        meter.step("Taking the counts through the disclosure gate.")?;
        match stating::extract(source, period, domains, policy) {
            Ok(extract) => results.releases.push(Released {
                extract: Some(own.extract),
                purpose: PURPOSE,
                title: own.name.clone(),
                context: serde_json::to_value(Limited {
                    name: extract.name,
                    periods: extract.periods,
                    snapshot: extract.snapshot,
                    whole: extract.whole,
                    lost: extract.lost,
                })?,
                release: extract.release,
                found: Vec::new(),
            }),
            // One extract without the time is no reason to have no statement of the others.
            Err(error) => results.say(Level::Warning, format!("{} is not in the statement: {error:#}", own.name)),
        }
    }
    if results.releases.is_empty() {
        let why: Vec<String> = results.log.into_iter().map(|(_, text)| text).collect();
        bail!("nothing is left to state. {}", why.join(". "));
    }
    Ok(results)
}
