//! What can go wrong while the made-up trust is made.

use std::path::PathBuf;

use thiserror::Error;

/// Why no trust was made.
#[derive(Debug, Error)]
pub enum DemoError {
    /// A bundled table is not as it should be: a fault of the program.
    #[error("a bundled table of the made-up trust cannot be read: {reason}")]
    Bundled {
        /// What is wrong.
        reason: String,
    },
    /// A file cannot be written.
    #[error("{}: cannot be written ({reason})", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file of a made-up trust cannot be read back.
    #[error("{}: cannot be read ({reason})", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Rows cannot be put into a file's form: a fault of the program.
    #[error("the rows of the made-up trust cannot be written: {0}")]
    Rows(#[from] parquet::errors::ParquetError),
    /// Fewer or more people than can be made.
    #[error("{people} people: choose between {fewest} and {most}")]
    People {
        /// Asked for.
        people: u64,
        /// Fewest.
        fewest: u64,
        /// Most.
        most: u64,
    },
    /// No such scenario.
    #[error("there is no scenario `{name}`; choose one of {known}")]
    Scenario {
        /// Asked for.
        name: String,
        /// All names.
        known: String,
    },
    /// Stopped on request.
    #[error("stopped; nothing was written")]
    Cancelled,
}
