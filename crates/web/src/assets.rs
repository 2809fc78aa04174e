//! Files that are built in: the style sheet and the icon, named by their hash so that a browser may keep them.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

use crate::error::Fault;

/// A file that is built in.
pub struct Asset {
    body: &'static str,
    kind: &'static str,
    name: LazyLock<String>,
}

/// The style sheet, compiled from `web.scss`.
pub static STYLE: Asset = Asset {
    body: include_str!("../assets/web.css"),
    kind: "text/css; charset=utf-8",
    name: LazyLock::new(|| named(STYLE.body, "css")),
};

/// The icon in the browser's tab: two bars, even.
pub static ICON: Asset = Asset {
    body: include_str!("../assets/icon.svg"),
    kind: "image/svg+xml",
    name: LazyLock::new(|| named(ICON.body, "svg")),
};

impl Asset {
    /// Where it is.
    pub fn address(&self) -> String {
        format!("/assets/{}", *self.name)
    }
}

fn named(body: &str, ending: &str) -> String {
    format!("{}.{ending}", hash(body.as_bytes()))
}

/// What stands in the address of bytes that may be kept by a browser: other bytes, another address.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Gives a file.
pub async fn show(Path(name): Path<String>) -> Result<Response, Fault> {
    let asset = [&STYLE, &ICON].into_iter().find(|asset| *asset.name == name).ok_or(Fault::NotFound)?;
    let keep = "public, max-age=31536000, immutable";
    Ok(([(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, keep)], asset.body).into_response())
}
