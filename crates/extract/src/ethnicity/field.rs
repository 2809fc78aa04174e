//! A person's category as a field of rows: the row's pseudonym is looked up, and what the rule chose stands in its place.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use evenly_cube::GroupState;

use super::people::{Key, People, categories, key};
use super::rule::EthnicityRule;
use crate::profile::{FieldReader, Meaning};

/// What a rule chose for everybody.
pub struct Choice {
    /// The rule.
    pub rule: EthnicityRule,
    of: HashMap<Key, Result<u8, GroupState>>,
}

impl Choice {
    /// What `rule` chooses for these people.
    pub fn new(rule: EthnicityRule, people: &People) -> Self {
        let of = people.people.iter().map(|(key, person)| {
            let chosen = people.chosen(rule, person).ok_or_else(|| person.not_known());
            (*key, chosen)
        });
        Self { rule, of: of.collect() }
    }
}

impl fmt::Debug for Choice {
    /// Names the rule; nothing about people.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Choice of {}", self.rule.title())
    }
}

/// A choice as a field of an extract's rows.
#[derive(Clone, Debug)]
pub struct EthnicityField {
    /// Name of the field. `ethnicity` takes the place of the recorded one, which is then called `ethnicity_recorded`.
    pub name: String,
    /// The choice.
    pub choice: Arc<Choice>,
}

impl EthnicityField {
    /// In place of what rows record.
    pub fn instead(choice: Choice) -> Self {
        Self { name: "ethnicity".to_owned(), choice: Arc::new(choice) }
    }

    /// Beside it, as `ethnicity_opensafely` or `ethnicity_chime`.
    pub fn beside(choice: Choice) -> Self {
        Self { name: format!("ethnicity_{}", choice.rule.id()), choice: Arc::new(choice) }
    }

    /// A reader of the pseudonym's column that gives the chosen category with the codes of `recorded`.
    pub(crate) fn reader(&self, recorded: &FieldReader, person: &FieldReader) -> FieldReader {
        let categories = categories(recorded);
        let mut position_of = [None; 16];
        for (position, category) in categories.iter().enumerate().filter_map(|(at, own)| Some((at, (*own)?))) {
            position_of[usize::from(category)] = Some(position);
        }
        let choice = Arc::clone(&self.choice);
        let of = move |pseudonym: &str| match choice.of.get(&key(pseudonym)) {
            Some(Ok(category)) => {
                position_of[usize::from(*category)].map_or(Meaning::Unknown(GroupState::Invalid), Meaning::Code)
            }
            Some(Err(state)) => Meaning::Unknown(*state),
            None => Meaning::Unknown(GroupState::Missing),
        };
        let rule = self.choice.rule;
        let note = format!("Ethnicity by rule: {} Rows without a pseudonym count as missing.", rule.sentence());
        recorded.of_people(&self.name, &person.field().missing, note, Arc::new(of))
    }
}
