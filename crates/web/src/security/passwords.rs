//! Passwords: which are good enough, how they are kept, and how they are checked without stopping everything else.
//!
//! SOURCE: NIST SP 800-63B-4 §3.1.1 and NCSC *Password administration for system owners*: length and a list of common ones, no rules of
//! composition, no expiry, pasting welcome. OWASP *Password Storage*: argon2id with 19 MiB, two passes, one lane.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// Fewest characters.
pub const LEAST: usize = 12;
/// Most characters: enough for any pass phrase, few enough to hash.
pub const MOST: usize = 200;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// How many are hashed at once: each takes a core and 19 MiB.
const AT_ONCE: usize = 2;
/// How many may wait for their turn before more are turned away.
const WAITING: usize = 64;

/// Common passwords, and words that are common with digits behind them; in lower case.
const COMMON: &str = include_str!("../../assets/common-passwords.txt");

/// Why a password is not good enough, to stand beside the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Too short.
    #[error("Enter a password of at least {LEAST} characters")]
    Short,
    /// Too long to be hashed.
    #[error("Enter a password of at most {MOST} characters")]
    Long,
    /// Known to everybody who guesses.
    #[error(
        "Enter a password that is not on lists of common ones: three or more words that do not belong together work well"
    )]
    Common,
    /// Holds the name of its owner.
    #[error("Enter a password that does not hold your name or sign-in name")]
    Personal,
}

/// Whether a password may be used by somebody who goes by these names.
pub fn check(password: &str, names: &[&str]) -> Result<(), Weak> {
    let length = password.chars().count();
    if length < LEAST {
        return Err(Weak::Short);
    }
    if length > MOST {
        return Err(Weak::Long);
    }
    let lower = password.to_lowercase();
    let parts = names.iter().flat_map(|name| name.split(['@', ' '])).map(str::to_lowercase);
    if parts.filter(|part| part.chars().count() >= 4).any(|part| lower.contains(&part)) {
        return Err(Weak::Personal);
    }
    if is_common(&lower) { Err(Weak::Common) } else { Ok(()) }
}

fn is_common(lower: &str) -> bool {
    let listed = |text: &str| COMMON.lines().any(|line| line == text);
    let letters: Vec<char> = lower.chars().collect();
    let repeats =
        (1..=letters.len() / 3).any(|block| letters.iter().enumerate().all(|(i, own)| *own == letters[i % block]));
    let steps: Vec<i64> =
        letters.windows(2).map(|pair| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0]))).collect();
    let runs = steps.iter().filter(|step| step.abs() <= 1).count() * 10 >= steps.len() * 8;
    let stripped = lower.trim_matches(|own: char| !own.is_alphabetic());
    let plain: String = stripped
        .chars()
        .map(|own| match own {
            '0' => 'o',
            '1' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            other => other,
        })
        .collect();
    listed(lower) || listed(&plain) || repeats || runs
}

/// Hashes and checks passwords, a few at a time.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// Checked when nobody has the name, so that the answer takes as long.
    nobody: Arc<str>,
}

/// Too many sign in at once.
#[derive(Debug, thiserror::Error)]
#[error("too many people are signing in at once")]
pub struct Busy;

impl Default for Passwords {
    /// Makes the hash that is checked when nobody has the name.
    fn default() -> Self {
        let nobody = hash(b"nobody");
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(WAITING)),
            nobody: nobody.into(),
        }
    }
}

impl Passwords {
    /// The text to keep.
    pub async fn hash(&self, password: String) -> Result<String, Busy> {
        let hashed = self.in_turn(move || hash(password.as_bytes())).await?;
        if hashed.is_empty() { Err(Busy) } else { Ok(hashed) }
    }

    /// Whether it is the password that was kept; of nobody it never is, and takes as long to say.
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<bool, Busy> {
        let known = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.nobody.to_string());
        let same = self.in_turn(move || {
            PasswordHash::new(&kept).is_ok_and(|kept| argon2().verify_password(password.as_bytes(), &kept).is_ok())
        });
        Ok(same.await? && known)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let _waiting = self.queue.try_acquire().map_err(|_| Busy)?;
        let _turn = self.turns.acquire().await.map_err(|_| Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Busy)
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The PHC string of a password, with a salt of its own.
fn hash(password: &[u8]) -> String {
    let hashed: Result<PasswordHash, _> = argon2().hash_password(password);
    // Fails only where the system gives no salt; an empty text is never kept and verifies nothing.
    hashed.map_or_else(|_| String::new(), |hashed| hashed.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_asked_for_and_composition_is_not() {
        for good in ["correct horse battery", "kettle-marmot-fjord", "ein langer satz ohne ziffern", "ТриСловаБезЦифр"]
        {
            assert_eq!(check(good, &["matron@trust.nhs.uk"]), Ok(()), "{good}");
        }
        assert_eq!(check("Sh0rt!aB9", &[]), Err(Weak::Short));
        assert_eq!(check(&"long and longer ".repeat(20), &[]), Err(Weak::Long));
    }

    #[test]
    fn common_ones_are_refused_dressed_up_or_not() {
        for bad in [
            "passwordpassword",
            "Password12345!",
            "P4ssw0rd2026!",
            "123456789012",
            "qwertyuiop123",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "abcdefghijkl",
            "liverpool1234",
            "Welcome20262026",
        ] {
            assert_eq!(check(bad, &[]), Err(Weak::Common), "{bad}");
        }
    }

    #[test]
    fn ones_own_name_is_no_password() {
        assert_eq!(check("florence-1820-1910", &["Florence Nightingale", "flo@trust.nhs.uk"]), Err(Weak::Personal));
    }

    #[tokio::test]
    async fn what_was_kept_verifies_and_nothing_else_does() {
        let passwords = Passwords::default();
        let kept = passwords.hash("kettle-marmot-fjord".to_owned()).await.expect("a turn");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        let verify = |password: &str, kept: Option<String>| passwords.verify(password.to_owned(), kept);
        assert!(verify("kettle-marmot-fjord", Some(kept.clone())).await.expect("a turn"));
        assert!(!verify("kettle-marmot-fjorD", Some(kept)).await.expect("a turn"));
        assert!(!verify("nobody", None).await.expect("a turn"));
        assert!(!verify("kettle", Some("not a hash".to_owned())).await.expect("a turn"));
    }
}
