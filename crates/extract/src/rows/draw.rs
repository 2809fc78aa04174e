//! A draw for each person: the same in every extract that writes the identifier alike, and nothing can be told from it.

use sha2::{Digest, Sha256};

use crate::readers::Raw;

/// A number in [0, 1) from the digest of seed and identifier; the identifier itself is not kept.
pub(super) fn of_person(seed: u64, identifier: &Raw) -> f64 {
    let Raw::Text(text) = identifier else { return 0.0 };
    let digest = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(text.as_bytes()).finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    // 53 bits fill a double exactly.
    (u64::from_be_bytes(first) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::of_person;
    use crate::readers::Raw;

    #[test]
    fn draws_are_even_and_another_seed_gives_others() {
        let draw = |seed: u64, person: u32| of_person(seed, &Raw::Text(format!("p{person}").into()));
        let draws: Vec<f64> = (0..4000).map(|person| draw(1, person)).collect();
        assert!(draws.iter().all(|own| (0.0..1.0).contains(own)));
        for tenth in 0..10 {
            let from = f64::from(tenth) / 10.0;
            let inside = draws.iter().filter(|own| (from..from + 0.1).contains(*own)).count();
            assert!((320..480).contains(&inside), "{inside}");
        }
        let both = (0..4000).filter(|person| draw(1, *person) < 0.5 && draw(2, *person) < 0.5).count();
        assert!((900..1100).contains(&both), "{both}");
    }
}
