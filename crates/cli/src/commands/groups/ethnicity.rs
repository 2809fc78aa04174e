//! `evenly groups ethnicity`: whose records disagree about ethnicity, and what each published rule makes of the groups.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow};
use evenly_cube::{Condition, GroupState, Indicator, Kind, Release, ReleasedCell, ReleasedCount, Views};
use evenly_extract::codes::CodeList;
use evenly_extract::derive::ethnic_group::{EthnicStyle, group_of};
use evenly_extract::ethnicity::{EthnicityRule, conflicts};
use evenly_extract::profile::shipped_list;
use serde_json::{Value, json};

use super::{OfExtract, share};
use crate::counting::Counting;
use crate::interrupt;
use crate::show::{self, Format};

/// Whose groups are set beside each other: dimension of five groups, of sixteen, heading.
const WAYS: [(&str, &str, &str); 3] = [
    ("ethnic_group", "ethnicity", "as recorded"),
    ("ethnic_group_opensafely", "ethnicity_opensafely", "OpenSAFELY"),
    ("ethnic_group_chime", "ethnicity_chime", "CHIME"),
];

/// Every row, to count them by group.
const ALL_ROWS: &str = "rows";

/// Everything that is shown.
struct Answer {
    people: Release,
    rows: Release,
    /// Ids of the indicators to set beside each other.
    indicators: Vec<String>,
}

/// Runs it.
pub(super) fn run(of: &OfExtract) -> anyhow::Result<()> {
    interrupt::listen();
    let (mut counting, people) = Counting::prepare_with_rules(&of.counting)?;
    let policy = counting.policy(of.policy.as_deref())?;
    let list = categories()?;
    let by: Vec<&str> = WAYS.iter().flat_map(|(group, category, _)| [*group, *category]).collect();
    let views = |by: &[&str]| Views {
        period: None,
        by: by.iter().map(|name| (*name).to_owned()).collect(),
        pairs: Vec::new(),
        change: None,
    };
    let of_people = conflicts(&people, &list, counting.options().ethnic_style)?;
    let people = of_people.release(&policy, &views(&by[2..]))?;
    let chosen = asked(&counting)?;
    let mut indicators = changes(counting.options().ethnic_style)?;
    let shown = chosen.iter().map(|own| own.id.clone()).collect();
    indicators.extend(chosen);
    let rows = counting.count_only(&by, indicators)?.cube.release(&policy, &views(&by))?;
    let answer = Answer { people: (*people).clone(), rows: (*rows).clone(), indicators: shown };
    match of.format {
        Format::Json => show::print_json(&answer.json()),
        Format::Text => Ok(show::print(&answer.text())?),
    }
}

fn categories() -> anyhow::Result<CodeList> {
    shipped_list("ethnic-category")?.context("the list of ethnic categories is not in the program")
}

/// The indicators named, or the first of the profile that is a proportion.
fn asked(counting: &Counting) -> anyhow::Result<Vec<Indicator>> {
    let options = counting.options();
    let find = |id: &String| {
        let own = options.definitions.iter().find(|own| own.id == *id);
        own.cloned().with_context(|| format!("there is no indicator `{id}`; `evenly indicator list` names them"))
    };
    let proportion = |own: &Indicator| matches!(own.kind, Kind::Proportion { .. });
    let Some(named) = &options.indicators else {
        let own = counting.profile().indicators.iter().map(find).collect::<anyhow::Result<Vec<_>>>()?;
        return Ok(own.into_iter().find(proportion).into_iter().collect());
    };
    let named = named.iter().map(find).collect::<anyhow::Result<Vec<_>>>()?;
    match named.iter().find(|own| !proportion(own)) {
        Some(other) => Err(anyhow!("`{}` is no share of rows, so groups cannot be set beside each other", other.id)),
        None => Ok(named),
    }
}

/// Every row; and for each rule the rows whose category or group it changes, and those that it gives one.
fn changes(style: EthnicStyle) -> anyhow::Result<Vec<Indicator>> {
    let every = Condition::parse("TRUE")?;
    let mut all = vec![share(ALL_ROWS, every.clone(), every)];
    let list = categories()?;
    let known = list.codes.iter().filter(|code| code.state == GroupState::Known);
    let categories: Vec<&str> = known.map(|code| code.code.as_str()).collect();
    let mut groups: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for code in &categories {
        groups.entry(group_of(code, style)).or_default().push(code);
    }
    let ones: Vec<Vec<&str>> = categories.iter().map(|code| vec![*code]).collect();
    for rule in EthnicityRule::ALL.map(EthnicityRule::id) {
        let chosen = format!("ethnicity_{rule}");
        for (kind, sets) in [("category", ones.clone()), ("group", groups.values().cloned().collect())] {
            let leaves = |set: &Vec<&str>| {
                let codes = set.iter().map(|code| format!("'{code}'")).collect::<Vec<_>>().join(", ");
                format!("(ethnicity IN ({codes}) AND {chosen} NOT IN ({codes}))")
            };
            let differs = sets.iter().map(leaves).collect::<Vec<_>>().join(" OR ");
            let both = format!("ethnicity IS NOT NULL AND {chosen} IS NOT NULL");
            all.push(share(&format!("{kind}-changes-{rule}"), Condition::parse(&differs)?, Condition::parse(&both)?));
        }
        let filled = Condition::parse(&format!("{chosen} IS NOT NULL"))?;
        all.push(share(&format!("filled-{rule}"), filled, Condition::parse("ethnicity IS NULL")?));
    }
    Ok(all)
}

/// A cell of an indicator: of the whole, or of a group by its label.
fn cells<'a>(release: &'a Release, indicator: &str, by: &[&str]) -> Vec<(String, &'a ReleasedCell)> {
    let own = release.indicators.iter().find(|own| own.definition.id == indicator);
    let Some(table) = own.and_then(|own| own.table(by)) else { return Vec::new() };
    let label = |cell: &ReleasedCell| {
        let group = by.first().zip(cell.groups.first()).and_then(|(id, group)| {
            let dimension = release.dimension(id)?;
            dimension.groups.get(*group).map(|group| group.label.clone())
        });
        group.unwrap_or_default()
    };
    table.cells.iter().map(|cell| (label(cell), cell)).collect()
}

fn number(count: ReleasedCount) -> String {
    count.shown().map_or_else(|| "withheld".to_owned(), show::thousands)
}

/// `8.6 % (413 of 4,812)`.
fn of(cell: &ReleasedCell) -> String {
    match (cell.numerator.shown(), cell.denominator.shown()) {
        (Some(top), Some(bottom)) if bottom > 0 => {
            let share = 100.0 * top as f64 / bottom as f64;
            format!("{share:.1} % ({} of {})", show::thousands(top), show::thousands(bottom))
        }
        (Some(_), Some(_)) => "–".to_owned(),
        _ => format!("a number withheld of {}", number(cell.denominator)),
    }
}

impl Answer {
    fn text(&self) -> String {
        let mut text = String::new();
        for (_, cell) in cells(&self.people, "people-with-category", &[]) {
            text += &format!(
                "{} people; {} of them have a known ethnic category in some record. Of these\n",
                number(cell.denominator),
                number(cell.numerator)
            );
        }
        for own in self.people.indicators.iter().skip(1) {
            for (_, cell) in cells(&self.people, &own.definition.id, &[]) {
                text += &format!("  {}: {}\n", of(cell), own.definition.words.happened);
            }
        }
        for (title, place) in [("People by group (of five)", 0), ("People by category (of sixteen)", 1)] {
            let ways: Vec<_> = WAYS[1..].iter().map(|way| ([way.0, way.1][place], way.2)).collect();
            text += &side_by_side(title, &self.people, "people-with-category", &ways, |cell| number(cell.denominator));
        }
        text += "\nWhat becomes of the rows of this extract\n";
        for rule in EthnicityRule::ALL {
            let whole = |id: &str| {
                let own = cells(&self.rows, &format!("{id}-{}", rule.id()), &[]);
                own.first().map_or_else(|| "–".to_owned(), |(_, cell)| of(cell))
            };
            text += &format!(
                "  {}: the category changes in {}, the group in {}; of those without one, {} are given one\n",
                rule.title(),
                whole("category-changes"),
                whole("group-changes"),
                whole("filled")
            );
        }
        let ways = |place: usize| WAYS.iter().map(|way| ([way.0, way.1][place], way.2)).collect::<Vec<_>>();
        text += &side_by_side("Rows by group", &self.rows, ALL_ROWS, &ways(0), |cell| number(cell.denominator));
        text += &side_by_side("Rows by category", &self.rows, ALL_ROWS, &ways(1), |cell| number(cell.denominator));
        for id in &self.indicators {
            let own = self.rows.indicators.iter().find(|own| own.definition.id == *id);
            let title = own.map_or(id.as_str(), |own| own.definition.title.as_str());
            text += &side_by_side(title, &self.rows, id, &ways(0), of);
        }
        text += "\n";
        for rule in EthnicityRule::ALL {
            text += &format!("{}: {}\n", rule.title(), rule.sentence());
        }
        text + &format!("{}\n", self.rows.policy_sentence)
    }

    fn json(&self) -> Value {
        let of_people: Vec<&str> = self.people.indicators.iter().map(|own| own.definition.id.as_str()).collect();
        let by = |release: &Release, indicators: &[&str], ways: &[(&str, &str, &str)]| -> Value {
            let dimensions = ways.iter().flat_map(|way| [way.0, way.1]);
            let each = indicators.iter().flat_map(|indicator| {
                let whole = rows(release, indicator, None);
                let groups = dimensions.clone().flat_map(|dimension| rows(release, indicator, Some(dimension)));
                whole.into_iter().chain(groups)
            });
            Value::Array(each.collect())
        };
        let of_rows: Vec<&str> = self.rows.indicators.iter().map(|own| own.definition.id.as_str()).collect();
        let rules = EthnicityRule::ALL
            .map(|rule| json!({"id": rule.id(), "title": rule.title(), "sentence": rule.sentence(), "source": rule.definition().source}));
        json!({
            "policy": self.rows.policy.id,
            "rules": rules,
            "people": by(&self.people, &of_people, &WAYS[1..]),
            "rows": by(&self.rows, &of_rows, &WAYS),
        })
    }
}

/// The cells of an indicator for machines.
fn rows(release: &Release, indicator: &str, dimension: Option<&str>) -> Vec<Value> {
    let by: Vec<&str> = dimension.into_iter().collect();
    let own = cells(release, indicator, &by);
    let groups = dimension.and_then(|id| release.dimension(id)).map_or(&[][..], |own| &own.groups);
    let row = |(_, cell): &(String, &ReleasedCell)| {
        let group = cell.groups.first().and_then(|group| groups.get(*group)).map(|group| group.id.as_str());
        json!({"indicator": indicator, "dimension": dimension, "group": group,
            "numerator": cell.numerator.shown(), "denominator": cell.denominator.shown()})
    };
    own.iter().map(row).collect()
}

/// A table with the groups down and the ways across.
fn side_by_side(
    title: &str,
    release: &Release,
    indicator: &str,
    ways: &[(&str, &str)],
    show: impl Fn(&ReleasedCell) -> String,
) -> String {
    let columns: Vec<Vec<(String, &ReleasedCell)>> =
        ways.iter().map(|(dimension, _)| cells(release, indicator, &[dimension])).collect();
    let mut labels: Vec<&String> = Vec::new();
    for (label, _) in columns.iter().flatten() {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let head = std::iter::once(String::new()).chain(ways.iter().map(|(_, heading)| (*heading).to_owned()));
    let mut rows: Vec<Vec<String>> = vec![head.collect()];
    for label in labels {
        let cell = |column: &Vec<(String, &ReleasedCell)>| {
            let own = column.iter().find(|(own, _)| own == label);
            own.map_or_else(|| "0".to_owned(), |(_, cell)| show(cell))
        };
        rows.push(std::iter::once(label.clone()).chain(columns.iter().map(cell)).collect());
    }
    format!("\n{title}\n{}", show::columns(&rows))
}
