//! The door of every route: who asks, whether it may, and whether a form comes from our own page.

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::people::Person;
use evenly_store::sessions::{self, Session};
use evenly_store::tokens::{self, ApiToken};
use evenly_store::{Actor, Id, Secret, SecretHash};
use jiff::{SignedDuration, Timestamp};
use openidconnect::url::form_urlencoded;

use crate::app::{App, Platform};
use crate::components::frame::{self, Done, Frame};
use crate::error::Fault;
use crate::roles::{self, Permission, Role, TABLE};
use crate::security::cookies::Cookie;
use crate::security::csrf;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody: signing in, the style sheet, health.
    Anyone,
    /// Whoever is signed in: one's own account.
    SignedIn,
    /// Whoever is signed in and may do this.
    May(Permission),
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The account.
    pub person: Person,
    /// Its roles.
    pub roles: BTreeSet<Role>,
    /// How it came.
    by: By,
}

#[derive(Clone, Debug)]
enum By {
    Session(Id<Session>),
    Token(Id<ApiToken>, BTreeSet<Permission>),
}

impl Signed {
    /// Whether this person may do something; a program's token narrows it down to its scopes.
    pub fn may(&self, permission: Permission) -> bool {
        let in_scope = match &self.by {
            By::Session(_) => true,
            By::Token(_, scopes) => scopes.contains(&permission),
        };
        in_scope && roles::may(&self.roles, permission)
    }

    /// Who makes a change.
    pub fn actor(&self) -> Actor {
        match self.by {
            By::Session(_) => Actor::Person(self.person.id),
            By::Token(token, _) => Actor::Token(token, self.person.id),
        }
    }

    /// The session, where it is one.
    pub fn session(&self) -> Option<Id<Session>> {
        match self.by {
            By::Session(id) => Some(id),
            By::Token(..) => None,
        }
    }

    /// The roles in words, as they stand beside what this person says.
    pub fn role_words(&self) -> String {
        self.roles.iter().map(|role| role.title()).collect::<Vec<_>>().join(", ")
    }
}

/// Largest form without files.
pub const FORM_BYTES_MAX: usize = 1 << 20;
/// Where somebody who must set another password may go.
const OPEN_TO_RESET: [&str; 2] = ["/account/password", "/sign-out"];

/// What binds forms to a browser.
#[derive(Clone, Debug)]
struct Binding(String);

/// Stands before a page. A form with files is refused.
pub async fn page(State((app, access)): State<(App, Access)>, request: Request<Body>, next: Next) -> Response {
    door(&app, access, false, request, next).await
}

/// Stands before a form with files, whose handler takes it by [`crate::upload::Upload`] alone.
pub async fn with_file(State((app, access)): State<(App, Access)>, request: Request<Body>, next: Next) -> Response {
    door(&app, access, true, request, next).await
}

async fn door(app: &App, access: Access, takes_file: bool, mut request: Request<Body>, next: Next) -> Response {
    let secure = app.options.secure();
    let signed = match by_session(app, request.headers()).await {
        Ok(signed) => signed,
        Err(fault) => return fault.into_response(),
    };
    let mut new_visitor = None;
    let binding = match &signed {
        Some(_) => Cookie::Session.value(request.headers(), secure),
        None => Cookie::Visitor.value(request.headers(), secure),
    };
    let binding = binding.unwrap_or_else(|| {
        let secret = Secret::new().reveal().to_owned();
        new_visitor = Some(secret.clone());
        secret
    });
    if let Err(fault) = admit(access, signed.as_ref(), &request) {
        return fault.into_response();
    }
    if signed.as_ref().is_some_and(|own| own.person.must_reset) && !OPEN_TO_RESET.contains(&request.uri().path()) {
        return Redirect::to("/account/password").into_response();
    }
    if request.method() == Method::POST {
        request = match from_here(request, &binding, takes_file).await {
            Ok(request) => request,
            Err(fault) => return fault.into_response(),
        };
    }
    request.extensions_mut().insert(Binding(binding));
    if let Some(signed) = signed {
        request.extensions_mut().insert(signed);
    }
    let mut response = next.run(request).await;
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if let Some(secret) = new_visitor.filter(|_| is_page) {
        response.headers_mut().append(header::SET_COOKIE, Cookie::Visitor.set(&secret, secure));
    }
    response
}

/// Stands before a part of the programming interface: tokens only, so that no browser can be made to use it.
pub async fn api(State((app, access)): State<(App, Access)>, mut request: Request<Body>, next: Next) -> Response {
    let signed = match by_token(&app, request.headers()).await {
        Ok(signed) => signed,
        Err(fault) => return fault.into_response(),
    };
    if let Err(fault) = admit(access, signed.as_ref(), &request) {
        let fault = if matches!(fault, Fault::NotSignedIn(_)) { Fault::NoToken } else { fault };
        return fault.into_response();
    }
    if let Some(signed) = signed {
        request.extensions_mut().insert(signed);
    }
    next.run(request).await
}

fn admit(access: Access, signed: Option<&Signed>, request: &Request<Body>) -> Result<(), Fault> {
    let permission = match access {
        Access::Anyone => return Ok(()),
        Access::SignedIn => None,
        Access::May(permission) => Some(permission),
    };
    let Some(signed) = signed else {
        let asked = request.uri().path_and_query().map_or("/", |own| own.as_str());
        let back = if request.method() == Method::GET { asked } else { "/" };
        return Err(Fault::NotSignedIn(back.to_owned()));
    };
    if permission.is_none_or(|permission| signed.may(permission)) { Ok(()) } else { Err(Fault::Forbidden) }
}

async fn by_session(app: &Platform, headers: &HeaderMap) -> Result<Option<Signed>, Fault> {
    let Some(secret) = Cookie::Session.value(headers, app.options.secure()) else { return Ok(None) };
    let now = app.now();
    let idle_since = now - SignedDuration::from_mins(app.options.idle_minutes);
    let found = sessions::find(&app.store, &SecretHash::of(&secret), now, idle_since).await?;
    let Some((session, person)) = found else { return Ok(None) };
    if a_minute_old(session.last_seen_at, now) {
        sessions::seen(&app.store, session.id, now).await?;
    }
    Ok(Some(Signed { roles: roles_of(&person), person, by: By::Session(session.id) }))
}

async fn by_token(app: &Platform, headers: &HeaderMap) -> Result<Option<Signed>, Fault> {
    let text = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(secret) = text.and_then(|text| text.strip_prefix("Bearer ")) else { return Ok(None) };
    let now = app.now();
    let Some((token, person)) = tokens::find(&app.store, &SecretHash::of(secret.trim()), now).await? else {
        return Ok(None);
    };
    if token.last_used_at.is_none_or(|at| a_minute_old(at, now)) {
        tokens::used(&app.store, token.id, now).await?;
    }
    let scopes = token.scopes.iter().filter_map(|scope| Permission::of(scope)).collect();
    Ok(Some(Signed { roles: roles_of(&person), person, by: By::Token(token.id, scopes) }))
}

fn a_minute_old(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) >= SignedDuration::from_mins(1)
}

/// Roles that this version does not know give nothing.
fn roles_of(person: &Person) -> BTreeSet<Role> {
    person.roles.iter().filter_map(|role| Role::of(role)).collect()
}

/// Lets a form through that our own page sent. One with files has its token checked by [`crate::upload::Upload`], which
/// reads its fields in order.
async fn from_here(request: Request<Body>, binding: &str, takes_file: bool) -> Result<Request<Body>, Fault> {
    if csrf::from_elsewhere(request.headers()) {
        return Err(Fault::NotFromHere);
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if takes_file {
        return if kind.starts_with("multipart/form-data") { Ok(request) } else { Err(Fault::NotFromHere) };
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, FORM_BYTES_MAX).await.map_err(|_| Fault::TooLarge(FORM_BYTES_MAX as u64))?;
    let sent = form_urlencoded::parse(&bytes).find(|(name, _)| name == csrf::FIELD);
    let held = sent.is_some_and(|(_, token)| csrf::holds(binding, &token));
    if held { Ok(Request::from_parts(parts, Body::from(bytes))) } else { Err(Fault::NotFromHere) }
}

/// Handlers of routes for whoever is signed in take this; on another route it is a mistake of ours and answers nothing.
impl FromRequestParts<App> for Signed {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Fault> {
        parts.extensions.get::<Self>().cloned().ok_or(Fault::Forbidden)
    }
}

/// Token to expect in a form with files.
pub struct FormToken(pub String);

impl FromRequestParts<App> for FormToken {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Fault> {
        parts.extensions.get::<Binding>().map(|binding| Self(csrf::token(&binding.0))).ok_or(Fault::NotFromHere)
    }
}

impl FromRequestParts<App> for Frame {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let person = parts.extensions.get::<Signed>().map(|signed| frame::Person {
            name: signed.person.name.clone(),
            may: TABLE.iter().map(|row| row.permission).filter(|own| signed.may(*own)).collect(),
        });
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let done = query.into_iter().find(|(name, _)| name == "done").and_then(|(_, value)| Done::of(&value));
        Ok(Self {
            look: app.look().await,
            person,
            token: parts.extensions.get::<Binding>().map(|binding| csrf::token(&binding.0)).unwrap_or_default(),
            path: parts.uri.path().to_owned(),
            done,
        })
    }
}
