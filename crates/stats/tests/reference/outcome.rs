//! What an adapter answers, and how that becomes a verdict.

use evenly_stats::Refusal;
use serde_json::{Map, Value};

use crate::compare::{Tolerance, differences};

/// Computes our answer to a case.
pub type Adapter = fn(case: &Value) -> Outcome;

/// What our method made of a case.
pub enum Outcome {
    /// Numbers in the shape of [`right_answer`], compared recursively with the case's own tolerance.
    Answer(Value),
    /// Explicit comparisons, for cases in which only part of `expected` is to be matched or tolerances differ.
    Checks(Vec<Check>),
    /// The method gave a reason for not answering.
    Refused(Refusal),
    /// The method does not offer this variation; the text names it.
    Skipped(String),
}

/// One explicit comparison.
pub struct Check {
    /// Where, as shown on failure.
    pub path: String,
    /// Our answer (any JSON, compared recursively).
    pub got: Value,
    /// The right answer.
    pub want: Value,
    /// How close they must be.
    pub tolerance: Tolerance,
}

impl Check {
    /// A comparison at a place with a tolerance.
    pub fn new(path: impl Into<String>, got: impl Into<Value>, want: impl Into<Value>, tolerance: Tolerance) -> Self {
        Self { path: path.into(), got: got.into(), want: want.into(), tolerance }
    }
}

/// The end of a case.
pub enum Verdict {
    /// Everything agreed.
    Passed,
    /// The differing paths.
    Failed(Vec<String>),
    /// Not run, with the name of the method or variation.
    Skipped(String),
}

/// Blocks of `expected` that hold the right answer where the reference's own is wrong or simulated.
const RIGHT_BLOCKS: [&str; 3] = ["corrected", "single_weight_logit", "analytic"];

/// The answer to match: `expected` with `values` hoisted, `warnings` dropped and the right blocks laid over it.
pub fn right_answer(case: &Value) -> Value {
    let Some(expected) = case["expected"].as_object() else { return case["expected"].clone() };
    let mut right = Map::new();
    for (key, value) in expected {
        match value {
            Value::Object(values) if key == "values" => right.extend(values.clone()),
            _ if key == "warnings" || RIGHT_BLOCKS.contains(&key.as_str()) => {}
            _ => {
                right.insert(key.clone(), value.clone());
            }
        }
    }
    for block in RIGHT_BLOCKS {
        if let Some(values) = expected.get(block).and_then(Value::as_object) {
            right.remove("error");
            right.remove("parent");
            right.extend(values.clone());
        }
    }
    Value::Object(right)
}

/// Whether the right answer of a case is a refusal.
pub fn must_refuse(case: &Value) -> bool {
    right_answer(case).get("error").is_some_and(|error| !error.is_null())
}

/// Compares an outcome with the right answer of its case.
pub fn judge(case: &Value, outcome: Outcome) -> Verdict {
    let found = match outcome {
        Outcome::Skipped(what) => return Verdict::Skipped(what),
        Outcome::Refused(_) if must_refuse(case) => Vec::new(),
        Outcome::Refused(refusal) => vec![format!("refused: {refusal}")],
        Outcome::Answer(_) if must_refuse(case) => vec!["answered where a refusal is right".to_owned()],
        Outcome::Answer(got) => {
            let mut found = Vec::new();
            differences("", &got, &right_answer(case), Tolerance::of_case(case), &mut found);
            found
        }
        Outcome::Checks(checks) => {
            let mut found = Vec::new();
            for check in checks {
                differences(&check.path, &check.got, &check.want, check.tolerance, &mut found);
            }
            found
        }
    };
    if found.is_empty() { Verdict::Passed } else { Verdict::Failed(found) }
}

impl From<Result<Value, Refusal>> for Outcome {
    fn from(result: Result<Value, Refusal>) -> Self {
        result.map_or_else(Self::Refused, Self::Answer)
    }
}
