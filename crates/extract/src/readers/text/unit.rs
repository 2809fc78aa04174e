//! Text files as units of work: pieces of a plain file, or a compressed file as one.

use std::io::{self, Read};
use std::sync::Arc;

use super::layout::Layout;
use super::pieces::Pieces;
use super::rows::Rows;
use super::sniff::Encoding;
use super::source::{Source, Utf16};
use crate::readers::chunk::{ChunkReader, ColumnRequest, ReadError, Unit};
use crate::readers::fault::io_error;
use crate::readers::limits::Limits;

/// A text file, found out.
pub(crate) struct TextFile {
    layout: Arc<Layout>,
    /// Of a plain file.
    pieces: Option<Arc<Pieces>>,
}

impl TextFile {
    /// Finds out how the file is written; reads no more than its beginning and samples.
    pub fn open(name: &str, source: Source, limits: &Limits) -> Result<Self, ReadError> {
        let layout = Layout::find(name, source, limits)?;
        let divisible = !matches!(layout.encoding, Encoding::Utf16 { .. });
        let pieces = match &layout.source {
            Source::Plain(path) if divisible => {
                let size = std::fs::metadata(path).map_err(|e| io_error(name, &e))?.len();
                Some(Arc::new(Pieces::new(&layout, size)))
            }
            _ => None,
        };
        Ok(Self { layout: Arc::new(layout), pieces })
    }

    /// The headers, cleaned.
    pub fn headers(&self) -> &[String] {
        &self.layout.headers
    }

    /// The units of work.
    pub fn units(&self) -> Vec<Box<dyn Unit>> {
        let count = self.pieces.as_ref().map_or(1, |pieces| pieces.count());
        (0..count)
            .map(|index| {
                let (layout, pieces) = (Arc::clone(&self.layout), self.pieces.clone());
                Box::new(TextUnit { layout, pieces, index }) as Box<dyn Unit>
            })
            .collect()
    }
}

struct TextUnit {
    layout: Arc<Layout>,
    pieces: Option<Arc<Pieces>>,
    index: usize,
}

impl Unit for TextUnit {
    fn file(&self) -> &str {
        &self.layout.file
    }

    fn open(&self, columns: &[ColumnRequest]) -> Result<Box<dyn ChunkReader + '_>, ReadError> {
        let layout = &self.layout;
        let (name, source, limits) = (&layout.file, &layout.source, &layout.limits);
        let (input, line): (Box<dyn Read + Send>, u64) = match (&self.pieces, layout.encoding) {
            (Some(pieces), _) => {
                let piece = pieces.piece(layout, self.index)?;
                let bytes = source.bytes_from(name, piece.start, limits)?.take(piece.end - piece.start);
                (Box::new(bytes), piece.first_line)
            }
            (None, Encoding::Utf16 { big_endian }) => {
                let mut text = Utf16::new(source.bytes_from(name, 0, limits)?, big_endian);
                io::copy(&mut text.by_ref().take(layout.body), &mut io::sink()).map_err(|e| io_error(name, &e))?;
                (Box::new(text), layout.first_line)
            }
            (None, _) => (source.bytes_from(name, layout.body, limits)?, layout.first_line),
        };
        Ok(Box::new(Rows::new(Arc::clone(layout), input, line, columns)?))
    }
}
