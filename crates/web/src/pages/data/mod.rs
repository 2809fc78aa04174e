//! Data: what was brought in, how its runs went, what could not be used.

pub mod download;
pub mod groups;
pub mod import;
pub mod list;
pub mod release;
pub mod run;
mod unseen;

use maud::Markup;

use crate::components::forms::{Errors, Item, select};

/// The field that asks by which profile an extract is read; profiles are id and title.
pub fn profile_field(profiles: &[(String, String)], chosen: &str, errors: &Errors) -> Markup {
    let item = |value, label, chosen| Item { value, label, hint: None, chosen };
    let none = item("", "Choose", chosen.is_empty());
    let each = profiles.iter().map(|(id, title)| item(id, title, id == chosen));
    let items: Vec<Item> = std::iter::once(none).chain(each).collect();
    select("profile", "What are its columns?", Some("The profile that says what each column means"), &items, errors)
}

/// Says beside that field where none of the profiles was chosen.
pub fn judge_profile(errors: &mut Errors, profiles: &[(String, String)], chosen: &str) {
    if !profiles.iter().any(|(id, _)| id == chosen) {
        errors.add("profile", "Choose what its columns are");
    }
}
