//! Conditions as tables: what the atoms on one field answer for each class of its values, and the conditions for every
//! combination of classes.

use std::collections::BTreeMap;

use evenly_cube::condition::{Atom, Literal, Test};
use evenly_cube::{Condition, FieldValue, GroupState};

use crate::profile::FieldReader;

/// More combinations of classes than this would make a table too large to look up quickly.
const MOST_COMBINATIONS: usize = 1 << 22;

/// Answers of the atoms on one field for each class of its values.
#[derive(Clone)]
pub(crate) struct Classes {
    atoms: Vec<Atom>,
    /// For each class, the answer of each atom.
    answers: Vec<Vec<Option<bool>>>,
}

impl Classes {
    /// The classes of a field under all atoms that the conditions ask of it.
    pub fn new(reader: Option<&FieldReader>, field: &str, conditions: &[&Condition]) -> Self {
        let mut atoms: Vec<Atom> = Vec::new();
        for atom in conditions.iter().flat_map(|condition| condition.atoms()).filter(|atom| atom.field == field) {
            if !atoms.contains(atom) {
                atoms.push(atom.clone());
            }
        }
        let mut classes = Self { atoms, answers: Vec::new() };
        classes.add(FieldValue::Missing);
        match reader.and_then(FieldReader::list) {
            Some(list) => {
                for code in list.codes.iter().filter(|code| code.state == GroupState::Known) {
                    classes.add(FieldValue::Text(&code.code));
                }
            }
            None => classes.add_values_around_literals(),
        }
        classes
    }

    /// Number of classes.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// The class of a value. Values that no class was made for count as missing; there are none such, because the classes
    /// were made from every code, or from values on and around every literal.
    pub fn class(&self, value: FieldValue<'_>) -> usize {
        let answers = self.ask(value);
        self.answers.iter().position(|own| *own == answers).unwrap_or(0)
    }

    fn ask(&self, value: FieldValue<'_>) -> Vec<Option<bool>> {
        self.atoms.iter().map(|atom| atom.test(value)).collect()
    }

    fn add(&mut self, value: FieldValue<'_>) {
        let answers = self.ask(value);
        if !self.answers.contains(&answers) {
            self.answers.push(answers);
        }
    }

    /// Atoms change their answer only at literals, so that values at, just below and just above each cover every class.
    fn add_values_around_literals(&mut self) {
        let literals: Vec<Literal> = self.atoms.iter().flat_map(literals).collect();
        let numbers = literals.iter().filter_map(|literal| match literal {
            Literal::Number(number) => Some(*number),
            Literal::Text(text) => text.trim().parse().ok(),
        });
        let mut numbers: Vec<f64> = numbers.collect();
        numbers.sort_by(f64::total_cmp);
        let between: Vec<f64> = numbers.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect();
        for number in numbers.into_iter().chain(between) {
            for value in [number, number.floor() - 1.0, number.floor(), number.ceil(), number.ceil() + 1.0] {
                self.add(FieldValue::Number(value));
                self.add(FieldValue::Text(&value.to_string()));
            }
        }
        for literal in &literals {
            if let Literal::Text(text) = literal {
                self.add(FieldValue::Text(text));
                self.add(FieldValue::Text(&format!("{text}\u{0}")));
            }
        }
        self.add(FieldValue::Text(""));
        self.add(FieldValue::Text("\u{10ffff}"));
        self.add(FieldValue::Number(0.0));
    }
}

fn literals(atom: &Atom) -> Vec<Literal> {
    match &atom.test {
        Test::Compare(_, literal) => vec![literal.clone()],
        Test::In { values, .. } => values.clone(),
        Test::Between { low, high, .. } => vec![low.clone(), high.clone()],
        Test::IsNull { .. } => Vec::new(),
    }
}

/// The fields that conditions look at, in alphabetical order, and for every combination of their classes the number that
/// `code` makes of the conditions' answers. `None` where there are too many combinations.
pub(crate) fn tabulate(
    classes: &BTreeMap<String, Classes>,
    conditions: &[&Condition],
    mut code: impl FnMut(&dyn Fn(&Condition) -> Option<bool>) -> u32,
) -> Option<(Vec<String>, Vec<u32>)> {
    let looked_at = |field: &&String| conditions.iter().any(|condition| condition.fields().contains(&field.as_str()));
    let fields: Vec<String> = classes.keys().filter(looked_at).cloned().collect();
    let sizes: Vec<usize> = fields.iter().map(|field| classes[field].len()).collect();
    let combinations = sizes.iter().try_fold(1_usize, |product, size| product.checked_mul(*size))?;
    if combinations > MOST_COMBINATIONS {
        return None;
    }
    let mut table = Vec::with_capacity(combinations);
    let mut digits = vec![0_usize; fields.len()];
    for _ in 0..combinations {
        let answer = |condition: &Condition| {
            condition.combine(&|atom| {
                let atom = &condition.atoms()[atom];
                let position = fields.iter().position(|field| *field == atom.field)?;
                let own = &classes[&fields[position]];
                let column = own.atoms.iter().position(|other| other == atom)?;
                own.answers[digits[position]][column]
            })
        };
        table.push(code(&answer));
        for (digit, size) in digits.iter_mut().zip(&sizes).rev() {
            *digit += 1;
            if *digit < *size {
                break;
            }
            *digit = 0;
        }
    }
    Some((fields, table))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use evenly_cube::{Condition, FieldValue};
    use proptest::prelude::*;

    use super::{Classes, tabulate};

    const CONDITIONS: [&str; 6] = [
        "age < 18 AND kind IN ('a', 'b')",
        "NOT (age BETWEEN 5 AND 9.5) OR kind IS NULL",
        "age >= 65 OR kind < 'b'",
        "kind = 7 OR age = 7",
        "age IS NOT NULL AND kind <> 'b'",
        "TRUE",
    ];

    proptest! {
        #[test]
        fn tables_answer_as_the_conditions_do(
            age in prop::option::of(-20_i32..120),
            kind in prop::option::of(prop::sample::select(vec!["", "a", "aa", "b", "c", "7", "07", "é"])),
        ) {
            let conditions: Vec<Condition> = CONDITIONS.iter().map(|text| Condition::parse(text).unwrap()).collect();
            let all: Vec<&Condition> = conditions.iter().collect();
            let classes: BTreeMap<String, Classes> =
                ["age", "kind"].map(|field| (field.to_owned(), Classes::new(None, field, &all))).into();
            let age = age.map_or(FieldValue::Missing, |age| FieldValue::Number(f64::from(age)));
            let kind = kind.map_or(FieldValue::Missing, FieldValue::Text);
            for condition in &conditions {
                let code = |answer: &dyn Fn(&Condition) -> Option<bool>| match answer(condition) {
                    None => 0,
                    Some(false) => 1,
                    Some(true) => 2,
                };
                let (fields, table) = tabulate(&classes, &[condition], code).unwrap();
                let place = fields.iter().fold(0, |place, field| {
                    let value = if field == "age" { age } else { kind };
                    place * classes[field].len() + classes[field].class(value)
                });
                let expected = condition.evaluate(&|field| if field == "age" { age } else { kind });
                prop_assert_eq!(table[place], expected.map_or(0, |answer| 1 + u32::from(answer)), "{}", condition.text());
            }
        }
    }
}
