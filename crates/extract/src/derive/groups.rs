//! Known groups followed by the ways of not knowing that a field can show.

use evenly_cube::{Group, GroupState};

use crate::profile::{FieldReader, Meaning};

/// Which ways of not knowing a field can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknowns(Vec<GroupState>);

impl Unknowns {
    /// The ways that the field's tokens and codes allow. Rows of a required field are rejected where nothing or something
    /// invalid is recorded, so that those two need no group.
    pub fn of(reader: &FieldReader) -> Self {
        let field = reader.field();
        let listed = |state| reader.list().is_some_and(|list| list.codes.iter().any(|code| code.state == state));
        let mut states = Vec::new();
        if !field.not_stated.is_empty() || listed(GroupState::NotStated) {
            states.push(GroupState::NotStated);
        }
        if !field.not_known.is_empty() || listed(GroupState::NotKnown) {
            states.push(GroupState::NotKnown);
        }
        if !field.required {
            states.extend([GroupState::Missing, GroupState::Invalid]);
        }
        Self(states)
    }

    /// The same and one more: for look-ups that can fail even where something readable is recorded.
    #[must_use]
    pub fn and(mut self, state: GroupState) -> Self {
        if !self.0.contains(&state) {
            self.0.push(state);
        }
        self
    }

    /// Nothing recorded, or nothing usable: for fields worked out of several others.
    pub fn missing_only() -> Self {
        Self(vec![GroupState::Missing])
    }
}

/// The groups of a dimension: known ones first, then the ways of not knowing.
#[derive(Clone, Debug)]
pub struct Groups {
    groups: Vec<Group>,
    known: usize,
}

impl Groups {
    /// Known groups, then those of `unknowns`.
    pub fn new(known: Vec<Group>, unknowns: &Unknowns) -> Self {
        let count = known.len();
        let mut groups = known;
        groups.extend(unknowns.0.iter().map(|state| Group::unknown(*state)));
        if groups.is_empty() {
            // A dimension needs a group to be counted in, even before anything has been seen.
            groups.push(Group::unknown(GroupState::Invalid));
        }
        Self { groups, known: count }
    }

    /// The same with one more way of not knowing, under a label of its own.
    #[must_use]
    pub fn with(mut self, group: Group) -> Self {
        self.groups.push(group);
        self
    }

    /// All groups.
    pub fn all(&self) -> Vec<Group> {
        self.groups.clone()
    }

    /// Position of a group by its id.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.groups.iter().position(|group| group.id == id)
    }

    /// Position for a state of not knowing. States that cannot be counted, because their rows are rejected, share the last.
    pub fn unknown(&self, state: GroupState) -> usize {
        let id = Group::unknown(state).id;
        let found = self.groups.iter().skip(self.known).position(|group| group.id == id);
        found.map_or(self.groups.len() - 1, |position| position + self.known)
    }

    /// Position for a value that is known but has no group, or is not known.
    pub fn of_unknown(&self, meaning: &Meaning) -> usize {
        match meaning.state() {
            GroupState::Known => self.unknown(GroupState::Invalid),
            state => self.unknown(state),
        }
    }
}
