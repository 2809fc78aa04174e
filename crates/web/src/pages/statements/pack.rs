//! A statement's pack, put together out of the releases of its run, its commentary and what was decided.

use evenly_cube::statement::{ReportingPeriod, shipped_domains};
use evenly_cube::{Policy, Releasable, Release};
use evenly_report::{Heading, Statement as Pack, StatementCommentary, StatementExtract, StatementParts};
use evenly_store::releases::{self, ReleaseInfo};
use evenly_store::settings;
use evenly_store::statements::{self, Limited, Statement};

use super::actions;
use crate::app::Platform;
use crate::components::times;
use crate::definitions::{Kind, in_use};
use crate::error::Fault;

/// What releases of statements are stored as.
const PURPOSE: &str = "statement";

/// The pack; `None` where its run has released nothing (yet).
pub async fn of(app: &Platform, statement: &Statement) -> Result<Option<Pack>, Fault> {
    let Some(run) = statement.run else { return Ok(None) };
    let mut infos = releases::of_run(&app.store, run).await?;
    infos.retain(|own| own.purpose == PURPOSE);
    let Some(first) = infos.first() else { return Ok(None) };
    let release = releases::load(&app.store, first.id).await?;
    let protected = protected(app, &release).await?;
    let mut taken = vec![extract(first, release)?];
    for info in &infos[1..] {
        taken.push(extract(info, releases::load(&app.store, info.id).await?)?);
    }
    let day = times::day_of(statement.published_at.unwrap_or_else(|| app.now()));
    let parts = StatementParts {
        heading: Heading {
            organisation: Some(statement.organisation.clone()),
            title: Some(statement.title.clone()),
            date: Some(day.to_string()),
        },
        code: settings::get(&app.store, settings::ORGANISATION_CODE).await?.filter(|own| !own.is_empty()),
        period: ReportingPeriod::parse(&statement.period).map_err(Fault::Conflict)?,
        domains: shipped_domains().map_err(|error| Fault::Conflict(error.to_string()))?,
        extracts: taken,
        protected,
        actions: actions::until(app, statement.published_at.unwrap_or_else(|| app.now())).await?,
    };
    let commentary = statements::commentary(&app.store, statement.id).await?.into_iter();
    let commentary = commentary.map(|own| StatementCommentary { part: own.block, text: own.text }).collect();
    // Every extract is analysed; other requests go on meanwhile.
    let made = tokio::task::spawn_blocking(move || Pack::new(parts).map(|pack| pack.with_commentary(commentary)));
    let made = made.await.map_err(|_| Fault::Ours)?;
    made.map(Some).map_err(|error| Fault::Conflict(error.to_string()))
}

fn extract(info: &ReleaseInfo, release: Releasable<Release>) -> Result<StatementExtract, Fault> {
    let limited: Limited = serde_json::from_value(info.context.clone()).map_err(|error| {
        tracing::error!(%error, release = %info.id, "what a statement was limited to cannot be read");
        Fault::Ours
    })?;
    let Limited { name, periods, snapshot, whole, lost } = limited;
    Ok(StatementExtract { name, release, periods, snapshot, whole, lost })
}

/// Whether the policy withholds or rounds anything; of one that is not known here it is said that it does.
async fn protected(app: &Platform, release: &Release) -> Result<bool, Fault> {
    let own = in_use::named(app, Kind::Policy, &release.policy.id).await?;
    let policy = own.and_then(|own| Policy::parse(&own.text).ok());
    Ok(policy.is_none_or(|policy| policy.withholds_anything() || policy.round_to > 1))
}
