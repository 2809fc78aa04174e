//! Zip archives: every member that is a supported file.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::chunk::ReadError;
use super::fault::{damaged, io_error};
use super::fhir::FhirFile;
use super::format::{Format, format_of};
use super::limits::Limits;
use super::open::{Part, Skipped, text};
use super::sheet;
use super::text::source::{Guard, Source};

/// Most members looked at.
const MEMBERS: usize = 100_000;

/// One member.
struct Member {
    index: usize,
    name: String,
    compressed: u64,
    encrypted: bool,
}

/// Opens an archive as the parts of its members, by name, and lists the members that are left out.
pub(super) fn open(
    path: &Path,
    name: &str,
    limits: &Limits,
    skipped: &mut Vec<Skipped>,
    resources: &mut Vec<FhirFile>,
) -> Result<Vec<Part>, Vec<ReadError>> {
    let members = members(path, name).map_err(|error| vec![error])?;
    let (mut parts, mut errors) = (Vec::new(), Vec::new());
    for member in members {
        let full = format!("{name}/{}", member.name);
        if let Some(reason) = left_out(&member.name) {
            skipped.push(Skipped { name: full, reason: reason.to_owned() });
            continue;
        }
        if format_of(Path::new(&member.name)) == Some(Format::Ndjson) {
            match resource_member(path, &member, full) {
                Ok(file) => resources.push(file),
                Err(error) => errors.push(error),
            }
            continue;
        }
        match open_member(path, &member, &full, limits) {
            Ok(part) => parts.push(part),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(parts) } else { Err(errors) }
}

fn members(path: &Path, name: &str) -> Result<Vec<Member>, ReadError> {
    let file = File::open(path).map_err(|e| io_error(name, &e))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| zip_error(name, &e))?;
    if archive.len() > MEMBERS {
        return Err(ReadError::Limit {
            file: name.to_owned(),
            line: None,
            reason: format!("the archive has more than {MEMBERS} members; unpack it and give the folder"),
        });
    }
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(|e| zip_error(name, &e))?;
        let member_name = member.name().map_err(|e| zip_error(name, &e))?.into_owned();
        let hidden = member_name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
        if !member.is_dir() && !hidden {
            let (compressed, encrypted) = (member.compressed_size(), member.encrypted());
            members.push(Member { index, name: member_name, compressed, encrypted });
        }
    }
    members.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(members)
}

/// Why a member is not read, if it is not data.
fn left_out(name: &str) -> Option<&'static str> {
    let file = Path::new(name);
    let readme = file.file_name().is_some_and(|n| n.to_string_lossy().to_lowercase().starts_with("readme"));
    if readme {
        return Some("a note to the reader");
    }
    format_of(file).is_none().then_some("not CSV, XLSX or NDJSON")
}

/// A member with resources of a FHIR export.
fn resource_member(path: &Path, member: &Member, name: String) -> Result<FhirFile, ReadError> {
    if member.encrypted {
        return Err(damaged(&name, None, ENCRYPTED));
    }
    if Path::new(&member.name).extension().is_some_and(|own| own.eq_ignore_ascii_case("gz")) {
        return Err(damaged(&name, None, NESTED));
    }
    let source = Source::ZipMember { archive: path.to_path_buf(), index: member.index, compressed: member.compressed };
    Ok(FhirFile { path: path.to_path_buf(), name, source })
}

const ENCRYPTED: &str = "it is protected by a password. Unpack it with the password and give the unpacked file";
const NESTED: &str = "an archive inside an archive is not read. Unpack the outer one and give what is in it";

fn open_member(path: &Path, member: &Member, full: &str, limits: &Limits) -> Result<Part, ReadError> {
    if member.encrypted {
        return Err(damaged(full, None, ENCRYPTED));
    }
    match format_of(Path::new(&member.name)) {
        Some(Format::Text) | None => {
            let (archive, index, compressed) = (path.to_path_buf(), member.index, member.compressed);
            text(full, Source::ZipMember { archive, index, compressed }, limits)
        }
        Some(Format::Sheet) => sheet::from_bytes(&held(path, member, full, limits)?, None, full, limits),
        Some(Format::Zip | Format::Gzip | Format::Ndjson) => Err(damaged(full, None, NESTED)),
        Some(Format::Parquet) => {
            Err(damaged(full, None, "Parquet inside a zip archive is not read. Unpack it and give the unpacked file"))
        }
    }
}

/// A small member in memory.
fn held(path: &Path, member: &Member, full: &str, limits: &Limits) -> Result<Vec<u8>, ReadError> {
    let file = File::open(path).map_err(|e| io_error(full, &e))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| zip_error(full, &e))?;
    let inner = archive.by_index(member.index).map_err(|e| zip_error(full, &e))?;
    let bounded = Limits { expansion_floor: limits.sheet_bytes, expansion_ratio: 0, ..limits.clone() };
    let mut bytes = Vec::new();
    Guard::new(member.compressed, &bounded).over(inner).read_to_end(&mut bytes).map_err(|e| io_error(full, &e))?;
    Ok(bytes)
}

/// What is wrong with an archive, in words.
pub(super) fn zip_error(name: &str, error: &ZipError) -> ReadError {
    match error {
        ZipError::Io(error) => io_error(name, error),
        ZipError::CompressionMethodNotSupported(_) => damaged(
            name,
            None,
            "it is compressed in a way that is not supported. Pack it again with the usual method (deflate), or unpack it",
        ),
        ZipError::InvalidPassword => {
            damaged(name, None, "it is protected by a password. Unpack it and give the unpacked file")
        }
        _ => damaged(
            name,
            None,
            "it is not a whole zip archive: the copy may be incomplete. Copy it again, or unpack it and give what is in it",
        ),
    }
}
