//! `evenly serve`: the web platform.

use std::io::IsTerminal as _;
use std::net::SocketAddr;

use anyhow::Context;
use clap::Args;
use evenly_extract::profile::Profile;
use evenly_store::links::{self, Purpose};
use evenly_store::{Actor, Secret, Store, people, settings};
use evenly_web::{OpenAccount, Options};
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;

use crate::settings::{Environment, Platform, PlatformArguments, WebSettings, WorkerSettings};
use crate::show;
use crate::worker::Worker;

/// Arguments of `evenly serve`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly serve --data /var/lib/evenly
  evenly serve --data /var/lib/evenly --bind 0.0.0.0:8080 --database postgres://evenly@db/evenly --no-worker

The first time, a link is printed by which the first account is made. Ctrl-C and SIGTERM end it gracefully: requests that were
begun are answered, and a run in hand is given back. Browsers should come by TLS: put a proxy before it and name its address in
EVENLY_PUBLIC_ADDRESS (https://…).")]
pub struct Arguments {
    #[command(flatten)]
    platform: PlatformArguments,
    /// Address and port to listen on, instead of 127.0.0.1:8080 [EVENLY_BIND]
    #[arg(long, value_name = "ADDR")]
    bind: Option<SocketAddr>,
    /// Leave the runs to `evenly worker`
    #[arg(long)]
    no_worker: bool,
    /// Print the description of the programming interface (OpenAPI) and end
    #[arg(long, hide = true)]
    openapi: bool,
}

/// How long the first set-up link works.
const SET_UP: SignedDuration = SignedDuration::from_hours(24);

/// Runs it.
pub fn run(arguments: &Arguments, environment: &Environment) -> anyhow::Result<()> {
    if arguments.openapi {
        return Ok(show::print(&evenly_web::openapi())?);
    }
    let source = arguments.platform.source(environment)?;
    let platform = arguments.platform.platform(&source)?;
    let mut web = WebSettings::read(&source)?;
    web.bind = arguments.bind.unwrap_or(web.bind);
    let worker = WorkerSettings::read(&source)?;
    let serving = Serving {
        platform,
        web,
        worker: (!arguments.no_worker).then_some(worker),
        open_accounts: Vec::new(),
        or_any_port: false,
    };
    crate::platform::block_on(serving.serve(async |store, address| announce(store, address).await))
}

/// What is to be served.
pub struct Serving {
    /// Where things are kept.
    pub platform: Platform,
    /// How the pages are served.
    pub web: WebSettings,
    /// The worker in this process, where there is one.
    pub worker: Option<WorkerSettings>,
    /// Accounts that the sign-in page opens to everybody: only for a made-up trust.
    pub open_accounts: Vec<OpenAccount>,
    /// Whether another port will do where this one is taken.
    pub or_any_port: bool,
}

impl Serving {
    /// Serves until told to stop. `begin` is called with the records and the address once both are there.
    pub async fn serve(self, begin: impl AsyncFnOnce(&Store, &str) -> anyhow::Result<()>) -> anyhow::Result<()> {
        log_to_stderr();
        self.platform.close_data_folder()?;
        crate::settings::closed(&self.platform.data.join("uploads"))?;
        let store = Store::open(&self.platform.database).await?;
        let listener = self.listen().await?;
        let at = listener.local_addr()?;
        let address = self.web.public_address.clone().unwrap_or_else(|| format!("http://{at}"));
        let options = self.options(&store, &address).await?;
        begin(&store, &address).await?;
        let stop = crate::platform::told_to_stop();
        let worker = match &self.worker {
            None => None,
            Some(settings) => {
                let name = format!("serve-{}", std::process::id());
                let worker = Worker::new(store.clone(), &self.platform, settings.clone(), name, Timestamp::now)?;
                let stop = stop.clone();
                Some(tokio::spawn(async move { worker.work(stop).await }))
            }
        };
        let app = evenly_web::Platform::new(store.clone(), options, Box::new(Timestamp::now));
        let mut told = stop;
        let stopped = async move {
            // An error means that nobody can tell any more: then it is time, too.
            let _ = told.wait_for(|told| *told).await;
        };
        evenly_web::serve(app, listener, stopped).await?;
        if let Some(worker) = worker {
            worker.await?;
        }
        store.close().await;
        Ok(())
    }

    async fn listen(&self) -> anyhow::Result<TcpListener> {
        match TcpListener::bind(self.web.bind).await {
            Err(_) if self.or_any_port => Ok(TcpListener::bind((self.web.bind.ip(), 0)).await?),
            bound => {
                bound.with_context(|| format!("{}: cannot be listened on; name another with --bind", self.web.bind))
            }
        }
    }

    async fn options(&self, store: &Store, address: &str) -> anyhow::Result<Options> {
        let organisation = match &self.web.organisation {
            Some(name) => name.clone(),
            None => settings::get(store, settings::ORGANISATION).await?.unwrap_or_default(),
        };
        let mut options = Options::new(&organisation, address, self.platform.data.join("uploads"));
        options.imports = Some(self.platform.import.clone());
        options.upload_bytes_max = self.web.upload_bytes_max;
        options.idle_minutes = i64::try_from(self.web.idle_minutes)?;
        options.session_hours = i64::try_from(self.web.session_hours)?;
        options.quiet_days = i64::try_from(self.web.quiet_days)?;
        options.provider = self.web.provider.clone();
        options.open_accounts = self.open_accounts.clone();
        options.profiles = Profile::shipped()?.into_iter().map(|profile| (profile.id, profile.title)).collect();
        Ok(options)
    }
}

/// Says where it is, and the first time how to make the first account.
async fn announce(store: &Store, address: &str) -> anyhow::Result<()> {
    let mut text = format!("Evenly is at {address}\n");
    if !people::any(store).await? {
        let secret = Secret::new();
        let now = Timestamp::now();
        let mut change = store.change(Actor::CommandLine, now).await?;
        links::make(&mut change, Purpose::Setup, None, &secret.hash(), now + SET_UP).await?;
        change.commit().await?;
        let link = format!("{address}/set-up?link={}", secret.reveal());
        text.push_str(&format!("\nThere is no account yet. Make the first one here, within a day:\n  {link}\n"));
    }
    Ok(show::print(&text)?)
}

/// One line a request and whatever goes wrong, without addresses, queries or anybody's values; JSON where nobody watches.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::new("warn,evenly_web=info");
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second log in the same process is a mistake of ours that harms nobody.
    let _ = if std::io::stderr().is_terminal() { lines.with_target(false).try_init() } else { lines.json().try_init() };
}
