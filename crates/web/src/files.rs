//! Files to download: never shown by the browser as a page of ours.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// A file as an attachment, under a name of letters, digits, hyphens and dots. A browser that opens it all the same runs
/// nothing in it and loads nothing for it.
pub fn attachment(kind: &'static str, name: &str, body: impl Into<axum::body::Body>) -> Response {
    let name: String =
        name.chars().map(|own| if own.is_ascii_alphanumeric() || ".-".contains(own) { own } else { '-' }).collect();
    let mut response = body.into().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    let closed = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
    headers.insert(HeaderName::from_static("content-security-policy"), HeaderValue::from_static(closed));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let response = attachment("text/csv", "a\"\r\nSet-Cookie: b.csv", "x");
        assert_eq!(response.headers()[header::CONTENT_DISPOSITION], "attachment; filename=\"a---Set-Cookie--b.csv\"");
    }
}
