//! How the trust's own pages look: its name and its logo, as an administrator set them, kept in memory for a minute.

use std::sync::Arc;

use evenly_store::settings::{self, Picture};
use evenly_store::{Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use crate::app::Platform;
use crate::assets;

/// After so long a change made by another process shows.
const KEPT: SignedDuration = SignedDuration::from_mins(1);

/// The name and the logo.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Name of the organisation.
    pub organisation: String,
    /// Its logo.
    pub logo: Option<Logo>,
}

/// A logo.
#[derive(Clone, Debug)]
pub struct Logo {
    /// Its address, which changes with its bytes.
    pub address: String,
    /// Its bytes and what they are.
    pub picture: Picture,
}

/// What is kept in memory.
#[derive(Default)]
pub struct Looks(Mutex<Option<(Timestamp, Arc<Look>)>>);

impl Looks {
    /// Forgets what was kept: the next page reads it anew.
    pub async fn forget(&self) {
        *self.0.lock().await = None;
    }
}

impl Platform {
    /// The look now. Where the records cannot be read, the name that the platform was started with.
    pub async fn look(&self) -> Arc<Look> {
        let now = self.now();
        let mut kept = self.looks.0.lock().await;
        if let Some((_, look)) = kept.as_ref().filter(|(at, _)| now.duration_since(*at) < KEPT) {
            return look.clone();
        }
        let look = match read(&self.store, &self.options.organisation).await {
            Ok(look) => Arc::new(look),
            Err(error) => {
                tracing::warn!(%error, "the organisation's name and logo cannot be read");
                return Arc::new(Look { organisation: self.options.organisation.clone(), logo: None });
            }
        };
        *kept = Some((now, look.clone()));
        look
    }
}

async fn read(store: &Store, otherwise: &str) -> Result<Look, StoreError> {
    let organisation = settings::get(store, settings::ORGANISATION).await?.filter(|own| !own.is_empty());
    let logo = settings::picture(store, settings::LOGO).await?.map(|picture| {
        let address = format!("/logo?v={}", assets::hash(&picture.body));
        Logo { address, picture }
    });
    Ok(Look { organisation: organisation.unwrap_or_else(|| otherwise.to_owned()), logo })
}
