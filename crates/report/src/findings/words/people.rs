//! People named as one would say it: "women aged 35 to 49 in the most deprived fifth of areas".

use evenly_cube::{Dimension, Order};

use super::{dimension_name, list};

const MEN: &str = "men";
const WOMEN: &str = "women";
/// Age from which somebody is no child.
const ADULT: u32 = 18;

/// The people of a stratum. Groups of dimensions that everybody knows are said in plain words; any other group as it stands in the
/// code list, in quotes.
pub fn who(groups: &[(&Dimension, usize)]) -> String {
    let said = |says: fn(&Dimension, usize) -> Option<String>| {
        groups.iter().find_map(|(dimension, group)| says(dimension, *group))
    };
    let plain = |(dimension, group): &&(&Dimension, usize)| {
        [sex, age, area].iter().any(|says| says(dimension, *group).is_some())
    };
    let others: Vec<String> = groups
        .iter()
        .filter(|own| !plain(own))
        .map(|(dimension, group)| format!("“{}” ({})", dimension.groups[*group].label, dimension_name(dimension)))
        .collect();
    match (groups.len(), others.as_slice()) {
        (0, _) => return "everybody".to_owned(),
        (1, [one]) => return one.clone(),
        (several, all) if several == all.len() => return format!("{} together", list(all)),
        _ => {}
    }
    let grown = of_age(groups);
    let mut words = vec![match said(sex).as_deref() {
        Some(MEN) if !grown => "men and boys".to_owned(),
        Some(WOMEN) if !grown => "women and girls".to_owned(),
        Some(other) => other.to_owned(),
        None => "people".to_owned(),
    }];
    words.extend(said(age));
    words.extend(said(area));
    if !others.is_empty() {
        words.push(format!("who are {}", list(&others)));
    }
    words.join(" ")
}

fn sex(dimension: &Dimension, group: usize) -> Option<String> {
    // NHS Data Dictionary, PERSON STATED GENDER CODE.
    match (dimension.id.as_str(), dimension.groups[group].id.as_str()) {
        ("sex", "1") => Some(MEN.to_owned()),
        ("sex", "2") => Some(WOMEN.to_owned()),
        _ => None,
    }
}

fn age(dimension: &Dimension, group: usize) -> Option<String> {
    dimension.id.starts_with("age_band").then(|| format!("aged {}", dimension.groups[group].label))
}

fn area(dimension: &Dimension, group: usize) -> Option<String> {
    let known: Vec<usize> = dimension.known().collect();
    if dimension.id != "deprivation" || dimension.order != Order::Ranked || known.len() != 5 {
        return None;
    }
    let place = known.iter().position(|own| *own == group)?;
    let which = ["most deprived", "second most deprived", "middle", "second least deprived", "least deprived"][place];
    Some(format!("in the {which} fifth of areas"))
}

/// Whether an age group says that nobody in it is a child.
fn of_age(groups: &[(&Dimension, usize)]) -> bool {
    let ages = groups.iter().find(|(dimension, _)| dimension.id.starts_with("age_band"));
    let first = ages.and_then(|(dimension, group)| dimension.groups[*group].id.split(['-', '+']).next()?.parse().ok());
    first.is_some_and(|first: u32| first >= ADULT)
}

#[cfg(test)]
mod tests {
    use evenly_cube::{About, Dimension, Group, Order};

    use super::who;
    use crate::sample::dimensions;

    #[test]
    fn people_are_named_as_one_would_say_it() {
        let own = dimensions();
        let ages = Dimension {
            id: "age_band".into(),
            title: "Age".into(),
            about: About::Person,
            order: Order::Sequence,
            groups: vec![Group::known("0-17", "0 to 17"), Group::known("35-49", "35 to 49")],
            vintage: None,
            note: None,
        };
        let (fifths, ethnic, sex) = (&own[1], &own[2], &own[3]);
        for (groups, expected) in [
            (vec![(fifths, 0), (sex, 0), (&ages, 1)], "women aged 35 to 49 in the most deprived fifth of areas"),
            (vec![(sex, 1), (&ages, 0)], "men and boys aged 0 to 17"),
            (vec![(fifths, 4)], "people in the least deprived fifth of areas"),
            (vec![(ethnic, 1)], "“Asian or Asian British” (Ethnic group)"),
            (vec![(ethnic, 1), (sex, 0)], "women and girls who are “Asian or Asian British” (Ethnic group)"),
            (vec![], "everybody"),
        ] {
            assert_eq!(who(&groups), expected);
        }
    }
}
