//! Signing out.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::{StoreError, sessions};

use crate::app::App;
use crate::error::Fault;
use crate::guard::Signed;
use crate::security::cookies::Cookie;

/// Ends the session, and takes what the browser keeps with it.
pub async fn save(State(app): State<App>, signed: Signed) -> Result<Response, Fault> {
    if let Some(session) = signed.session() {
        let mut change = app.store.change(signed.actor(), app.now()).await?;
        match sessions::end(&mut change, session, signed.person.id).await {
            // Ended elsewhere a moment ago: that is what was asked for.
            Err(StoreError::NotFound(_)) => {}
            ended => {
                ended?;
                change.commit().await?;
            }
        }
    }
    let mut response = Redirect::to("/sign-in?done=signed-out").into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, Cookie::Session.clear(app.options.secure()));
    headers.insert("clear-site-data", axum::http::HeaderValue::from_static("\"cache\""));
    Ok(response)
}
