//! Secrets that a browser or a program holds: made by chance, kept only as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::audit::hexadecimal;

/// A secret of 244 bits from the system's source of chance. It is shown once; the store keeps [`Secret::hash`].
pub struct Secret(String);

impl Secret {
    /// A new one.
    #[expect(clippy::new_without_default, reason = "two defaults of a type are equal; two secrets never are")]
    pub fn new() -> Self {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(Uuid::new_v4().as_bytes());
        bytes[16..].copy_from_slice(Uuid::new_v4().as_bytes());
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The text to hand out: letters, digits, `-` and `_`.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the store keeps.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

/// SHA-256 of a secret, in hexadecimal. A secret of chance needs no slow hash; a password does, and is hashed in `web`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretHash(String);

impl SecretHash {
    /// The hash of what somebody presents.
    pub fn of(presented: &str) -> Self {
        Self(hexadecimal(&Sha256::digest(presented)))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}
