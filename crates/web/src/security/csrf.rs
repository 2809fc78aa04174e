//! Tokens in forms, so that no other site can send one in a person's name.
//!
//! SOURCE: OWASP, *Cross-Site Request Forgery Prevention*: a token bound to the session, and the browser's own word on where a
//! request comes from (`Sec-Fetch-Site`, `Origin`).

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Name of the field.
pub const FIELD: &str = "csrf";

/// The token of what a browser's cookie holds: a hash, which does not give the cookie away.
pub fn token(cookie: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("evenly form token\0{cookie}")))
}

/// Whether a form's token is that of the cookie.
pub fn holds(cookie: &str, sent: &str) -> bool {
    same(&token(cookie), sent)
}

/// Whether a token that was sent is the one expected, in a time that tells nothing.
pub fn same(expected: &str, sent: &str) -> bool {
    expected.as_bytes().ct_eq(sent.as_bytes()).into()
}

/// Whether the browser says that another site sent the request. Browsers that say nothing are judged by the token alone.
pub fn from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::HeaderName::from_static("sec-fetch-site")) {
        Some("same-origin" | "none") => return false,
        Some(_) => return true,
        None => {}
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, own)| own != host),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_holds_for_its_own_secret_alone() {
        assert!(holds("one", &token("one")));
        assert!(!holds("other", &token("one")));
        assert!(!holds("one", "") && !holds("one", "one"));
    }

    #[test]
    fn the_browser_says_where_a_request_comes_from() {
        let headers = |own: &[(&'static str, &str)]| {
            own.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value"))).collect()
        };
        assert!(!from_elsewhere(&HeaderMap::new()));
        assert!(!from_elsewhere(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(from_elsewhere(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(from_elsewhere(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(!from_elsewhere(&headers(&[("origin", "https://evenly.test"), ("host", "evenly.test")])));
        assert!(from_elsewhere(&headers(&[("origin", "https://bad.test"), ("host", "evenly.test")])));
        assert!(from_elsewhere(&headers(&[("origin", "null"), ("host", "evenly.test")])));
    }
}
