//! Dimensions and their groups: what people are compared by.

use serde::{Deserialize, Serialize};

/// A field that people are grouped by, or the period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// Name in Evenly's terms: `deprivation`, `ethnicity`, `sex`, `age_band`, `month`, …
    pub id: String,
    /// Title for a reader, with the vintage where there is one: "Deprivation (national fifths, IMD 2019)".
    pub title: String,
    /// Whose quality it is: a person's, an area's, or the service's.
    #[serde(default)]
    pub about: About,
    /// Whether the order of the groups means something.
    pub order: Order,
    /// The groups; a group's code is its position here.
    pub groups: Vec<Group>,
    /// Edition of whatever it was derived from ("IMD 2019 by LSOA 2011"), if it was derived.
    pub vintage: Option<String>,
    /// What a reader must know ("Chinese is counted under Asian, as in Census 2021"), if anything.
    pub note: Option<String>,
}

/// Whose quality a dimension is. An inequalities report leads with people; how care was delivered explains, it is not a
/// group of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// The people who are counted: deprivation of where they live, ethnicity, sex, age, a condition.
    #[default]
    Person,
    /// Areas compared as wholes.
    Area,
    /// The service: provider, specialty, way of contact, time from booking, a reminder.
    Service,
}

/// What the order of a dimension's groups means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// From worst-off to best-off: ordered measures such as the SII may be used.
    Ranked,
    /// A natural order to show them in, which is not one of advantage (age bands).
    Sequence,
    /// No order (ethnicity, sex): ordered measures are refused.
    Nominal,
    /// Time; a group's id is an ISO month `2024-04` or date.
    Period,
}

/// One value of a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Stable id: a national code, a band, an ISO month.
    pub id: String,
    /// Label for a reader.
    pub label: String,
    /// Whether it is a real group or one of the ways of not knowing.
    pub state: GroupState,
}

/// Whether a group is known; the four ways of not knowing are kept apart, and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupState {
    /// A value of the code list.
    Known,
    /// Asked, and the person declined to say (`Z`).
    NotStated,
    /// Not asked, or could not be asked (`99`, `X`).
    NotKnown,
    /// Nothing recorded.
    Missing,
    /// Something recorded that is not in the code list.
    Invalid,
}

impl Group {
    /// A known group.
    pub fn known(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self { id: id.into(), label: label.into(), state: GroupState::Known }
    }

    /// The group of those of whom it is not known, in one of the four ways.
    pub fn unknown(state: GroupState) -> Self {
        let (id, label) = match state {
            GroupState::Known => ("known", "Known"),
            GroupState::NotStated => ("not-stated", "Not stated"),
            GroupState::NotKnown => ("not-known", "Not known"),
            GroupState::Missing => ("missing", "Missing"),
            GroupState::Invalid => ("invalid", "Invalid code"),
        };
        Self { id: id.to_owned(), label: label.to_owned(), state }
    }
}

impl Dimension {
    /// Position of a group by its id.
    pub fn position(&self, group: &str) -> Option<usize> {
        self.groups.iter().position(|own| own.id == group)
    }

    /// Positions of the known groups, in order.
    pub fn known(&self) -> impl Iterator<Item = usize> + '_ {
        self.groups.iter().enumerate().filter(|(_, group)| group.state == GroupState::Known).map(|(code, _)| code)
    }
}
