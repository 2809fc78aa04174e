//! The judgement of one scenario: what was found and missed, what was falsely claimed, and whether that meets the targets.

use std::collections::BTreeMap;

use serde::Serialize;

use super::judge::{Claim, Nearest};

/// Share of trusts in which a planted thing is to be found.
const FOUND: f64 = 0.9;
/// Share of false claims that is to be held.
const RATE: f64 = 0.05;
/// Chance below which more false claims than the rate allows are no bad luck.
const BAD_LUCK: f64 = 0.05;
/// Examples of false claims that are kept of each scenario.
const EXAMPLES: usize = 5;

/// What became of one planted thing over all trusts.
#[derive(Default, Serialize)]
struct Counts {
    found: u64,
    nearly: u64,
    missed: u64,
    /// Seeds with which it was not found, or only nearly.
    not_found_with: Vec<u64>,
}

/// The judgement of one scenario.
#[derive(Default, Serialize)]
pub(super) struct Judged {
    scenario: String,
    trusts: u64,
    planted: BTreeMap<String, Counts>,
    /// Claims in all, data quality left out.
    claims: u64,
    /// False claims by kind of finding: how many in all, and in how many trusts.
    false_claims: BTreeMap<String, [u64; 2]>,
    /// Trusts in which anything is falsely claimed.
    trusts_with_false_claims: u64,
    /// Sum over trusts of the share of claims that are false.
    #[serde(skip)]
    false_shares: f64,
    /// Examples of false claims, for the eye.
    examples: Vec<String>,
    /// Targets missed.
    missed: Vec<String>,
}

/// The judgement of one trust.
pub(super) struct OfTrust {
    pub seed: u64,
    pub planted: Vec<(String, Nearest)>,
    /// All claims, each with whether it is false.
    pub claims: Vec<(Claim, bool)>,
}

impl Judged {
    pub fn new(scenario: &str) -> Self {
        Self { scenario: scenario.to_owned(), ..Self::default() }
    }

    /// Adds a trust.
    pub fn add(&mut self, trust: &OfTrust) {
        self.trusts += 1;
        for (id, nearest) in &trust.planted {
            let counts = self.planted.entry(id.clone()).or_default();
            if *nearest != Nearest::Same {
                counts.not_found_with.push(trust.seed);
            }
            match nearest {
                Nearest::Same => counts.found += 1,
                Nearest::Nested => counts.nearly += 1,
                Nearest::None => counts.missed += 1,
            }
        }
        let claims: Vec<_> = trust.claims.iter().filter(|(claim, _)| claim.kind != "data_quality").collect();
        let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
        for (claim, _) in claims.iter().filter(|(_, is_false)| *is_false) {
            *kinds.entry(claim.counted_as()).or_default() += 1;
            if self.examples.len() < EXAMPLES {
                self.examples.push(format!("seed {}: {}", trust.seed, claim.sentence));
            }
        }
        let all_false: u64 = kinds.values().sum();
        self.claims += claims.len() as u64;
        self.false_shares += all_false as f64 / claims.len().max(1) as f64;
        self.trusts_with_false_claims += u64::from(all_false > 0);
        for (kind, claims) in kinds {
            let [all, trusts] = self.false_claims.entry(kind.to_owned()).or_default();
            *all += claims;
            *trusts += 1;
        }
    }

    /// Holds the judgement against the targets; whether all of them are met.
    pub fn finish(&mut self) -> bool {
        for (id, counts) in &self.planted {
            if (counts.found as f64) < FOUND * self.trusts as f64 {
                self.missed.push(format!("{id} found in {} of {} trusts, fewer than 90 %", counts.found, self.trusts));
            }
        }
        let share = self.false_shares / self.trusts.max(1) as f64;
        let nothing_planted = self.scenario == "null";
        // With nothing planted, a trust's share of false claims is one or nought: how many are one is a matter of luck too.
        let beyond = if nothing_planted {
            at_least(self.trusts_with_false_claims, self.trusts, RATE) < BAD_LUCK
        } else {
            share > RATE
        };
        if beyond {
            self.missed.push(if nothing_planted {
                format!(
                    "claims in {} of {} trusts, more than 5 % and chance",
                    self.trusts_with_false_claims, self.trusts
                )
            } else {
                format!("{:.1} % of claims are false on average, more than 5 %", 100.0 * share)
            });
        }
        self.missed.is_empty()
    }

    /// The judgement for a terminal.
    pub fn told(&self) -> String {
        let mut text = format!("{} ({} trusts, {} claims)\n", self.scenario, self.trusts, self.claims);
        for (id, Counts { found, nearly, missed, not_found_with }) in &self.planted {
            text.push_str(&format!("  {id:<10} found {found:>3}   nearly {nearly:>3}   missed {missed:>3}"));
            if !not_found_with.is_empty() {
                let seeds: Vec<String> = not_found_with.iter().map(u64::to_string).collect();
                text.push_str(&format!("   (seeds {})", seeds.join(", ")));
            }
            text.push('\n');
        }
        if self.false_claims.is_empty() {
            text.push_str("  falsely claimed: nothing\n");
        }
        for (kind, [all, trusts]) in &self.false_claims {
            text.push_str(&format!("  falsely claimed: {all} of kind {kind}, in {trusts} trusts\n"));
        }
        for example in &self.examples {
            text.push_str(&format!("    {example}\n"));
        }
        if self.missed.is_empty() {
            text.push_str("  targets met\n");
        }
        for missed in &self.missed {
            text.push_str(&format!("  target missed: {missed}\n"));
        }
        text.push('\n');
        text
    }
}

/// Chance of so many or more of all trusts, each with a chance of its own.
fn at_least(count: u64, trusts: u64, chance: f64) -> f64 {
    let mut term = (1.0 - chance).powf(trusts as f64);
    let mut below = 0.0;
    for k in 0..count {
        below += term;
        term *= (trusts - k) as f64 / (k + 1) as f64 * chance / (1.0 - chance);
    }
    (1.0 - below).max(0.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Judged, OfTrust, at_least};
    use crate::commands::truth::judge::{Claim, Nearest};

    fn trust(seed: u64, nearest: Nearest, claims: &[bool]) -> OfTrust {
        let claim = |is_false: &bool| (Claim::read(&json!({"kind": "gap", "indicator": "a"})), *is_false);
        OfTrust { seed, planted: vec![("masked".to_owned(), nearest)], claims: claims.iter().map(claim).collect() }
    }

    #[test]
    fn three_of_twenty_may_be_bad_luck_and_four_are_not() {
        assert!((at_least(1, 20, 0.05) - 0.6415).abs() < 1e-4);
        assert!((at_least(3, 20, 0.05) - 0.0755).abs() < 1e-4);
        assert!(at_least(4, 20, 0.05) < 0.05 && (at_least(0, 20, 0.05) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn targets_are_met_or_said_to_be_missed() {
        let mut good = Judged::new("masked");
        (0..10).for_each(|seed| {
            good.add(&trust(seed, if seed == 0 { Nearest::Nested } else { Nearest::Same }, &[false; 30]));
        });
        assert!(good.finish() && good.told().contains("targets met"), "{}", good.told());
        let mut bad = Judged::new("masked");
        (0..10).for_each(|seed| {
            bad.add(&trust(seed, if seed < 2 { Nearest::None } else { Nearest::Same }, &[true, false]));
        });
        assert!(!bad.finish());
        let told = bad.told();
        assert!(
            told.contains("found in 8 of 10") && told.contains("50.0 % of claims") && told.contains("10 of kind gap"),
            "{told}"
        );
    }
}
