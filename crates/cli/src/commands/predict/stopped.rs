//! That a trial was stopped because help harms a group: written beside its design by `evaluate`, and minded by `score`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use evenly_prediction::trial::{Design, Evaluation};
use serde::{Deserialize, Serialize};

/// What an evaluation said.
#[derive(Serialize, Deserialize)]
struct Stopped {
    /// Checksum of the design, so that a new one under the same name is not stopped.
    design: String,
    /// First and last day of the appointments looked at.
    days: [String; 2],
    /// Groups that are harmed, in words.
    harmed: Vec<String>,
}

/// The file beside a design.
fn beside(design: &Path) -> PathBuf {
    design.with_extension("stopped.json")
}

/// Writes down that an evaluation said stop; says where.
pub fn stop(path: &Path, design: &Design, found: &Evaluation) -> anyhow::Result<PathBuf> {
    let file = beside(path);
    let shown = || format!("{}: cannot be written", file.display());
    let own = Stopped { design: design.checksum(), days: found.days.clone(), harmed: found.harmed.clone() };
    let folder = file.parent().filter(|own| !own.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut hidden = tempfile::NamedTempFile::new_in(folder).with_context(shown)?;
    hidden.write_all((serde_json::to_string_pretty(&own)? + "\n").as_bytes()).with_context(shown)?;
    hidden.persist(&file).with_context(shown)?;
    Ok(file)
}

/// Refuses further offers of a trial that was stopped.
pub fn refuse_if_stopped(path: &Path, design: &Design) -> anyhow::Result<()> {
    let file = beside(path);
    if !file.is_file() {
        return Ok(());
    }
    let name = file.display();
    let text = fs::read_to_string(&file).with_context(|| format!("{name}: cannot be read"))?;
    let own: Stopped = serde_json::from_str(&text)
        .with_context(|| format!("{name}: it is not what `evenly predict evaluate` writes where it says stop"))?;
    if own.design != design.checksum() {
        return Ok(());
    }
    bail!(
        "{}: this trial was stopped, because help harms {} (appointments of {} to {}; {name}). Ask them what went wrong, change the offers, and plan anew",
        path.display(),
        own.harmed.join("; "),
        own.days[0],
        own.days[1],
    )
}
