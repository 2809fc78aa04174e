//! Ids that say of what they are: an id of a run is no id of a person.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Mutex;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{ContextV7, Uuid};

/// The id of a `T`: a UUID of version 7, which sorts by the time it was made.
pub struct Id<T> {
    value: Uuid,
    of: PhantomData<fn() -> T>,
}

/// A text that is no id.
#[derive(Debug, thiserror::Error)]
#[error("this is not an id")]
pub struct NotAnId;

impl<T> Id<T> {
    /// A new id as of a moment.
    pub(crate) fn alone(now: Timestamp) -> Self {
        Self::new(now, &IdOrder::default())
    }

    /// A new id as of a moment, behind those that were made in this order at the same moment.
    pub(crate) fn new(now: Timestamp, order: &IdOrder) -> Self {
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
        let value = Uuid::new_v7(uuid::Timestamp::from_unix(&order.0, seconds, nanoseconds));
        Self { value, of: PhantomData }
    }
}

/// Keeps ids of one moment in the order in which they were made.
pub(crate) struct IdOrder(Mutex<ContextV7>);

impl Default for IdOrder {
    fn default() -> Self {
        Self(Mutex::new(ContextV7::new().with_additional_precision()))
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.cmp(&other.value)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(out)
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(out)
    }
}

impl<T> FromStr for Id<T> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Uuid::try_parse(text).map(|value| Self { value, of: PhantomData }).map_err(|_| NotAnId)
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
