//! Changing one's own password.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::{people, sessions};
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::components::forms::{Errors, button, password, post, summary};
use crate::components::frame::{Frame, Page};
use crate::error::Fault;
use crate::guard::Signed;
use crate::pages::sign_in::{judge_password, new_password};

/// The page.
#[derive(Default)]
pub struct ChangePassword {
    /// What is wrong.
    pub errors: Errors,
}

impl Page for ChangePassword {
    fn title(&self) -> String {
        "Change your password".to_owned()
    }

    fn above(&self) -> Vec<(String, String)> {
        vec![("/".to_owned(), "Home".to_owned()), ("/account".to_owned(), "Your account".to_owned())]
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let fields = html! {
            (password("current", "Your password now", None, "current-password", &self.errors))
            (new_password("New password", "The new password again", &self.errors))
            (button("Change password"))
        };
        html! {
            div.narrow {
                (summary(&self.errors))
                p { "You will be signed out everywhere else." }
                (post("/account/password", &frame.token, &fields))
            }
        }
    }
}

/// Shows it.
pub async fn show(frame: Frame) -> Markup {
    frame.page(&ChangePassword::default())
}

/// What is sent.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// Changes it, and ends every other session.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let person = &signed.person;
    let mut errors = Errors::default();
    if !app.limits.may_sign_in(&person.email) {
        return Err(Fault::TooMany);
    }
    let kept = people::password_hash(&app.store, person.id).await?;
    if !app.passwords.verify(sent.current, kept).await? {
        errors.add("current", "Enter your password as it is now");
    }
    judge_password(&mut errors, &sent.password, &sent.again, &[&person.name, &person.email]);
    if !errors.none() {
        return Ok(frame.again(&ChangePassword { errors }));
    }
    let hash = app.passwords.hash(sent.password).await?;
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    people::set_password(&mut change, person.id, &hash, false).await?;
    sessions::end_all(&mut change, person.id, signed.session()).await?;
    change.commit().await?;
    Ok(Redirect::to("/account?done=password-changed").into_response())
}
