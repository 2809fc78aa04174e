//! What a run came to, kept in the change that ends it: all of it, or nothing.

use evenly_cube::{Releasable, Release};
use evenly_store::claims::{self, Claim, Ending};
use evenly_store::extracts::{self, Extract, NewExtract};
use evenly_store::findings::{self, NewFinding};
use evenly_store::releases::{self, NewRelease};
use evenly_store::runs::Level;
use evenly_store::statements::{self, Statement};
use evenly_store::{Change, Id, Store, StoreError};
use serde_json::{Map, Value, json};

/// What a run came to.
#[derive(Default)]
pub struct Results {
    /// The extract that it read.
    pub extract: Option<NewExtract>,
    /// What passed the gate.
    pub releases: Vec<Released>,
    /// The statement that shows these releases from now on.
    pub statement: Option<Id<Statement>>,
    /// What stands in the run's outcome beside the ids of what is kept.
    pub outcome: Map<String, Value>,
    /// Lines for the run's log.
    pub log: Vec<(Level, String)>,
}

/// A release to keep.
pub struct Released {
    /// The extract that it was counted from; that of the run where there is none.
    pub extract: Option<Id<Extract>>,
    /// What it is for.
    pub purpose: &'static str,
    /// Title for a reader.
    pub title: String,
    /// More of what its purpose needs.
    pub context: Value,
    /// The counts.
    pub release: Releasable<Release>,
    /// What they support.
    pub found: Vec<NewFinding>,
}

impl Results {
    /// Keeps everything and ends the run as done, where it is still the claim's.
    pub async fn keep(&self, change: &mut Change, claim: &Claim) -> Result<(), StoreError> {
        claims::hold(change, claim).await?;
        let mut outcome = self.outcome.clone();
        let mut read = None;
        if let Some(extract) = &self.extract {
            let id = extracts::add(change, extract).await?;
            outcome.insert("extract".to_owned(), json!(id));
            read = Some(id);
        }
        let mut ids = Vec::with_capacity(self.releases.len());
        for own in &self.releases {
            let extract = own.extract.or(read).ok_or(StoreError::NotFound("extract"))?;
            let new = NewRelease {
                run: claim.run.id,
                extract,
                purpose: own.purpose.to_owned(),
                title: own.title.clone(),
                context: own.context.clone(),
            };
            let id = releases::add(change, &new, &own.release).await?;
            if !own.found.is_empty() {
                findings::keep(change, id, &own.found).await?;
            }
            ids.push(id);
        }
        if !ids.is_empty() {
            outcome.insert("releases".to_owned(), json!(ids));
        }
        if let Some(statement) = self.statement {
            statements::set_run(change, statement, claim.run.id).await?;
        }
        claims::finish(change, claim, &Ending::Done(Value::Object(outcome))).await
    }

    /// Warns of files that another extract has counted already: two releases of the same rows can give away what each withholds.
    pub async fn warn_of_rows_twice(&mut self, store: &Store) -> Result<(), StoreError> {
        let Some(extract) = &self.extract else { return Ok(()) };
        let mut said = Vec::new();
        for file in &extract.provenance.sources {
            let before = extracts::with_file(store, &file.sha256).await?;
            let other = before.into_iter().find(|own| own.purpose == extract.purpose && own.name != extract.name);
            said.extend(other.map(|other| {
                format!(
                    "{} was counted before, as “{}”. Two releases of the same rows can give away what each withholds: take one of \
                     them out of use",
                    file.file, other.name
                )
            }));
        }
        self.log.extend(said.into_iter().map(|text| (Level::Warning, text)));
        Ok(())
    }

    /// Adds a line to the log.
    pub fn say(&mut self, level: Level, text: impl Into<String>) {
        self.log.push((level, text.into()));
    }
}
