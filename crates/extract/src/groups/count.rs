//! How many rows are of each group, how many of each two, and of how many it is known: counted as indicators are.

use evenly_cube::{Better, Condition, CubeError, Indicator, Kind, Release, ReleasedCount, Words};

use super::GroupDefinition;

/// Rows of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCount {
    /// Id of the group.
    pub group: String,
    /// Rows of it.
    pub rows: ReleasedCount,
    /// Rows in which all that its rule looks at is known.
    pub known: ReleasedCount,
    /// All rows.
    pub out_of: ReleasedCount,
}

/// Rows of two groups at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Ids of the groups.
    pub groups: [String; 2],
    /// Rows of both.
    pub rows: ReleasedCount,
}

/// Indicators that count the groups: each by itself, whether it is known, and every two together. They pass the disclosure
/// gate as any others.
pub fn indicators(groups: &[&GroupDefinition]) -> Result<Vec<Indicator>, CubeError> {
    let mut all = Vec::new();
    let rules: Vec<(&GroupDefinition, &Condition)> =
        groups.iter().filter_map(|group| Some((*group, group.when.as_ref()?))).collect();
    for (position, (group, when)) in rules.iter().enumerate() {
        all.push(indicator(group, &format!("group-{}", group.id), (*when).clone())?);
        let known: Vec<String> = group.fields().iter().map(|field| format!("{field} IS NOT NULL")).collect();
        let known = if known.is_empty() { "TRUE".to_owned() } else { known.join(" AND ") };
        all.push(indicator(group, &format!("known-{}", group.id), Condition::parse(&known)?)?);
        for (other, second) in &rules[position + 1..] {
            let both = Condition::parse(&format!("({}) AND ({})", when.text(), second.text()))?;
            all.push(indicator(group, &both_id(&group.id, &other.id), both)?);
        }
    }
    Ok(all)
}

fn both_id(first: &str, second: &str) -> String {
    format!("both-{first}+{second}")
}

fn indicator(group: &GroupDefinition, id: &str, numerator: Condition) -> Result<Indicator, CubeError> {
    Ok(Indicator {
        id: id.to_owned(),
        title: group.title.clone(),
        version: group.version,
        better: Better::Lower,
        unit: "proportion".to_owned(),
        kind: Kind::Proportion { numerator, denominator: Condition::parse("TRUE")? },
        words: Words { events: "rows".to_owned(), out_of: "rows".to_owned(), happened: "are of it".to_owned() },
        source: group.source.clone(),
        date: group.date.clone(),
        notes: Vec::new(),
    })
}

/// What the counted [`indicators`] say of the groups.
pub fn counted(groups: &[&GroupDefinition], release: &Release) -> (Vec<GroupCount>, Vec<Overlap>) {
    let cell = |id: &str| {
        let own = release.indicators.iter().find(|own| own.definition.id == id)?;
        own.table(&[])?.cells.first().map(|cell| (cell.numerator, cell.denominator))
    };
    let of_group = |group: &&GroupDefinition| {
        let (rows, out_of) = cell(&format!("group-{}", group.id))?;
        let (known, _) = cell(&format!("known-{}", group.id))?;
        Some(GroupCount { group: group.id.clone(), rows, known, out_of })
    };
    let counts = groups.iter().filter_map(of_group).collect();
    let mut overlaps = Vec::new();
    for (position, first) in groups.iter().enumerate() {
        for second in &groups[position + 1..] {
            if let Some((rows, _)) = cell(&both_id(&first.id, &second.id)) {
                overlaps.push(Overlap { groups: [first.id.clone(), second.id.clone()], rows });
            }
        }
    }
    (counts, overlaps)
}
