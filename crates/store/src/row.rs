//! Reading a row's columns by name into Rust's types, and times into text that sorts.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;
use sqlx::{Decode, Row as _, Type};

use crate::error::{Result, StoreError};
use crate::id::Id;

/// A time as text in UTC with six decimals: texts sort as times do.
pub fn time_text(time: Timestamp) -> String {
    format!("{time:.6}")
}

/// The time as it will be read back: whole microseconds.
pub fn stored(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

/// One word out of a list of them, as it is stored.
pub trait Word: Sized + Copy + PartialEq + 'static {
    /// Every word with its value.
    const WORDS: &'static [(&'static str, Self)];

    /// The value of a word.
    fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(own, _)| *own == word).map(|(_, value)| *value)
    }

    /// The word of a value.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, own)| *own == self).map_or("", |(word, _)| word)
    }
}

/// Typed columns of a row.
pub(crate) trait Columns {
    /// A column as the library decodes it.
    fn get<'r, T: Decode<'r, sqlx::Any> + Type<sqlx::Any>>(&'r self, name: &str) -> Result<T>;

    /// Text.
    fn text(&self, name: &str) -> Result<String> {
        self.get(name)
    }

    /// A count, which is never below nought.
    fn count(&self, name: &str) -> Result<u64> {
        let number: i64 = self.get(name)?;
        u64::try_from(number).map_err(|_| damaged(name))
    }

    /// Yes or no.
    fn flag(&self, name: &str) -> Result<bool> {
        Ok(self.get::<i64>(name)? != 0)
    }

    /// A time.
    fn time(&self, name: &str) -> Result<Timestamp> {
        self.text(name)?.parse().map_err(|_| damaged(name))
    }

    /// A time, if there is one.
    fn time_if_any(&self, name: &str) -> Result<Option<Timestamp>> {
        let text: Option<String> = self.get(name)?;
        text.map(|text| text.parse().map_err(|_| damaged(name))).transpose()
    }

    /// A day, if there is one.
    fn date_if_any(&self, name: &str) -> Result<Option<Date>> {
        let text: Option<String> = self.get(name)?;
        text.map(|text| text.parse().map_err(|_| damaged(name))).transpose()
    }

    /// An id.
    fn id<T>(&self, name: &str) -> Result<Id<T>> {
        self.text(name)?.parse().map_err(|_| damaged(name))
    }

    /// An id, if there is one.
    fn id_if_any<T>(&self, name: &str) -> Result<Option<Id<T>>> {
        let text: Option<String> = self.get(name)?;
        text.map(|text| text.parse().map_err(|_| damaged(name))).transpose()
    }

    /// One of a list of words.
    fn word<T: Word>(&self, name: &str) -> Result<T> {
        T::of(&self.text(name)?).ok_or_else(|| damaged(name))
    }

    /// Words with spaces between them.
    fn words(&self, name: &str) -> Result<Vec<String>> {
        Ok(self.text(name)?.split_whitespace().map(str::to_owned).collect())
    }

    /// A value written as JSON.
    fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        serde_json::from_str(&self.text(name)?).map_err(|_| damaged(name))
    }
}

impl Columns for AnyRow {
    fn get<'r, T: Decode<'r, sqlx::Any> + Type<sqlx::Any>>(&'r self, name: &str) -> Result<T> {
        Ok(self.try_get(name)?)
    }
}

/// What is stored cannot be read; the value itself is not told.
fn damaged(name: &str) -> StoreError {
    StoreError::Damaged(format!("the column `{name}` holds what the platform never wrote"))
}
