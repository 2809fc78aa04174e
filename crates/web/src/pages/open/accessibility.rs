//! The accessibility statement of the platform's pages.

use axum::extract::State;
use maud::{Markup, html};

use crate::app::App;
use crate::components::frame::{Frame, Page};

/// The page.
pub struct Accessibility {
    /// Minutes after which somebody who does nothing is signed out.
    pub idle_minutes: i64,
}

impl Page for Accessibility {
    fn title(&self) -> String {
        "Accessibility".to_owned()
    }

    fn body(&self, _: &Frame) -> Markup {
        html! {
            p.page-lede { "These pages are made to be used by as many people as possible." }
            ul.nhsuk-list.nhsuk-list--bullet {
                li { "They work by keyboard, without JavaScript, and on a screen 320 pixels wide without scrolling sideways; wide tables scroll in frames of their own, which the keyboard reaches." }
                li { "Every chart has a title and a description in words and stands above a table with the same numbers." }
                li { "No meaning hangs on colour alone." }
                li { "Nothing moves, refreshes itself or has to be done within a short time; you are signed out after " (self.idle_minutes) " minutes of doing nothing." }
            }
            h2.nhsuk-heading-m { "How it was checked" }
            p { "Each page is checked in a browser against WCAG 2.2 AA by axe whenever the program is built, at 1280 and at 320 pixels, and is driven by keyboard. Automatic checks find a part of what can go wrong; no audit with people who use assistive technology has been made yet." }
            h2.nhsuk-heading-m { "Tell us" }
            p { "If you cannot use a page, tell the administrator of your trust, who can give you the same numbers as a file." }
        }
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Markup {
    frame.page(&Accessibility { idle_minutes: app.options.idle_minutes })
}
