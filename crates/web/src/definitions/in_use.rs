//! Which version of a definition runs use: the trust's own approved one, else the one that comes with Evenly.

use evenly_store::StoreError;
use evenly_store::definitions::{self, Definition, DefinitionState};

use super::Kind;
use crate::app::Platform;
use crate::rows::RowSide;

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
    fn shipped(kind: Kind, id: &str, rows: &dyn RowSide) -> Option<Self> {
        let text = kind.shipped_text(id, rows)?;
        let named = kind.read(text, rows).ok()?;
        let version = format!("comes with Evenly, version {}", named.version);
        Some(Self { id: named.id, text: text.to_owned(), title: named.title, version, own: None })
    }

    fn own(kind: Kind, own: Definition, rows: &dyn RowSide) -> Self {
        Self {
            id: own.name.clone(),
            text: own.text.clone(),
            title: kind.read(&own.text, rows).map_or_else(|_| own.name.clone(), |named| named.title),
            version: format!("the trust’s own, version {}", own.version),
            own: Some(own),
        }
    }
}

/// The definitions of a kind that runs use: the trust's own, then the shipped ones that none of them replaces.
pub async fn all(app: &Platform, kind: Kind) -> Result<Vec<InUse>, StoreError> {
    let rows = &*app.options.rows;
    let own = definitions::in_use(&app.store, kind.id()).await?;
    let mut all: Vec<InUse> = own.into_iter().map(|own| InUse::own(kind, own, rows)).collect();
    let shipped = kind.shipped_ids(rows);
    let replaced = |id: &&String| all.iter().any(|own| own.id == **id);
    let rest: Vec<InUse> =
        shipped.iter().filter(|id| !replaced(id)).filter_map(|id| InUse::shipped(kind, id, rows)).collect();
    all.extend(rest);
    Ok(all)
}

/// The version in use of one definition, given all of its versions.
pub fn of(kind: Kind, id: &str, versions: &[Definition], rows: &dyn RowSide) -> Option<InUse> {
    let approved = versions.iter().find(|own| own.state == DefinitionState::Approved);
    approved.map(|own| InUse::own(kind, own.clone(), rows)).or_else(|| InUse::shipped(kind, id, rows))
}

/// The version in use of one definition, if there is one.
pub async fn named(app: &Platform, kind: Kind, id: &str) -> Result<Option<InUse>, StoreError> {
    Ok(of(kind, id, &definitions::versions(&app.store, kind.id(), id).await?, &*app.options.rows))
}

/// The profiles that an extract can be read by, as id and title.
pub async fn profiles(app: &Platform) -> Result<Vec<(String, String)>, StoreError> {
    Ok(all(app, Kind::Profile).await?.into_iter().map(|own| (own.id, own.title)).collect())
}
