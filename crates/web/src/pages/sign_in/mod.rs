//! Signing in: the first account, a password, the trust's identity provider, an invitation; and signing out.

pub mod elsewhere;
pub mod password;
pub mod set_up;
pub mod sign_out;
pub mod welcome;

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::people::{self, Person};
use evenly_store::sessions::{self, NewSession};
use evenly_store::{Change, Id, Secret, SecretHash};
use jiff::SignedDuration;
use maud::{Markup, html};

use crate::app::Platform;
use crate::components::forms::{self, Errors};
use crate::error::Fault;
use crate::security::cookies::Cookie;
use crate::security::passwords::{self, Weak};

/// Begins a session as part of a change, commits it, and sends the browser on. The session that the browser had before ends,
/// and the new one has a new secret, so that nobody can plant one.
async fn begin(
    app: &Platform,
    mut change: Change,
    person: Id<Person>,
    way: &'static str,
    headers: &HeaderMap,
    then: &str,
) -> Result<Response, Fault> {
    let secure = app.options.secure();
    if let Some(before) = Cookie::Session.value(headers, secure) {
        let now = app.now();
        let idle_since = now - SignedDuration::from_mins(app.options.idle_minutes);
        if let Some((session, owner)) = sessions::find(&app.store, &SecretHash::of(&before), now, idle_since).await? {
            sessions::end(&mut change, session.id, owner.id).await?;
        }
    }
    let secret = Secret::new();
    let new = NewSession {
        person,
        secret: secret.hash(),
        user_agent: browser(headers),
        expires_at: app.now() + SignedDuration::from_hours(app.options.session_hours),
    };
    people::signed_in(&mut change, person, way).await?;
    sessions::start(&mut change, &new).await?;
    change.commit().await?;
    let mut response = Redirect::to(then).into_response();
    response.headers_mut().append(header::SET_COOKIE, Cookie::Session.set(secret.reveal(), secure));
    response.headers_mut().append(header::SET_COOKIE, Cookie::Visitor.clear(secure));
    Ok(response)
}

/// The browser in a few words, as it says itself: shown in the list of one's sessions.
fn browser(headers: &HeaderMap) -> String {
    let text = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let find = |names: &[(&str, &str)]| {
        names.iter().find(|(sign, _)| text.contains(sign)).map_or("", |(_, name)| name).to_owned()
    };
    let browser = find(&[("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = find(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser.as_str(), system.as_str()) {
        ("", "") => "Unknown browser".to_owned(),
        ("", system) => system.to_owned(),
        (browser, "") => browser.to_owned(),
        (browser, system) => format!("{browser} on {system}"),
    }
}

/// The fields for a new password, typed twice.
pub fn new_password(label: &str, again: &str, errors: &Errors) -> Markup {
    html! {
        (forms::password("password", label, Some(PASSWORD_HINT), "new-password", errors))
        (forms::password("again", again, None, "new-password", errors))
    }
}

/// What is wrong with a new password that was typed twice.
pub fn judge_password(errors: &mut Errors, password: &str, again: &str, names: &[&str]) {
    if password.is_empty() {
        errors.add("password", Weak::Short.to_string());
    } else if let Err(weak) = passwords::check(password, names) {
        errors.add("password", weak.to_string());
    } else if password != again {
        errors.add("again", "Enter the same password a second time");
    }
}

/// What is wrong with a name and an e-mail address.
pub fn judge_person(errors: &mut Errors, name: &str, email: &str) {
    let plain = |text: &str| !text.chars().any(char::is_control);
    errors.line("name", name, 100, "Enter a name of at most 100 characters");
    let email = email.trim();
    let parts =
        email.split_once('@').is_some_and(|(own, host)| !own.is_empty() && host.contains('.') && !host.contains('@'));
    if !parts || email.len() > 200 || !plain(email) || email.contains(char::is_whitespace) {
        errors.add("email", "Enter an email address, such as name@trust.nhs.uk");
    }
}

/// Words beside a field for a new password.
const PASSWORD_HINT: &str = "At least 12 characters. Three or more words that do not belong together work well. A password manager may fill it in.";

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn browsers_are_told_in_a_few_words() {
        let said = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::from_str(text).expect("a value"));
            browser(&headers)
        };
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0";
        assert_eq!(said(edge), "Edge on Windows");
        assert_eq!(said("<script>alert(1)</script>"), "Unknown browser");
    }

    #[test]
    fn names_and_addresses_are_judged() {
        let judged = |name: &str, email: &str| {
            let mut errors = Errors::default();
            judge_person(&mut errors, name, email);
            (errors.of("name").is_some(), errors.of("email").is_some())
        };
        assert_eq!(judged("Ada Obi", " Ada.Obi@trust.nhs.uk "), (false, false));
        assert_eq!(judged(" ", "ada"), (true, true));
        assert_eq!(judged("Ada\r\nObi", "a@b@c.uk"), (true, true));
    }
}
