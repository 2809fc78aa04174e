//! A table of counts by period and group, laid out for the methods that follow groups through time.

use super::measure::GapMeasure;
use crate::checks::{self, DENOMINATOR, NUMERATOR};
use crate::compare::{Count, Kind};
use crate::method::{Column, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::Table;

/// The column of periods.
pub const PERIOD: Column =
    Column { name: "period", required: true, doc: "ISO date, month or number; puts the rows in order." };
/// The column of groups.
pub const GROUP: Column = Column { name: "group", required: true, doc: "Name of the group, once in each period." };
/// The column that orders groups for a slope.
pub const RANK: Column =
    Column { name: "rank", required: false, doc: "For `sii`: place of the group, a number; 1 = worst-off." };
/// The option that names the group of interest.
pub const OF: OptionSpec =
    OptionSpec { name: "group", default: "", doc: "The group whose gap is wanted; of two groups the first to appear." };
/// The option that names the group to compare with.
pub const REFERENCE: OptionSpec = OptionSpec {
    name: "reference",
    default: "",
    doc: "The group to compare with, or `rest`: all others together. Of two groups the other one, else `rest`.",
};

/// Counts by period (in order of time) and group.
pub struct Frame {
    /// Periods in order: by number where all are numbers, else by text.
    pub periods: Vec<String>,
    /// Groups in order of first appearance, or of rank.
    pub groups: Vec<String>,
    /// Counts by period, then by group; `None` where nothing was recorded.
    pub cells: Vec<Vec<Option<Count>>>,
}

/// The distinct texts, in order: by number where all are numbers, else by text.
pub fn in_order(texts: &[String]) -> Vec<String> {
    let mut distinct: Vec<String> = texts.to_vec();
    let numbers = texts.iter().all(|text| text.parse::<f64>().is_ok_and(f64::is_finite));
    let number = |text: &String| text.parse::<f64>().unwrap_or(0.0);
    if numbers {
        distinct.sort_by(|one, other| number(one).total_cmp(&number(other)));
    } else {
        distinct.sort();
    }
    distinct.dedup();
    distinct
}

/// How many of some ordered periods come before one: by number where all are numbers, else by text.
pub fn before(periods: &[String], split: &str) -> usize {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let numbers: Option<Vec<f64>> = periods.iter().map(|period| number(period)).collect();
    match (numbers, number(split)) {
        (Some(numbers), Some(split)) => numbers.iter().filter(|own| **own < split).count(),
        _ => periods.iter().filter(|own| own.as_str() < split.trim()).count(),
    }
}

/// A column of texts, none of them empty.
pub fn filled(table: &Table, column: &str) -> Result<Vec<String>, Refusal> {
    let texts = table.texts(column)?;
    match texts.iter().position(|text| text.trim().is_empty()) {
        Some(row) => Err(Refusal::MissingValue { column: column.to_owned(), row: row + 1 }),
        None => Ok(texts),
    }
}

/// The place of each text in a list that holds it.
pub fn places(texts: &[String], among: &[String]) -> Vec<usize> {
    let index: std::collections::HashMap<&str, usize> =
        among.iter().enumerate().map(|(place, own)| (own.as_str(), place)).collect();
    texts.iter().map(|text| index.get(text.as_str()).copied().unwrap_or(0)).collect()
}

/// The group of each row; a table without the column is one group, which no answer names.
pub fn group_of_rows(table: &Table) -> Result<Vec<String>, Refusal> {
    if table.has(GROUP.name) {
        return filled(table, GROUP.name);
    }
    Ok(vec!["all".to_owned(); table.rows()])
}

impl Frame {
    /// Reads a table; a slope takes its groups in the order of `rank`.
    pub fn read(table: &Table, kind: Kind, measure: GapMeasure) -> Result<Self, Refusal> {
        let (at, of) = (filled(table, PERIOD.name)?, group_of_rows(table)?);
        let periods = in_order(&at);
        let groups = if measure == GapMeasure::Slope {
            by_rank(table, &of)?
        } else {
            checks::groups(&of).into_iter().map(|(name, _)| name).collect()
        };
        let (numerators, denominators) = (table.maybe_numbers(NUMERATOR.name)?, table.maybe_numbers(DENOMINATOR.name)?);
        let mut cells = vec![vec![None; groups.len()]; periods.len()];
        let mut seen = vec![vec![false; groups.len()]; periods.len()];
        for (row, (period, group)) in places(&at, &periods).into_iter().zip(places(&of, &groups)).enumerate() {
            if std::mem::replace(&mut seen[period][group], true) {
                let must = "must appear once in each period";
                return Err(Refusal::OutOfRange { column: GROUP.name.to_owned(), row: row + 1, must });
            }
            let (Some(numerator), Some(denominator)) = (numerators[row], denominators[row]) else { continue };
            match kind {
                Kind::Proportion => checks::proportion(numerator, denominator, row + 1)?,
                Kind::Rate => {
                    checks::not_negative(numerator, NUMERATOR.name, row + 1)?;
                    checks::positive(denominator, DENOMINATOR.name, row + 1)?;
                }
            }
            cells[period][group] = Some(Count { numerator, denominator });
        }
        checks::some_present(&numerators, NUMERATOR.name)?;
        checks::some_present(&denominators, DENOMINATOR.name)?;
        Ok(Self { periods, groups, cells })
    }

    /// Both sides of the gap: the group, and the reference or `None` for all the rest.
    pub fn pair(&self, options: &Options) -> Result<(usize, Option<usize>), Refusal> {
        if self.groups.len() < 2 {
            return Err(Refusal::TooFew { what: "groups", found: self.groups.len(), needed: 2 });
        }
        let place = |option: &str, name: &str| {
            let place = self.groups.iter().position(|group| group == name);
            place.ok_or_else(|| Refusal::option(option, "the name of a group of the table"))
        };
        let of = options.text(OF.name).filter(|name| !name.is_empty());
        let to = options.text(REFERENCE.name).filter(|name| !name.is_empty());
        let to = match to {
            None => None,
            Some("rest") => Some(None),
            Some(name) => Some(Some(place(REFERENCE.name, name)?)),
        };
        let of = match (of, to) {
            (Some(name), _) => place(OF.name, name)?,
            (None, Some(Some(reference))) if self.groups.len() == 2 => 1 - reference,
            (None, _) if self.groups.len() == 2 => 0,
            (None, _) => return Err(Refusal::option(OF.name, "given: the table has more than two groups")),
        };
        let to = to.unwrap_or_else(|| (self.groups.len() == 2).then_some(1 - of));
        if to == Some(of) {
            return Err(Refusal::option(REFERENCE.name, "another group than the one whose gap is wanted"));
        }
        Ok((of, to))
    }

    /// Adds up periods, so that each group has one count; a group without any record has none.
    pub fn pooled(&self, periods: std::ops::Range<usize>) -> Vec<Option<Count>> {
        let group = |group: usize| {
            let own: Vec<Count> = self.cells[periods.clone()].iter().filter_map(|cells| cells[group]).collect();
            (!own.is_empty()).then(|| sum(&own))
        };
        (0..self.groups.len()).map(group).collect()
    }
}

/// The counts on the sides of a gap, or all groups of a slope; `None` where one was not recorded.
pub fn sides(cells: &[Option<Count>], pair: Option<(usize, Option<usize>)>) -> Option<Vec<Count>> {
    let Some((of, to)) = pair else { return cells.iter().copied().collect() };
    let reference = if let Some(reference) = to {
        cells[reference]?
    } else {
        let rest = cells.iter().enumerate().filter(|(place, _)| *place != of);
        sum(&rest.map(|(_, own)| *own).collect::<Option<Vec<Count>>>()?)
    };
    Some(vec![cells[of]?, reference])
}

/// Counts added up.
pub fn sum(counts: &[Count]) -> Count {
    counts.iter().fold(Count { numerator: 0.0, denominator: 0.0 }, |sum, own| Count {
        numerator: sum.numerator + own.numerator,
        denominator: sum.denominator + own.denominator,
    })
}

fn by_rank(table: &Table, of: &[String]) -> Result<Vec<String>, Refusal> {
    if !table.has(RANK.name) {
        return Err(Refusal::Unordered { measure: "the slope index", dimension: "a table without `rank`".to_owned() });
    }
    let ranks = table.numbers(RANK.name)?;
    let mut groups: Vec<(String, f64)> = Vec::new();
    for (name, rows) in checks::groups(of) {
        let rank = ranks[rows[0]];
        if let Some(row) = rows.iter().find(|row| ranks[**row].total_cmp(&rank).is_ne()) {
            let must = "must be the same for a group in every period";
            return Err(Refusal::OutOfRange { column: RANK.name.to_owned(), row: row + 1, must });
        }
        if groups.iter().any(|(_, other)| other.total_cmp(&rank).is_eq()) {
            let must = "must be another number for each group";
            return Err(Refusal::OutOfRange { column: RANK.name.to_owned(), row: rows[0] + 1, must });
        }
        groups.push((name, rank));
    }
    groups.sort_by(|one, other| one.1.total_cmp(&other.1));
    Ok(groups.into_iter().map(|(name, _)| name).collect())
}
