//! All that typst may see: one template, two fonts, the data. No file, no package, no clock.

use std::path::PathBuf;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Features, Library, LibraryExt, World};

use crate::fonts::FONTS;

/// How every document is set.
const TEMPLATE: &str = include_str!("../../assets/document.typ");
/// The world of one document.
pub struct Shelf {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
}

impl Shelf {
    /// With no data yet.
    pub fn new() -> Self {
        let fonts: Vec<Font> = FONTS.iter().flat_map(|font| Font::iter(Bytes::new(*font))).collect();
        Self {
            library: LazyHash::new(library(Dict::new())),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::detached(TEMPLATE),
        }
    }

    /// With data, which the template sees as `sys.inputs`.
    pub fn with(self, inputs: Dict) -> Self {
        Self { library: LazyHash::new(library(inputs)), ..self }
    }

    /// Whether every font has a letter.
    pub fn prints(&self, letter: char) -> bool {
        self.fonts.iter().all(|font| font.info().coverage.contains(u32::from(letter)))
    }
}

/// Typst's library, with the header cells of rows that an accessible table needs.
fn library(inputs: Dict) -> Library {
    Library::builder()
        .with_inputs(inputs)
        .with_features([Feature::A11yExtras].into_iter().collect::<Features>())
        .build()
}

impl World for Shelf {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::NotFound(PathBuf::new())) }
    }

    fn file(&self, _id: FileId) -> FileResult<Bytes> {
        Err(FileError::NotFound(PathBuf::new()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
