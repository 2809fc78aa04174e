//! Indicators: by group and over time, every view of one release that passed the disclosure gate as a whole.
//!
//! Views choose among the tables of a stored release and never count anything again, so that no two of them differ by a
//! group that was not released: there is nothing to be had by setting one view against another.

pub mod download;
pub mod list;
pub mod show;

use evenly_report::analysis::{Breakdown, IndicatorAnalysis};
use serde::Deserialize;

use crate::analyses::{self, Shown};
use crate::app::Platform;
use crate::error::Fault;
use crate::links;

/// What a link chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Chosen {
    /// The dimension.
    pub by: Option<String>,
    /// One group of it.
    pub group: Option<String>,
    /// One period.
    pub period: Option<String>,
    /// The release; without it, the newest that has the indicator.
    pub release: Option<String>,
}

/// What a link leads to.
pub struct Found {
    /// The release.
    pub shown: Shown,
    /// Position of the indicator in it.
    pub place: usize,
    /// Position of the chosen dimension among the indicator's breakdowns.
    pub breakdown: Option<usize>,
    /// Position of the chosen group in its dimension.
    pub group: Option<usize>,
    /// Position of the chosen period.
    pub period: Option<usize>,
}

/// Follows a link. Whatever is not in the release is not found.
pub async fn find(app: &Platform, indicator: &str, chosen: &Chosen) -> Result<Found, Fault> {
    let candidates = match &chosen.release {
        Some(release) => vec![analyses::named(app, release).await?],
        None => analyses::current(app).await?,
    };
    let place_in = |shown: &Shown| shown.analysis.indicators.iter().position(|own| own.definition.id == indicator);
    let found = candidates.into_iter().find_map(|shown| Some((place_in(&shown)?, shown)));
    let (place, shown) = found.ok_or(Fault::NotFound)?;
    let analysis = shown.analysis.clone();
    let own = &analysis.indicators[place];
    let mut found = Found { shown, place, breakdown: None, group: None, period: None };
    if let Some(by) = &chosen.by {
        let breakdown = own.breakdowns.iter().position(|own| analysis.dimension(own.dimension).id == *by);
        let breakdown = breakdown.ok_or(Fault::NotFound)?;
        let dimension = analysis.dimension(own.breakdowns[breakdown].dimension);
        found.breakdown = Some(breakdown);
        if let Some(group) = &chosen.group {
            let group = dimension.groups.iter().position(|own| own.id == *group);
            found.group =
                Some(group.filter(|place| own.breakdowns[breakdown].group(*place).is_some()).ok_or(Fault::NotFound)?);
        }
    }
    if let Some(period) = &chosen.period {
        let periods = evenly_report::parts::periods(&analysis);
        found.period = Some(periods.iter().position(|(id, _)| id == period).ok_or(Fault::NotFound)?);
    }
    Ok(found)
}

impl Found {
    /// The indicator.
    pub fn indicator(&self) -> &IndicatorAnalysis {
        &self.shown.analysis.indicators[self.place]
    }

    /// The chosen dimension.
    pub fn by(&self) -> Option<&Breakdown> {
        self.breakdown.map(|place| &self.indicator().breakdowns[place])
    }
}

impl Chosen {
    /// The address of a view of an indicator.
    pub fn address(&self, indicator: &str) -> String {
        links::with(&format!("/indicators/{}", links::part(indicator)), &self.query())
    }

    /// The address of a file of it.
    pub fn file(&self, indicator: &str, name: &str) -> String {
        links::with(&format!("/indicators/{}/{name}", links::part(indicator)), &self.query())
    }

    fn query(&self) -> [(&'static str, Option<&str>); 4] {
        [
            ("by", self.by.as_deref()),
            ("group", self.group.as_deref()),
            ("period", self.period.as_deref()),
            ("release", self.release.as_deref()),
        ]
    }
}
