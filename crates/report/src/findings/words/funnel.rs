//! What a funnel shows, in words.

use evenly_cube::{Dimension, Indicator};

use super::{label, value};
use crate::findings::funnel::Funnel;

/// The title of a funnel: which lie outside, or that none does.
pub fn funnel_title(dimension: &Dimension, definition: &Indicator, funnel: &Funnel) -> String {
    let outside: Vec<String> = funnel
        .units
        .iter()
        .filter_map(|unit| {
            let place = if unit.outside()? { "above" } else { "below" };
            Some(format!("“{}” {place}", label(dimension, unit.group)))
        })
        .collect();
    let (all, whole) = (funnel.units.len(), value(definition, funnel.target));
    match outside.as_slice() {
        [] => format!("None of {all} is further from {whole}, the value of all together, than is to be expected"),
        few if few.len() <= 3 => {
            format!("Further from {whole}, the value of all together, than is to be expected: {}", few.join(", "))
        }
        many => {
            let count = many.len();
            format!("{count} of {all} are further from {whole}, the value of all together, than is to be expected")
        }
    }
}

/// How to read a funnel.
pub fn funnel_note(funnel: &Funnel) -> String {
    let spread = if funnel.widened {
        "The solid lines hold 99.8 % and the dashed ones 95 % of such units, if they differed by chance and as much as these usually do (limits are widened for that)."
    } else {
        "The solid lines hold 99.8 % and the dashed ones 95 % of such units, if they differed by chance alone."
    };
    format!(
        "{spread} Grey dots lie within; blue diamonds are better and orange triangles worse. Lying outside is a question and not a \
         verdict: they may see other people, or count otherwise."
    )
}
