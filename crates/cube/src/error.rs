//! What can go wrong with a cube, in words that say what to do.

/// An error of the cube.
#[derive(Debug, thiserror::Error)]
pub enum CubeError {
    /// A condition cannot be understood.
    #[error("the condition `{condition}` cannot be used: {reason}")]
    Condition {
        /// The condition as written.
        condition: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A definition file is wrong.
    #[error("definition {name}: {reason}")]
    Definition {
        /// Name of the definition.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// A dimension that the cube does not have.
    #[error("there is no dimension `{0}` in this cube; it has: {1}")]
    NoDimension(String, String),
    /// A cube file cannot be read or written.
    #[error("{path}: {reason}")]
    File {
        /// The path.
        path: String,
        /// What happened.
        reason: String,
    },
}
