//! Listening until it is time to stop, and then finishing what was begun, within limits.

use std::future::{Future, IntoFuture as _};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::app::App;
use crate::routes;

/// Serves on a listener until `stop` is ready. Requests that were begun are answered if that takes no longer than `grace`: an
/// upload over a slow line would hold the machine up for hours.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
    grace: Duration,
) -> std::io::Result<()> {
    let router = routes::all(&app).router();
    let (say, stopping) = oneshot::channel();
    let stop = async move {
        stop.await;
        // Whoever would listen has served already.
        say.send(()).ok();
    };
    let serving = axum::serve(listener, router).with_graceful_shutdown(stop);
    let limit = async move {
        drop(stopping.await);
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        served = serving.into_future() => served,
        () = limit => {
            tracing::warn!("some requests were not finished in time and were broken off");
            Ok(())
        }
    }
}
