//! How often one may try: sign-ins by name and in all, so that guessing takes years and the machine stays answering.

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest as _, Sha256};

/// Sign-ins of one name: ten at once, then one every six seconds.
const OF_A_NAME: (u32, u32) = (10, 10);
/// Sign-ins in all: sixty at once, then two a second.
const IN_ALL: (u32, u32) = (120, 60);
/// Names kept in mind before those that are long past are forgotten.
const NAMES_KEPT: usize = 10_000;

/// The limits.
pub struct Limits {
    names: DefaultKeyedRateLimiter<[u8; 32]>,
    all: DefaultDirectRateLimiter,
}

impl Default for Limits {
    fn default() -> Self {
        let quota = |(a_minute, at_once): (u32, u32)| {
            let number = |own| NonZeroU32::new(own).unwrap_or(NonZeroU32::MIN);
            Quota::per_minute(number(a_minute)).allow_burst(number(at_once))
        };
        Self { names: RateLimiter::keyed(quota(OF_A_NAME)), all: RateLimiter::direct(quota(IN_ALL)) }
    }
}

impl Limits {
    /// Whether somebody may try to sign in by this name now. Names that nobody has are counted like others.
    pub fn may_sign_in(&self, name: &str) -> bool {
        if self.names.len() > NAMES_KEPT {
            self.names.retain_recent();
        }
        let key: [u8; 32] = Sha256::digest(name.trim().to_lowercase()).into();
        self.names.check_key(&key).is_ok() && self.all.check().is_ok()
    }
}

/// Tries in a row after which an account rests.
pub const TRIES: u32 = 5;

/// Seconds for which an account rests after so many wrong passwords in a row: a minute, doubled with each more, an hour at most.
pub fn rest_seconds(wrong_in_a_row: u32) -> Option<i64> {
    let beyond = wrong_in_a_row.checked_sub(TRIES)?;
    Some((60_i64 << beyond.min(6)).min(3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_slowed_down_and_others_are_not() {
        let limits = Limits::default();
        let allowed = (0..30).filter(|_| limits.may_sign_in("matron@trust.nhs.uk")).count();
        assert_eq!(allowed, 10);
        assert!(!limits.may_sign_in(" Matron@Trust.nhs.uk "));
        assert!(limits.may_sign_in("analyst@trust.nhs.uk"));
    }

    #[test]
    fn rests_grow_to_an_hour() {
        let rests: Vec<Option<i64>> = [0, 4, 5, 6, 7, 10, 11, 4_000_000].into_iter().map(rest_seconds).collect();
        assert_eq!(rests, [None, None, Some(60), Some(120), Some(240), Some(1920), Some(3600), Some(3600)]);
    }
}
