//! Numbers for those who look after the machine: `/health` and `/metrics`. No values of anybody, no addresses, no queries.

use std::sync::atomic::AtomicU64;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::app::App;
use crate::error::Fault;

/// What one request is counted under.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// Upper ends of the times that answers take, seconds.
const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The counters.
pub struct Metrics {
    registry: Registry,
    requests: Family<Kind, Counter<u64, AtomicU64>>,
    seconds: Family<Route, Histogram>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("evenly");
        let requests = Family::default();
        let seconds = Family::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        registry.register("http_requests", "Requests answered, by route and status", requests.clone());
        registry.register("http_seconds", "Seconds until an answer began, by route", seconds.clone());
        Self { registry, requests, seconds }
    }
}

/// Counts a request and writes it to the log: the route's pattern, never the address.
pub async fn count(State(app): State<App>, request: Request<Body>, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().as_str().to_owned();
    let began = app.now();
    let response = next.run(request).await;
    let seconds = app.now().duration_since(began).as_secs_f64().max(0.0);
    let status = response.status().as_u16();
    app.metrics.seconds.get_or_create(&Route { route: route.clone() }).observe(seconds);
    if route != "/health" && route != "/metrics" {
        tracing::info!(method, route, status, seconds, "request");
    }
    app.metrics.requests.get_or_create(&Kind { method, route, status }).inc();
    response
}

/// Whether the platform and its database answer.
pub async fn health(State(app): State<App>) -> Response {
    match app.store.ping().await {
        Ok(()) => (StatusCode::OK, "ok\n").into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

/// The numbers, for Prometheus.
pub async fn show(State(app): State<App>) -> Result<Response, Fault> {
    let mut text = String::new();
    encode(&mut text, &app.metrics.registry).map_err(|_| Fault::Ours)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
