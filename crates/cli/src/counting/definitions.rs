//! Definitions of the trust's own that lie in files: policies and indicators.

use std::fs;
use std::path::Path;

use anyhow::Context;
use evenly_cube::{Indicator, Policy, shipped_indicators};

use crate::exit::Usage;

/// The shipped indicators, with the trust's own in their places by id or beside them.
pub fn indicators(own: Vec<Indicator>) -> anyhow::Result<Vec<Indicator>> {
    let mut all = shipped_indicators()?;
    for own in own {
        all.retain(|other| other.id != own.id);
        all.push(own);
    }
    Ok(all)
}

/// A disclosure policy: a TOML file or an id.
pub fn policy(name: &str) -> anyhow::Result<Policy> {
    if Path::new(name).is_file() {
        let text = fs::read_to_string(name).with_context(|| format!("{name}: cannot be read"))?;
        return Ok(Policy::parse(&text)?);
    }
    if Policy::shipped_ids().any(|id| id == name) {
        return Ok(Policy::shipped(name)?);
    }
    let shipped = Policy::shipped_ids().collect::<Vec<_>>().join(", ");
    Err(Usage(format!("there is no disclosure policy `{name}`: it is neither a file nor one of {shipped}")).into())
}

/// The indicators of a TOML file or of those in a folder.
pub fn local_indicators(path: &Path) -> anyhow::Result<Vec<Indicator>> {
    let each = own_definitions(path)?.into_iter().map(|(name, text)| Ok(Indicator::parse(&name, &text)?));
    each.collect()
}

/// Name and text of a trust's own definitions: of a TOML file, or of those in a folder, by name.
pub fn own_definitions(path: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        let entries = fs::read_dir(path).with_context(|| format!("{}: cannot be read", path.display()))?;
        files = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|file| file.extension().is_some_and(|kind| kind == "toml"))
            .collect();
        files.sort();
        anyhow::ensure!(!files.is_empty(), "{}: there is no TOML file in this folder", path.display());
    }
    let each = files.iter().map(|file| {
        let name = file.display().to_string();
        let text = fs::read_to_string(file).with_context(|| format!("{name}: cannot be read"))?;
        Ok((name, text))
    });
    each.collect()
}
