//! What a test that kills is told by its environment, and the chance by which it kills.

/// The environment's word under a name.
#[expect(clippy::disallowed_methods, reason = "a test is told how long to go on, and what program it is")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The next number of a chain of numbers (splitmix).
pub fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
