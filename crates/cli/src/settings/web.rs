//! Settings of the pages.

use std::net::SocketAddr;

use evenly_web::Provider;

use super::source::{Field, Source};

/// The pages' settings.
pub const FIELDS: [Field; 11] = [
    Field {
        key: "web.bind",
        variable: "EVENLY_BIND",
        about: "Address and port to listen on; 127.0.0.1:8080 unless named",
    },
    Field {
        key: "web.public_address",
        variable: "EVENLY_PUBLIC_ADDRESS",
        about: "Address at which browsers reach the platform, such as https://evenly.trust.nhs.uk",
    },
    Field { key: "web.organisation", variable: "EVENLY_ORGANISATION", about: "Name of the trust" },
    Field { key: "web.upload_mb", variable: "EVENLY_UPLOAD_MB", about: "Largest upload, in millions of bytes" },
    Field {
        key: "web.idle_minutes",
        variable: "EVENLY_IDLE_MINUTES",
        about: "Minutes after which somebody who does nothing is signed out",
    },
    Field {
        key: "web.session_hours",
        variable: "EVENLY_SESSION_HOURS",
        about: "Hours after which everybody signs in anew",
    },
    Field {
        key: "web.quiet_days",
        variable: "EVENLY_QUIET_DAYS",
        about: "Days after which data without news count as quiet",
    },
    Field {
        key: "oidc.name",
        variable: "EVENLY_OIDC_NAME",
        about: "Name of the identity provider on the sign-in button",
    },
    Field {
        key: "oidc.issuer",
        variable: "EVENLY_OIDC_ISSUER",
        about: "Address of the identity provider (OpenID Connect issuer)",
    },
    Field {
        key: "oidc.client_id",
        variable: "EVENLY_OIDC_CLIENT_ID",
        about: "What Evenly is called at the identity provider",
    },
    Field {
        key: "oidc.client_secret",
        variable: "EVENLY_OIDC_CLIENT_SECRET",
        about: "The secret that proves it; keep it out of files that others can read",
    },
];

/// How the pages are served.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// `EVENLY_BIND`: address and port to listen on.
    pub bind: SocketAddr,
    /// `EVENLY_PUBLIC_ADDRESS`: address at which browsers reach the platform, without a slash at its end.
    pub public_address: Option<String>,
    /// `EVENLY_ORGANISATION`: name of the trust.
    pub organisation: Option<String>,
    /// `EVENLY_UPLOAD_MB`: largest upload, bytes.
    pub upload_bytes_max: u64,
    /// `EVENLY_IDLE_MINUTES`: minutes after which somebody who does nothing is signed out.
    pub idle_minutes: u64,
    /// `EVENLY_SESSION_HOURS`: hours after which everybody signs in anew.
    pub session_hours: u64,
    /// `EVENLY_QUIET_DAYS`: days after which data without news count as quiet.
    pub quiet_days: u64,
    /// `EVENLY_OIDC_…`: the trust's identity provider, where it is named.
    pub provider: Option<Provider>,
}

/// Where the pages are, unless somebody says otherwise: on this machine alone.
pub const BIND: SocketAddr = SocketAddr::V4(std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, 8080));

impl WebSettings {
    /// The settings as they are given, or their defaults.
    pub fn read(source: &Source) -> anyhow::Result<Self> {
        let address = |text: &str| {
            let plain = text.starts_with("https://") || text.starts_with("http://");
            plain.then(|| Some(text.trim_end_matches('/').to_owned()))
        };
        Ok(Self {
            bind: source.parsed(
                "web.bind",
                &"an address and a port, such as 127.0.0.1:8080",
                |text| text.parse().ok(),
                BIND,
            )?,
            public_address: source.parsed(
                "web.public_address",
                &"an address that begins with https://",
                address,
                None,
            )?,
            organisation: source.text("web.organisation").map(str::to_owned),
            upload_bytes_max: source.number("web.upload_mb", 1..=1_000_000, 2_000)? * 1_000_000,
            idle_minutes: source.number("web.idle_minutes", 1..=1_440, 30)?,
            session_hours: source.number("web.session_hours", 1..=168, 12)?,
            quiet_days: source.number("web.quiet_days", 1..=3_650, 45)?,
            provider: provider(source)?,
        })
    }
}

fn provider(source: &Source) -> anyhow::Result<Option<Provider>> {
    let Some(issuer) = source.text("oidc.issuer") else { return Ok(None) };
    let Some(client_id) = source.text("oidc.client_id") else {
        anyhow::bail!("oidc.issuer is named and oidc.client_id (EVENLY_OIDC_CLIENT_ID) is not");
    };
    Ok(Some(Provider {
        name: source.text("oidc.name").unwrap_or("the trust’s account").to_owned(),
        issuer: issuer.to_owned(),
        client_id: client_id.to_owned(),
        client_secret: source.text("oidc.client_secret").map(str::to_owned),
    }))
}
