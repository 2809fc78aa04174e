//! The files that a run may read: those of an upload, or in the import folder. Nothing outside, by whatever path or link.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use evenly_store::work::{Folder, Reading};

use super::options::Options;

/// The files of a reading: those named, or the folder with all of them.
pub fn of(options: &Options, reading: &Reading) -> anyhow::Result<Vec<PathBuf>> {
    let place = folder(options, &reading.folder)?;
    if reading.files.is_empty() {
        for entry in fs::read_dir(&place).with_context(|| gone(&reading.folder))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            // What is hidden is not read.
            if !name.starts_with('.') {
                stays_inside(&place, &name)?;
            }
        }
        return Ok(vec![place]);
    }
    reading.files.iter().map(|name| file(&place, &reading.folder, name)).collect()
}

/// A folder that the worker may read, with every link in its path followed.
pub fn folder(options: &Options, folder: &Folder) -> anyhow::Result<PathBuf> {
    let (root, inside) = match folder {
        Folder::Upload(name) => (&options.uploads, name),
        Folder::Import(inside) => {
            let root = options.imports.as_ref();
            let advice = "this server has no import folder; name one with --imports, or as `imports` under [records] of evenly.toml";
            (root.context(advice)?, inside)
        }
    };
    let inside = Path::new(inside);
    let plain = inside.components().all(|part| matches!(part, Component::Normal(_)));
    if !plain || (matches!(folder, Folder::Upload(_)) && inside.components().count() != 1) {
        bail!("`{}` is no folder inside the import folder; name one without `..` or a leading slash", inside.display());
    }
    let root = root.canonicalize().map_err(|_| anyhow!(gone(folder)))?;
    let place = root.join(inside).canonicalize().map_err(|_| anyhow!(gone(folder)))?;
    if !place.starts_with(&root) {
        bail!("`{}` leads out of the import folder; put the files themselves there", inside.display());
    }
    Ok(place)
}

/// One file of a folder; of a workbook it may name a sheet (`book.xlsx#Sheet`).
fn file(place: &Path, folder: &Folder, name: &str) -> anyhow::Result<PathBuf> {
    let mut parts = Path::new(name).components();
    if !matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) {
        bail!("`{name}` is no name of a file; name one without slashes");
    }
    let whole = place.join(name);
    let book = name.rsplit_once('#').map(|(book, _)| book).filter(|_| !whole.exists());
    let on_disk = book.unwrap_or(name);
    if !place.join(on_disk).exists() {
        match folder {
            Folder::Upload(_) => bail!(gone(folder)),
            Folder::Import(_) => bail!("`{on_disk}` is not in the import folder any more; put it there again"),
        }
    }
    stays_inside(place, on_disk)?;
    if !place.join(on_disk).is_file() {
        bail!("`{on_disk}` is no file; name files, or the folder alone for all that lie in it");
    }
    Ok(whole)
}

/// A link may lead to another file of the folder, and nowhere else.
fn stays_inside(place: &Path, name: &str) -> anyhow::Result<()> {
    match place.join(name).canonicalize() {
        Ok(end) if end.starts_with(place) => Ok(()),
        _ => bail!("`{name}` leads out of its folder, or nowhere; put the file itself there"),
    }
}

fn gone(folder: &Folder) -> String {
    match folder {
        Folder::Upload(_) => "the file that was sent is not kept any more; send it again".to_owned(),
        Folder::Import(inside) if inside.is_empty() => "the import folder cannot be read".to_owned(),
        Folder::Import(inside) => format!("there is no folder `{inside}` in the import folder"),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn options(root: &Path) -> Options {
        let (imports, uploads) = (root.join("imports"), root.join("uploads"));
        fs::create_dir_all(imports.join("monthly")).expect("a folder");
        fs::create_dir_all(uploads.join("one")).expect("a folder");
        fs::write(imports.join("monthly/a.csv"), "a").expect("a file");
        fs::write(uploads.join("one/b.csv"), "b").expect("a file");
        fs::write(root.join("secret.csv"), "secret").expect("a file");
        Options {
            name: "test".to_owned(),
            uploads,
            exact: root.join("exact"),
            imports: Some(imports),
            lease: jiff::SignedDuration::from_mins(1),
            poll: std::time::Duration::from_secs(1),
            limits: evenly_extract::readers::Limits::default(),
        }
    }

    fn reading(folder: Folder, files: &[&str]) -> Reading {
        Reading { folder, files: files.iter().map(|own| (*own).to_owned()).collect(), ..Reading::default() }
    }

    #[test]
    fn files_inside_are_found() {
        let root = tempfile::tempdir().expect("a folder");
        let options = options(root.path());
        let import = || Folder::Import("monthly".to_owned());
        let place = options.imports.as_ref().expect("imports").canonicalize().expect("it is there").join("monthly");
        assert_eq!(of(&options, &reading(import(), &["a.csv"])).expect("it is there"), [place.join("a.csv")]);
        assert_eq!(of(&options, &reading(import(), &[])).expect("it is there"), std::slice::from_ref(&place));
        symlink("a.csv", place.join("same.csv")).expect("a link");
        assert!(of(&options, &reading(import(), &["same.csv"])).is_ok(), "a link within the folder");
        fs::write(place.join("book.xlsx"), "x").expect("a file");
        assert_eq!(
            of(&options, &reading(import(), &["book.xlsx#May"])).expect("a sheet"),
            [place.join("book.xlsx#May")]
        );
        assert!(of(&options, &reading(Folder::Upload("one".to_owned()), &["b.csv"])).is_ok());
    }

    #[test]
    fn nothing_outside_is_read() {
        let root = tempfile::tempdir().expect("a folder");
        let mut options = options(root.path());
        let imports = options.imports.clone().expect("imports");
        symlink(root.path(), imports.join("out")).expect("a link");
        symlink(root.path().join("secret.csv"), imports.join("monthly/link.csv")).expect("a link");
        symlink("nowhere", imports.join("monthly/dangling.csv")).expect("a link");
        let secret = root.path().join("secret.csv").display().to_string();
        for (folder, files) in [
            (Folder::Import("..".to_owned()), &["secret.csv"][..]),
            (Folder::Import("monthly/../..".to_owned()), &["secret.csv"]),
            (Folder::Import(root.path().display().to_string()), &["secret.csv"]),
            (Folder::Import("out".to_owned()), &["secret.csv"]),
            (Folder::Import("monthly".to_owned()), &["../../secret.csv"]),
            (Folder::Import("monthly".to_owned()), &[&secret]),
            (Folder::Import("monthly".to_owned()), &["link.csv"]),
            (Folder::Import("monthly".to_owned()), &["dangling.csv"]),
            (Folder::Import("monthly".to_owned()), &[]),
            (Folder::Import(String::new()), &["monthly"]),
            (Folder::Import("elsewhere".to_owned()), &["a.csv"]),
            (Folder::Upload("../imports/monthly".to_owned()), &["a.csv"]),
            (Folder::Upload("two".to_owned()), &["b.csv"]),
            (Folder::Upload(String::new()), &[]),
        ] {
            let wanted = reading(folder, files);
            let message = of(&options, &wanted).expect_err("it is refused").to_string();
            let advises = ["put ", "name ", "send ", "there is no folder"].iter().any(|own| message.contains(own));
            assert!(advises, "{wanted:?}: {message}");
        }
        options.imports = None;
        let message = of(&options, &reading(Folder::default(), &["a.csv"])).expect_err("there is none").to_string();
        assert!(message.contains("--imports"), "{message}");
    }
}
