//! The description of the programming interface, made from the handlers themselves.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{audit, definitions, findings, groups, people, releases, runs, scores, statements};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Evenly",
        description = "What Evenly found and what was decided, for programs. Everything comes from counts past disclosure control.",
        license(name = "MIT OR Apache-2.0"),
    ),
    paths(
        findings::list,
        findings::show,
        findings::discussion,
        findings::comment,
        releases::list,
        releases::report,
        runs::list,
        runs::show,
        runs::ask,
        scores::show,
        groups::list,
        definitions::list,
        definitions::versions,
        statements::list,
        statements::document,
        people::list,
        audit::list,
    ),
    modifiers(&Token),
    security(("token" = [])),
)]
struct Description;

struct Token;

impl Modify for Token {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        let scheme = scheme.description(Some("A token made on the page “Your account”")).build();
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The description as text: `docs/reference/openapi.json` is a copy of it.
pub fn text() -> String {
    let mut text = Description::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// Gives it.
pub async fn show() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text()).into_response()
}

#[cfg(test)]
mod tests {
    use crate::routes;

    /// A route of the interface that the description leaves out, or the other way round, is a mistake.
    #[tokio::test]
    async fn every_route_is_described_and_no_other() {
        let app = crate::testing::app().await;
        let described: serde_json::Value = serde_json::from_str(&super::text()).expect("JSON");
        let mut described: Vec<String> = described["paths"]
            .as_object()
            .expect("paths")
            .iter()
            .flat_map(|(path, methods)| {
                methods
                    .as_object()
                    .expect("methods")
                    .keys()
                    .map(move |method| format!("{} {path}", method.to_uppercase()))
            })
            .collect();
        let mut routes: Vec<String> = routes::all(&app.app)
            .listed()
            .iter()
            .filter(|own| own.path.starts_with("/api/v1/"))
            .map(|own| format!("{} {}", own.method, own.path))
            .collect();
        described.sort();
        routes.sort();
        assert_eq!(described, routes);
    }
}
