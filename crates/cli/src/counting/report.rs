//! From rows to what may leave, as `analyse`, `check` and the worker's runs of them all do it.

use std::path::Path;

use anyhow::bail;
use evenly_cube::{Policy, Releasable, Release, RowsEquation, Split, Views};
use evenly_extract::checks::RejectsFile;
use evenly_extract::count::{CheckReport, CountedExtract};
use evenly_extract::engine::Progress;

use super::{Counting, views};
use crate::show;

/// Counts for a report; rejected rows go to a file. Rows of which none is left are refused: a report about nobody would be a
/// wrong answer.
pub fn count_for_report(
    counting: &Counting,
    rejects: &Path,
    progress: &dyn Progress,
) -> anyhow::Result<CountedExtract> {
    let rejects = RejectsFile::create(rejects)?;
    let counted = counting.count(&rejects, progress)?;
    rejects.finish()?;
    refuse_nothing(&counted.rows)?;
    Ok(counted)
}

/// What may leave of a report's counts.
pub fn release(counted: &CountedExtract, policy: &Policy, split: Option<&str>) -> anyhow::Result<Releasable<Release>> {
    let split = split.map_or(Split::LatestYear, |from| Split::From(from.to_owned()));
    Ok(counted.cube.release(policy, &views::of_report(counted, split))?)
}

/// What may leave of a check: data quality in all and by group, and no other counts.
pub fn release_of_check(checked: &CheckReport, policy: &Policy) -> anyhow::Result<Releasable<Release>> {
    let by = checked.cube.dimensions().iter().map(|own| own.id.clone()).collect();
    Ok(checked.cube.release(policy, &Views { period: None, by, pairs: Vec::new(), change: None })?)
}

fn refuse_nothing(rows: &RowsEquation) -> anyhow::Result<()> {
    if rows.read == 0 {
        bail!("there are headers and no rows under them; give a file with rows");
    }
    if rows.counted == 0 {
        bail!(
            "{}\nNo row is left to report on; `evenly check` with --rejects says why, line by line",
            show::rows_equation(rows)
        );
    }
    Ok(())
}
