//! The indicator definitions in the binary.

use super::Indicator;
use crate::error::CubeError;

macro_rules! shipped {
    ($($id:literal),* $(,)?) => {
        [$(($id, include_str!(concat!("../../../../definitions/indicators/", $id, ".toml")))),*]
    };
}

const SHIPPED: [(&str, &str); 54] = shipped![
    "did-not-attend",
    "was-not-brought",
    "late-and-not-seen",
    "cancelled-by-hospital",
    "cancelled-by-patient",
    "discharged-after-did-not-attend",
    "virtual-share",
    "waits",
    "over-18-weeks",
    "over-52-weeks",
    "coverage",
    "gp-did-not-attend",
    "emergency-over-4-hours",
    "emergency-over-12-hours",
    "emergency-over-60-minutes-to-treatment",
    "left-before-treatment",
    "emergency-return-within-7-days",
    "frequent-attendance",
    "emergency-admission",
    "emergency-admission-under-18",
    "emergency-readmission",
    "long-stay",
    "cancelled-on-the-day",
    "discharged-self",
    "rtt-over-18-weeks",
    "rtt-over-52-weeks",
    "rtt-over-65-weeks",
    "rtt-waits",
    "booked-within-10-weeks",
    "booked-after-20-weeks",
    "continuity-of-carer",
    "smoking-at-booking",
    "preterm-birth",
    "first-feed-breast-milk",
    "emergency-caesarean",
    "therapy-recovery",
    "therapy-reliable-improvement",
    "therapy-reliable-recovery",
    "therapy-over-6-weeks",
    "therapy-over-18-weeks",
    "therapy-over-90-days-between",
    "therapy-entered",
    "friends-and-family-positive",
    "friends-and-family-negative",
    "staff-sickness",
    "staff-disciplinary",
    "staff-training",
    "staff-appointed-from-shortlist",
    "staff-health-check",
    "staff-left",
    "staff-left-for-cost",
    "staff-ethnicity-declared",
    "staff-disability-declared",
    "staff-sexual-orientation-declared",
];

/// Every indicator definition in the binary, by the order in which a report takes them.
pub fn shipped_indicators() -> Result<Vec<Indicator>, CubeError> {
    SHIPPED.iter().map(|(id, text)| Indicator::parse(id, text)).collect()
}

/// An indicator definition as it is written, for a reader.
pub fn shipped_indicator_text(id: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(own, _)| *own == id).map(|(_, text)| *text)
}

/// The indicator definition of an id.
pub fn shipped_indicator(id: &str) -> Result<Indicator, CubeError> {
    let Some((_, text)) = SHIPPED.iter().find(|(own, _)| *own == id) else {
        let known: Vec<_> = SHIPPED.iter().map(|(id, _)| *id).collect();
        return Err(CubeError::Definition {
            name: id.to_owned(),
            reason: format!("there is no such indicator; there are: {}", known.join(", ")),
        });
    };
    Indicator::parse(id, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::FieldValue;
    use crate::indicator::Kind;

    #[test]
    fn every_shipped_definition_loads_and_says_where_it_comes_from() {
        for (indicator, (id, _)) in shipped_indicators().unwrap().iter().zip(SHIPPED) {
            assert_eq!(indicator.id, id);
            assert!(!indicator.source.is_empty() && indicator.date.len() == 10, "{id}");
        }
    }

    /// The answer of a proportion for an attendance code, age and outcome: outside, denominator, numerator.
    fn membership(id: &str, attendance: &str, age: f64, outcome: &str) -> [bool; 2] {
        let Kind::Proportion { numerator, denominator } = shipped_indicator(id).unwrap().kind else {
            panic!("{id} is a proportion")
        };
        let field = |name: &str| match name {
            "attendance" => FieldValue::Text(attendance),
            "age" => FieldValue::Number(age),
            "outcome" => FieldValue::Text(outcome),
            _ => FieldValue::Missing,
        };
        [numerator, denominator].map(|condition| condition.evaluate(&field) == Some(true))
    }

    #[test]
    fn attendance_codes_stand_where_the_data_dictionary_puts_them() {
        for (code, missed, counted) in [
            ("0", false, false),
            ("2", false, false),
            ("3", true, true),
            ("4", false, false),
            ("5", false, true),
            ("6", false, true),
            ("7", true, true),
        ] {
            assert_eq!(membership("did-not-attend", code, 40.0, "1"), [missed, counted], "{code}");
            assert_eq!(membership("was-not-brought", code, 17.0, "1"), [missed, counted], "{code}");
            assert_eq!(membership("was-not-brought", code, 18.0, "1"), [false, false], "{code}");
        }
        assert_eq!(membership("late-and-not-seen", "7", 40.0, "1"), [true, true]);
        assert_eq!(membership("late-and-not-seen", "3", 40.0, "1"), [false, true]);
        assert_eq!(membership("cancelled-by-hospital", "4", 40.0, "1"), [true, true]);
        assert_eq!(membership("cancelled-by-patient", "2", 40.0, "1"), [true, true]);
        assert_eq!(membership("cancelled-by-patient", "0", 40.0, "1"), [false, false]);
        assert_eq!(membership("discharged-after-did-not-attend", "3", 40.0, "1"), [true, true]);
        assert_eq!(membership("discharged-after-did-not-attend", "3", 40.0, "2"), [false, true]);
        assert_eq!(membership("discharged-after-did-not-attend", "3", 40.0, ""), [false, false]);
    }

    #[test]
    fn what_is_wrong_with_a_definition_is_named() {
        let text = SHIPPED[0].1;
        for (from, to, part) in [
            ("better", "betterr", "betterr"),
            ("kind = \"proportion\"", "kind = \"rate\"", "rate"),
            ("numerator =", "field = \"age\"\nnumerator =", "`field`"),
            ("numerator = \"attendance", "numerator = \"attendance LIKE", "attendance LIKE"),
            ("unit = \"proportion\"", "unit = \"weeks\"", "weeks"),
        ] {
            assert!(text.contains(from), "{from}");
            let message = Indicator::parse("mine.toml", &text.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(message.contains(part) && message.contains("mine.toml"), "{part}: {message}");
        }
        assert!(shipped_indicator("dna").unwrap_err().to_string().contains("did-not-attend"));
    }

    #[test]
    fn definitions_survive_json() {
        for indicator in shipped_indicators().unwrap() {
            let json = serde_json::to_string(&indicator).unwrap();
            assert_eq!(serde_json::from_str::<Indicator>(&json).unwrap(), indicator);
        }
    }
}
