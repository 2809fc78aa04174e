//! Drafting a statement: what time it reports on; its evidence is asked for at once.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use evenly_cube::statement::ReportingPeriod;
use evenly_store::statements::{self, NewStatement};
use maud::{Markup, html};
use serde::Deserialize;

use super::{above, address, evidence};
use crate::app::App;
use crate::components::forms::{Errors, Input, button, post, summary};
use crate::components::frame::{Frame, Page};
use crate::error::Fault;
use crate::guard::Signed;

/// The page.
#[derive(Default)]
pub struct Draft {
    /// What was typed.
    pub sent: Sent,
    /// What is wrong.
    pub errors: Errors,
}

/// What is sent.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sent {
    #[serde(default)]
    title: String,
    #[serde(default)]
    period: String,
    #[serde(default)]
    organisation: String,
}

impl Page for Draft {
    fn title(&self) -> String {
        "Draft a statement".to_owned()
    }

    fn above(&self) -> Vec<(String, String)> {
        above()
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let input = |name, label, hint, value| {
            Input { name, label, hint: Some(hint), value, kind: "text", autocomplete: Some("off") }.markup(&self.errors)
        };
        let period = "2025-26 (April to March), 2025, or 2025-04..2026-03";
        let fields = html! {
            (input("title", "Title", "As it stands on the cover", &self.sent.title))
            (input("period", "Time reported on", period, &self.sent.period))
            (input("organisation", "Organisation", "As it stands on the cover", &self.sent.organisation))
            (button("Draft it"))
        };
        html! {
            div.narrow {
                (summary(&self.errors))
                p.page-lede { "Its evidence is counted anew out of all data that pages show now, for the time reported on, and passes disclosure control as a whole." }
                (post("/statements/draft", &frame.token, &fields))
            }
        }
    }
}

/// Shows it.
pub async fn show(frame: Frame) -> Markup {
    let title = "Statement on information on health inequalities".to_owned();
    let sent = Sent { title, period: String::new(), organisation: frame.look.organisation.clone() };
    frame.page(&Draft { sent, errors: Errors::default() })
}

/// Drafts it and asks for its evidence, or says what is wrong.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let errors = judge(&sent);
    if !errors.none() {
        return Ok(frame.again(&Draft { sent, errors }));
    }
    let new = NewStatement {
        title: sent.title,
        period: sent.period.trim().to_owned(),
        organisation: sent.organisation,
        author: signed.person.id,
    };
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    let id = statements::draft(&mut change, &new).await?;
    evidence::request(&mut change, id, &new.period).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("{}?done=statement-drafted", address(id))).into_response())
}

fn judge(sent: &Sent) -> Errors {
    let mut errors = Errors::default();
    errors.line("title", &sent.title, 200, "Enter a title of at most 200 characters");
    if ReportingPeriod::parse(sent.period.trim()).is_err() {
        errors.add(
            "period",
            "Enter a financial year such as 2025-26, a year such as 2025, or months such as 2025-04..2026-03",
        );
    }
    errors.line("organisation", &sent.organisation, 200, "Enter the organisation’s name, at most 200 characters");
    errors
}
