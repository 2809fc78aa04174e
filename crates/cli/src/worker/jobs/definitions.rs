//! The definitions that a run names: those of the trust's own that were approved, then the shipped ones. Never a file by its path.

use anyhow::{anyhow, bail};
use evenly_cube::{Indicator, Policy, ScoreDefinition};
use evenly_extract::profile::Profile;
use evenly_store::Store;
use evenly_store::definitions::{self, Definition};

/// The profile of an id.
pub async fn profile(store: &Store, id: &str) -> anyhow::Result<Profile> {
    let text = match approved(store, "profile", id).await? {
        Some(own) => own.text,
        None => Profile::shipped_text(id)
            .map(str::to_owned)
            .ok_or_else(|| anyhow!("there is no profile `{id}`: it is neither shipped nor approved here"))?,
    };
    Ok(Profile::parse(id, &text)?)
}

/// The disclosure policy of an id.
pub async fn policy(store: &Store, id: &str) -> anyhow::Result<Policy> {
    match approved(store, "policy", id).await? {
        Some(own) => Ok(Policy::parse(&own.text)?),
        None if Policy::shipped_ids().any(|own| own == id) => Ok(Policy::shipped(id)?),
        None => bail!("there is no disclosure policy `{id}`: it is neither shipped nor approved here"),
    }
}

/// The score of an id.
pub async fn score(store: &Store, id: &str) -> anyhow::Result<ScoreDefinition> {
    let text = match approved(store, "score", id).await? {
        Some(own) => own.text,
        None => ScoreDefinition::shipped_text(id)
            .map(str::to_owned)
            .ok_or_else(|| anyhow!("there is no score `{id}`: it is neither shipped nor approved here"))?,
    };
    Ok(ScoreDefinition::parse(id, &text)?)
}

/// The trust's own indicators.
pub async fn indicators(store: &Store) -> anyhow::Result<Vec<Indicator>> {
    let own = definitions::in_use(store, "indicator").await?;
    own.iter().map(|own| Ok(Indicator::parse(&own.name, &own.text)?)).collect()
}

async fn approved(store: &Store, kind: &str, name: &str) -> anyhow::Result<Option<Definition>> {
    Ok(definitions::in_use(store, kind).await?.into_iter().find(|own| own.name == name))
}
