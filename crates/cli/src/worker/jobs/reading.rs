//! What a check and an analysis have in common: what they read, by which definitions, and what they say of it.

use std::path::PathBuf;

use anyhow::Context;
use evenly_cube::{Cube, Exact, GroupState, Order, Policy};
use evenly_extract::count::CountOptions;
use evenly_extract::profile::Profile;
use evenly_extract::readers::Limits;
use evenly_store::claims::{self, Claim};
use evenly_store::extracts::NewExtract;
use evenly_store::runs::{Level, Run};
use evenly_store::work::Reading;
use evenly_store::{Id, Store, closed_folder};
use serde_json::json;

use super::definitions;
use crate::counting::{Choices, Counting, word};
use crate::show;
use crate::worker::files;
use crate::worker::options::Options;
use crate::worker::results::{Released, Results};

/// An extract that can be read: nothing more is needed of the store.
pub struct Prepared {
    /// What is to be read.
    pub reading: Reading,
    /// The disclosure policy.
    pub policy: Policy,
    /// Folder that only this claim writes and only its owner may open.
    pub folder: PathBuf,
    /// Name of the folder.
    name: String,
    run: Id<Run>,
    profile: Profile,
    files: Vec<PathBuf>,
    limits: Limits,
    options: CountOptions,
}

impl Prepared {
    /// Finds files and definitions.
    pub async fn gather(store: &Store, options: &Options, claim: &Claim, reading: Reading) -> anyhow::Result<Self> {
        let profile = definitions::profile(store, &reading.profile).await?;
        let policy = definitions::policy(store, reading.policy.as_deref().unwrap_or(&profile.policy)).await?;
        let own = definitions::indicators(store).await?;
        Ok(Self {
            policy,
            run: claim.run.id,
            folder: options.exact.join(claim.name()),
            name: claim.name(),
            profile,
            files: files::of(options, &reading)?,
            limits: options.limits.clone(),
            options: choices(&reading)?.options(own)?,
            reading,
        })
    }

    /// Opens the files and makes the folder.
    pub fn open(&self) -> anyhow::Result<Counting> {
        let own = Counting::new(self.profile.clone(), &self.files, &self.limits, self.options.clone())?;
        let outer = self.folder.parent().map_or(Ok(()), closed_folder);
        outer.and_then(|()| closed_folder(&self.folder)).context("the folder of exact counts cannot be used")?;
        Ok(own)
    }

    /// What is kept of it: the extract, its release, and what the log says of what was read and left out.
    pub fn results(&self, counting: &Counting, cube: &Exact<Cube>, released: Released) -> Results {
        let extract = NewExtract {
            run: self.run,
            name: self.reading.name.clone(),
            purpose: released.purpose.to_owned(),
            profile: self.profile.id.clone(),
            periods: periods(cube),
            opt_out: self.reading.opt_out.clone(),
            provenance: cube.provenance().clone(),
        };
        let mut results = Results { extract: Some(extract), releases: vec![released], ..Results::default() };
        results.outcome.insert(claims::FOLDER.to_owned(), json!(self.name));
        let profile = &self.profile;
        results.say(Level::Info, format!("Read by the profile {}, version {}", profile.id, profile.version));
        let rows = &cube.provenance().rows;
        let level = if rows.rejected_rows() > 0 { Level::Warning } else { Level::Info };
        results.say(level, show::rows_equation(rows));
        for file in &counting.extract().skipped {
            results.say(Level::Warning, format!("{} was left out: {}", file.name, file.reason));
        }
        for note in &cube.provenance().notes {
            results.say(Level::Info, note.clone());
        }
        results
    }
}

/// The reading's words as the command line has them.
fn choices(reading: &Reading) -> anyhow::Result<Choices> {
    let imd = reading.imd.as_deref().map(|own| word("edition of the deprivation index", own));
    let ethnic_groups = reading.ethnic_groups.as_deref().map(|own| word("way to make ethnic groups", own));
    let period = reading.period.as_deref().map(|own| word("length of a period", own));
    Ok(Choices {
        by: reading.by.clone(),
        also_by: reading.also_by.clone(),
        indicators: reading.indicators.clone(),
        imd: imd.transpose()?,
        ethnic_groups: ethnic_groups.transpose()?.unwrap_or_default(),
        period: period.transpose()?,
    })
}

/// The first and the last period in it, as the profile writes periods.
fn periods(cube: &Exact<Cube>) -> Option<(String, String)> {
    let dimension = cube.dimensions().iter().find(|own| own.order == Order::Period)?;
    let mut known = dimension.groups.iter().filter(|own| own.state == GroupState::Known);
    let first = known.next()?;
    Some((first.id.clone(), known.next_back().unwrap_or(first).id.clone()))
}
