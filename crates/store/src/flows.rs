//! Sign-ins under way at another provider: what must come back, for a few minutes, once.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::error::Result;
use crate::id::Id;
use crate::row::{Columns, time_text};
use crate::secret::SecretHash;
use crate::store::Store;

/// A sign-in under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// The nonce that the provider's token must hold.
    pub nonce: String,
    /// The verifier of the code challenge (PKCE).
    pub verifier: String,
    /// Page to go to afterwards.
    pub return_to: String,
}

/// Keeps a sign-in under way. No event: nobody has done anything yet. What has expired is swept away.
pub async fn begin(
    store: &Store,
    state: &SecretHash,
    flow: &Flow,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    store.touch(sqlx::query("DELETE FROM sign_in_flows WHERE expires_at <= $1").bind(time_text(now))).await?;
    let statement = sqlx::query(
        "INSERT INTO sign_in_flows (id, state_hash, nonce, verifier, return_to, started_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    );
    let statement = statement.bind(Id::<Flow>::alone(now).to_string()).bind(state.text()).bind(&flow.nonce);
    let statement = statement.bind(&flow.verifier).bind(&flow.return_to).bind(time_text(now));
    store.touch(statement.bind(time_text(expires_at))).await.map(|_| ())
}

/// Gives back the sign-in of a state, once, before it expires.
pub async fn take(store: &Store, state: &SecretHash, now: Timestamp) -> Result<Option<Flow>> {
    let statement = sqlx::query("SELECT * FROM sign_in_flows WHERE state_hash = $1 AND expires_at > $2");
    let found = store.find(statement.bind(state.text()).bind(time_text(now)), Flow::of).await?;
    let statement = sqlx::query("DELETE FROM sign_in_flows WHERE state_hash = $1").bind(state.text());
    // Of two who bring the same state, only the one whose deletion counted has it.
    let mine = store.touch(statement).await? == 1;
    Ok(found.filter(|_| mine))
}

impl Flow {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self { nonce: row.text("nonce")?, verifier: row.text("verifier")?, return_to: row.text("return_to")? })
    }
}
