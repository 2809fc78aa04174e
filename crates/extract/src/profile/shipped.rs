//! The profiles that are embedded in the program, and how a local file takes the place of one.

use std::path::Path;

use super::{Profile, ProfileError};

macro_rules! shipped {
    ($($id:literal),* $(,)?) => {
        [$(($id, include_str!(concat!("../../../../definitions/profiles/", $id, ".toml")))),*]
    };
}

/// Id and text of every shipped profile, in the order to list them.
const SHIPPED: [(&str, &str); 17] = shipped![
    "sus-outpatient",
    "hes-outpatient",
    "fhir-appointments",
    "ecds",
    "apc",
    "waiting-list",
    "maternity-bookings",
    "maternity-births",
    "talking-therapies",
    "talking-therapies-contacts",
    "community",
    "friends-and-family",
    "esr-staff",
    "staff-recruitment",
    "gp-appointments",
    "grouped-table",
    "vitoria-noshow",
];

impl Profile {
    /// The shipped profiles, in the order to list them.
    pub fn shipped() -> Result<Vec<Self>, ProfileError> {
        SHIPPED.iter().map(|(id, toml)| Self::parse(id, toml)).collect()
    }

    /// Text of a shipped profile, for `evenly profile show`.
    pub fn shipped_text(id: &str) -> Option<&'static str> {
        SHIPPED.iter().find(|(own, _)| *own == id).map(|(_, toml)| *toml)
    }

    /// A profile by file or id. A file wins: first the path as given, then `<id>.toml` in each of the folders (a trust's own
    /// definitions), and last the shipped ones.
    pub fn load(path_or_id: &str, folders: &[&Path]) -> Result<Self, ProfileError> {
        let given = Path::new(path_or_id);
        let local = folders.iter().map(|folder| folder.join(format!("{path_or_id}.toml")));
        if let Some(file) = std::iter::once(given.to_path_buf()).chain(local).find(|path| path.is_file()) {
            let name = file.display().to_string();
            let toml = std::fs::read_to_string(&file)
                .map_err(|error| ProfileError::Io { name: name.clone(), reason: error.to_string() })?;
            return Self::parse(&name, &toml);
        }
        match Self::shipped_text(path_or_id) {
            Some(toml) => Self::parse(path_or_id, toml),
            None => Err(ProfileError::Unknown {
                name: path_or_id.to_owned(),
                shipped: SHIPPED.map(|(id, _)| id).join(", "),
            }),
        }
    }
}
