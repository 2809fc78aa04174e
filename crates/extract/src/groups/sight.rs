//! Whether an extract can show a group.

use super::GroupDefinition;
use crate::count::sources_of_derived;
use crate::profile::Profile;

/// Whether an extract can show a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It can.
    Shown,
    /// It lacks these fields.
    Lacks(Vec<String>),
    /// Nothing that is recorded says who belongs to it, for this reason.
    NotRecorded(String),
}

/// Whether an extract that has every column of a profile can show a group.
pub fn sight(group: &GroupDefinition, profile: &Profile) -> Sight {
    sight_in(group, |field| profile.fields.contains_key(field))
}

/// Whether an extract with these fields can show a group.
pub fn sight_in(group: &GroupDefinition, has: impl Fn(&str) -> bool) -> Sight {
    if group.when.is_none() {
        return Sight::NotRecorded(group.unseen.clone().unwrap_or_default());
    }
    let there = |field: &str| has(field) || sources_of_derived(field).iter().any(|source| has(source));
    let lacks: Vec<String> = group.fields().into_iter().filter(|field| !there(field)).map(str::to_owned).collect();
    if lacks.is_empty() { Sight::Shown } else { Sight::Lacks(lacks) }
}

/// Which of some profiles can show a group, and the fields that the first of the others lacks.
pub fn shown_by<'a>(group: &GroupDefinition, profiles: &[&'a Profile]) -> (Vec<&'a Profile>, Option<Vec<String>>) {
    let (mut shown, mut first_lacks) = (Vec::new(), None);
    for profile in profiles {
        match sight(group, profile) {
            Sight::Shown => shown.push(*profile),
            Sight::Lacks(fields) => first_lacks = first_lacks.or(Some(fields)),
            Sight::NotRecorded(_) => {}
        }
    }
    (shown, first_lacks)
}
