//! What the platform's pages are told of groups and profiles, which only the side of people's rows can read.

use std::sync::LazyLock;

use evenly_extract::groups::{self, GroupDefinition};
use evenly_extract::profile::Profile;
use evenly_web::{Named, Registered, RowKind, RowSide};

/// Evenly's own.
#[derive(Debug)]
pub struct Rows;

impl RowSide for Rows {
    fn read(&self, kind: RowKind, text: &str) -> Result<Named, String> {
        match kind {
            RowKind::Group => {
                let own = GroupDefinition::parse("group", text).map_err(|error| error.reason)?;
                Ok(Named { id: own.id, title: own.title, version: own.version })
            }
            RowKind::Profile => {
                let own = Profile::parse("profile", text).map_err(|error| error.to_string())?;
                Ok(Named { id: own.id, title: own.title, version: own.version })
            }
        }
    }

    fn shipped(&self, kind: RowKind) -> Vec<(String, &'static str)> {
        match kind {
            RowKind::Group => GROUPS.clone(),
            RowKind::Profile => PROFILES.clone(),
        }
    }

    fn register(&self, groups: &[String], profiles: &[String]) -> Result<Vec<Registered>, String> {
        let read = |text: &String| Profile::parse("profile", text).map_err(|error| error.to_string());
        let profiles: Vec<Profile> = profiles.iter().map(read).collect::<Result<_, _>>()?;
        let profiles: Vec<&Profile> = profiles.iter().filter(|own| !own.is_counted()).collect();
        let read = |text: &String| GroupDefinition::parse("group", text).map_err(|error| error.to_string());
        groups.iter().map(|text| read(text).map(|group| registered(group, &profiles))).collect()
    }
}

/// Ids with their texts; pages ask for them often, and to know the ids every text is read.
type Shipped = LazyLock<Vec<(String, &'static str)>>;

static GROUPS: Shipped = LazyLock::new(|| {
    let all = GroupDefinition::shipped().unwrap_or_default().into_iter();
    all.filter_map(|own| GroupDefinition::shipped_text(&own.id).map(|text| (own.id, text))).collect()
});

static PROFILES: Shipped = LazyLock::new(|| {
    let all = Profile::shipped().unwrap_or_default().into_iter();
    all.filter_map(|own| Profile::shipped_text(&own.id).map(|text| (own.id, text))).collect()
});

fn registered(group: GroupDefinition, profiles: &[&Profile]) -> Registered {
    let (shown_by, lacks) = groups::shown_by(&group, profiles);
    Registered {
        shown_by: shown_by.into_iter().map(|own| own.title.clone()).collect(),
        lacks: lacks.unwrap_or_default(),
        why: group.unseen,
        id: group.id,
        title: group.title,
        kind: group.kind.title(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_group_and_profile_is_read_under_its_own_id() {
        for kind in [RowKind::Group, RowKind::Profile] {
            let shipped = Rows.shipped(kind);
            assert!(shipped.len() > 10, "{kind:?}");
            for (id, text) in shipped {
                assert_eq!(Rows.read(kind, text).expect("it is right").id, id);
            }
            assert!(Rows.read(kind, "id = 1").is_err());
        }
    }

    #[test]
    fn the_register_says_which_data_show_a_group_and_what_the_others_lack() {
        let texts = |kind| Rows.shipped(kind).into_iter().map(|(_, text)| text.to_owned()).collect::<Vec<_>>();
        let outpatients = Profile::shipped_text("sus-outpatient").expect("a profile").to_owned();
        let all = Rows.register(&texts(RowKind::Group), std::slice::from_ref(&outpatients)).expect("a register");
        let group = |id: &str| all.iter().find(|own| own.id == id).expect("a group");
        assert_eq!(group("core20").shown_by, ["SUS outpatient appointments"]);
        assert!(group("interpreter-needed").shown_by.is_empty());
        assert!(!group("interpreter-needed").lacks.is_empty() || group("interpreter-needed").why.is_some());
        let none = Rows.register(&texts(RowKind::Group), &[]).expect("a register");
        assert!(none.iter().all(|own| own.shown_by.is_empty()));
    }
}
