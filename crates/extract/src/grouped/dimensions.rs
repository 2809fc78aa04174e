//! The dimensions of a counted table and the order of their groups.

use std::collections::{BTreeMap, BTreeSet};

use evenly_cube::{About, Dimension, Group, GroupState, Order};

use super::read::Row;
use crate::profile::{Category, CountedTable};

/// Id of the period dimension.
pub(super) const PERIOD: &str = "period";

/// The dimensions of a table.
pub(super) struct Dimensions {
    pub all: Vec<Dimension>,
    /// Position of a dimension by the name that the table gives it, in lower case.
    by_name: BTreeMap<String, usize>,
}

impl Dimensions {
    /// From the groups that occur.
    pub fn of(rows: &[Row], counted: &CountedTable) -> Self {
        // The table's order of dimensions is kept: it is the order its author chose.
        let mut order: Vec<String> = Vec::new();
        let mut groups: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        let mut shown: BTreeMap<String, &str> = BTreeMap::new();
        for (name, group) in rows.iter().flat_map(|row| &row.groups) {
            let key = name.to_lowercase();
            if !groups.contains_key(&key) {
                order.push(key.clone());
                shown.insert(key.clone(), name);
            }
            groups.entry(key).or_default().insert(group);
        }
        // Those that the profile knows come first: they are what inequalities are looked for by.
        let known = |name: &String| category_of(name, counted).is_some();
        order.sort_by_key(|name| !known(name));
        let mut dimensions = Self { all: Vec::new(), by_name: BTreeMap::new() };
        for name in order {
            let category = category_of(&name, counted);
            let dimension = dimension(shown[&name], category, &groups[&name], counted);
            dimensions.by_name.insert(name, dimensions.all.len());
            dimensions.all.push(dimension);
        }
        dimensions
    }

    /// Position of a dimension and of a group in it.
    pub fn place(&self, name: &str, group: &str, counted: &CountedTable) -> Option<(usize, usize)> {
        let dimension = *self.by_name.get(&name.to_lowercase())?;
        let id = match state(group, counted) {
            GroupState::Known => group_id(name, group),
            state => Group::unknown(state).id,
        };
        Some((dimension, self.all[dimension].position(&id)?))
    }
}

/// What the profile knows of a dimension by its name in lower case.
fn category_of<'a>(name: &str, counted: &'a CountedTable) -> Option<(&'a String, &'a Category)> {
    let named = |category: &Category| category.recorded.iter().any(|recorded| recorded.to_lowercase() == name);
    counted.categories.iter().find(|(_, category)| named(category))
}

fn dimension(
    name: &str,
    category: Option<(&String, &Category)>,
    groups: &BTreeSet<&str>,
    counted: &CountedTable,
) -> Dimension {
    let listed = category.map_or(&[][..], |(_, category)| &category.groups[..]);
    let rank = |group: &&str| {
        let position = listed.iter().position(|own| own.eq_ignore_ascii_case(group));
        (position.unwrap_or(usize::MAX), first_number(group), (*group).to_owned())
    };
    let mut known: Vec<&str> =
        groups.iter().copied().filter(|group| state(group, counted) == GroupState::Known).collect();
    known.sort_by_key(rank);
    let mut all: Vec<Group> = known.iter().map(|group| Group::known(group_id(name, group), *group)).collect();
    all.dedup_by(|one, other| one.id == other.id);
    let unknown: BTreeSet<GroupState> =
        groups.iter().map(|group| state(group, counted)).filter(|state| *state != GroupState::Known).collect();
    all.extend(unknown.into_iter().map(Group::unknown));
    let is_period = name == PERIOD;
    let (id, title, order) = match category {
        Some((id, category)) => (id.clone(), category.title.clone(), category.order),
        None if is_period => (PERIOD.to_owned(), "Period".to_owned(), Order::Period),
        None => (slug(name).replace('-', "_"), name.to_owned(), Order::Nominal),
    };
    let (vintage, note) =
        category.map_or((None, None), |(_, category)| (category.vintage.clone(), category.note.clone()));
    let about = category.map_or(About::Person, |(_, category)| category.about);
    Dimension { id, title, about, order, groups: all, vintage, note }
}

/// Periods keep their text as id, since it is a date.
fn group_id(dimension: &str, group: &str) -> String {
    if dimension == PERIOD { group.to_owned() } else { slug(group) }
}

/// Whether a group's text is one of the ways of not knowing.
fn state(group: &str, counted: &CountedTable) -> GroupState {
    let is_one_of = |texts: &[String]| texts.iter().any(|text| text.eq_ignore_ascii_case(group));
    if group.is_empty() {
        GroupState::Missing
    } else if is_one_of(&counted.not_known) {
        GroupState::NotKnown
    } else if is_one_of(&counted.not_stated) {
        GroupState::NotStated
    } else {
        GroupState::Known
    }
}

/// The number that a text begins with, so that "5-9" comes before "10-14".
fn first_number(text: &str) -> u64 {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(u64::MAX)
}

/// A text as part of an id: lower-case letters, digits, `+`, and single hyphens.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.to_lowercase().chars() {
        if c.is_alphanumeric() || c == '+' {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{first_number, slug};

    #[test]
    fn ids_are_plain() {
        assert_eq!(slug("LD (aged 16-64)"), "ld-aged-16-64");
        assert_eq!(slug("5 Least deprived"), "5-least-deprived");
        assert_eq!(slug("White + Asian"), "white-+-asian");
        assert_eq!(slug("80+"), "80+");
        assert!(first_number("5-9") < first_number("10-14"));
    }
}
