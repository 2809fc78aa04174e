//! What every handler has at hand: the store, the clock, the options, and what is kept in memory.

use std::path::PathBuf;
use std::sync::Arc;

use evenly_store::Store;
use jiff::Timestamp;

use crate::analyses::Analyses;
use crate::elsewhere::{Elsewhere, Provider};
use crate::look::Looks;
use crate::metrics::Metrics;
use crate::rows::RowSide;
use crate::security::limits::Limits;
use crate::security::passwords::Passwords;

/// The platform as handlers share it.
pub type App = Arc<Platform>;

/// Tells the time; tests pass one that stands still.
pub type Clock = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// What the platform is made of.
pub struct Platform {
    /// The records.
    pub store: Store,
    /// How it is set up.
    pub options: Options,
    /// The time.
    pub clock: Clock,
    /// Hashing of passwords, a few at a time.
    pub passwords: Passwords,
    /// How often one may try to sign in.
    pub limits: Limits,
    /// What was worked out of releases.
    pub analyses: Analyses,
    /// The organisation's name and logo.
    pub looks: Looks,
    /// Numbers for those who look after the machine.
    pub metrics: Metrics,
    /// Sign-in at the trust's identity provider, where there is one.
    pub elsewhere: Option<Elsewhere>,
}

/// How the platform is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the trust, until an administrator sets another.
    pub organisation: String,
    /// Address at which browsers reach the platform, without a slash at its end: `https://evenly.trust.nhs.uk`.
    pub public_address: String,
    /// Folder that uploads are kept in until their run has read them.
    pub uploads: PathBuf,
    /// Folder on the server from which files can be brought in, where there is one.
    pub imports: Option<PathBuf>,
    /// Largest upload, bytes.
    pub upload_bytes_max: u64,
    /// Minutes after which somebody who does nothing is signed out.
    pub idle_minutes: i64,
    /// Hours after which everybody signs in anew.
    pub session_hours: i64,
    /// Days after which data count as quiet.
    pub quiet_days: i64,
    /// The trust's identity provider.
    pub provider: Option<Provider>,
    /// Accounts that the sign-in page opens to everybody: only for a made-up trust.
    pub open_accounts: Vec<OpenAccount>,
    /// The side of people's rows, as far as pages need it.
    pub rows: Arc<dyn RowSide>,
}

/// An account that the sign-in page opens to everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenAccount {
    /// Who it is, in words: "Ada Obi, analyst".
    pub who: String,
    /// Its e-mail address.
    pub email: String,
    /// Its password.
    pub password: String,
}

impl Options {
    /// For a trust at an address, with uploads kept in a folder; the rest as usual.
    pub fn new(organisation: &str, public_address: &str, uploads: PathBuf, rows: Arc<dyn RowSide>) -> Self {
        Self {
            organisation: organisation.to_owned(),
            public_address: public_address.trim_end_matches('/').to_owned(),
            uploads,
            imports: None,
            upload_bytes_max: 2_000_000_000,
            idle_minutes: 30,
            session_hours: 12,
            quiet_days: 45,
            provider: None,
            open_accounts: Vec::new(),
            rows,
        }
    }

    /// Whether browsers come by TLS.
    pub fn secure(&self) -> bool {
        self.public_address.starts_with("https://")
    }
}

impl Platform {
    /// Puts it together.
    pub fn new(store: Store, options: Options, clock: Clock) -> App {
        let elsewhere = options.provider.clone().map(Elsewhere::new);
        Arc::new(Self {
            store,
            options,
            clock,
            passwords: Passwords::default(),
            limits: Limits::default(),
            analyses: Analyses::default(),
            looks: Looks::default(),
            metrics: Metrics::default(),
            elsewhere,
        })
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }
}
