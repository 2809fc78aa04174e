//! Why an extract cannot be counted: what, where, and what to do.

use evenly_cube::CubeError;

use crate::codes::CodeListError;
use crate::engine::EngineError;
use crate::profile::ProfileError;
use crate::readers::ReadError;

/// Why an extract cannot be counted.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The profile cannot be used.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A code list cannot be used.
    #[error(transparent)]
    CodeList(#[from] CodeListError),
    /// A file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The engine gave up.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A condition or definition cannot be used.
    #[error(transparent)]
    Cube(#[from] CubeError),
    /// Columns that the profile needs are not in the extract.
    #[error("{file}: the profile `{profile}` does not fit. It needs {missing}. The columns are {found}. {advice}")]
    WrongProfile {
        /// The first file that they are missing from.
        file: String,
        /// Id of the profile.
        profile: String,
        /// The fields and the columns they may be in.
        missing: String,
        /// The columns that are there.
        found: String,
        /// Which shipped profile fits better, or how to draft one.
        advice: String,
    },
    /// A dimension that this profile and extract do not have.
    #[error("there is no dimension `{dimension}` here; {reason}. To be had are: {available}")]
    Dimension {
        /// The dimension.
        dimension: String,
        /// Why not.
        reason: String,
        /// Those that are.
        available: String,
    },
    /// An indicator that is not defined or cannot be counted here.
    #[error("the indicator `{indicator}` cannot be counted: {reason}")]
    Indicator {
        /// The indicator.
        indicator: String,
        /// Why, and what to do.
        reason: String,
    },
    /// Nothing is left to count.
    #[error("nothing can be counted: {0}")]
    Nothing(String),
    /// A dimension with too many groups to compare.
    #[error(
        "`{dimension}` has more than {limit} groups, too many to compare; choose another with --by, or group its values in the profile"
    )]
    TooManyGroups {
        /// The dimension.
        dimension: String,
        /// The limit.
        limit: usize,
    },
    /// A table that is counted already holds something that cannot be used.
    #[error("{file}: {reason}")]
    Table {
        /// The file.
        file: String,
        /// What, and what to do.
        reason: String,
    },
}
