//! One column of a row group, page by page: dictionary codes go straight to ids, no value is built.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{Encoding, Type};
use parquet::column::page::{Page, PageReader};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::ColumnDescPtr;

use super::fallback::Fallback;
use super::hybrid::Hybrid;
use super::intern::{Interner, MOST_VALUES};

/// Why a column cannot be read on.
pub enum Fault {
    /// It is damaged.
    Damaged(String),
    /// It has too many distinct values.
    TooMany,
}

impl From<&'static str> for Fault {
    fn from(wrong: &'static str) -> Self {
        Self::Damaged(wrong.to_owned())
    }
}

impl From<parquet::errors::ParquetError> for Fault {
    fn from(error: parquet::errors::ParquetError) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// Reads one column of one row group.
pub struct Column {
    descriptor: ColumnDescPtr,
    pages: SerializedPageReader<File>,
    /// Ids of the dictionary's entries.
    dictionary: Vec<u32>,
    /// Whether `dictionary[i] == i`, so that codes are ids.
    identity: bool,
    page: Option<OpenPage>,
    levels: Vec<u32>,
    codes: Vec<u32>,
    /// Takes over for pages in encodings other than dictionary and plain.
    fallback: Option<Fallback>,
}

/// A data page that is being read.
struct OpenPage {
    page: Page,
    left: usize,
    levels: Option<Hybrid>,
    values: Values,
}

enum Values {
    Codes(Hybrid),
    /// Position of the next value in the page; for booleans, its number of bits.
    Plain {
        at: usize,
        bits: usize,
    },
    /// Run-length encoded booleans.
    Booleans(Hybrid),
}

impl Column {
    /// Opens it and passes over the first `skip` rows.
    pub fn open(
        file: Arc<File>,
        chunk: &ColumnChunkMetaData,
        rows: usize,
        skip: usize,
        interner: &mut Interner,
    ) -> Result<Self, Fault> {
        let descriptor = chunk.column_descr_ptr();
        let own = chunk.encodings().all(|encoding| {
            matches!(encoding, Encoding::PLAIN | Encoding::RLE | Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY)
        });
        let pages = SerializedPageReader::new(Arc::clone(&file), chunk, rows, None)?;
        let fallback = if own {
            None
        } else {
            let pages = SerializedPageReader::new(file, chunk, rows, None)?;
            Some(Fallback::new(Arc::clone(&descriptor), Box::new(pages), skip)?)
        };
        let mut column = Self {
            descriptor,
            pages,
            dictionary: Vec::new(),
            identity: true,
            page: None,
            levels: Vec::new(),
            codes: Vec::new(),
            fallback,
        };
        if column.fallback.is_none() {
            column.skip(skip, interner)?;
        }
        Ok(column)
    }

    /// Fills `ids` with the ids of the next rows.
    pub fn read(&mut self, interner: &mut Interner, mut ids: &mut [u32]) -> Result<(), Fault> {
        if let Some(fallback) = &mut self.fallback {
            return fallback.read(interner, ids);
        }
        while !ids.is_empty() {
            let left = self.page.as_ref().map_or(0, |page| page.left);
            if left == 0 {
                self.next_page(interner)?;
                continue;
            }
            let (now, later) = ids.split_at_mut(left.min(ids.len()));
            self.read_page(interner, now)?;
            ids = later;
        }
        Ok(())
    }

    /// Passes over rows: whole pages without unpacking them, then single rows.
    fn skip(&mut self, mut rows: usize, interner: &mut Interner) -> Result<(), Fault> {
        while rows > 0 {
            let Some(next) = self.pages.peek_next_page()? else {
                return Err(Fault::from("the column has fewer rows than the file says"));
            };
            let there = next.num_rows.or(next.num_levels).unwrap_or(0);
            if next.is_dict || there > rows {
                self.next_page(interner)?;
                if self.page.is_some() {
                    return self.read(interner, &mut vec![0; rows]);
                }
            } else {
                self.pages.skip_next_page()?;
                rows -= there;
            }
        }
        Ok(())
    }

    fn next_page(&mut self, interner: &mut Interner) -> Result<(), Fault> {
        self.page = None;
        let page = self.pages.get_next_page()?.ok_or("the column has fewer rows than the file says")?;
        if let Page::DictionaryPage { buf, num_values, .. } = &page {
            return self.read_dictionary(buf, *num_values as usize, interner);
        }
        let optional = self.descriptor.max_def_level() > 0;
        let buf = page.buffer();
        let (levels, start) = match &page {
            Page::DataPage { .. } if !optional => (None, 0),
            Page::DataPage { def_level_encoding: Encoding::RLE, .. } => {
                let size = buf.first_chunk::<4>().map_or(0, |size| u32::from_le_bytes(*size)) as usize;
                let end = size.checked_add(4).filter(|end| *end <= buf.len()).ok_or("a page ends too early")?;
                (Some(Hybrid::new(1, 4, end)?), end)
            }
            Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
                let start = *rep_levels_byte_len as usize;
                let end = start + *def_levels_byte_len as usize;
                if end > buf.len() {
                    return Err(Fault::from("a page ends too early"));
                }
                (if optional { Some(Hybrid::new(1, start, end)?) } else { None }, end)
            }
            _ => return Err(Fault::from("a page marks missing values in a way that is no longer in use")),
        };
        let values = match page.encoding() {
            // A page of nulls alone may have nothing here, not even the width.
            Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY => {
                let width = buf.get(start).copied().unwrap_or(0);
                Values::Codes(Hybrid::new(width.into(), start + 1, buf.len())?)
            }
            Encoding::PLAIN => Values::Plain { at: start, bits: 0 },
            Encoding::RLE if self.descriptor.physical_type() == Type::BOOLEAN => {
                Values::Booleans(Hybrid::new(1, start + 4, buf.len())?)
            }
            other => {
                return Err(Fault::Damaged(format!(
                    "a page is in an encoding ({other}) that its column does not announce"
                )));
            }
        };
        self.page = Some(OpenPage { left: page.num_values() as usize, page, levels, values });
        Ok(())
    }

    fn read_dictionary(&mut self, buf: &[u8], count: usize, interner: &mut Interner) -> Result<(), Fault> {
        if count > MOST_VALUES {
            return Err(Fault::TooMany);
        }
        self.dictionary.clear();
        let mut at = 0;
        for _ in 0..count {
            let (value, next) = plain(buf, at, &self.descriptor)?;
            self.dictionary.push(interner.id(value).ok_or(Fault::TooMany)?);
            at = next;
        }
        self.identity = self.dictionary.iter().zip(0u32..).all(|(id, code)| *id == code);
        Ok(())
    }

    fn read_page(&mut self, interner: &mut Interner, ids: &mut [u32]) -> Result<(), Fault> {
        let Some(open) = &mut self.page else { return Ok(()) };
        let bytes = open.page.buffer();
        let known = Known { dictionary: &self.dictionary, identity: self.identity };
        open.left -= ids.len();
        if let Some(levels) = &mut open.levels
            && !levels.skip_if_all(bytes, 1, ids.len())?
        {
            self.levels.resize(ids.len(), 0);
            levels.read(bytes, &mut self.levels)?;
            let present: usize = self.levels.iter().map(|level| *level as usize).sum();
            // One more, so that the code after the last can be looked at and thrown away.
            self.codes.resize(present + 1, 0);
            values(&mut open.values, bytes, &self.descriptor, known, interner, &mut self.codes[..present])?;
            let (missing, mut next) = (if present < ids.len() { interner.missing() } else { 0 }, 0);
            for (id, level) in ids.iter_mut().zip(&self.levels) {
                let code = self.codes[next];
                *id = if *level == 1 { code } else { missing };
                next += *level as usize;
            }
            return Ok(());
        }
        values(&mut open.values, bytes, &self.descriptor, known, interner, ids)
    }
}

/// The dictionary of the row group.
#[derive(Clone, Copy)]
struct Known<'a> {
    dictionary: &'a [u32],
    identity: bool,
}

/// Fills `out` with the ids of the next values of a page.
fn values(
    values: &mut Values,
    bytes: &[u8],
    descriptor: &ColumnDescPtr,
    known: Known<'_>,
    interner: &mut Interner,
    out: &mut [u32],
) -> Result<(), Fault> {
    match values {
        Values::Codes(hybrid) => {
            hybrid.read(bytes, out)?;
            let highest = out.iter().fold(0, |highest: u32, code| highest.max(*code));
            if !out.is_empty() && highest as usize >= known.dictionary.len() {
                return Err(Fault::from("a code is not in the column's dictionary"));
            }
            if !known.identity {
                for code in out {
                    *code = known.dictionary[*code as usize];
                }
            }
        }
        Values::Booleans(hybrid) => {
            hybrid.read(bytes, out)?;
            truths(out, interner)?;
        }
        Values::Plain { at, bits } if descriptor.physical_type() == Type::BOOLEAN => {
            for value in &mut *out {
                let byte = bytes.get(*at + *bits / 8).ok_or("a page ends too early")?;
                *value = u32::from(byte >> (*bits % 8) & 1);
                *bits += 1;
            }
            truths(out, interner)?;
        }
        Values::Plain { at, .. } => {
            for id in out {
                let (value, next) = plain(bytes, *at, descriptor)?;
                *id = interner.id(value).ok_or(Fault::TooMany)?;
                *at = next;
            }
        }
    }
    Ok(())
}

/// Zeros and ones become the ids of false and true.
fn truths(values: &mut [u32], interner: &mut Interner) -> Result<(), Fault> {
    let mut ids = [None; 2];
    for value in values {
        let truth = usize::from(*value == 1);
        *value = if let Some(id) = ids[truth] {
            id
        } else {
            let id = interner.id(&[u8::from(truth == 1)]).ok_or(Fault::TooMany)?;
            *ids[truth].insert(id)
        };
    }
    Ok(())
}

/// The plainly encoded value at a position, and the position after it.
fn plain<'a>(bytes: &'a [u8], at: usize, descriptor: &ColumnDescPtr) -> Result<(&'a [u8], usize), Fault> {
    let rest = bytes.get(at..).unwrap_or_default();
    let (start, size) = match descriptor.physical_type() {
        Type::INT32 | Type::FLOAT => (0, 4),
        Type::INT64 | Type::DOUBLE => (0, 8),
        Type::INT96 => (0, 12),
        Type::BOOLEAN => (0, 1),
        Type::FIXED_LEN_BYTE_ARRAY => (0, usize::try_from(descriptor.type_length()).unwrap_or(0)),
        Type::BYTE_ARRAY => (4, rest.first_chunk::<4>().map_or(usize::MAX, |size| u32::from_le_bytes(*size) as usize)),
    };
    let end = size.checked_add(start).filter(|end| *end <= rest.len()).ok_or("a page ends too early")?;
    Ok((&rest[start..end], at + end))
}
