//! How the platform listens, what it is called, and who lets people in.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use evenly_web::Provider;
use serde::{Deserialize, Serialize};

use crate::counting::parse_size;

/// What can be said of it.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct WebGiven {
    /// Address to listen at [usual: 127.0.0.1:8600, which only this machine reaches]
    #[arg(long, env = "EVENLY_BIND", value_name = "ADDRESS")]
    bind: Option<SocketAddr>,
    /// Address at which browsers reach the platform, such as `https://evenly.trust.nhs.uk` [usual: `http://` and where it listens]
    #[arg(long, env = "EVENLY_PUBLIC_ADDRESS", value_name = "URL")]
    public_address: Option<String>,
    /// Name of the trust, until somebody sets it on a page
    #[arg(long, env = "EVENLY_ORGANISATION", value_name = "NAME")]
    organisation: Option<String>,
    /// Workers in this process; 0 where `evenly worker` runs beside it [usual: 1]
    #[arg(long, env = "EVENLY_WORKERS", value_name = "N")]
    workers: Option<u32>,
    /// Largest file that can be sent: 200MB, 2GB [usual: 2GB]
    #[arg(long, env = "EVENLY_UPLOAD_MAX", value_name = "SIZE")]
    upload_max: Option<String>,
    /// Minutes after which somebody who does nothing is signed out [usual: 30]
    #[arg(long, env = "EVENLY_IDLE_MINUTES", value_name = "N")]
    idle_minutes: Option<u32>,
    /// Hours after which everybody signs in anew [usual: 12]
    #[arg(long, env = "EVENLY_SESSION_HOURS", value_name = "N")]
    session_hours: Option<u32>,
    /// Days after which data count as quiet [usual: 45]
    #[arg(long, env = "EVENLY_QUIET_DAYS", value_name = "N")]
    quiet_days: Option<u32>,
    /// Name of the identity provider (OpenID Connect) on the button to sign in
    #[arg(long, env = "EVENLY_PROVIDER_NAME", value_name = "NAME")]
    provider_name: Option<String>,
    /// Address of the identity provider as an issuer
    #[arg(long, env = "EVENLY_PROVIDER_ISSUER", value_name = "URL")]
    provider_issuer: Option<String>,
    /// What Evenly is called there
    #[arg(long, env = "EVENLY_PROVIDER_CLIENT_ID", value_name = "ID")]
    provider_client_id: Option<String>,
    /// File that holds the secret which proves it
    #[arg(long, env = "EVENLY_PROVIDER_SECRET_FILE", value_name = "FILE")]
    provider_secret_file: Option<PathBuf>,
}

/// How the platform listens, what it is called, and who lets people in.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// Address to listen at.
    pub bind: SocketAddr,
    /// Address at which browsers reach the platform; where nobody said, it follows from where it listens.
    pub public_address: Option<String>,
    /// Name of the trust.
    pub organisation: String,
    /// Workers in this process.
    pub workers: u32,
    /// Largest upload, bytes.
    pub upload_bytes_max: u64,
    /// Minutes after which somebody who does nothing is signed out.
    pub idle_minutes: u32,
    /// Hours after which everybody signs in anew.
    pub session_hours: u32,
    /// Days after which data count as quiet.
    pub quiet_days: u32,
    /// The trust's identity provider.
    pub provider: Option<Provider>,
}

/// Where it listens when nobody said: on this machine alone.
const USUAL_PORT: u16 = 8600;

impl WebGiven {
    /// At an address, for a trust of this name.
    pub fn at(bind: SocketAddr, organisation: &str) -> Self {
        Self { bind: Some(bind), organisation: Some(organisation.to_owned()), ..Self::default() }
    }
}

impl WebSettings {
    /// Judges what was said, and takes what is usual for the rest.
    pub(super) fn of(given: WebGiven) -> anyhow::Result<Self> {
        let provider = provider(&given)?;
        let upload_max = given.upload_max.as_deref().unwrap_or("2GB");
        let upload_bytes_max = parse_size(upload_max).map_err(|words| anyhow::anyhow!("upload-max: {words}"))?;
        if let Some(address) = &given.public_address {
            judge_address(address)?;
        }
        Ok(Self {
            bind: given.bind.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, USUAL_PORT))),
            public_address: given.public_address,
            organisation: given.organisation.unwrap_or_default(),
            workers: given.workers.unwrap_or(1),
            upload_bytes_max,
            idle_minutes: at_least_one("idle-minutes", given.idle_minutes, 30)?,
            session_hours: at_least_one("session-hours", given.session_hours, 12)?,
            quiet_days: at_least_one("quiet-days", given.quiet_days, 45)?,
            provider,
        })
    }
}

fn at_least_one(name: &str, given: Option<u32>, usual: u32) -> anyhow::Result<u32> {
    match given {
        Some(0) => bail!("{name} is 0; give at least 1"),
        own => Ok(own.unwrap_or(usual)),
    }
}

fn judge_address(address: &str) -> anyhow::Result<()> {
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.trim_end_matches('/').contains('/') => Ok(()),
        _ => bail!("public-address is {address}: give http:// or https:// and a name, with nothing after it"),
    }
}

fn provider(given: &WebGiven) -> anyhow::Result<Option<Provider>> {
    let (issuer, client_id) = match (&given.provider_issuer, &given.provider_client_id) {
        (None, None) => return Ok(None),
        (Some(issuer), Some(client_id)) => (issuer.clone(), client_id.clone()),
        _ => bail!("sign-in by an identity provider needs provider-issuer and provider-client-id, both"),
    };
    let secret = given.provider_secret_file.as_ref().map(|path| {
        let text = fs::read_to_string(path);
        text.map(|own| own.trim().to_owned()).with_context(|| format!("{}: cannot be read", path.display()))
    });
    let name = given.provider_name.clone().unwrap_or_else(|| "your trust’s account".to_owned());
    Ok(Some(Provider { name, issuer, client_id, client_secret: secret.transpose()? }))
}
