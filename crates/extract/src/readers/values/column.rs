//! The table of distinct values of a column, and the quick ways from a field's bytes to an id in it.

use std::collections::HashMap;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::date::DateFormat;
use super::meaning::{Kind, Meaning, first_day};
use super::whole::plain;
use crate::readers::chunk::{ColumnRequest, Raw, ValueTable};
use crate::readers::text::sniff::{Encoding, decode};
use crate::readers::text::split::{PADDING, word_at};

/// Why a field has no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Its bytes are not in the file's encoding.
    Undecodable,
    /// The column has more distinct values than the limit.
    TooMany,
}

/// Id that stands for bytes that are not in the file's encoding.
const UNDECODABLE: u32 = u32::MAX;
/// Id that is not given yet.
const NONE: u32 = u32::MAX - 1;

/// Fields up to this long are their own key.
const SHORT: usize = 16;
/// Longer fields than this are not remembered by their bytes.
const LONG: usize = 256;
/// Whole numbers below this, and days from [`FIRST_DAY`], find their ids by position.
const SMALL_WHOLES: usize = 4096;
/// 1880-01-01.
const FIRST_DAY: i32 = -32_872;
/// Days of the years that dates are read in.
const DAYS: usize = 117_000;

/// A field of at most [`SHORT`] bytes and its id.
#[derive(Clone, Copy)]
struct ShortField {
    low: u64,
    high: u64,
    length: u32,
    id: u32,
}

/// A longer field, kept in the arena, and its id.
#[derive(Clone, Copy)]
struct LongField {
    hash: u64,
    start: usize,
    length: u32,
    id: u32,
}

/// Distinct values, without regard to how they were written.
#[derive(PartialEq, Eq, Hash)]
enum Canonical {
    Missing,
    Text(Box<str>),
    Whole(i64),
    Day(i32),
    Unreadable(&'static str),
}

/// One requested column while its file is read.
pub(crate) struct Column {
    meaning: Meaning,
    encoding: Encoding,
    limit: usize,
    values: ValueTable,
    canonical: HashMap<Canonical, u32, DefaultHashBuilder>,
    short: HashTable<ShortField>,
    long: HashTable<LongField>,
    arena: Vec<u8>,
    hasher: DefaultHashBuilder,
    /// Ids by small whole number or by day, as the kind says.
    by_position: Vec<u32>,
    /// Ids of texts of one byte, as most codes are.
    by_byte: [u32; 256],
}

impl Column {
    /// A column as it is asked for, in a file of this encoding.
    pub fn new(request: &ColumnRequest, encoding: Encoding, limit: usize) -> Self {
        let meaning = Meaning::new(request);
        let positions = match meaning.kind() {
            Kind::Whole => SMALL_WHOLES,
            Kind::Date(_) => DAYS,
            Kind::Text | Kind::Hundredths | Kind::Identifier(_) => 0,
        };
        Self {
            meaning,
            encoding,
            limit,
            values: Vec::new(),
            canonical: HashMap::default(),
            short: HashTable::new(),
            long: HashTable::new(),
            arena: Vec::new(),
            hasher: DefaultHashBuilder::default(),
            by_position: vec![NONE; positions],
            by_byte: [NONE; 256],
        }
    }

    /// The distinct values so far.
    pub fn values(&self) -> &ValueTable {
        &self.values
    }

    /// The id of the field `buffer[start..end]`; the buffer goes on for [`PADDING`] bytes at least.
    #[inline]
    pub fn id(&mut self, buffer: &[u8], start: usize, end: usize) -> Result<u32, Fault> {
        let field = &buffer[start..end];
        match self.meaning.kind() {
            Kind::Whole => {
                if let Some(number) = plain(field) {
                    return self.whole(number);
                }
            }
            Kind::Date(formats) => {
                if let Some(day) = quick_day(formats, field) {
                    return self.day(day);
                }
            }
            Kind::Text => {
                if let [byte] = *field {
                    return self.one_byte(byte);
                }
            }
            Kind::Hundredths => {}
            Kind::Identifier(_) => return self.unseen(field),
        }
        if field.len() <= SHORT {
            let (low, high) = short_key(buffer, start, end);
            self.short_field(low, high, field)
        } else if field.len() <= LONG {
            self.long_field(field)
        } else {
            self.unseen(field)
        }
    }

    /// The id of a field that is not in a padded buffer.
    pub fn id_of(&mut self, field: &[u8]) -> Result<u32, Fault> {
        if field.len() > SHORT {
            let mut padded = field.to_vec();
            padded.resize(field.len() + PADDING, 0);
            return self.id(&padded, 0, field.len());
        }
        let mut padded = [0; SHORT + PADDING];
        padded[..field.len()].copy_from_slice(field);
        self.id(&padded, 0, field.len())
    }

    /// The id of a whole number.
    #[inline]
    pub fn whole(&mut self, number: i64) -> Result<u32, Fault> {
        if let Some(id) = usize::try_from(number).ok().and_then(|n| self.by_position.get(n))
            && *id != NONE
            && matches!(self.meaning.kind(), Kind::Whole)
        {
            return Ok(*id);
        }
        let id = self.give(self.meaning.whole(number))?;
        if matches!(self.meaning.kind(), Kind::Whole)
            && let Some(place) = usize::try_from(number).ok().and_then(|n| self.by_position.get_mut(n))
        {
            *place = id;
        }
        Ok(id)
    }

    /// The id of a day, in days from 1970-01-01.
    #[inline]
    pub fn day(&mut self, day: i32) -> Result<u32, Fault> {
        let position = usize::try_from(day - FIRST_DAY).ok();
        let is_date = matches!(self.meaning.kind(), Kind::Date(_));
        if is_date
            && let Some(id) = position.and_then(|at| self.by_position.get(at))
            && *id != NONE
        {
            return Ok(*id);
        }
        let id = self.give(self.meaning.day(day))?;
        if is_date && let Some(place) = position.and_then(|at| self.by_position.get_mut(at)) {
            *place = id;
        }
        Ok(id)
    }

    #[inline]
    fn one_byte(&mut self, byte: u8) -> Result<u32, Fault> {
        let id = self.by_byte[usize::from(byte)];
        if id != NONE {
            return known(id);
        }
        let id = self.memorable(&[byte])?;
        self.by_byte[usize::from(byte)] = id;
        known(id)
    }

    #[inline]
    fn short_field(&mut self, low: u64, high: u64, field: &[u8]) -> Result<u32, Fault> {
        let length = short_length(field);
        let hash = short_hash(low, high, length);
        let same = |f: &ShortField| f.low == low && f.high == high && f.length == length;
        if let Some(found) = self.short.find(hash, same) {
            return known(found.id);
        }
        let id = self.memorable(field)?;
        self.short.insert_unique(hash, ShortField { low, high, length, id }, |f| short_hash(f.low, f.high, f.length));
        known(id)
    }

    fn long_field(&mut self, field: &[u8]) -> Result<u32, Fault> {
        let hash = self.hasher.hash_one(field);
        let arena = &self.arena;
        let same = |f: &LongField| f.hash == hash && &arena[f.start..f.start + f.length as usize] == field;
        if let Some(found) = self.long.find(hash, same) {
            return known(found.id);
        }
        let id = self.memorable(field)?;
        let start = self.arena.len();
        self.arena.extend_from_slice(field);
        self.long.insert_unique(hash, LongField { hash, start, length: short_length(field), id }, |f| f.hash);
        known(id)
    }

    /// The id of bytes seen for the first time, to be remembered: [`UNDECODABLE`] is remembered too.
    fn memorable(&mut self, field: &[u8]) -> Result<u32, Fault> {
        if self.short.len() + self.long.len() >= self.limit {
            return Err(Fault::TooMany);
        }
        match self.unseen(field) {
            Err(Fault::Undecodable) => Ok(UNDECODABLE),
            other => other,
        }
    }

    /// The id of bytes, without remembering them.
    fn unseen(&mut self, field: &[u8]) -> Result<u32, Fault> {
        let text = decode(field, self.encoding).ok_or(Fault::Undecodable)?;
        let value = self.meaning.text(&text);
        self.give(value)
    }

    /// The id of a value.
    fn give(&mut self, value: Raw) -> Result<u32, Fault> {
        let canonical = match &value {
            Raw::Missing => Canonical::Missing,
            Raw::Text(text) => Canonical::Text(text.clone()),
            Raw::Whole(number) => Canonical::Whole(*number),
            Raw::Day(day) => Canonical::Day(*day),
            Raw::Unreadable(class) => Canonical::Unreadable(class),
        };
        if let Some(id) = self.canonical.get(&canonical) {
            return Ok(*id);
        }
        let id = u32::try_from(self.values.len()).ok().filter(|id| *id < NONE).ok_or(Fault::TooMany)?;
        if self.values.len() >= self.limit {
            return Err(Fault::TooMany);
        }
        self.values.push(value);
        self.canonical.insert(canonical, id);
        Ok(id)
    }
}

#[inline]
fn known(id: u32) -> Result<u32, Fault> {
    if id == UNDECODABLE { Err(Fault::Undecodable) } else { Ok(id) }
}

/// The day, where the first format reads it straight from the bytes.
#[inline]
fn quick_day(formats: &[DateFormat], field: &[u8]) -> Option<i32> {
    match formats.first()? {
        DateFormat::Iso | DateFormat::Compact | DateFormat::DayFirst(_) | DateFormat::MonthFirst(_) => {
            first_day(&formats[..1], field)
        }
        DateFormat::Month | DateFormat::Other(_) => None,
    }
}

/// The bytes of a short field as two numbers.
#[inline]
fn short_key(buffer: &[u8], start: usize, end: usize) -> (u64, u64) {
    let length = end - start;
    let low = word_at(buffer, start);
    if length <= 8 {
        return (keep(low, length), 0);
    }
    (low, keep(word_at(buffer, start + 8), length - 8))
}

/// The first `length` bytes of a word.
#[inline]
fn keep(word: u64, length: usize) -> u64 {
    if length >= 8 { word } else { word & ((1 << (8 * length)) - 1) }
}

/// The length of a field of at most [`LONG`] bytes.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "fields that are remembered have at most 256 bytes")]
fn short_length(field: &[u8]) -> u32 {
    field.len() as u32
}

/// Mixes a short key: one multiplication to twice the width, folded.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the two halves of the product are taken on purpose")]
fn short_hash(low: u64, high: u64, length: u32) -> u64 {
    let a = low ^ 0x9e37_79b9_7f4a_7c15;
    let b = high.rotate_left(5) ^ u64::from(length) ^ 0xd1b5_4a32_d192_ed03;
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::chunk::ColumnKind;
    use proptest::prelude::*;

    fn column(kind: ColumnKind, limit: usize) -> Column {
        let request = ColumnRequest { header: "h".into(), kind, missing: ["NA".to_owned(), "99".to_owned()].into() };
        Column::new(&request, Encoding::Utf8, limit)
    }

    fn value(column: &mut Column, text: &[u8]) -> Option<Raw> {
        let id = column.id_of(text).ok()?;
        Some(column.values()[id as usize].clone())
    }

    #[test]
    fn the_same_value_has_one_id_however_it_is_written() {
        let mut whole = column(ColumnKind::Whole, 100);
        let ids = [" 62", "62", "62.0", "62.00", "+62"].map(|t| whole.id_of(t.as_bytes()).unwrap());
        assert_eq!(ids, [0; 5]);
        let mut text = column(ColumnKind::Text, 100);
        assert_eq!(text.id_of(b"na"), text.id_of(b"   "));
        assert_ne!(text.id_of(b"a").unwrap(), text.id_of(b"a\0").unwrap());
        assert_eq!(value(&mut whole, b"99"), Some(Raw::Missing));
        assert_eq!(value(&mut whole, b"99.0"), Some(Raw::Missing));
    }

    #[test]
    fn undecodable_bytes_are_remembered_as_such() {
        let mut text = column(ColumnKind::Text, 100);
        for _ in 0..2 {
            assert_eq!(text.id_of(b"caf\xe9"), Err(Fault::Undecodable));
            assert_eq!(text.id_of(b"a longer text with caf\xe9 in it"), Err(Fault::Undecodable));
        }
        assert!(text.values().is_empty());
    }

    #[test]
    fn distinct_values_are_limited_and_identifiers_are_not_kept() {
        let mut text = column(ColumnKind::Text, 3);
        for t in ["a", "b", "a longer text than sixteen bytes"] {
            assert!(text.id_of(t.as_bytes()).is_ok());
        }
        assert_eq!(text.id_of(b"d"), Err(Fault::TooMany));
        assert!(text.id_of(b"a").is_ok());
        let mut id = column(ColumnKind::Identifier(regex::Regex::new("^[0-9]+$").unwrap().into()), 3);
        for number in 0..1000 {
            assert!(id.id_of(number.to_string().as_bytes()).is_ok());
        }
        assert_eq!(value(&mut id, b"9377952927E-5"), Some(Raw::Text("unusual".into())));
        assert!(id.values().len() <= 3 && id.arena.is_empty() && id.short.is_empty());
    }

    proptest! {
        /// The quick ways give what the slow way gives, for fields of every length.
        #[test]
        fn quick_and_slow_agree(texts in prop::collection::vec("[0-9a-cé/ .:-]{0,24}|[0-9]{1,5}|20[0-9]{2}-[01][0-9]-[0-3][0-9]", 1..40)) {
            let formats: ColumnKind = ColumnKind::Date(["%Y-%m-%d".to_owned(), "%d/%m/%Y".to_owned()].into());
            for kind in [ColumnKind::Text, ColumnKind::Whole, formats] {
                let request = ColumnRequest { header: "h".into(), kind, missing: ["99".to_owned()].into() };
                let slow = Meaning::new(&request);
                let mut quick = Column::new(&request, Encoding::Utf8, 1000);
                for text in &texts {
                    prop_assert_eq!(value(&mut quick, text.as_bytes()), Some(slow.text(text)));
                }
            }
        }
    }
}
