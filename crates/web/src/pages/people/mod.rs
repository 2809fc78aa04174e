//! Accounts and roles.

pub mod add;
pub mod change;
pub mod list;
pub mod reset;
pub mod sessions;
pub mod show;
pub mod status;

use evenly_store::Id;
use evenly_store::people::{self, Person};

use crate::app::Platform;
use crate::components::forms::{Errors, Item, Several, several};
use crate::error::Fault;
use crate::roles::Role;
use maud::Markup;

/// The account of an address.
async fn named(app: &Platform, id: &str) -> Result<Person, Fault> {
    let id: Id<Person> = id.parse().map_err(|_| Fault::NotFound)?;
    Ok(people::get(&app.store, id).await?)
}

/// Roles to tick.
fn role_boxes(ticked: &[String], errors: &Errors) -> Markup {
    let items: Vec<Item> = Role::ALL
        .iter()
        .map(|role| Item {
            value: role.id(),
            label: role.title(),
            hint: Some(role.words()),
            chosen: ticked.iter().any(|own| own == role.id()),
        })
        .collect();
    several(Several::Any, "roles", "Roles", Some("Together they may do what any of them may"), &items, errors)
}

/// The roles among what was ticked; what is no role is not kept.
fn judge_roles(ticked: &[String], errors: &mut Errors) -> Vec<String> {
    let roles: Vec<String> = Role::ALL
        .iter()
        .map(|role| role.id())
        .filter(|id| ticked.iter().any(|own| own == id))
        .map(str::to_owned)
        .collect();
    if roles.is_empty() {
        errors.add("roles", "Choose at least one role");
    }
    roles
}

/// A form with several values of one name, which axum's form does not read.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form's body.
    pub fn read(body: &[u8]) -> Self {
        Self(openidconnect::url::form_urlencoded::parse(body).into_owned().collect())
    }

    /// The first value of a name.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// Every value of a name.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(own, _)| own == name).map(|(_, value)| value.clone()).collect()
    }
}
