//! Every route of the platform on one page: address, who may use it, what answers.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::error::{self, Fault};
use crate::guard::{self, Access};
use crate::roles::Permission;
use crate::security::headers;
use crate::{api, assets, metrics, pages};

/// The most that is read of a form with a logo: a logo that is too large is refused beside its field.
const LOGO_BYTES_MAX: u64 = 2_000_000;

/// A route, as it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Its address, with names of its variable parts.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    /// Whether its form comes with a file.
    pub takes_file: bool,
}

/// Routes being put together. There is no way to add one without saying who may use it.
pub struct Routes {
    app: App,
    router: Router<App>,
    listed: Vec<Listed>,
}

/// All of them.
#[rustfmt::skip]
pub fn all(app: &App) -> Routes {
    use Access::{Anyone, May, SignedIn};
    use Permission::{
        Act, ApproveDefinitions, ApproveStatements, Decide, Discuss, DraftStatements, Import, ManagePeople, ManageSettings,
        ProposeDefinitions, SeeAudit, SeeDefinitions, SeeDiscussion, SeeFindings, SeeRuns, SeeStatements,
    };

    Routes::new(app)
        // Before anybody is signed in.
        .get("/set-up", Anyone, pages::sign_in::set_up::show)
        .post("/set-up", Anyone, pages::sign_in::set_up::save)
        .get("/sign-in", Anyone, pages::sign_in::password::show)
        .post("/sign-in", Anyone, pages::sign_in::password::save)
        .get("/sign-in/elsewhere", Anyone, pages::sign_in::elsewhere::begin)
        .get("/sign-in/elsewhere/return", Anyone, pages::sign_in::elsewhere::finish)
        .get("/welcome", Anyone, pages::sign_in::welcome::show)
        .post("/welcome", Anyone, pages::sign_in::welcome::save)
        .get("/accessibility", Anyone, pages::open::accessibility::show)
        .get("/assets/{name}", Anyone, assets::show)
        .get("/logo", Anyone, pages::settings::logo::show)
        // What was found.
        .get("/", May(SeeFindings), pages::home::show::show)
        .get("/indicators", May(SeeFindings), pages::indicators::list::show)
        .get("/indicators/{indicator}", May(SeeFindings), pages::indicators::show::show)
        .get("/indicators/{indicator}/{file}", May(SeeFindings), pages::indicators::download::show)
        .get("/findings", May(SeeFindings), pages::findings::list::show)
        .get("/findings/{finding}", May(SeeFindings), pages::findings::show::show)
        .post("/findings/{finding}/comments", May(Discuss), pages::findings::discuss::save)
        .post("/findings/{finding}/decisions", May(Decide), pages::findings::decide::save)
        .post("/findings/{finding}/actions", May(Act), pages::findings::act::save)
        .post("/actions/{action}", May(Act), pages::findings::act::change)
        // Where to look first.
        .get("/scores", May(SeeFindings), pages::scores::list::show)
        .get("/scores/{score}", May(SeeFindings), pages::scores::show::show)
        .get("/map", May(SeeFindings), pages::map::show::show)
        // The annual statement.
        .get("/statements", May(SeeStatements), pages::statements::list::show)
        .get("/statements/draft", May(DraftStatements), pages::statements::draft::show)
        .post("/statements/draft", May(DraftStatements), pages::statements::draft::save)
        .get("/statements/{statement}", May(SeeStatements), pages::statements::show::show)
        .get("/statements/{statement}/parts/{part}", May(SeeStatements), pages::statements::part::show)
        .post("/statements/{statement}/parts/{part}", May(DraftStatements), pages::statements::part::save)
        .post("/statements/{statement}/evidence", May(DraftStatements), pages::statements::evidence::ask)
        .post("/statements/{statement}/approve", May(ApproveStatements), pages::statements::judge::approve)
        .post("/statements/{statement}/publish", May(ApproveStatements), pages::statements::judge::publish)
        .get("/statements/{statement}/files/{file}", May(SeeStatements), pages::statements::download::show)
        // Data and runs.
        .get("/data", May(SeeRuns), pages::data::list::show)
        .get("/data/groups", May(SeeRuns), pages::data::groups::show)
        .get("/data/import", May(Import), pages::data::import::show)
        .post_file("/data/import", May(Import), app.options.upload_bytes_max, pages::data::import::save)
        .get("/data/releases/{release}", May(SeeRuns), pages::data::release::show)
        .get("/data/releases/{release}/{file}", May(SeeFindings), pages::data::download::show)
        .get("/data/runs/{run}", May(SeeRuns), pages::data::run::show)
        .post("/data/runs/{run}/cancel", May(Import), pages::data::run::cancel)
        .post("/data/runs/{run}/retry", May(Import), pages::data::run::retry)
        // What is counted, and how.
        .get("/definitions", May(SeeDefinitions), pages::definitions::list::show)
        .get("/definitions/{kind}/{name}", May(SeeDefinitions), pages::definitions::show::show)
        .get("/definitions/{kind}/{name}/propose", May(ProposeDefinitions), pages::definitions::propose::show)
        .post("/definitions/{kind}/{name}/propose", May(ProposeDefinitions), pages::definitions::propose::save)
        .post("/definitions/versions/{version}/judge", May(ApproveDefinitions), pages::definitions::judge::save)
        // The organisation, and folders that are looked into.
        .get("/settings", May(ManageSettings), pages::settings::show::show)
        .post("/settings/organisation", May(ManageSettings), pages::settings::organisation::save)
        .post_file("/settings/logo", May(ManageSettings), LOGO_BYTES_MAX, pages::settings::logo::save)
        .post("/settings/logo/remove", May(ManageSettings), pages::settings::logo::remove)
        .get("/settings/schedules/add", May(ManageSettings), pages::settings::schedules::show)
        .post("/settings/schedules/add", May(ManageSettings), pages::settings::schedules::save)
        .post("/settings/schedules/{schedule}/{state}", May(ManageSettings), pages::settings::schedules::turn)
        // People.
        .get("/people", May(ManagePeople), pages::people::list::show)
        .get("/people/add", May(ManagePeople), pages::people::add::show)
        .post("/people/add", May(ManagePeople), pages::people::add::save)
        .get("/people/{person}", May(ManagePeople), pages::people::show::show)
        .post("/people/{person}/change", May(ManagePeople), pages::people::change::save)
        .post("/people/{person}/status", May(ManagePeople), pages::people::status::save)
        .post("/people/{person}/reset", May(ManagePeople), pages::people::reset::save)
        .post("/people/{person}/sessions", May(ManagePeople), pages::people::sessions::end)
        // One's own account.
        .get("/account", SignedIn, pages::account::show::show)
        .get("/account/password", SignedIn, pages::account::password::show)
        .post("/account/password", SignedIn, pages::account::password::save)
        .post("/account/sessions/{session}/end", SignedIn, pages::account::sessions::end)
        .post("/account/sessions/end-others", SignedIn, pages::account::sessions::end_others)
        .post("/account/tokens", SignedIn, pages::account::tokens::make)
        .post("/account/tokens/{token}/revoke", SignedIn, pages::account::tokens::revoke)
        .post("/sign-out", SignedIn, pages::sign_in::sign_out::save)
        // What was changed.
        .get("/audit", May(SeeAudit), pages::audit::list::show)
        // For programs.
        .get("/health", Anyone, metrics::health)
        .get("/metrics", Anyone, metrics::show)
        .get("/api/openapi.json", Anyone, api::openapi::show)
        .api_get("/api/v1/findings", May(SeeFindings), api::findings::list)
        .api_get("/api/v1/findings/{finding}", May(SeeFindings), api::findings::show)
        .api_get("/api/v1/findings/{finding}/discussion", May(SeeDiscussion), api::findings::discussion)
        .api_post("/api/v1/findings/{finding}/comments", May(Discuss), api::findings::comment)
        .api_get("/api/v1/releases", May(SeeFindings), api::releases::list)
        .api_get("/api/v1/releases/{release}/report", May(SeeFindings), api::releases::report)
        .api_get("/api/v1/runs", May(SeeRuns), api::runs::list)
        .api_get("/api/v1/runs/{run}", May(SeeRuns), api::runs::show)
        .api_post("/api/v1/runs", May(Import), api::runs::ask)
        .api_get("/api/v1/scores/{score}", May(SeeFindings), api::scores::show)
        .api_get("/api/v1/groups", May(SeeRuns), api::groups::list)
        .api_get("/api/v1/definitions", May(SeeDefinitions), api::definitions::list)
        .api_get("/api/v1/definitions/{kind}/{name}/versions", May(SeeDefinitions), api::definitions::versions)
        .api_get("/api/v1/statements", May(SeeStatements), api::statements::list)
        .api_get("/api/v1/statements/{statement}/document", May(SeeStatements), api::statements::document)
        .api_get("/api/v1/people", May(ManagePeople), api::people::list)
        .api_get("/api/v1/audit", May(SeeAudit), api::audit::list)
}

impl Routes {
    fn new(app: &App) -> Self {
        Self { app: app.clone(), router: Router::new(), listed: Vec::new() }
    }

    fn get<H: Handler<T, App>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        let door = from_fn_with_state((self.app.clone(), access), guard::page);
        self.add("GET", path, access, on(MethodFilter::GET, handler).layer(door))
    }

    fn post<H: Handler<T, App>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        let door = from_fn_with_state((self.app.clone(), access), guard::page);
        self.add("POST", path, access, on(MethodFilter::POST, handler).layer(door))
    }

    fn post_file<H: Handler<T, App>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        bytes_max: u64,
        handler: H,
    ) -> Self {
        let limit = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        let door = from_fn_with_state((self.app.clone(), access), guard::with_file);
        let own = on(MethodFilter::POST, handler).layer(DefaultBodyLimit::max(limit)).layer(door);
        let mut all = self.add("POST", path, access, own);
        if let Some(listed) = all.listed.last_mut() {
            listed.takes_file = true;
        }
        all
    }

    fn api_get<H: Handler<T, App>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        let door = from_fn_with_state((self.app.clone(), access), guard::api);
        self.add("GET", path, access, on(MethodFilter::GET, handler).layer(door))
    }

    fn api_post<H: Handler<T, App>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        let door = from_fn_with_state((self.app.clone(), access), guard::api);
        self.add("POST", path, access, on(MethodFilter::POST, handler).layer(door))
    }

    fn add(mut self, method: &'static str, path: &'static str, access: Access, own: MethodRouter<App>) -> Self {
        self.listed.push(Listed { method, path, access, takes_file: false });
        self.router = self.router.route(path, own);
        self
    }

    /// What there is.
    #[cfg(test)]
    pub fn listed(&self) -> &[Listed] {
        &self.listed
    }

    /// The router with all that stands around every route.
    pub fn router(self) -> Router {
        let app = self.app;
        self.router
            .fallback(|| async { Fault::NotFound })
            .method_not_allowed_fallback(|| async { Fault::WrongMethod })
            .layer(DefaultBodyLimit::max(guard::FORM_BYTES_MAX))
            .layer(CatchPanicLayer::custom(|_| axum::response::IntoResponse::into_response(Fault::Ours)))
            .layer(from_fn_with_state(app.clone(), metrics::count))
            .layer(from_fn_with_state(app.clone(), error::render))
            .layer(from_fn_with_state(app.clone(), headers::secure))
            // A page with many charts is a megabyte of text: packed thoroughly, that took longer than drawing it.
            .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
            .with_state(app)
    }
}
