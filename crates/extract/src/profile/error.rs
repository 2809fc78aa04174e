//! A profile that cannot be used: which file, which key, what to do.

/// A profile that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The TOML cannot be read as a profile.
    #[error("profile {name}{}: {reason}", place(*.line))]
    Parse {
        /// File or id.
        name: String,
        /// Line of the mistake, where it is known.
        line: Option<usize>,
        /// What is wrong.
        reason: String,
    },
    /// A key has a value that cannot be used.
    #[error("profile {name}, `{key}`: {reason}")]
    Key {
        /// File or id.
        name: String,
        /// The key, as `fields.age.columns`.
        key: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// There is no such profile, neither a file nor shipped.
    #[error("there is no profile `{name}`: it is neither a file nor one of the shipped profiles, which are {shipped}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// Ids of the shipped profiles.
        shipped: String,
    },
    /// The file cannot be read.
    #[error("profile {name} cannot be read: {reason}")]
    Io {
        /// The file.
        name: String,
        /// What the operating system says.
        reason: String,
    },
}

fn place(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}
