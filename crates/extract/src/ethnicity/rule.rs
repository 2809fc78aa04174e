//! The two published rules.

use std::cmp::Ordering;

use evenly_cube::Definition;

use crate::profile::Care;

/// The sixteen categories of the code list `ethnic-category`, in its order.
pub(super) const CATEGORIES: [&str; 16] =
    ["A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S"];

/// Position of S, any other ethnic group.
const OTHER: u8 = 15;

/// A published rule for a person whose records hold different ethnic categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EthnicityRule {
    /// The most frequent code over admitted, emergency and outpatient care; not stated and not known are not counted.
    ///
    /// SOURCE: `OpenSAFELY`, ehrQL, table `ethnicity_from_sus` (documentation, June 2026). It does not say what becomes of
    /// codes that are equally frequent: here the first in the alphabet is taken.
    OpenSafely,
    /// The most frequent code; of equally frequent ones the most recent, then that of admitted before emergency before
    /// outpatient care, then the one that is more common among all records; any other ethnic group (S) gives way to the
    /// next. Not stated, not known and invalid codes are not counted.
    ///
    /// SOURCE: Rules of the CHIME tool (Office for Health Improvement and Disparities) as coded by the Nuffield Trust,
    /// `ethnicity_elective_backlog`, `02_reassign_ethnos.sas` (2022). Their last step, drawing a code at random for people
    /// without any, is not taken: not known stays not known.
    Chime,
}

impl EthnicityRule {
    /// Both.
    pub const ALL: [Self; 2] = [Self::OpenSafely, Self::Chime];

    /// Name in commands and in dimensions.
    pub const fn id(self) -> &'static str {
        match self {
            Self::OpenSafely => "opensafely",
            Self::Chime => "chime",
        }
    }

    /// Name for a reader.
    pub const fn title(self) -> &'static str {
        match self {
            Self::OpenSafely => "OpenSAFELY",
            Self::Chime => "CHIME",
        }
    }

    /// What it does, a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::OpenSafely => {
                "Each person has the code that most of their admitted, emergency and outpatient records hold (rule of OpenSAFELY, \
                 ethnicity_from_sus; of equally frequent codes the first in the alphabet)."
            }
            Self::Chime => {
                "Each person has the code that most of their admitted, emergency and outpatient records hold; of equally frequent \
                 ones the most recent, then admitted before emergency before outpatient care, then the more common; any other \
                 ethnic group gives way to the next code (rule of CHIME as coded by the Nuffield Trust)."
            }
        }
    }

    /// As one of a report's definitions.
    pub fn definition(self) -> Definition {
        let source = match self {
            Self::OpenSafely => "OpenSAFELY, ehrQL, table ethnicity_from_sus, documentation of June 2026",
            Self::Chime => {
                "Nuffield Trust, ethnicity_elective_backlog, 02_reassign_ethnos.sas (rules of the CHIME tool), 2022"
            }
        };
        Definition {
            kind: "ethnicity-rule".to_owned(),
            id: self.id().to_owned(),
            version: 1,
            title: self.title().to_owned(),
            source: source.to_owned(),
        }
    }

    /// The category among those that a person's records hold; `None` where they hold none. `common` is how many records of
    /// everybody hold each category.
    pub(super) fn choose(self, seen: &[Seen], common: &[u64; 16]) -> Option<u8> {
        let mut order: Vec<&Seen> = seen.iter().collect();
        order.sort_by(|one, other| {
            let ties = || match self {
                Self::OpenSafely => Ordering::Equal,
                Self::Chime => (other.latest.cmp(&one.latest))
                    .then(one.care.cmp(&other.care))
                    .then_with(|| common[usize::from(other.category)].cmp(&common[usize::from(one.category)])),
            };
            other.rows.cmp(&one.rows).then_with(ties).then(one.category.cmp(&other.category))
        });
        let first = order.first()?.category;
        let gives_way = self == Self::Chime && first == OTHER;
        order.get(1).filter(|_| gives_way).map_or(Some(first), |next| Some(next.category))
    }
}

/// A category among a person's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Position in [`CATEGORIES`].
    pub category: u8,
    /// Records that hold it.
    pub rows: u32,
    /// The latest day of them; `None` where no day is known.
    pub latest: Option<i32>,
    /// Kind of care of that day's record; of several, the first in order.
    pub care: Care,
}

impl Seen {
    /// Adds records of the same category.
    pub fn add(&mut self, other: Self) {
        self.rows = self.rows.saturating_add(other.rows);
        match other.latest.cmp(&self.latest) {
            Ordering::Greater => (self.latest, self.care) = (other.latest, other.care),
            Ordering::Equal => self.care = self.care.min(other.care),
            Ordering::Less => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{CATEGORIES, EthnicityRule, Seen};
    use crate::profile::Care;

    /// `A x 2 @ 5 admitted`: a category, how many records, the latest day, the kind of care.
    fn seen(text: &str) -> Vec<Seen> {
        let one = |part: &str| {
            let words: Vec<&str> = part.split_whitespace().collect();
            let care = match words[3] {
                "admitted" => Care::Admitted,
                "emergency" => Care::Emergency,
                _ => Care::Outpatient,
            };
            let category = CATEGORIES.iter().position(|own| *own == words[0]).unwrap();
            Seen {
                category: u8::try_from(category).unwrap(),
                rows: words[1].parse().unwrap(),
                latest: words[2].parse().ok(),
                care,
            }
        };
        text.split(';').filter(|part| !part.trim().is_empty()).map(one).collect()
    }

    #[test]
    fn the_rules_choose_as_they_are_published() {
        // Category, records, latest day, care; then what OpenSAFELY and CHIME choose.
        let cases = [
            ("", None, None),
            ("A 1 5 outpatient", Some("A"), Some("A")),
            ("A 3 1 outpatient; N 2 9 admitted", Some("A"), Some("A")),
            ("H 2 9 outpatient; A 2 5 admitted", Some("A"), Some("H")),
            ("A 2 5 outpatient; H 2 5 emergency; N 2 5 admitted", Some("A"), Some("N")),
            ("A 2 5 outpatient; H 2 5 emergency", Some("A"), Some("H")),
            // Equal in all else: K is more common among all records.
            ("J 1 5 admitted; K 1 5 admitted", Some("J"), Some("K")),
            ("A 1 - outpatient; N 1 0 outpatient", Some("A"), Some("N")),
            ("S 5 9 admitted; A 1 1 outpatient", Some("S"), Some("A")),
            ("S 5 9 admitted; A 1 1 outpatient; N 2 1 outpatient", Some("S"), Some("N")),
            ("S 5 9 admitted", Some("S"), Some("S")),
            ("A 6 1 admitted; S 5 9 admitted", Some("A"), Some("A")),
        ];
        let mut common = [0; 16];
        common[9] = 7;
        for (text, opensafely, chime) in cases {
            let seen = seen(text);
            for (rule, expected) in [(EthnicityRule::OpenSafely, opensafely), (EthnicityRule::Chime, chime)] {
                let chosen = rule.choose(&seen, &common).map(|category| CATEGORIES[usize::from(category)]);
                assert_eq!(chosen, expected, "{} of {text}", rule.title());
            }
        }
    }

    proptest! {
        /// The order in which records come in must not matter.
        #[test]
        fn records_may_come_in_any_order(
            records in prop::collection::vec((0_u8..16, prop::option::of(0_i32..4), 0_usize..3), 1..12),
            turn in 0_usize..12,
        ) {
            let add = |records: &[(u8, Option<i32>, usize)]| {
                let mut all: Vec<Seen> = Vec::new();
                for (category, latest, care) in records {
                    let care = [Care::Admitted, Care::Emergency, Care::Outpatient][*care];
                    let own = Seen { category: *category, rows: 1, latest: *latest, care };
                    match all.iter_mut().find(|seen| seen.category == *category) {
                        Some(seen) => seen.add(own),
                        None => all.push(own),
                    }
                }
                all
            };
            let mut turned = records.clone();
            turned.rotate_left(turn % records.len());
            for rule in EthnicityRule::ALL {
                let (one, other) = (rule.choose(&add(&records), &[0; 16]), rule.choose(&add(&turned), &[0; 16]));
                prop_assert_eq!(one, other);
                let most = add(&records).iter().map(|seen| seen.rows).max().unwrap();
                let own = add(&records).into_iter().find(|seen| Some(seen.category) == one).unwrap();
                prop_assert!(own.rows == most || rule == EthnicityRule::Chime);
            }
        }
    }
}
