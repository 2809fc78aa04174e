//! Which version of a definition runs use: the trust's own approved one, else the one that comes with Evenly.

use evenly_store::definitions::{self, Definition, DefinitionState};
use evenly_store::{Store, StoreError};

use super::Kind;

/// A definition in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InUse {
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Its title.
    pub title: String,
    /// Which version, in words.
    pub version: String,
    /// The trust's own version, where it is one.
    pub own: Option<Definition>,
}

impl InUse {
    fn shipped(kind: Kind, id: &str) -> Option<Self> {
        let text = kind.shipped_text(id)?;
        let named = kind.read(text).ok()?;
        let version = format!("comes with Evenly, version {}", named.version);
        Some(Self { id: named.id, text: text.to_owned(), title: named.title, version, own: None })
    }

    fn own(kind: Kind, own: Definition) -> Self {
        Self {
            id: own.name.clone(),
            text: own.text.clone(),
            title: kind.read(&own.text).map_or_else(|_| own.name.clone(), |named| named.title),
            version: format!("the trust’s own, version {}", own.version),
            own: Some(own),
        }
    }
}

/// The definitions of a kind that runs use: the trust's own, then the shipped ones that none of them replaces.
pub async fn all(store: &Store, kind: Kind) -> Result<Vec<InUse>, StoreError> {
    let own = definitions::in_use(store, kind.id()).await?;
    let mut all: Vec<InUse> = own.into_iter().map(|own| InUse::own(kind, own)).collect();
    let shipped = kind.shipped_ids();
    let replaced = |id: &&String| all.iter().any(|own| own.id == **id);
    let rest: Vec<InUse> =
        shipped.iter().filter(|id| !replaced(id)).filter_map(|id| InUse::shipped(kind, id)).collect();
    all.extend(rest);
    Ok(all)
}

/// The version in use of one definition, given all of its versions.
pub fn of(kind: Kind, id: &str, versions: &[Definition]) -> Option<InUse> {
    let approved = versions.iter().find(|own| own.state == DefinitionState::Approved);
    approved.map(|own| InUse::own(kind, own.clone())).or_else(|| InUse::shipped(kind, id))
}

/// The version in use of one definition, if there is one.
pub async fn named(store: &Store, kind: Kind, id: &str) -> Result<Option<InUse>, StoreError> {
    Ok(of(kind, id, &definitions::versions(store, kind.id(), id).await?))
}
