//! What can go wrong with the records, in the cases that a caller acts on.

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing, or not any more.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Something of that name is there already; the words are for a reader.
    #[error("{0}")]
    Taken(&'static str),
    /// Somebody else changed it meanwhile, or it is past the state in which this can be done; the words are for a reader.
    #[error("{0}")]
    Conflict(String),
    /// A rule of the platform forbids it; the words are for a reader.
    #[error("{0}")]
    Refused(String),
    /// The run was taken up by another worker after the lease ended: what this one did counts for nothing.
    #[error("the lease on this run has ended, and its work counts for nothing")]
    LeaseLost,
    /// Other writers held the database for too long; trying again helps.
    #[error("the database is busy; try again")]
    Busy,
    /// What is stored is not what was written.
    #[error("{0}")]
    Damaged(String),
    /// A database, folder or file that cannot be used as it is; the words say what to do.
    #[error("{0}")]
    Unusable(String),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
}

/// What the functions of the store give back.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_busy(&error) { Self::Busy } else { Self::Database(error) }
    }
}

impl StoreError {
    /// Whether the database refused a second row of the same key.
    pub(crate) fn is_taken(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// The same error, or these words where a second row of the same key was refused.
    pub(crate) fn or_taken(self, words: &'static str) -> Self {
        if self.is_taken() { Self::Taken(words) } else { self }
    }
}

/// `SQLITE_BUSY` with its extended codes, and what PostgreSQL calls lock time-outs and deadlocks.
fn is_busy(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return matches!(error, sqlx::Error::PoolTimedOut) };
    error.code().is_some_and(|code| matches!(&*code, "5" | "261" | "517" | "773" | "55P03" | "40001" | "40P01"))
}
