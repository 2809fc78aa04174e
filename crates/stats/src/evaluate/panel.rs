//! A table of counts by unit (clinic, ward, practice), period and group.

use crate::checks::{self, DENOMINATOR, NUMERATOR};
use crate::compare::{Count, Kind};
use crate::gap::frame::{self, Frame};
use crate::method::Column;
use crate::refusal::Refusal;
use crate::table::Table;

/// The column of units.
pub const UNIT: Column =
    Column { name: "unit", required: true, doc: "Clinic, ward or practice: what the change was made in, or not." };
/// The column of groups, which need not be there.
pub const GROUP: Column =
    Column { name: "group", required: false, doc: "Name of the group, once in each unit and period." };

/// Counts by unit, period in order of time, and group.
pub struct Panel {
    /// Names of the units in order of first appearance.
    pub units: Vec<String>,
    /// Periods and groups; its cells are empty.
    pub frame: Frame,
    /// Counts by unit, then period, then group; `None` where nothing was recorded.
    pub cells: Vec<Vec<Vec<Option<Count>>>>,
    /// The unit of each row of the table.
    row_units: Vec<usize>,
}

impl Panel {
    /// Reads a table; `unit_of_rows` names the unit of each row.
    pub fn read(table: &Table, kind: Kind, unit_of_rows: &[String]) -> Result<Self, Refusal> {
        let (at, of) = (frame::filled(table, frame::PERIOD.name)?, frame::group_of_rows(table)?);
        let periods = frame::in_order(&at);
        let names = |texts: &[String]| -> Vec<String> { checks::groups(texts).into_iter().map(|own| own.0).collect() };
        let (units, groups) = (names(unit_of_rows), names(&of));
        let row_units = frame::places(unit_of_rows, &units);
        let (numerators, denominators) = (table.maybe_numbers(NUMERATOR.name)?, table.maybe_numbers(DENOMINATOR.name)?);
        let mut cells = vec![vec![vec![None; groups.len()]; periods.len()]; units.len()];
        let mut seen = std::collections::HashSet::new();
        let places = frame::places(&at, &periods).into_iter().zip(frame::places(&of, &groups));
        for (row, (period, group)) in places.enumerate() {
            let unit = row_units[row];
            if !seen.insert((unit, period, group)) {
                let must = "must appear once in each unit, period and group";
                return Err(Refusal::OutOfRange { column: frame::PERIOD.name.to_owned(), row: row + 1, must });
            }
            let (Some(numerator), Some(denominator)) = (numerators[row], denominators[row]) else { continue };
            match kind {
                Kind::Proportion => checks::proportion(numerator, denominator, row + 1)?,
                Kind::Rate => {
                    checks::not_negative(numerator, NUMERATOR.name, row + 1)?;
                    checks::positive(denominator, DENOMINATOR.name, row + 1)?;
                }
            }
            cells[unit][period][group] = Some(Count { numerator, denominator });
        }
        checks::some_present(&numerators, NUMERATOR.name)?;
        checks::some_present(&denominators, DENOMINATOR.name)?;
        Ok(Self { units, frame: Frame { periods, groups, cells: Vec::new() }, cells, row_units })
    }

    /// A column that says one thing of each unit, by unit; refused where a unit's rows differ.
    pub fn of_units(&self, column: &str, values: &[String]) -> Result<Vec<String>, Refusal> {
        let mut own: Vec<Option<&String>> = vec![None; self.units.len()];
        for (row, (unit, value)) in self.row_units.iter().zip(values).enumerate() {
            if own[*unit].is_some_and(|first| first != value) {
                let must = "must be the same in every row of a unit";
                return Err(Refusal::OutOfRange { column: column.to_owned(), row: row + 1, must });
            }
            own[*unit] = Some(value);
        }
        Ok(own.into_iter().map(|value| value.cloned().unwrap_or_default()).collect())
    }
}

/// What one side, or the difference of two sides, comes to: a share or rate, or a gap.
pub fn value(sides: &[Count]) -> f64 {
    sides.iter().enumerate().fold(0.0, |sum, (place, own)| {
        let share = own.numerator / own.denominator;
        if place == 0 { sum + share } else { sum - share }
    })
}

/// How much one side, or the difference of two sides, counts: the denominator, or what the variance of a difference asks.
pub fn weight(sides: &[Count]) -> f64 {
    1.0 / sides.iter().map(|own| 1.0 / own.denominator).sum::<f64>()
}
