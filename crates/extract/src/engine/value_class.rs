//! What may be said of a rejected value: its class, never the value.

use crate::readers::{ColumnKind, Raw};

/// The class of a value: "empty", "text, 7 characters", "number below 0".
pub fn value_class(value: &Raw, kind: &ColumnKind) -> String {
    match value {
        Raw::Missing => "empty".to_owned(),
        Raw::Text(text) if matches!(kind, ColumnKind::Identifier(_)) => {
            if **text == *"usual" {
                "identifier".to_owned()
            } else {
                "identifier of an unusual form".to_owned()
            }
        }
        Raw::Text(text) => match text.chars().count() {
            1 => "text, 1 character".to_owned(),
            characters => format!("text, {characters} characters"),
        },
        Raw::Whole(number) if *number < 0 => "number below 0".to_owned(),
        Raw::Whole(number) => match number.checked_ilog10().map_or(1, |digits| digits + 1) {
            1 => "number, 1 digit".to_owned(),
            digits => format!("number, {digits} digits"),
        },
        Raw::Day(_) => "date".to_owned(),
        Raw::Unreadable(class) => (*class).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_says_what_kind_of_value_stood_there_and_not_which() {
        let cases = [
            (Raw::Missing, "empty"),
            (Raw::Text("Jane Doe".into()), "text, 8 characters"),
            (Raw::Text("é".into()), "text, 1 character"),
            (Raw::Whole(-1), "number below 0"),
            (Raw::Whole(0), "number, 1 digit"),
            (Raw::Whole(7005), "number, 4 digits"),
            (Raw::Day(19_000), "date"),
            (Raw::Unreadable("date in another order"), "date in another order"),
        ];
        for (value, class) in cases {
            assert_eq!(value_class(&value, &ColumnKind::Text), class);
        }
    }
}
