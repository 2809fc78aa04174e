//! The platform in this process: pages and workers over one store, until it is time to stop.

mod rows;

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use evenly_store::links::{self, Purpose};
use evenly_store::{Actor, Secret, Store, closed_folder, people};
use evenly_web::{App, OpenAccount, Options, Platform};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use self::rows::Rows;
use crate::settings::{LogFormat, LogSettings, Settings, WebSettings};
use crate::worker;

/// Hours for which the link to the first account works.
const SET_UP_HOURS: i64 = 24;
/// How long requests that were begun may take once it is time to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Runs asynchronous work to its end on a runtime of its own. Threads that are still at work then, on runs that were given back,
/// are not waited for.
pub fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("no threads can be started")?;
    let ended = runtime.block_on(work);
    runtime.shutdown_background();
    ended
}

/// Begins the log, on standard error. Once in a process.
pub fn begin_log(settings: &LogSettings) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&settings.level);
    let filter = filter.with_context(|| format!("log: `{}` is no level such as info", settings.level))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let begun = match settings.format {
        LogFormat::Json => log.json().flatten_event(true).try_init(),
        LogFormat::Text => log.with_ansi(false).try_init(),
    };
    begun.map_err(|error| anyhow::anyhow!("the log cannot be begun: {error}"))
}

/// Pages about to be served.
pub struct Ready {
    app: App,
    listener: tokio::net::TcpListener,
    settings: Settings,
    /// Address for browsers.
    pub address: String,
    /// Address at which the first account is made, while there is none.
    pub set_up: Option<String>,
}

/// Begins to listen; nothing is answered yet.
pub fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address);
    listener.with_context(|| format!("{address} cannot be listened at; choose another with --bind"))
}

/// Opens the records; nothing is answered yet.
pub async fn prepare(
    settings: Settings,
    listener: TcpListener,
    open_accounts: Vec<OpenAccount>,
) -> anyhow::Result<Ready> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let store = Store::open(&settings.database).await?;
    let address = address(&settings.web, listener.local_addr()?);
    let options = options(&settings, &address, open_accounts);
    closed_folder(&options.uploads).with_context(|| format!("{}: cannot be used", options.uploads.display()))?;
    let set_up = set_up_link(&store, &address).await?;
    let app = Platform::new(store, options, Box::new(Timestamp::now));
    Ok(Ready { app, listener, settings, address, set_up })
}

fn address(web: &WebSettings, listening: SocketAddr) -> String {
    let own = web.public_address.clone().unwrap_or_else(|| format!("http://{listening}"));
    own.trim_end_matches('/').to_owned()
}

fn options(settings: &Settings, address: &str, open_accounts: Vec<OpenAccount>) -> Options {
    let web = &settings.web;
    Options {
        imports: settings.imports.clone(),
        upload_bytes_max: web.upload_bytes_max,
        idle_minutes: web.idle_minutes.into(),
        session_hours: web.session_hours.into(),
        quiet_days: web.quiet_days.into(),
        provider: web.provider.clone(),
        open_accounts,
        ..Options::new(&web.organisation, address, settings.data.join(worker::UPLOADS), Arc::new(Rows))
    }
}

/// The link by which the first account is made; nothing where there is one. Earlier links stop working.
async fn set_up_link(store: &Store, address: &str) -> anyhow::Result<Option<String>> {
    if people::any(store).await? {
        return Ok(None);
    }
    let (secret, now) = (Secret::new(), Timestamp::now());
    let mut change = store.change(Actor::CommandLine, now).await?;
    let expires = now + SignedDuration::from_hours(SET_UP_HOURS);
    links::make(&mut change, Purpose::Setup, None, &secret.hash(), expires).await?;
    change.commit().await?;
    Ok(Some(format!("{address}/set-up?link={}", secret.reveal())))
}

impl Ready {
    /// Answers, and works runs off, until `stop` is ready; what was begun is finished.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        let (stopping, stopped) = watch::channel(false);
        tokio::spawn(async move {
            stop.await;
            stopping.send_replace(true);
        });
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..self.settings.web.workers {
            workers.spawn(worker::run(self.app.store.clone(), self.settings.clone(), when(stopped.clone())));
        }
        let store = self.app.store.clone();
        evenly_web::serve(self.app, self.listener, when(stopped), GRACE).await?;
        while let Some(ended) = workers.join_next().await {
            ended.context("a worker ended before its time")??;
        }
        store.close().await;
        Ok(())
    }
}

/// Ready once it is time to stop.
async fn when(mut stopped: watch::Receiver<bool>) {
    // Whoever would say so has gone: that is an end too.
    drop(stopped.wait_for(|stop| *stop).await);
}

/// Ready when the person or the machine asks to stop (Ctrl-C, SIGTERM).
pub async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}
