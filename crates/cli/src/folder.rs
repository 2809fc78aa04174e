//! An output folder that appears whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::TempDir;

/// Files by which a folder of ours is known.
const MARKERS: [&str; 3] = ["report.json", "statement.json", "truth.json"];

/// A folder being filled beside its final place. Dropped before [`Folder::put_in_place`], it leaves nothing behind.
pub struct Folder {
    hidden: TempDir,
    place: PathBuf,
    replace: bool,
    /// Whether nobody but its owner may open it.
    locked: bool,
}

impl Folder {
    /// Prepares to write a folder at `place`; an existing one is kept unless `replace` is set, an empty one is used.
    pub fn prepare(place: &Path, replace: bool) -> anyhow::Result<Self> {
        let empty = fs::read_dir(place).is_ok_and(|mut entries| entries.next().is_none());
        if place.exists() && !empty && !replace {
            bail!("{}: is there already; choose another folder with --out, or add --replace", place.display());
        }
        if replace && place.exists() && !empty && !MARKERS.iter().any(|own| place.join(own).is_file()) {
            bail!(
                "{}: is not a folder that evenly wrote, so it is not replaced; choose another with --out",
                place.display()
            );
        }
        let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if parent.is_file() {
            bail!("{}: is a file, and --out needs a folder there; choose another", parent.display());
        }
        fs::create_dir_all(parent).with_context(|| format!("{}: cannot be made", parent.display()))?;
        let hidden = tempfile::Builder::new().prefix(".evenly-").tempdir_in(parent);
        let hidden = hidden.with_context(|| format!("{}: cannot be written to", parent.display()))?;
        Ok(Self { hidden, place: place.to_owned(), replace: replace || empty, locked: false })
    }

    /// Where to write meanwhile.
    pub fn path(&self) -> &Path {
        self.hidden.path()
    }

    /// Writes one file whole.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
        self.fill(name, |path| Ok(fs::write(path, bytes)?))
    }

    /// Lets `write` fill one file; a failure names the file as it would have stood in its place.
    pub fn fill(&self, name: &str, write: impl FnOnce(&Path) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let shown = self.place.join(name);
        write(&self.path().join(name)).with_context(|| format!("{}: cannot be written", shown.display()))
    }

    /// Keeps the folder for its owner, from before the first file: it holds what is about single people.
    pub fn for_its_owner(mut self) -> anyhow::Result<Self> {
        open_to(self.hidden.path(), 0o700)?;
        self.locked = true;
        Ok(self)
    }

    /// Moves the folder to its place.
    pub fn put_in_place(self) -> anyhow::Result<PathBuf> {
        if !self.locked {
            open_to(self.hidden.path(), 0o755)?;
        }
        let new = self.hidden.keep();
        let moved =
            if self.replace && self.place.exists() { swap(&new, &self.place) } else { fs::rename(&new, &self.place) };
        if let Err(error) = moved {
            // Nothing half done may stay behind, whatever the reason.
            drop(fs::remove_dir_all(&new));
            return Err(error)
                .with_context(|| format!("{}: the finished folder cannot be put there", self.place.display()));
        }
        Ok(self.place)
    }
}

/// Puts `new` where `old` stands and removes `old`, which is out of the way before `new` appears.
fn swap(new: &Path, old: &Path) -> std::io::Result<()> {
    let aside = new.with_extension("old");
    fs::rename(old, &aside)?;
    if let Err(error) = fs::rename(new, old) {
        fs::rename(&aside, old)?;
        return Err(error);
    }
    fs::remove_dir_all(aside)
}

/// A temporary folder may be its owner's only; a report is as open as the person's other files. The exact cube's own folder
/// inside keeps its lock.
#[cfg(unix)]
fn open_to(folder: &Path, mode: u32) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(folder, fs::Permissions::from_mode(mode))?)
}

#[cfg(not(unix))]
fn open_to(_folder: &Path, _mode: u32) -> anyhow::Result<()> {
    Ok(())
}
