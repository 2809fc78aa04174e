//! Dimensions that are a field as it is recorded: its codes, or its distinct texts.

use std::collections::HashMap;
use std::sync::Arc;

use evenly_cube::{Dimension, Group, GroupState, Order};

use super::{Derived, Groups, Unknowns};
use crate::profile::{FieldReader, Meaning};

/// The known codes of a field's list, in the list's order. With `seen`, only those codes.
pub fn by_code(reader: &FieldReader, seen: Option<&dyn Fn(&str) -> bool>) -> Option<Derived> {
    let list = reader.list()?;
    let field = reader.field();
    let wanted =
        |code: &&crate::codes::Code| code.state == GroupState::Known && seen.is_none_or(|seen| seen(&code.code));
    let known: Vec<Group> =
        list.codes.iter().filter(wanted).map(|code| Group::known(&code.code, &code.label)).collect();
    let groups = Groups::new(known, &Unknowns::of(reader));
    let positions: Vec<Option<usize>> = list.codes.iter().map(|code| groups.position(&code.code)).collect();
    let dimension = Dimension {
        id: reader.name().to_owned(),
        title: field.title(reader.name()),
        about: field.about,
        order: field.order.unwrap_or(Order::Nominal),
        groups: groups.all(),
        vintage: None,
        note: field.note.clone(),
    };
    let code = move |meaning: &Meaning| match meaning {
        Meaning::Code(position) => {
            positions.get(*position).copied().flatten().unwrap_or_else(|| groups.of_unknown(meaning))
        }
        other => groups.of_unknown(other),
    };
    Some(Derived { dimension, code: Arc::new(code), rests_on: None })
}

/// The texts or numbers that were seen in a field, in alphabetical order.
pub fn by_text(reader: &FieldReader, seen: &[String]) -> Derived {
    let field = reader.field();
    let known = seen.iter().map(|text| Group::known(text, text)).collect();
    let groups = Groups::new(known, &Unknowns::of(reader));
    let positions: HashMap<String, usize> = seen.iter().cloned().zip(0..).collect();
    let dimension = Dimension {
        id: reader.name().to_owned(),
        title: field.title(reader.name()),
        about: field.about,
        order: field.order.unwrap_or(Order::Nominal),
        groups: groups.all(),
        vintage: None,
        note: field.note.clone(),
    };
    let code = move |meaning: &Meaning| {
        let position = match meaning {
            Meaning::Text(text) => positions.get(&**text),
            Meaning::Whole(number) => positions.get(&number.to_string()),
            Meaning::Code(_) | Meaning::Hundredths(_) | Meaning::Day(_) | Meaning::Unknown(_) => None,
        };
        position.copied().unwrap_or_else(|| groups.of_unknown(meaning))
    };
    Derived { dimension, code: Arc::new(code), rests_on: None }
}
