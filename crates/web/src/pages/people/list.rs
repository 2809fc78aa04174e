//! All accounts, and what each role may do.

use axum::extract::State;
use evenly_store::people::{self, Person, Status};
use maud::{Markup, html};

use crate::app::App;
use crate::components::frame::{Frame, Page};
use crate::components::{table, tag, times};
use crate::error::Fault;
use crate::roles::{Role, TABLE};

/// The page.
#[derive(Default)]
pub struct People(pub Vec<Person>);

impl Page for People {
    fn title(&self) -> String {
        "People".to_owned()
    }

    fn body(&self, _: &Frame) -> Markup {
        let rows: Vec<Vec<Markup>> = self.0.iter().map(row).collect();
        html! {
            p { a.nhsuk-button href="/people/add" { "Add a person" } }
            (table("Accounts", &["Name", "Email address", "Roles", "State", "Last signed in"], &rows))
            section aria-labelledby="roles" {
                h2.nhsuk-heading-l #roles { "What each role may do" }
                (role_table())
            }
        }
    }
}

fn row(person: &Person) -> Vec<Markup> {
    let roles: Vec<&str> = person.roles.iter().filter_map(|id| Role::of(id)).map(Role::title).collect();
    vec![
        html! { a href=(format!("/people/{}", person.id)) { (person.name) } },
        html! { (person.email) },
        html! { (roles.join(", ")) },
        match person.status {
            Status::Active => tag("green", "Active"),
            Status::Disabled => tag("grey", "Closed"),
        },
        html! { @match person.last_sign_in_at { Some(at) => (times::moment(at)), None => "never" } },
    ]
}

/// Roles across, permissions down, as the program itself reads them.
fn role_table() -> Markup {
    let heads: Vec<&str> = std::iter::once("May").chain(Role::ALL.iter().map(|role| role.title())).collect();
    let rows: Vec<Vec<Markup>> = TABLE
        .iter()
        .map(|row| {
            let cells = row.may.iter().map(|may| {
                html! { @if *may { span aria-hidden="true" { "●" } span.nhsuk-u-visually-hidden { "yes" } } @else { span.nhsuk-u-visually-hidden { "no" } } }
            });
            std::iter::once(html! { (row.words) }).chain(cells).collect()
        })
        .collect();
    table("What each role may do", &heads, &rows)
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Result<Markup, Fault> {
    Ok(frame.page(&People(people::list(&app.store).await?)))
}
