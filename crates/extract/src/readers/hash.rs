//! Fingerprints of the files read, for provenance.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::chunk::ReadError;
use super::fault::io_error;

/// SHA-256 of a file's bytes, in hexadecimal, read in pieces.
pub fn sha256(path: &Path) -> Result<String, ReadError> {
    let name = super::open::file_name(path);
    let mut file = File::open(path).map_err(|e| io_error(&name, &e))?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 18];
    loop {
        let read = file.read(&mut piece).map_err(|e| io_error(&name, &e))?;
        if read == 0 {
            break;
        }
        hasher.update(&piece[..read]);
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
