//! What went wrong with a request, and the page or the JSON that says so.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use evenly_report::DocumentError;
use evenly_store::StoreError;
use maud::{Markup, html};

use crate::app::App;
use crate::components::frame::{Frame, Page};
use crate::links;
use crate::security::passwords::Busy;

/// Why a request was not answered as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nobody is signed in; where to go afterwards.
    NotSignedIn(String),
    /// No token, or one that does not work (API).
    NoToken,
    /// Signed in, and not allowed.
    Forbidden,
    /// The form was not sent from this site's own page, or the page is too old.
    NotFromHere,
    /// There is no such page or thing.
    NotFound,
    /// This address does not do that.
    WrongMethod,
    /// What was sent cannot be read.
    Unreadable(&'static str),
    /// It cannot be done as things are; the words are for a reader.
    Conflict(String),
    /// More was sent than is taken.
    TooLarge(u64),
    /// Too many requests.
    TooMany,
    /// The database or the machine is busy: trying again helps.
    Busy,
    /// A mistake of ours; what happened is in the log.
    Ours,
}

impl Fault {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn(_) => StatusCode::SEE_OTHER,
            Self::NoToken => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::NotFromHere => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Ours => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::NotSignedIn(_) | Self::NoToken => "Sign in first",
            Self::Forbidden => "You cannot see this page",
            Self::NotFromHere => "Send the form again",
            Self::NotFound => "Page not found",
            Self::WrongMethod => "This address does not do that",
            Self::Unreadable(_) => "The request could not be read",
            Self::Conflict(_) => "This cannot be done as things are",
            Self::TooLarge(_) => "The file is too large",
            Self::TooMany => "Too many tries",
            Self::Busy => "Evenly is busy",
            Self::Ours => "Sorry, there is a problem with Evenly",
        }
    }

    fn sentence(&self) -> String {
        match self {
            Self::NotSignedIn(_) => "Sign in to see this page.".to_owned(),
            Self::NoToken => "Send a token that works, as `Authorization: Bearer …`.".to_owned(),
            Self::Forbidden => "Your roles do not allow it. An administrator of your trust can change them.".to_owned(),
            Self::NotFromHere => {
                "The page was open for too long, or the form came from elsewhere. Go back, load the page anew and send it again."
                    .to_owned()
            }
            Self::NotFound => "If you typed the address, check it. What you look for may have been taken back.".to_owned(),
            Self::WrongMethod => "Go back and follow a link or a button of the page.".to_owned(),
            Self::Unreadable(what) => (*what).to_owned(),
            Self::Conflict(words) => format!("{}.", words.trim_end_matches('.')),
            Self::TooLarge(most) if *most < 1_000_000 => format!("The most that is taken is {} kB.", most / 1_000),
            Self::TooLarge(most) => format!("The most that is taken is {} MB.", most / 1_000_000),
            Self::TooMany => "Wait some minutes and try again.".to_owned(),
            Self::Busy => "Wait a moment and try again. Nothing was changed.".to_owned(),
            Self::Ours => "Try again later. Nothing that you had saved is lost.".to_owned(),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::NotSignedIn(_) => "not-signed-in",
            Self::NoToken => "no-token",
            Self::Forbidden => "forbidden",
            Self::NotFromHere => "not-from-here",
            Self::NotFound => "not-found",
            Self::WrongMethod => "wrong-method",
            Self::Unreadable(_) => "unreadable",
            Self::Conflict(_) => "conflict",
            Self::TooLarge(_) => "too-large",
            Self::TooMany => "too-many",
            Self::Busy => "busy",
            Self::Ours => "ours",
        }
    }
}

/// The words come later, from [`render`], which knows whose trust it is and whether a program asked.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => Self::NotFound,
            StoreError::Taken(words) => Self::Conflict(words.to_owned()),
            StoreError::Conflict(words) | StoreError::Refused(words) => Self::Conflict(words),
            StoreError::Busy => Self::Busy,
            other => {
                tracing::error!(error = %other, "the store failed");
                Self::Ours
            }
        }
    }
}

impl From<DocumentError> for Fault {
    fn from(error: DocumentError) -> Self {
        tracing::error!(%error, "a document could not be made");
        Self::Ours
    }
}

impl From<Busy> for Fault {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl Page for Fault {
    fn title(&self) -> String {
        Self::title(self).to_owned()
    }

    fn body(&self, _: &Frame) -> Markup {
        html! {
            p { (self.sentence()) }
            p { a href="/" { "Go to the first page" } }
        }
    }
}

/// Puts words to faults: a page for a person, JSON for a program.
pub async fn render(State(app): State<App>, request: Request<Body>, next: Next) -> Response {
    let for_program = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let Some(fault) = response.extensions().get::<Fault>().cloned().or_else(|| unreadable(&response)) else {
        return response;
    };
    if let (Fault::NotSignedIn(then), false) = (&fault, for_program) {
        return Redirect::to(&links::sign_in(then)).into_response();
    }
    let mut rendered = if for_program {
        let body = serde_json::json!({ "error": fault.name(), "message": fault.sentence() });
        (fault.status(), axum::Json(body)).into_response()
    } else {
        let frame = Frame { look: app.look().await, ..Frame::default() };
        (fault.status(), frame.page(&fault)).into_response()
    };
    for (name, value) in response.headers() {
        if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
            rendered.headers_mut().append(name, value.clone());
        }
    }
    match fault {
        Fault::NoToken => set(&mut rendered, header::WWW_AUTHENTICATE, "Bearer"),
        Fault::Busy | Fault::TooMany => set(&mut rendered, header::RETRY_AFTER, "60"),
        _ => {}
    }
    rendered
}

/// A refusal of the library that reads requests, which has no page of ours.
fn unreadable(response: &Response) -> Option<Fault> {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    (response.status().is_client_error() && kind.starts_with("text/plain"))
        .then_some(Fault::Unreadable("Something in it is not as it should be. Go back and try again."))
}

fn set(response: &mut Response, name: HeaderName, value: &'static str) {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
}
