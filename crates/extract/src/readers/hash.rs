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
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    Ok(hasher.finalize().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
}
