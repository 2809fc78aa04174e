//! Folders of the server that are looked into every so often; each file is taken once.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use evenly_extract::readers;
use evenly_store::schedules::{self, FoundFile, Schedule};
use evenly_store::{Actor, Store, StoreError};
use jiff::{SignedDuration, Timestamp};

use super::files;
use super::options::Options;

/// A file that was changed so lately may still be on its way.
const SETTLED: SignedDuration = SignedDuration::from_secs(30);

/// Looks into every folder that is due.
pub async fn look(store: &Store, options: &Options, now: Timestamp) -> Result<(), StoreError> {
    for schedule in schedules::due(store, now).await? {
        let (options, own) = (options.clone(), schedule.clone());
        let name = options.name.clone();
        let found = tokio::task::spawn_blocking(move || find(&options, &own, now)).await;
        let found = found.unwrap_or_default();
        let mut change = store.change(Actor::Worker(name), now).await?;
        match schedules::looked(&mut change, &schedule, &found).await {
            Ok(_) => change.commit().await?,
            // Another worker was first.
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The files that lie in a schedule's folder, by name.
fn find(options: &Options, schedule: &Schedule, now: Timestamp) -> Vec<FoundFile> {
    let Some(reading) = schedule.work.reading() else { return Vec::new() };
    let listed = files::folder(options, &reading.folder).and_then(|folder| Ok(list(&folder, now)?));
    let listed = listed.unwrap_or_else(|error| {
        tracing::warn!(schedule = %schedule.id, error = %format!("{error:#}"), "a schedule's folder cannot be read");
        Vec::new()
    });
    let found = listed.into_iter().filter_map(|path| {
        let file = path.file_name()?.to_str()?.to_owned();
        Some(FoundFile { file, sha256: readers::sha256(&path).ok()? })
    });
    found.collect()
}

/// Files of a supported kind that have been left alone for a while.
fn list(folder: &Path, now: Timestamp) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let changed = entry.metadata().and_then(|own| own.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let settled = Timestamp::try_from(changed).is_ok_and(|changed| now.duration_since(changed) >= SETTLED);
        let own = entry.file_type()?.is_file();
        if own && settled && readers::is_data(&entry.path()) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}
