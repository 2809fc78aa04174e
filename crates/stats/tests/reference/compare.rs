//! Recursive comparison of two JSON values within a tolerance.

use serde_json::Value;

/// How close two numbers must be: |got − want| ≤ absolute + relative · |want|.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// Share of the right answer's size.
    pub relative: f64,
    /// Floor for answers near zero.
    pub absolute: f64,
}

impl Tolerance {
    /// What the reference files promise: 1e-9 relative.
    pub const STRICT: Self = Self { relative: 1e-9, absolute: 1e-12 };

    /// A relative tolerance with the usual floor.
    pub fn relative(relative: f64) -> Self {
        Self { relative, absolute: Self::STRICT.absolute }
    }

    /// The tolerance that a case asks for in `tol.relative` or `tol.point`.
    pub fn of_case(case: &Value) -> Self {
        let tol = &case["tol"];
        tol["relative"].as_f64().or_else(|| tol["point"].as_f64()).map_or(Self::STRICT, Self::relative)
    }

    fn holds(self, got: f64, want: f64) -> bool {
        if got.is_infinite() || want.is_infinite() {
            return got.total_cmp(&want).is_eq();
        }
        (got - want).abs() <= self.absolute + self.relative * want.abs()
    }
}

/// A number as the reference files write it: plain, or `"Inf"` / `"-Inf"`.
fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) if text == "Inf" => Some(f64::INFINITY),
        Value::String(text) if text == "-Inf" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn is_missing(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("NaN")
}

/// Appends `path: got …, want …` for every place at which `got` does not match `want`.
pub fn differences(path: &str, got: &Value, want: &Value, tolerance: Tolerance, found: &mut Vec<String>) {
    match (got, want) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (key, want) in theirs {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                match ours.get(key) {
                    Some(got) => differences(&path, got, want, tolerance, found),
                    None => found.push(format!("{path}: absent from our answer")),
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            if ours.len() != theirs.len() {
                found.push(format!("{path}: {} values, want {}", ours.len(), theirs.len()));
                return;
            }
            for (position, (got, want)) in ours.iter().zip(theirs).enumerate() {
                differences(&format!("{path}[{position}]"), got, want, tolerance, found);
            }
        }
        // A reference that wraps single values in arrays of one says the same thing.
        (got, Value::Array(theirs)) if theirs.len() == 1 && !got.is_array() => {
            differences(path, got, &theirs[0], tolerance, found);
        }
        _ if is_missing(got) && is_missing(want) => {}
        _ => match (as_number(got), as_number(want)) {
            (Some(ours), Some(theirs)) if tolerance.holds(ours, theirs) => {}
            (None, None) if got == want => {}
            _ => found.push(format!("{path}: got {got}, want {want}")),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Tolerance, differences};

    fn count(got: &Value, want: &Value) -> usize {
        let mut found = Vec::new();
        differences("", got, want, Tolerance::STRICT, &mut found);
        found.len()
    }

    #[test]
    fn numbers_missing_values_and_infinities_are_told_apart() {
        assert_eq!(count(&json!(1.0), &json!(1.0 + 1e-10)), 0);
        assert_eq!(count(&json!(1.0), &json!(1.0 + 1e-8)), 1);
        assert_eq!(count(&json!(null), &json!("NaN")), 0);
        assert_eq!(count(&json!(0.0), &json!(null)), 1);
        assert_eq!(count(&json!("Inf"), &json!("Inf")), 0);
        assert_eq!(count(&json!("Inf"), &json!("-Inf")), 1);
        assert_eq!(count(&json!("High"), &json!("Low")), 1);
    }

    #[test]
    fn shapes_must_agree_but_extra_keys_are_ours_to_have() {
        assert_eq!(count(&json!({"a": 1, "b": 2}), &json!({"a": 1})), 0);
        assert_eq!(count(&json!({"b": 2}), &json!({"a": 1})), 1);
        assert_eq!(count(&json!([1, 2]), &json!([1])), 1);
        assert_eq!(count(&json!(1), &json!([1])), 0);
    }
}
