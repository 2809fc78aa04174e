//! Other weights, tried in the address of a page: what would be otherwise.

use std::collections::BTreeMap;

use evenly_cube::ScoreDefinition;
use openidconnect::url::form_urlencoded;

use crate::components::forms::Errors;

/// Largest weight that can be tried.
const LARGEST: f64 = 1_000.0;

/// What an address asks of a score.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The release.
    pub release: Option<String>,
    /// The dimension.
    pub of: Option<String>,
    /// Weights that are tried, as they were typed, by indicator.
    pub weights: BTreeMap<String, String>,
}

impl Asked {
    /// Reads a query; what it does not know is left alone.
    pub fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match (name.as_ref(), name.strip_prefix("weight-")) {
                ("release", _) => asked.release = Some(value.into_owned()),
                ("of", _) => asked.of = Some(value.into_owned()),
                (_, Some(indicator)) => {
                    asked.weights.insert(indicator.to_owned(), value.into_owned());
                }
                _ => {}
            }
        }
        asked
    }

    /// The definition with the weights that are tried; `None` where they are the agreed ones, or something is wrong.
    pub fn tried(&self, agreed: &ScoreDefinition, errors: &mut Errors) -> Option<ScoreDefinition> {
        let mut tried = agreed.clone();
        for input in &mut tried.inputs {
            let Some(typed) = self.weights.get(&input.indicator) else { continue };
            match typed.trim().parse::<f64>() {
                Ok(weight) if (0.0..=LARGEST).contains(&weight) => input.weight = weight,
                _ => errors.add(field(&input.indicator), "Enter a weight from 0 to 1000, such as 2 or 0.5"),
            }
        }
        if let Some(first) = tried.inputs.first().filter(|_| tried.inputs.iter().all(|own| own.weight <= 0.0)) {
            errors.add(field(&first.indicator), "Enter a weight above 0 for at least one of them");
        }
        (errors.none() && tried != *agreed).then_some(tried)
    }
}

/// The name of an input's field.
pub fn field(indicator: &str) -> String {
    format!("weight-{indicator}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreed() -> ScoreDefinition {
        let text = ScoreDefinition::shipped_text("missed-care").expect("a score");
        ScoreDefinition::parse("missed-care", text).expect("a score")
    }

    #[test]
    fn weights_are_taken_and_the_rest_left_as_agreed() {
        let mut errors = Errors::default();
        let asked = Asked::read("of=age&weight-did-not-attend=%200.5%20&weight-nothing=9&x=y");
        assert_eq!(asked.of.as_deref(), Some("age"));
        let tried = asked.tried(&agreed(), &mut errors).expect("other weights");
        assert_eq!(tried.inputs.iter().map(|own| own.weight).collect::<Vec<_>>(), [0.5, 1.0, 1.0]);
        assert_eq!(Asked::read("weight-did-not-attend=2").tried(&agreed(), &mut errors), None, "as agreed");
        assert!(errors.none());
    }

    #[test]
    fn a_weight_that_is_none_is_said_beside_its_field() {
        for bad in ["", "two", "-1", "NaN", "inf", "1001", "1e9"] {
            let mut errors = Errors::default();
            assert_eq!(
                Asked::read(&format!("weight-over-18-weeks={bad}")).tried(&agreed(), &mut errors),
                None,
                "{bad}"
            );
            assert!(errors.of("weight-over-18-weeks").is_some(), "{bad}");
        }
        let mut errors = Errors::default();
        let none = "weight-did-not-attend=0&weight-discharged-after-did-not-attend=0&weight-over-18-weeks=0";
        assert_eq!(Asked::read(none).tried(&agreed(), &mut errors), None);
        assert!(errors.of("weight-did-not-attend").expect("an error").contains("above 0"));
    }
}
