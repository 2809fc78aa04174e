//! What was worked out of releases, kept in memory: a release never changes, so neither does its analysis.

use std::sync::{Arc, OnceLock};

use evenly_report::{Analysis, Heading, analyse};
use evenly_store::extracts::{self, Extract};
use evenly_store::releases::{self, ReleaseInfo};
use evenly_store::{Id, StoreError};
use tokio::sync::{Mutex, OnceCell};

use crate::app::Platform;
use crate::components::times;
use crate::error::Fault;

/// How many are kept; the one longest not asked for goes first. A trust with more extracts works them out again and again.
const KEPT: usize = 32;
/// What releases for these pages are stored as.
pub const PURPOSE: &str = "analysis";

/// What releases of checks are stored as.
const CHECK: &str = "check";

type Kept = (Id<ReleaseInfo>, Arc<OnceCell<Worked>>);

/// What is worked out of a release.
#[derive(Clone)]
struct Worked {
    analysis: Arc<Analysis>,
    glance: Arc<Glances>,
}

/// The table of icons as markup, drawn once: for links within the only release, and within one of several.
pub type Glances = [OnceLock<String>; 2];

/// The analyses in memory.
#[derive(Default)]
pub struct Analyses(Mutex<Vec<Kept>>);

/// A release that pages show: the newest of an extract that was not withdrawn, or one that a link names.
#[derive(Clone)]
pub struct Shown {
    /// What is known of the release.
    pub info: ReleaseInfo,
    /// What it was counted from.
    pub extract: Extract,
    /// What was worked out of it.
    pub analysis: Arc<Analysis>,
    /// Its table of icons, once somebody has asked for it.
    pub glance: Arc<Glances>,
}

impl Analyses {
    /// Forgets all of them: what stands at their heads has changed.
    pub async fn forget(&self) {
        self.0.lock().await.clear();
    }

    /// The analysis of a release; two who ask at once wait for the same one.
    async fn of(&self, app: &Platform, info: &ReleaseInfo) -> Result<Worked, Fault> {
        let cell = {
            let mut kept = self.0.lock().await;
            let cell = match kept.iter().position(|own| own.0 == info.id) {
                Some(place) => kept.remove(place).1,
                None => Arc::default(),
            };
            kept.push((info.id, cell.clone()));
            if kept.len() > KEPT {
                kept.remove(0);
            }
            cell
        };
        let made = cell.get_or_try_init(|| async {
            let release = releases::load(&app.store, info.id).await?;
            let heading = Heading {
                organisation: Some(app.look().await.organisation.clone()).filter(|own| !own.is_empty()),
                title: None,
                date: Some(times::day_of(info.made_at).to_string()),
            };
            let work =
                move || Worked { analysis: Arc::new(analyse(&release).with_heading(heading)), glance: Arc::default() };
            tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Ours)
        });
        made.await.cloned()
    }
}

/// Every release that is current, the newest first.
pub async fn current(app: &Platform) -> Result<Vec<Shown>, Fault> {
    let mut shown = Vec::new();
    for info in releases::current(&app.store, PURPOSE).await? {
        shown.push(open(app, info).await?);
    }
    Ok(shown)
}

/// The release that a link names.
pub async fn named(app: &Platform, id: &str) -> Result<Shown, Fault> {
    of_purpose(app, id, &[PURPOSE]).await
}

/// The release that a link names, also one that tells of data quality alone.
pub async fn looked_into(app: &Platform, id: &str) -> Result<Shown, Fault> {
    of_purpose(app, id, &[PURPOSE, CHECK]).await
}

async fn of_purpose(app: &Platform, id: &str, purposes: &[&str]) -> Result<Shown, Fault> {
    let id = id.parse().map_err(|_| Fault::NotFound)?;
    let info = releases::get(&app.store, id).await?;
    if purposes.contains(&info.purpose.as_str()) { open(app, info).await } else { Err(Fault::NotFound) }
}

async fn open(app: &Platform, info: ReleaseInfo) -> Result<Shown, Fault> {
    let extract = extracts::get(&app.store, info.extract).await.map_err(|error| match error {
        StoreError::NotFound(_) => Fault::Ours,
        other => other.into(),
    })?;
    let Worked { analysis, glance } = app.analyses.of(app, &info).await?;
    Ok(Shown { info, extract, analysis, glance })
}
