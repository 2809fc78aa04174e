//! What pages need of the side that reads people's rows. This crate cannot name that side, so the program passes it in.

use std::fmt::Debug;

use crate::definitions::Named;

/// A kind of definition that only that side can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// Who belongs to a group that care is owed to.
    Group,
    /// What the columns of an extract mean.
    Profile,
}

/// What that side knows of definitions; none of it is of people.
pub trait RowSide: Debug + Send + Sync {
    /// Reads a definition; the words of an error are for whoever wrote it.
    fn read(&self, kind: RowKind, text: &str) -> Result<Named, String>;

    /// Id and text of those that come with Evenly, in the order to list them.
    fn shipped(&self, kind: RowKind) -> Vec<(String, &'static str)>;

    /// Which of the connected profiles can show each group, given the texts of groups and profiles in use.
    fn register(&self, groups: &[String], profiles: &[String]) -> Result<Vec<Registered>, String>;
}

/// A group that care is owed to, and whether the data can show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it stands among the groups, in words.
    pub kind: &'static str,
    /// Titles of the connected profiles that can show it.
    pub shown_by: Vec<String>,
    /// What a profile lacks to show it, field by field, where none can.
    pub lacks: Vec<String>,
    /// Why data do not show it and what would, in words.
    pub why: Option<String>,
}
