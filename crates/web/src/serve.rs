//! Listening until it is time to stop, and then finishing what was begun.

use std::future::Future;

use tokio::net::TcpListener;

use crate::app::App;
use crate::routes;

/// Serves on a listener until `stop` is ready; requests that were begun are answered.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = routes::all(&app).router();
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}
