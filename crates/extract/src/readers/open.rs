//! Opening an extract: files, folders and archives of any supported format as one list of units of work.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use evenly_cube::SourceFile;

use super::archive;
use super::chunk::{ColumnRequest, ReadError, Unit};
use super::fault::{damaged, io_error};
use super::fhir::{self, FhirFile};
use super::format::{Format, format_of, is_hidden, is_note};
use super::hash::sha256;
use super::header::find_column;
use super::limits::Limits;
use super::parquet;
use super::sheet;
use super::text::source::Source;
use super::text::unit::TextFile;

/// Several files as one table.
pub struct Extract {
    /// The files, in the order they are read: as given, and by name within a folder.
    pub files: Vec<ExtractFile>,
    /// The units of work of all files, in order.
    pub units: Vec<Box<dyn Unit>>,
    /// Files in the folders and archives given that are of no supported kind, or not data: to be shown, because a file that
    /// is silently left out is a wrong answer.
    pub skipped: Vec<Skipped>,
}

/// One file (or member of an archive, or sheet) of an extract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractFile {
    /// Name without its folder; a member of an archive as `archive.zip/member.csv`, a sheet as `book.xlsx#Sheet`.
    pub name: String,
    /// The file on disk.
    pub path: PathBuf,
    /// Size of the file on disk.
    pub bytes: u64,
    /// The headers, cleaned of white space and byte-order marks.
    pub headers: Vec<String>,
}

/// A file that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// What one file or member gives.
pub(super) struct Part {
    pub name: String,
    pub headers: Vec<String>,
    pub units: Vec<Box<dyn Unit>>,
}

/// Opens files, folders (every supported file in them, by name) and archives as one extract. Reads their beginnings only.
///
/// When some cannot be opened, the error names every one of them.
pub fn open(paths: &[PathBuf], limits: &Limits) -> Result<Extract, ReadError> {
    let mut extract = Extract { files: Vec::new(), units: Vec::new(), skipped: Vec::new() };
    let mut errors = Vec::new();
    let mut seen = HashSet::new();
    let mut resources = Vec::new();
    let listed = list(paths, &mut extract.skipped, &mut errors);
    let names = names(&listed);
    for ((path, sheet), name) in listed.iter().zip(names) {
        // The same file twice would count its people twice.
        let place = path.canonicalize().unwrap_or_else(|_| path.clone());
        if !seen.insert((place, sheet.clone())) {
            errors.push(damaged(
                &name,
                None,
                "it is given twice, which would count everyone in it twice. Give it once",
            ));
            continue;
        }
        match open_file(path, sheet.as_deref(), &name, limits, &mut extract.skipped, &mut resources) {
            Ok(parts) => parts.into_iter().for_each(|part| add(&mut extract, path, part)),
            Err(mut found) => errors.append(&mut found),
        }
    }
    // The files of a FHIR export make sense only together.
    if !resources.is_empty() && errors.is_empty() {
        match fhir::open(resources, limits, &mut extract.skipped) {
            Ok(parts) => parts.into_iter().for_each(|(path, part)| add(&mut extract, &path, part)),
            Err(mut found) => errors.append(&mut found),
        }
    }
    match errors.len() {
        0 if extract.files.is_empty() => Err(nothing(paths, &extract.skipped)),
        0 => Ok(extract),
        1 => Err(errors.swap_remove(0)),
        _ => Err(ReadError::Several { errors }),
    }
}

impl Extract {
    /// Checks that every file has the columns, so that a missing one is said before the work begins.
    pub fn check_columns(&self, columns: &[ColumnRequest]) -> Result<(), ReadError> {
        let mut errors: Vec<ReadError> = self
            .files
            .iter()
            .flat_map(|file| {
                columns.iter().filter_map(|column| find_column(&file.name, &file.headers, &column.header).err())
            })
            .collect();
        match errors.len() {
            0 => Ok(()),
            1 => Err(errors.swap_remove(0)),
            _ => Err(ReadError::Several { errors }),
        }
    }

    /// The files for provenance, with the hashes of the files on disk and the rows counted by name (as in
    /// [`crate::engine::Counted::file_rows`]).
    pub fn sources(&self, file_rows: &[(String, u64)]) -> Result<Vec<SourceFile>, ReadError> {
        let mut hashes: HashMap<&Path, String> = HashMap::new();
        self.files
            .iter()
            .map(|file| {
                if !hashes.contains_key(file.path.as_path()) {
                    hashes.insert(&file.path, sha256(&file.path)?);
                }
                Ok(SourceFile {
                    file: file.name.clone(),
                    sha256: hashes[file.path.as_path()].clone(),
                    bytes: file.bytes,
                    rows: file_rows.iter().filter(|(name, _)| *name == file.name).map(|(_, rows)| rows).sum(),
                })
            })
            .collect()
    }
}

/// The name of a file without its folder.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// A file to open, and the sheet of it if one was named.
type Listed = (PathBuf, Option<String>);

/// The files that the paths mean.
fn list(paths: &[PathBuf], skipped: &mut Vec<Skipped>, errors: &mut Vec<ReadError>) -> Vec<Listed> {
    let mut listed = Vec::new();
    for path in paths {
        if path.is_dir() {
            match folder(path, skipped) {
                Ok(files) => listed.extend(files.into_iter().map(|file| (file, None))),
                Err(error) => errors.push(io_error(&file_name(path), &error)),
            }
        } else {
            listed.push(named_sheet(path));
        }
    }
    listed
}

/// `book.xlsx#Sheet` as the file and the sheet; a file whose own name has a `#` is that file.
fn named_sheet(path: &Path) -> Listed {
    let text = path.to_string_lossy();
    match text.rsplit_once('#') {
        Some((file, sheet)) if !path.exists() && format_of(Path::new(file)) == Some(Format::Sheet) => {
            (PathBuf::from(file), Some(sheet.to_owned()))
        }
        _ => (path.to_path_buf(), None),
    }
}

/// The supported files of a folder, by name.
fn folder(path: &Path, skipped: &mut Vec<Skipped>) -> std::io::Result<Vec<PathBuf>> {
    let mut entries = std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        let name = file_name(&entry);
        let reason = if is_hidden(&name) {
            continue;
        } else if entry.is_dir() {
            Some("a folder inside the folder; give it as well if it belongs to the extract")
        } else if is_note(&name) {
            Some("a note to the reader")
        } else if format_of(&entry).is_none() {
            Some("not CSV, Parquet, XLSX or NDJSON")
        } else {
            None
        };
        match reason {
            Some(reason) => skipped.push(Skipped { name, reason: reason.to_owned() }),
            None => files.push(entry),
        }
    }
    Ok(files)
}

/// Names of the files: without folders, or with as much of them as tells two files of the same name apart.
fn names(listed: &[Listed]) -> Vec<String> {
    let own = |(path, sheet): &Listed| match sheet {
        Some(sheet) => format!("{}#{sheet}", file_name(path)),
        None => file_name(path),
    };
    let mut places: HashMap<String, HashSet<&Path>> = HashMap::new();
    for file in listed {
        places.entry(own(file)).or_default().insert(&file.0);
    }
    listed
        .iter()
        .map(|file| {
            let name = own(file);
            match file.0.parent().filter(|_| places[&name].len() > 1).map(file_name) {
                Some(parent) => format!("{parent}/{name}"),
                None => name,
            }
        })
        .collect()
}

/// Opens one file.
fn open_file(
    path: &Path,
    sheet: Option<&str>,
    name: &str,
    limits: &Limits,
    skipped: &mut Vec<Skipped>,
    resources: &mut Vec<FhirFile>,
) -> Result<Vec<Part>, Vec<ReadError>> {
    let one = |part: Result<Part, ReadError>| part.map(|part| vec![part]).map_err(|error| vec![error]);
    if let Err(error) = std::fs::File::open(path) {
        return Err(vec![io_error(name, &error)]);
    }
    match format_of(path) {
        Some(Format::Parquet) => one(parquet::open(path, name).map(|file| Part {
            name: name.to_owned(),
            headers: file.headers(),
            units: file.units(),
        })),
        Some(Format::Sheet) => one(sheet::open(path, sheet, name, limits)),
        Some(Format::Zip) => archive::open(path, name, limits, skipped, resources),
        Some(Format::Ndjson) => {
            let gzipped = path.extension().is_some_and(|own| own.eq_ignore_ascii_case("gz"));
            let source = if gzipped { Source::Gzip(path.to_path_buf()) } else { Source::Plain(path.to_path_buf()) };
            resources.push(FhirFile { path: path.to_path_buf(), name: name.to_owned(), source });
            Ok(Vec::new())
        }
        Some(Format::Gzip) => one(text(name, Source::Gzip(path.to_path_buf()), limits)),
        Some(Format::Text) | None => one(text(name, Source::Plain(path.to_path_buf()), limits)),
    }
}

/// Opens a text file.
pub(super) fn text(name: &str, source: Source, limits: &Limits) -> Result<Part, ReadError> {
    let file = TextFile::open(name, source, limits)?;
    Ok(Part { name: name.to_owned(), headers: file.headers().to_vec(), units: file.units() })
}

fn add(extract: &mut Extract, path: &Path, part: Part) {
    let bytes = std::fs::metadata(path).map_or(0, |m| m.len());
    let (name, headers) = (part.name, part.headers);
    extract.files.push(ExtractFile { name, path: path.to_path_buf(), bytes, headers });
    extract.units.extend(part.units);
}

/// The error when there is nothing to read.
fn nothing(paths: &[PathBuf], skipped: &[Skipped]) -> ReadError {
    let given = paths.iter().map(|path| file_name(path)).collect::<Vec<_>>().join(", ");
    let left_out = match skipped.len() {
        0 => String::new(),
        1 => ", and the one file there is of no supported kind".to_owned(),
        n => format!(", and the {n} files there are of no supported kind"),
    };
    ReadError::Io {
        file: if given.is_empty() { "extract".into() } else { given },
        reason: format!(
            "there is no data file{left_out}. Supported are CSV (also .gz and .zip), Parquet, XLSX and FHIR NDJSON"
        ),
    }
}
