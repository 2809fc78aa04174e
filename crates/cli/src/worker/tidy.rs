//! What lies in the data folder and is of no use any more: exact counts of claims that came to nothing, uploads that were read.

use std::path::Path;
use std::time::SystemTime;

use evenly_store::runs::{self, Run, State};
use evenly_store::work::{Folder, Work};
use evenly_store::{Store, StoreError, claims};
use jiff::{SignedDuration, Timestamp};
use tokio::fs;

use super::options::Options;

/// How long an upload is kept whose analysis is not done, so that it can be tried again.
const UPLOAD_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Removes exact counts of claims that came to nothing: of one run, or of all.
pub async fn exact(store: &Store, options: &Options, of: Option<&Run>) -> Result<(), StoreError> {
    let prefix = of.map_or_else(String::new, |run| run.id.to_string());
    // The folder is listed first: a claim made later is not in the list.
    for name in names(&options.exact).await.into_iter().filter(|name| name.starts_with(&prefix)) {
        if !claims::is_of_use(store, &name).await? {
            remove(&options.exact.join(name)).await;
        }
    }
    Ok(())
}

/// Removes the upload that a run has read, where no other run needs it.
pub async fn upload_of(store: &Store, options: &Options, run: &Run, now: Timestamp) -> Result<(), StoreError> {
    let work = Work::of_run(run)?;
    match work.reading().map(|reading| &reading.folder) {
        Some(Folder::Upload(name)) => upload(store, options, name, now).await,
        _ => Ok(()),
    }
}

/// Removes all uploads that no run needs.
pub async fn uploads(store: &Store, options: &Options, now: Timestamp) -> Result<(), StoreError> {
    for name in names(&options.uploads).await {
        upload(store, options, &name, now).await?;
    }
    Ok(())
}

async fn upload(store: &Store, options: &Options, name: &str, now: Timestamp) -> Result<(), StoreError> {
    let place = options.uploads.join(name);
    let of_it = runs::on_upload(store, name).await?;
    let since = match of_it.iter().filter_map(|run| run.finished_at).max() {
        Some(ended) => ended,
        // It may be on its way: its run is asked for once all of it has come.
        None => changed(&place).await.unwrap_or(now),
    };
    if !is_needed(&of_it, since, now) {
        remove(&place).await;
    }
    Ok(())
}

/// An upload is needed until it has been analysed; one that was checked or failed waits for the next try, but not for ever.
fn is_needed(of_it: &[Run], since: Timestamp, now: Timestamp) -> bool {
    let analysed = of_it.iter().any(|run| run.state == State::Done && run.kind == "analyse");
    let under_way = of_it.iter().any(|run| !run.state.is_end());
    under_way || (!analysed && now.duration_since(since) < UPLOAD_KEPT)
}

async fn changed(place: &Path) -> Option<Timestamp> {
    let changed: SystemTime = fs::metadata(place).await.ok()?.modified().ok()?;
    Timestamp::try_from(changed).ok()
}

/// Names of folders in a folder; none where it is not there.
async fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let Ok(mut entries) = fs::read_dir(folder).await else { return names };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let is_folder = entry.file_type().await.is_ok_and(|kind| kind.is_dir());
        names.extend(entry.file_name().into_string().ok().filter(|_| is_folder));
    }
    names
}

async fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder).await {
        tracing::warn!(folder = %folder.display(), %error, "a folder that is of no use could not be removed");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(kind: &str, state: State) -> Run {
        let at = Timestamp::UNIX_EPOCH;
        let id = "01933b0e-7c00-7000-8000-000000000001".parse().expect("an id");
        Run {
            id,
            kind: kind.to_owned(),
            parameters: json!({}),
            state,
            requested_by: "platform".to_owned(),
            requested_at: at,
            retry_of: None,
            schedule: None,
            cancel_requested_at: None,
            starts: 1,
            worker: None,
            lease_until: None,
            started_at: None,
            finished_at: None,
            step: String::new(),
            rows_done: 0,
            outcome: None,
        }
    }

    #[test]
    fn an_upload_is_kept_while_it_can_be_tried_again() {
        let (soon, late) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + UPLOAD_KEPT);
        let (done, failed) = (run("analyse", State::Done), run("analyse", State::Failed));
        let (checked, waiting) = (run("check", State::Done), run("analyse", State::Waiting));
        for (of_it, kept_soon, kept_late) in [
            (&[][..], true, false),
            (std::slice::from_ref(&failed), true, false),
            (std::slice::from_ref(&checked), true, false),
            (&[checked.clone(), done.clone()], false, false),
            (&[failed.clone(), done.clone()], false, false),
            (&[done, waiting], true, true),
        ] {
            assert_eq!(is_needed(of_it, Timestamp::UNIX_EPOCH, soon), kept_soon, "{of_it:?}");
            assert_eq!(is_needed(of_it, Timestamp::UNIX_EPOCH, late), kept_late, "{of_it:?}");
        }
    }
}
