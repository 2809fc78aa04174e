//! The five ethnic groups, out of the sixteen categories of 2001.

use std::sync::Arc;

use evenly_cube::{About, Dimension, Group, GroupState, Order};

use super::{Derived, Groups, RestsOn, Unknowns};
use crate::profile::{FieldReader, Meaning};

/// Which census the five groups follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EthnicStyle {
    /// Chinese people are counted under Asian, as in the censuses of 2011 and 2021.
    #[default]
    Census2021,
    /// Chinese people are counted under Other, as in the census of 2001.
    Census2001,
}

const GROUPS: [(&str, &str); 5] =
    [("asian", "Asian"), ("black", "Black"), ("mixed", "Mixed"), ("white", "White"), ("other", "Other")];

/// The group of a category's national code.
///
/// SOURCE: NHS Data Model and Dictionary, ETHNIC CATEGORY (2001 groups); Office for National Statistics, Census 2021 ethnic
/// group classification 6a (Chinese under Asian).
pub fn group_of(code: &str, style: EthnicStyle) -> Option<&'static str> {
    match code {
        "A" | "B" | "C" => Some("white"),
        "D" | "E" | "F" | "G" => Some("mixed"),
        "H" | "J" | "K" | "L" => Some("asian"),
        "M" | "N" | "P" => Some("black"),
        "R" if style == EthnicStyle::Census2021 => Some("asian"),
        "R" | "S" => Some("other"),
        _ => None,
    }
}

/// The five groups of a field with codes of the list `ethnic-category`.
pub fn ethnic_group(id: &str, style: EthnicStyle, reader: &FieldReader) -> Option<Derived> {
    let list = reader.list()?;
    let known = GROUPS.iter().map(|(id, label)| Group::known(*id, *label)).collect();
    let groups = Groups::new(known, &Unknowns::of(reader).and(GroupState::Invalid));
    let of_code = |code: &crate::codes::Code| group_of(&code.code, style).and_then(|group| groups.position(group));
    let positions: Vec<Option<usize>> = list.codes.iter().map(of_code).collect();
    if positions.iter().all(Option::is_none) {
        return None;
    }
    let (vintage, note) = match style {
        EthnicStyle::Census2021 => (
            "Groups of Census 2021",
            "Chinese people are counted under Asian, as in Census 2021. The codes are those of 2001: they cannot show Gypsy, \
             Traveller, Roma or Arab people.",
        ),
        EthnicStyle::Census2001 => (
            "Groups of Census 2001",
            "Chinese people are counted under Other, as in Census 2001. The codes cannot show Gypsy, Traveller, Roma or Arab \
             people.",
        ),
    };
    // A rule that chose the person's category has something to say as well.
    let note = reader.field().note.as_ref().map_or_else(|| note.to_owned(), |own| format!("{own} {note}"));
    let title = match id.strip_prefix("ethnic_group_") {
        Some("recorded") => "Ethnic group (as recorded in the row)",
        Some("opensafely") => "Ethnic group (of the person, rule of OpenSAFELY)",
        Some("chime") => "Ethnic group (of the person, rule of CHIME)",
        _ => "Ethnic group",
    };
    let dimension = Dimension {
        id: id.to_owned(),
        title: title.to_owned(),
        about: About::Person,
        order: Order::Nominal,
        groups: groups.all(),
        vintage: Some(vintage.to_owned()),
        note: Some(note),
    };
    let code = move |meaning: &Meaning| match meaning {
        Meaning::Code(position) => {
            positions.get(*position).copied().flatten().unwrap_or_else(|| groups.of_unknown(meaning))
        }
        other => groups.of_unknown(other),
    };
    let rests_on = RestsOn {
        id: "ethnic-groups".to_owned(),
        title: vintage.to_owned(),
        source:
            "NHS Data Model and Dictionary, ETHNIC CATEGORY; Office for National Statistics, Census 2021 (OGL v3.0)"
                .to_owned(),
    };
    Some(Derived { dimension, code: Arc::new(code), rests_on: Some(rests_on) })
}

#[cfg(test)]
mod tests {
    use super::{EthnicStyle, group_of};

    #[test]
    fn only_chinese_moves_between_the_styles() {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let moved: Vec<char> = letters
            .chars()
            .filter(|letter| {
                let code = letter.to_string();
                group_of(&code, EthnicStyle::Census2021) != group_of(&code, EthnicStyle::Census2001)
            })
            .collect();
        assert_eq!(moved, ['R']);
        assert_eq!(group_of("R", EthnicStyle::Census2021), Some("asian"));
        let grouped = letters.chars().filter(|letter| group_of(&letter.to_string(), EthnicStyle::Census2021).is_some());
        assert_eq!(grouped.count(), 16);
    }
}
