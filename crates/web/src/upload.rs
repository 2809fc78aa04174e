//! A form with a file: its token first, then its fields, then the file, streamed to a closed folder under a name of ours.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use evenly_store::closed_folder;
use tokio::fs;
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

use crate::app::Options;
use crate::error::Fault;
use crate::guard::FormToken;
use crate::security::csrf;

/// Endings of files that can be read, the longer first.
pub const ENDINGS: [&str; 8] = [".ndjson.gz", ".csv.gz", ".ndjson", ".parquet", ".xlsx", ".csv", ".zip", ".gz"];
/// Longest field that is no file, bytes.
const FIELD_BYTES_MAX: usize = 10_000;

/// What came.
#[derive(Debug, Default)]
pub struct Upload {
    /// Fields that are no files.
    pub fields: BTreeMap<String, String>,
    /// The file, where one came.
    pub file: Option<Received>,
    /// Why a file that came was not taken, to stand beside the field.
    pub refused: Option<String>,
}

/// A file that was received: alone in a folder of its own under the folder of uploads.
#[derive(Debug)]
pub struct Received {
    /// Name of the folder.
    pub folder: String,
    /// Name of the file, made of what its sender calls it.
    pub name: String,
}

/// A small file that is kept in memory.
#[derive(Debug)]
pub enum Small {
    /// All of it.
    Whole(Vec<u8>),
    /// It was larger than what is taken.
    TooLarge,
    /// None came.
    None,
}

/// The fields of a form. Without the form's token before all else, none is given.
struct Fields<'a> {
    multipart: Multipart,
    token: &'a FormToken,
    proven: bool,
    options: &'a Options,
}

impl<'a> Fields<'a> {
    fn new(multipart: Multipart, token: &'a FormToken, options: &'a Options) -> Self {
        Self { multipart, token, proven: false, options }
    }

    async fn next(&mut self) -> Result<Option<Field<'_>>, Fault> {
        if !self.proven {
            let first = self.multipart.next_field().await.map_err(|error| fault(&error, self.options))?;
            let sent = match first {
                Some(field) if field.name() == Some(csrf::FIELD) => text(field, self.options).await?,
                _ => String::new(),
            };
            if !csrf::same(&self.token.0, &sent) {
                return Err(Fault::NotFromHere);
            }
            self.proven = true;
        }
        self.multipart.next_field().await.map_err(|error| fault(&error, self.options))
    }
}

/// Receives a small file, whatever its name, to be kept in memory.
pub async fn small(
    multipart: Multipart,
    token: &FormToken,
    options: &Options,
    bytes_max: usize,
) -> Result<Small, Fault> {
    let mut fields = Fields::new(multipart, token, options);
    let mut found = Small::None;
    while let Some(mut field) = fields.next().await? {
        if field.file_name().is_none() || !matches!(found, Small::None) {
            continue;
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|error| fault(&error, options))? {
            if bytes.len() + chunk.len() > bytes_max {
                return Ok(Small::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        found = Small::Whole(bytes);
    }
    Ok(found)
}

impl Upload {
    /// Receives it.
    pub async fn receive(multipart: Multipart, token: &FormToken, options: &Options) -> Result<Self, Fault> {
        let mut upload = Self::default();
        let mut fields = Fields::new(multipart, token, options);
        while let Some(field) = fields.next().await? {
            if field.file_name().is_some() {
                upload.take(field, options).await?;
            } else {
                let name = field.name().unwrap_or_default().to_owned();
                let value = text(field, options).await?;
                upload.fields.insert(name, value);
            }
        }
        Ok(upload)
    }

    /// The text of a field, empty where it did not come.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    async fn take(&mut self, field: Field<'_>, options: &Options) -> Result<(), Fault> {
        let sent_as = field.file_name().unwrap_or_default().to_owned();
        if sent_as.is_empty() || self.file.is_some() {
            return Ok(());
        }
        let Some(name) = safe_name(&sent_as) else {
            self.refused = Some("Choose a CSV, Parquet, XLSX, NDJSON, ZIP or GZ file".to_owned());
            return Ok(());
        };
        let folder = Uuid::new_v4().to_string();
        let place = options.uploads.join(&folder);
        closed_folder(&options.uploads).and_then(|()| closed_folder(&place)).map_err(|error| disk(&error))?;
        let written = write(field, &place.join(&name), options).await;
        if !matches!(written, Ok(1..)) {
            // What was half received is of no use to anybody.
            discard(options, &folder).await;
        }
        match written? {
            0 => self.refused = Some("The file is empty".to_owned()),
            _ => self.file = Some(Received { folder, name }),
        }
        Ok(())
    }
}

/// A file's name without anything that could be a path, short, and with an ending that can be read.
fn safe_name(sent_as: &str) -> Option<String> {
    let ending = ending(sent_as)?;
    let stem = &sent_as[..sent_as.len() - ending.len()];
    let stem = stem.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |own: char| if own.is_ascii_alphanumeric() || "-_.".contains(own) { own } else { '-' };
    let stem: String = stem.chars().take(80).map(plain).collect();
    let stem = stem.trim_matches(['.', '-']);
    Some(format!("{}{ending}", if stem.is_empty() { "extract" } else { stem }))
}

/// The ending of a file's name that can be read.
pub fn ending(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    ENDINGS.into_iter().find(|ending| lower.ends_with(ending))
}

/// Removes an upload that is not wanted after all.
pub async fn discard(options: &Options, folder: &str) {
    let _ = fs::remove_dir_all(options.uploads.join(folder)).await;
}

async fn write(mut field: Field<'_>, path: &Path, options: &Options) -> Result<u64, Fault> {
    let mut file = fs::File::create_new(path).await.map_err(|error| disk(&error))?;
    let mut bytes = 0_u64;
    while let Some(chunk) = field.chunk().await.map_err(|error| fault(&error, options))? {
        bytes += chunk.len() as u64;
        file.write_all(&chunk).await.map_err(|error| disk(&error))?;
    }
    file.flush().await.map_err(|error| disk(&error))?;
    let mut file = file.into_std().await;
    file.flush().and_then(|()| file.sync_all()).map_err(|error| disk(&error))?;
    Ok(bytes)
}

async fn text(mut field: Field<'_>, options: &Options) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| fault(&error, options))? {
        if bytes.len() + chunk.len() > FIELD_BYTES_MAX {
            return Err(Fault::TooLarge(FIELD_BYTES_MAX as u64));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Fault::Unreadable("A field of the form is not text."))
}

fn fault(error: &MultipartError, options: &Options) -> Fault {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        Fault::TooLarge(options.upload_bytes_max)
    } else {
        Fault::Unreadable("The file did not come whole. Send it again.")
    }
}

fn disk(error: &std::io::Error) -> Fault {
    tracing::error!(%error, "an upload could not be written");
    Fault::Ours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_endings_that_can_be_read_are_taken() {
        assert_eq!(ending("Outpatients 2026.CSV.gz"), Some(".csv.gz"));
        assert_eq!(ending("../../etc/passwd.csv"), Some(".csv"));
        for (sent, kept) in [
            ("../../etc/cron.d/evil.csv", Some("evil.csv")),
            ("C:\\Users\\me\\Outpatients 2026.CSV.gz", Some("Outpatients-2026.csv.gz")),
            ("..csv", Some("extract.csv")),
            ("é\0\r\n.zip", Some("extract.zip")),
            ("run.sh", None),
        ] {
            assert_eq!(safe_name(sent).as_deref(), kept, "{sent:?}");
        }
        for bad in ["", "a", "a.exe", "a.csv.html", "csv", "a.csv\0"] {
            assert_eq!(ending(bad), None, "{bad:?}");
        }
    }
}
