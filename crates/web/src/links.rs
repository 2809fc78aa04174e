//! Addresses within the platform, put together safely.

use openidconnect::url::form_urlencoded::{Serializer, byte_serialize};

/// A part of a path or of a query, with everything but letters, digits and `*-._` encoded.
pub fn part(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A path with a query of those values that there are.
pub fn with(path: &str, query: &[(&str, Option<&str>)]) -> String {
    let mut text = Serializer::new(String::new());
    for (name, value) in query {
        if let Some(value) = value {
            text.append_pair(name, value);
        }
    }
    let query = text.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The sign-in page, and where to go from there.
pub fn sign_in(then: &str) -> String {
    with("/sign-in", &[("next", (then != "/").then_some(then))])
}

/// Where to go next, if it is within the platform; otherwise the first page. Nobody can be sent elsewhere by a link to the
/// sign-in page.
pub fn within(next: &str) -> String {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= 500
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if own { next.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_within_are_followed() {
        assert_eq!(within("/findings/abc?done=commented#latest"), "/findings/abc?done=commented#latest");
        for bad in [
            "",
            "https://bad.test/",
            "//bad.test/",
            "/\\bad.test",
            "\\\\bad.test",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: b=c",
            "/\tbad.test",
            &format!("/{}", "a".repeat(600)),
        ] {
            assert_eq!(within(bad), "/", "{bad}");
        }
    }

    #[test]
    fn values_are_encoded() {
        assert_eq!(with("/a", &[("by", Some("age & sex")), ("group", None)]), "/a?by=age+%26+sex");
        assert_eq!(with("/a", &[]), "/a");
        assert_eq!(part("a/b c"), "a%2Fb%20c");
        assert_eq!(sign_in("/"), "/sign-in");
        assert_eq!(sign_in("/data?a=b"), "/sign-in?next=%2Fdata%3Fa%3Db");
    }
}
