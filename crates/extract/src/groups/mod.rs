//! Groups of people that care is owed to: Core20, protected characteristics, inclusion health and PLUS groups, as rules over
//! fields; which extract can show them, which cannot and why, and how many rows are of them.

mod areas;
mod count;
mod sight;

use evenly_cube::Condition;
use serde::Deserialize;

pub use areas::{Area, Areas, shipped_areas};
pub use count::{GroupCount, Overlap, counted, indicators};
pub use sight::{Sight, shown_by, sight, sight_in};

/// A group of people, as a rule over an extract's fields.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupDefinition {
    /// Name in commands and files: `core20`, `homeless`.
    pub id: String,
    /// Title for a reader.
    pub title: String,
    /// Counts up when the meaning changes.
    pub version: u32,
    /// Where it stands among the groups.
    pub kind: GroupKind,
    /// Who belongs to it, as an SQL condition over fields and derived dimensions; absent where nothing that is recorded says.
    #[serde(default)]
    pub when: Option<Condition>,
    /// Publication, page and date that the group comes from.
    pub source: String,
    /// Day it was written or checked, ISO.
    pub date: String,
    /// Why extracts do not show it, and what would.
    #[serde(default)]
    pub unseen: Option<String>,
    /// What a reader must know.
    #[serde(default)]
    pub note: Option<String>,
    /// Whether it comes from a trust's own file, and the file's name.
    #[serde(skip)]
    pub own_file: Option<String>,
}

/// Where a group stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupKind {
    /// The nationally most deprived fifth.
    Core20,
    /// Of the Equality Act 2010.
    ProtectedCharacteristic,
    /// Of NHS England's inclusion health groups.
    InclusionHealth,
    /// Another group that a system chooses.
    Plus,
    /// A group that a trust has named itself.
    Local,
}

impl GroupKind {
    /// In words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Core20 => "Core20",
            Self::ProtectedCharacteristic => "protected characteristic",
            Self::InclusionHealth => "inclusion health",
            Self::Plus => "PLUS",
            Self::Local => "local",
        }
    }
}

/// A definition that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("group {name}: {reason}")]
pub struct GroupError {
    /// File or id.
    pub name: String,
    /// What is wrong and what to do.
    pub reason: String,
}

macro_rules! shipped {
    ($($id:literal),* $(,)?) => {
        [$(($id, include_str!(concat!("../../../../definitions/groups/", $id, ".toml")))),*]
    };
}

/// Id and text of every shipped group, in the order to list them.
const SHIPPED: [(&str, &str); 27] = shipped![
    "core20",
    "children",
    "older-people",
    "disabled-people",
    "gender-reassignment",
    "married-or-civil-partner",
    "pregnancy-and-maternity",
    "minority-ethnic-groups",
    "religion-or-belief",
    "women",
    "men",
    "lesbian-gay-bisexual",
    "homeless",
    "drug-or-alcohol-dependence",
    "vulnerable-migrants",
    "asylum-seekers",
    "gypsy-roma-traveller",
    "sex-workers",
    "justice-contact",
    "modern-slavery",
    "learning-disability",
    "autistic-people",
    "many-conditions",
    "coastal-communities",
    "carers",
    "looked-after-children",
    "interpreter-needed",
];

impl GroupDefinition {
    /// Reads a definition from TOML; `name` is what errors call it.
    pub fn parse(name: &str, toml: &str) -> Result<Self, GroupError> {
        let wrong = |reason: String| GroupError { name: name.to_owned(), reason };
        let group: Self = toml::from_str(toml).map_err(|error| wrong(in_line(toml, &error)))?;
        for (key, value) in [("title", &group.title), ("source", &group.source)] {
            if value.trim().is_empty() {
                return Err(wrong(format!("`{key}` is empty; say what it is")));
            }
        }
        let lawful = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if group.id.is_empty() || !group.id.chars().all(lawful) {
            return Err(wrong("`id` must be lower-case letters, digits and `-`: `people-in-caravans`".to_owned()));
        }
        if group.date.parse::<jiff::civil::Date>().is_err() {
            return Err(wrong("`date` must be a day, as 2026-04-01".to_owned()));
        }
        if group.when.is_none() && group.unseen.is_none() {
            return Err(wrong(
                "say who belongs to it (`when`), or why nothing recorded shows it (`unseen`)".to_owned(),
            ));
        }
        Ok(group)
    }

    /// The shipped groups, in the order to list them.
    pub fn shipped() -> Result<Vec<Self>, GroupError> {
        SHIPPED.iter().map(|(id, toml)| Self::parse(id, toml)).collect()
    }

    /// The shipped groups and a trust's own, each by its file's name and text. An own group takes the place of the shipped
    /// one of the same id; others follow in the order of the files.
    pub fn with_own(files: &[(String, String)]) -> Result<Vec<Self>, GroupError> {
        let mut groups = Self::shipped()?;
        for (name, toml) in files {
            let own = Self { own_file: Some(name.clone()), ..Self::parse(name, toml)? };
            match groups.iter_mut().find(|group| group.id == own.id) {
                Some(Self { own_file: Some(other), id, .. }) => {
                    let reason = format!("`{id}` is in {other} as well; keep one of the two, or give it another id");
                    return Err(GroupError { name: name.clone(), reason });
                }
                Some(shipped) => *shipped = own,
                None => groups.push(own),
            }
        }
        Ok(groups)
    }

    /// Text of a shipped group.
    pub fn shipped_text(id: &str) -> Option<&'static str> {
        SHIPPED.iter().find(|(own, _)| *own == id).map(|(_, toml)| *toml)
    }

    /// The fields that its rule looks at.
    pub fn fields(&self) -> Vec<&str> {
        self.when.as_ref().map_or_else(Vec::new, Condition::fields)
    }
}

/// What is wrong with a text, and on which line.
fn in_line(toml: &str, error: &toml::de::Error) -> String {
    let line = error.span().map(|span| toml.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
    let said = error.message();
    line.map_or_else(|| said.to_owned(), |line| format!("line {line}: {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn every_shipped_group_is_right_and_named_as_its_file() {
        for (group, (id, _)) in GroupDefinition::shipped().unwrap().iter().zip(SHIPPED) {
            assert_eq!(group.id, id);
            assert!(!group.source.is_empty() && group.date.len() == 10, "{id}");
            let shown = Profile::shipped().unwrap().iter().any(|own| matches!(sight(group, own), Sight::Shown));
            assert!(shown || group.unseen.is_some(), "{id} is in no extract, and nothing says why");
        }
    }

    #[test]
    fn a_group_that_nothing_shows_must_say_why() {
        let toml = "id = 'x'\ntitle = 'X'\nversion = 1\nkind = 'local'\nsource = 's'\ndate = '2026-01-01'\n";
        let refused = GroupDefinition::parse("x.toml", toml).unwrap_err().to_string();
        assert!(refused.contains("x.toml") && refused.contains("`unseen`"), "{refused}");
    }

    #[test]
    fn a_trust_may_name_groups_of_its_own_and_put_them_in_the_place_of_shipped_ones() {
        let file = |name: &str, id: &str, when: &str| {
            let text = format!(
                "id = '{id}'\ntitle = 'Own'\nversion = 1\nkind = 'local'\nwhen = \"{when}\"\nsource = 's'\ndate = '2026-01-01'\n"
            );
            (name.to_owned(), text)
        };
        let own = [file("a.toml", "harbour-ward", "site = 'RZZ02'"), file("b.toml", "older-people", "age >= 80")];
        let groups = GroupDefinition::with_own(&own).unwrap();
        assert_eq!(groups.len(), SHIPPED.len() + 1);
        assert_eq!(groups.last().unwrap().id, "harbour-ward");
        let older = groups.iter().find(|group| group.id == "older-people").unwrap();
        assert_eq!((older.when.as_ref().unwrap().text(), older.own_file.as_deref()), ("age >= 80", Some("b.toml")));
        for (files, parts) in [
            (vec![file("a.toml", "x", "age > 1"), file("c.toml", "x", "age > 2")], ["c.toml", "`x` is in a.toml"]),
            (vec![file("a.toml", "Harbour Ward", "age > 1")], ["a.toml", "`id` must be lower-case"]),
            (vec![file("a.toml", "x", "age >")], ["a.toml", "line 5"]),
            (vec![("a.toml".to_owned(), "id = 'x'\nwho = 'y'\n".to_owned())], ["line 2", "unknown field `who`"]),
            (
                vec![("a.toml".to_owned(), file("", "x", "TRUE").1.replace("2026-01-01", "last year"))],
                ["`date`", "2026-04-01"],
            ),
            (
                vec![("a.toml".to_owned(), file("", "x", "TRUE").1.replace("'s'", "' '"))],
                ["a.toml", "`source` is empty"],
            ),
        ] {
            let said = GroupDefinition::with_own(&files).unwrap_err().to_string();
            assert!(parts.iter().all(|part| said.contains(part)), "{said}\nlacks one of {parts:?}");
        }
    }

    #[test]
    fn roma_and_travellers_are_seen_nowhere_and_core20_in_sus() {
        let sus = Profile::load("sus-outpatient", &[]).unwrap();
        let group = |id: &str| GroupDefinition::parse(id, GroupDefinition::shipped_text(id).unwrap()).unwrap();
        assert_eq!(sight(&group("core20"), &sus), Sight::Shown);
        let Sight::NotRecorded(why) = sight(&group("gypsy-roma-traveller"), &sus) else { panic!("it is shown") };
        assert!(why.contains("16+1"));
        assert_eq!(sight(&group("homeless"), &sus), Sight::Lacks(vec!["homeless".to_owned()]));
    }
}
