//! People whose records disagree about their ethnicity, as a cube of people behind the disclosure gate.

use evenly_cube::{
    About, Better, CellTable, Condition, CountedIndicator, Counts, Cube, CubeError, Dimension, Exact, Group,
    GroupState, Indicator, Kind, Membership, Order, Provenance, Reading, RowsEquation, Words,
};

use super::people::{People, Person};
use super::rule::{CATEGORIES, EthnicityRule};
use crate::codes::CodeList;
use crate::derive::ethnic_group::{EthnicStyle, group_of};

/// What is asked of every person: id, what they are, out of whom (all people, or those with a category).
const QUESTIONS: [(&str, &str, Asked); 6] = [
    ("people-with-category", "have a known category in some record", Asked::Everybody),
    ("categories-differ", "have records with different categories (of sixteen)", Asked::WithCategory),
    ("groups-differ", "have records in different groups (of five)", Asked::WithCategory),
    ("gaps-filled", "have records without a category, beside those with one", Asked::WithCategory),
    ("rules-differ-in-category", "are given different categories by the two rules", Asked::WithCategory),
    ("rules-differ-in-group", "are given different groups by the two rules", Asked::WithCategory),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Everybody,
    WithCategory,
}

/// Answers to all questions, a bit each.
const STATES: usize = 1 << QUESTIONS.len();

/// Counts people: by the category and the group that each rule gives them, how many answer each question with yes.
///
/// The dimensions are `ethnicity_opensafely`, `ethnicity_chime`, `ethnic_group_opensafely` and `ethnic_group_chime`; the
/// indicators are proportions of people.
pub fn conflicts(people: &People, list: &CodeList, style: EthnicStyle) -> Result<Exact<Cube>, CubeError> {
    let dimensions: Vec<(Dimension, EthnicityRule, bool)> = EthnicityRule::ALL
        .into_iter()
        .flat_map(|rule| [(by_category(rule, list), rule, true), (by_group(rule, style), rule, false)])
        .collect();
    let mut whole = vec![0_u64; STATES];
    let mut counts: Vec<Vec<u64>> =
        dimensions.iter().map(|(dimension, ..)| vec![0; dimension.groups.len() * STATES]).collect();
    for person in people.people.values() {
        let chosen = EthnicityRule::ALL.map(|rule| people.chosen(rule, person));
        let state = answers(person, chosen, style);
        whole[state] += 1;
        for ((dimension, rule, is_category), counts) in dimensions.iter().zip(&mut counts) {
            let own = chosen[usize::from(*rule == EthnicityRule::Chime)];
            let code = own.map(|category| CATEGORIES[usize::from(category)]);
            let id = if *is_category { code } else { code.map(|code| group_of(code, style).unwrap_or(code)) };
            let unknown = Group::unknown(person.not_known()).id;
            let group = dimension.position(id.unwrap_or(&unknown)).unwrap_or(0);
            counts[group * STATES + state] += 1;
        }
    }
    let table = |dimensions: Vec<usize>, counts: Vec<u64>| CellTable {
        dimensions,
        readings: u32::try_from(STATES).unwrap_or(u32::MAX),
        counts: Counts::DenseWide(counts),
    };
    let mut tables = vec![table(Vec::new(), whole)];
    tables.extend(counts.into_iter().enumerate().map(|(position, counts)| table(vec![position], counts)));
    let count = people.count() as u64;
    Ok(Exact::new(Cube {
        dimensions: dimensions.into_iter().map(|(dimension, ..)| dimension).collect(),
        indicators: (0..QUESTIONS.len()).map(|question| indicator(question, tables.len())).collect::<Result<_, _>>()?,
        tables,
        quality: Vec::new(),
        provenance: Provenance {
            evenly: env!("CARGO_PKG_VERSION").to_owned(),
            sources: Vec::new(),
            definitions: EthnicityRule::ALL.map(EthnicityRule::definition).into(),
            rows: RowsEquation { read: count, counted: count, ..RowsEquation::default() },
            notes: Vec::new(),
        },
    }))
}

/// Position of the answers of one person.
fn answers(person: &Person, chosen: [Option<u8>; 2], style: EthnicStyle) -> usize {
    let group = |category: u8| group_of(CATEGORIES[usize::from(category)], style);
    let mut groups: Vec<_> = person.seen.iter().map(|seen| group(seen.category)).collect();
    groups.sort_unstable();
    groups.dedup();
    let known = !person.seen.is_empty();
    let yes = [
        known,
        person.seen.len() > 1,
        groups.len() > 1,
        known && person.has_gap(),
        chosen[0] != chosen[1],
        chosen[0].map(group) != chosen[1].map(group),
    ];
    yes.iter().enumerate().map(|(bit, yes)| usize::from(*yes) << bit).sum()
}

fn indicator(question: usize, tables: usize) -> Result<CountedIndicator, CubeError> {
    let (id, happened, asked) = QUESTIONS[question];
    let reading = (0..STATES).map(|state| {
        let is = |bit: usize| state & 1 << bit != 0;
        match (asked == Asked::Everybody || is(0), is(question)) {
            (true, true) => Membership::Numerator,
            (true, false) => Membership::Denominator,
            (false, _) => Membership::Outside,
        }
    });
    let definition = Indicator {
        id: id.to_owned(),
        title: format!("People who {happened}"),
        version: 1,
        better: Better::Lower,
        unit: "proportion".to_owned(),
        kind: Kind::Proportion { numerator: Condition::parse("TRUE")?, denominator: Condition::parse("TRUE")? },
        words: Words { events: "people".to_owned(), out_of: "people".to_owned(), happened: happened.to_owned() },
        source: "Evenly".to_owned(),
        date: "2026-11-25".to_owned(),
        notes: Vec::new(),
    };
    Ok(CountedIndicator {
        definition,
        tables: (0..tables).collect(),
        reading: Reading::Membership(reading.collect()),
        sums: None,
        repeats: None,
    })
}

fn unknown_groups() -> impl Iterator<Item = Group> {
    [GroupState::NotStated, GroupState::NotKnown, GroupState::Invalid, GroupState::Missing]
        .into_iter()
        .map(Group::unknown)
}

fn dimension(id: String, title: String, groups: Vec<Group>) -> Dimension {
    Dimension { id, title, about: About::Person, order: Order::Nominal, groups, vintage: None, note: None }
}

fn by_category(rule: EthnicityRule, list: &CodeList) -> Dimension {
    let known = |code: &&str| {
        let label = list.position(code).map_or(*code, |position| list.codes[position].label.as_str());
        Group::known(*code, label)
    };
    let groups = CATEGORIES.iter().map(known).chain(unknown_groups());
    dimension(format!("ethnicity_{}", rule.id()), format!("Ethnicity ({})", rule.title()), groups.collect())
}

fn by_group(rule: EthnicityRule, style: EthnicStyle) -> Dimension {
    let mut groups: Vec<Group> = Vec::new();
    for id in CATEGORIES.iter().filter_map(|code| group_of(code, style)) {
        if !groups.iter().any(|own| own.id == id) {
            let mut letters = id.chars();
            let label = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
            groups.push(Group::known(id, label));
        }
    }
    groups.extend(unknown_groups());
    dimension(format!("ethnic_group_{}", rule.id()), format!("Ethnic group ({})", rule.title()), groups)
}
