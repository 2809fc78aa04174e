//! The kinds of definitions that pages show and change.

pub mod in_use;

use evenly_cube::{CostDefinition, Indicator, Policy, ScoreDefinition, shipped_indicator_text, shipped_indicators};

use crate::rows::{RowKind, RowSide};

/// A kind of definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What is counted, out of what.
    Indicator,
    /// Who belongs to a group that care is owed to.
    Group,
    /// What the columns of an extract mean.
    Profile,
    /// How small counts are withheld.
    Policy,
    /// Weights of a score.
    Score,
    /// What one event costs.
    Cost,
}

/// What a definition says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its own version.
    pub version: u32,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Indicator, Self::Group, Self::Profile, Self::Policy, Self::Score, Self::Cost];

    /// Name in addresses and in the store.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Indicator => "indicator",
            Self::Group => "group",
            Self::Profile => "profile",
            Self::Policy => "policy",
            Self::Score => "score",
            Self::Cost => "cost",
        }
    }

    /// Name for a reader, of several.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Indicator => "Indicators",
            Self::Group => "Groups that care is owed to",
            Self::Profile => "Profiles of extracts",
            Self::Policy => "Disclosure policies",
            Self::Score => "Scores",
            Self::Cost => "Unit costs",
        }
    }

    /// The kind of a name.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// Reads a definition; the words of an error are for whoever wrote it.
    pub fn read(self, text: &str, rows: &dyn RowSide) -> Result<Named, String> {
        let named = |id: String, title: String, version: u32| Named { id, title, version };
        let read = match self {
            Self::Group => return lawful(rows.read(RowKind::Group, text)?),
            Self::Profile => return lawful(rows.read(RowKind::Profile, text)?),
            Self::Indicator => Indicator::parse("indicator", text).map(|own| named(own.id, own.title, own.version)),
            Self::Policy => Policy::parse(text).map(|own| named(own.id, own.title, own.version)),
            Self::Score => ScoreDefinition::parse("score", text).map(|own| named(own.id, own.title, own.version)),
            Self::Cost => CostDefinition::parse("cost", text).map(|own| named(own.id, own.title, own.version)),
        };
        lawful(read.map_err(|error| error.to_string())?)
    }

    /// The text of a shipped definition.
    pub fn shipped_text(self, id: &str, rows: &dyn RowSide) -> Option<&'static str> {
        let of_rows = |kind| rows.shipped(kind).into_iter().find(|(own, _)| own == id).map(|(_, text)| text);
        match self {
            Self::Group => of_rows(RowKind::Group),
            Self::Profile => of_rows(RowKind::Profile),
            Self::Indicator => shipped_indicator_text(id),
            Self::Policy => Policy::shipped_text(id),
            Self::Score => ScoreDefinition::shipped_text(id),
            // What an event costs is the trust's to say.
            Self::Cost => None,
        }
    }

    /// A text to begin another one from.
    pub fn to_begin_from(self, rows: &dyn RowSide) -> String {
        if self == Self::Cost {
            return CostDefinition::TO_BEGIN_FROM.to_owned();
        }
        let first = self.shipped_ids(rows).into_iter().next();
        first.and_then(|id| self.shipped_text(&id, rows)).unwrap_or_default().to_owned()
    }

    /// Ids of the shipped ones.
    pub fn shipped_ids(self, rows: &dyn RowSide) -> Vec<String> {
        let of_rows = |kind| rows.shipped(kind).into_iter().map(|(id, _)| id).collect();
        match self {
            Self::Group => of_rows(RowKind::Group),
            Self::Profile => of_rows(RowKind::Profile),
            Self::Indicator => shipped_indicators().unwrap_or_default().into_iter().map(|own| own.id).collect(),
            Self::Policy => Policy::shipped_ids().map(str::to_owned).collect(),
            Self::Score => ScoreDefinition::shipped_ids().map(str::to_owned).collect(),
            Self::Cost => Vec::new(),
        }
    }
}

/// A definition whose id may stand in an address.
fn lawful(named: Named) -> Result<Named, String> {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if named.id.is_empty() || named.id.len() > 60 || !named.id.chars().all(plain) {
        return Err("id must be small letters, digits and hyphens, at most 60".to_owned());
    }
    Ok(named)
}

/// A line of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// In both.
    Same(&'a str),
    /// Only in the older.
    Gone(&'a str),
    /// Only in the newer.
    New(&'a str),
}

/// Two texts line by line, with as many lines in common as there can be.
pub fn compare<'a>(older: &'a str, newer: &'a str) -> Vec<Line<'a>> {
    let (a, b): (Vec<&str>, Vec<&str>) = (older.lines().collect(), newer.lines().collect());
    // Longest common part of what follows each pair of lines.
    let mut common = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = if a[i] == b[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::with_capacity(a.len() + b.len());
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            lines.push(Line::Same(a[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(Line::Gone(a[i]));
            i += 1;
        } else {
            lines.push(Line::New(b[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::OneProfile;

    #[test]
    fn every_shipped_definition_is_read_under_its_own_id() {
        let mut read = 0;
        for kind in Kind::ALL {
            for id in kind.shipped_ids(&OneProfile) {
                let text = kind.shipped_text(&id, &OneProfile).expect("a text");
                assert_eq!(kind.read(text, &OneProfile).expect("it is right").id, id);
                read += 1;
            }
            assert_eq!(Kind::of(kind.id()), Some(kind));
        }
        assert!(read > 10, "only {read} read");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for kind in Kind::ALL {
            assert!(kind.read("id = 1", &OneProfile).is_err());
            assert!(kind.read("", &OneProfile).is_err());
        }
        let policy = Policy::shipped_text("hes-1-7").expect("a text").replace("hes-1-7", "../evil");
        assert!(Kind::Policy.read(&policy, &OneProfile).is_err());
    }

    #[test]
    fn lines_in_common_stay_together() {
        let compared = compare("a\nb\nc", "a\nx\nc\nd");
        assert_eq!(compared, [Line::Same("a"), Line::Gone("b"), Line::New("x"), Line::Same("c"), Line::New("d")]);
        assert_eq!(compare("", "a"), [Line::New("a")]);
        assert!(compare("", "").is_empty());
    }
}
