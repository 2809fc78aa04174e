//! The cube as a Parquet file, marked as exact, in a folder that only its owner can open.
//!
//! One row for each cell that is not zero: `table`, one column `group:<dimension>` for each dimension (null where the table
//! does not have it), `reading`, `count`; tables in order, keys ascending. What the codes mean stands as JSON in the file's
//! key-value metadata under `evenly.cube`, beside the marker `evenly.disclosure = exact`.

mod meta;
mod read;
mod write;

#[cfg(test)]
mod tests;

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::cube::Cube;
use crate::error::CubeError;
use crate::exact::Exact;

/// Key of the marker in the file's metadata.
const MARKER: &str = "evenly.disclosure";
/// Key of the description in the file's metadata.
const DESCRIPTION: &str = "evenly.cube";
/// Version of this layout.
const LAYOUT: u32 = 1;

impl Exact<Cube> {
    /// Saves the cube as a Parquet file that only its owner can read (mode 0600). Its folder is made with mode 0700 where
    /// it is not there, and refused where others can open it. The file appears whole or not at all.
    pub fn save(&self, file: &Path) -> Result<(), CubeError> {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        closed_folder(folder)?;
        let partial = file.with_extension("partial");
        let written = new_file(&partial)
            .map_err(|error| failed(file, &error))
            .and_then(|sink| write::write(&self.0, sink, file))
            .and_then(|()| fs::rename(&partial, file).map_err(|error| failed(file, &error)));
        if written.is_err() {
            // Nothing is to be said of a failure to remove what is left: the first error is the one that matters.
            let _ = fs::remove_file(&partial);
        }
        written
    }

    /// Loads a cube that [`Exact::save`] saved.
    pub fn load(file: &Path) -> Result<Self, CubeError> {
        let source = fs::File::open(file).map_err(|error| failed(file, &error))?;
        read::read(source, file).map(Self::new)
    }
}

/// Makes the folder with mode 0700, or checks that nobody but its owner can open it.
fn closed_folder(folder: &Path) -> Result<(), CubeError> {
    match fs::metadata(folder) {
        Ok(found) if !found.is_dir() => Err(reason(folder, "it is a file where a folder is needed")),
        Ok(found) if open_to_others(&found) => Err(reason(
            folder,
            "others can open this folder, and an exact cube must not be where they can; name a new folder, or close this one (chmod 700)",
        )),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make_folder(folder).map_err(|error| failed(folder, &error))
        }
        Err(error) => Err(failed(folder, &error)),
    }
}

#[cfg(unix)]
fn open_to_others(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    found.permissions().mode() & 0o077 != 0
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(unix)]
fn new_file(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    // What an interrupted run left behind is replaced, and never reopened with the mode that it had.
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Where there are no Unix modes, the folder's own access rules hold.
#[cfg(not(unix))]
fn open_to_others(_: &fs::Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(not(unix))]
fn new_file(path: &Path) -> io::Result<fs::File> {
    fs::File::create(path)
}

fn failed(path: &Path, error: &dyn std::error::Error) -> CubeError {
    reason(path, &error.to_string())
}

fn reason(path: &Path, reason: &str) -> CubeError {
    CubeError::File { path: path.display().to_string(), reason: reason.to_owned() }
}
