//! The cookies: one for the session, one for a visitor who has not signed in, one for a sign-in elsewhere that is under way.

use axum::http::{HeaderMap, HeaderValue, header};

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// Who is signed in.
    Session,
    /// Binds forms to a browser before anybody signs in.
    Visitor,
    /// Binds a sign-in at the identity provider to the browser that began it.
    Elsewhere,
}

impl Cookie {
    /// Its name. `__Host-` makes the browser refuse it from another host or without TLS.
    pub fn name(self, secure: bool) -> String {
        let name = match self {
            Self::Session => "evenly-session",
            Self::Visitor => "evenly-visitor",
            Self::Elsewhere => "evenly-elsewhere",
        };
        if secure { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// The header that sets it until the browser closes.
    pub fn set(self, value: &str, secure: bool) -> HeaderValue {
        self.header(value, "", secure)
    }

    /// The header that takes it away.
    pub fn clear(self, secure: bool) -> HeaderValue {
        self.header("", "; Max-Age=0", secure)
    }

    fn header(self, value: &str, more: &str, secure: bool) -> HeaderValue {
        let secured = if secure { "; Secure" } else { "" };
        let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secured}{more}", self.name(secure));
        // Values are our own letters and digits; anything else would be a mistake of ours and sets nothing.
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// Its value, where the browser sent one.
    pub fn value(self, headers: &HeaderMap, secure: bool) -> Option<String> {
        let name = self.name(secure);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|own| own.to_str().ok())
            .flat_map(|own| own.split(';'))
            .filter_map(|own| own.trim().split_once('='))
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value.to_owned())
            .filter(|value| !value.is_empty() && value.len() <= 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secure_cookie_is_bound_to_the_host() {
        let set = Cookie::Session.set("abc", true);
        assert_eq!(set, "__Host-evenly-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(Cookie::Session.clear(false), "evenly-session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("other=1; evenly-session=abc; evenly-visitor=def"));
        assert_eq!(Cookie::Session.value(&headers, false).as_deref(), Some("abc"));
        assert_eq!(Cookie::Visitor.value(&headers, false).as_deref(), Some("def"));
        assert_eq!(Cookie::Session.value(&headers, true), None);
    }
}
