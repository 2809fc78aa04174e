//! Every statement that whoever looks may see.

use axum::extract::State;
use evenly_store::statements::{self, Statement};
use maud::{Markup, html};

use super::{address, state_tag, visible};
use crate::app::App;
use crate::components::frame::{Frame, Page};
use crate::components::{table, times};
use crate::error::Fault;
use crate::roles::Permission;

/// The page.
#[derive(Default)]
pub struct Statements(pub Vec<Statement>);

impl Page for Statements {
    fn title(&self) -> String {
        "Statements".to_owned()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let rows: Vec<Vec<Markup>> = self.0.iter().map(row).collect();
        html! {
            p.page-lede { "The year’s statement on information on health inequalities: what the data show, in your own words beside it, and what is done about it." }
            @if frame.may(Permission::DraftStatements) {
                p { a.nhsuk-button href="/statements/draft" { "Draft a statement" } }
            }
            @if rows.is_empty() { p { "There is none yet." } }
            @else { (table("Statements", &["Statement", "Time reported on", "State", "Drafted", "Published"], &rows)) }
        }
    }
}

fn row(own: &Statement) -> Vec<Markup> {
    vec![
        html! { a href=(address(own.id)) { (own.title) } },
        html! { (own.period) },
        state_tag(own.state),
        html! { (times::day(times::day_of(own.made_at))) },
        html! { @match own.published_at { Some(at) => (times::day(times::day_of(at))), None => "–" } },
    ]
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Result<Markup, Fault> {
    let mut all = statements::list(&app.store).await?;
    all.retain(|own| visible(own.state, |permission| frame.may(permission)));
    Ok(frame.page(&Statements(all)))
}
