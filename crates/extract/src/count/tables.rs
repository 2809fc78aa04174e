//! Which tables of cells are counted: one that crosses everything where it fits, else several smaller ones.

use evenly_cube::{About, Dimension, Indicator, Kind, Reading};

use super::ExtractError;
use super::dimensions::Coded;
use super::plan::{PlanBuilder, ReadingAxis};
use crate::derive::RestsOn;
use crate::engine::Amount;

/// Most possible cells of one table: 128 MiB of counts.
const MOST_CELLS: u64 = 1 << 25;
/// Most possible cells of a table of two dimensions and the period; beyond it, the two are counted without the period.
const MOST_CELLS_OF_PAIR: u64 = 1 << 22;
/// Most areas that are crossed with all that says who people are: wards would leave no room for combinations of three.
const AREAS_TO_CROSS: usize = 12;

/// A dimension of the layout.
pub(crate) struct LaidOut {
    pub dimension: Dimension,
    /// The field it is derived from.
    pub field: String,
    pub axis: usize,
    pub rests_on: Option<RestsOn>,
    pub is_period: bool,
}

/// A table of the layout.
pub(crate) struct Table {
    /// Position in the plan's tallies.
    pub tally: usize,
    /// Positions in [`Layout::dimensions`].
    pub dimensions: Vec<usize>,
    /// Number of codes of the reading axis.
    pub readings: u32,
    /// Position in [`Layout::readings`]; `None` for a table without indicators.
    pub reading: Option<usize>,
    /// The indicator (its position) whose sums it holds, and which; `None` for a table that counts rows.
    pub adds: Option<(usize, Part)>,
}

/// Which sum of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Numerator,
    Denominator,
    /// Squares and product, by position in [`evenly_cube::Sums::squares`].
    Square(usize),
}

/// Where in the plan everything stands.
#[derive(Default)]
pub(crate) struct Layout {
    pub dimensions: Vec<LaidOut>,
    pub tables: Vec<Table>,
    /// What the reading axes mean, by indicator.
    pub readings: Vec<Vec<(usize, Reading)>>,
    /// Fields of the quality tallies, with the dimensions they are broken down by.
    pub quality: Vec<(String, Vec<usize>)>,
    /// Identifiers and their tallies.
    pub identifiers: Vec<(String, usize)>,
    /// Whether people are followed, in the order of [`Layout::readings`].
    pub is_followed: bool,
    /// Rules that could not be applied.
    pub rules_left_out: Vec<String>,
}

impl Layout {
    pub fn add_dimension(&mut self, coded: &Coded, axis: usize) {
        let dimension = coded.dimension().clone();
        let rests_on = match coded {
            Coded::Field { derived, .. } => derived.rests_on.clone(),
            Coded::Days { .. } => None,
        };
        let is_period = dimension.order == evenly_cube::Order::Period;
        self.dimensions.push(LaidOut { dimension, field: coded.field().to_owned(), axis, rests_on, is_period });
    }

    /// Adds the tables of every reading axis; without any, tables that only say how many rows there are.
    pub fn add_tables(&mut self, builder: &mut PlanBuilder<'_>, axes: Vec<ReadingAxis>) {
        if axes.is_empty() {
            for dimension in 0..self.dimensions.len() {
                self.add_table(builder, vec![dimension], None, 1);
            }
            self.add_table(builder, Vec::new(), None, 1);
            return;
        }
        for axis in axes {
            let size = builder.plan.axes[axis.axis].size;
            self.readings.push(axis.readings);
            let reading = self.readings.len() - 1;
            for dimensions in self.crossings(size) {
                self.add_table(builder, dimensions, Some((reading, axis.axis)), size);
            }
        }
    }

    fn add_table(
        &mut self,
        builder: &mut PlanBuilder<'_>,
        dimensions: Vec<usize>,
        reading: Option<(usize, usize)>,
        readings: u32,
    ) {
        let axes = dimensions.iter().map(|dimension| self.dimensions[*dimension].axis);
        let axes = axes.chain(reading.map(|(_, axis)| axis)).collect();
        let tally = builder.tally(axes, Amount::Rows);
        let reading = reading.map(|(reading, _)| reading);
        self.tables.push(Table { tally, dimensions, readings, reading, adds: None });
    }

    /// Follows people by the period and each of the reading axes.
    pub fn follow(&mut self, builder: &mut PlanBuilder<'_>, axes: &[usize]) {
        let period = self.dimensions.iter().find(|dimension| dimension.is_period).map(|dimension| dimension.axis);
        let by = axes.iter().map(|axis| period.into_iter().chain([*axis]).collect()).collect();
        self.is_followed = builder.follow(by);
    }

    /// Adds, for every indicator that adds numbers up, a table of each sum beside each table of its rows, and the sums that
    /// its interval is worked out of.
    pub fn add_sums(&mut self, builder: &mut PlanBuilder<'_>, indicators: &[Indicator]) -> Result<(), ExtractError> {
        for (position, indicator) in indicators.iter().enumerate() {
            let Kind::Sums { sum, over, .. } = &indicator.kind else { continue };
            let absent = |field: &str| ExtractError::Nothing(format!("the field `{field}` cannot be added up"));
            let top = builder.number(sum).ok_or_else(|| absent(sum))?;
            let bottom = builder.number(over).ok_or_else(|| absent(over))?;
            let own = |readings: &Vec<(usize, Reading)>| readings.iter().any(|(own, _)| *own == position);
            let Some(reading) = self.readings.iter().position(own) else { continue };
            let rows: Vec<usize> = (0..self.tables.len())
                .filter(|table| self.tables[*table].reading == Some(reading) && self.tables[*table].adds.is_none())
                .collect();
            let mut wanted: Vec<(usize, Vec<usize>, Part, Amount)> = Vec::new();
            for table in &rows {
                let dimensions = &self.tables[*table].dimensions;
                wanted.push((*table, dimensions.clone(), Part::Numerator, Amount::Number(top)));
                wanted.push((*table, dimensions.clone(), Part::Denominator, Amount::Number(bottom)));
            }
            for (place, (one, other)) in [(top, top), (top, bottom), (bottom, bottom)].into_iter().enumerate() {
                wanted.extend(rows.first().map(|of| (*of, vec![], Part::Square(place), Amount::Product(one, other))));
            }
            for (of, dimensions, part, adds) in wanted {
                let Table { tally, readings, reading, .. } = self.tables[of];
                let axes = &builder.plan.tallies[tally].axes;
                let axes = axes[axes.len() - 1 - dimensions.len()..].to_vec();
                let tally = builder.tally(axes, adds);
                self.tables.push(Table { tally, dimensions, readings, reading, adds: Some((position, part)) });
            }
        }
        Ok(())
    }

    fn cells(&self, dimensions: &[usize], readings: u32) -> u64 {
        let sizes = dimensions.iter().map(|dimension| self.dimensions[*dimension].dimension.groups.len() as u64);
        sizes.fold(u64::from(readings), u64::saturating_mul)
    }

    /// All dimensions at once where that has few enough cells; else each by period, every two (by period where it fits), and at
    /// once those that say who people are: what an average hides is looked for among combinations of three.
    fn crossings(&self, readings: u32) -> Vec<Vec<usize>> {
        let all: Vec<usize> = (0..self.dimensions.len()).collect();
        if self.cells(&all, readings) <= MOST_CELLS {
            return vec![all];
        }
        let (period, others): (Vec<usize>, Vec<usize>) =
            all.into_iter().partition(|dimension| self.dimensions[*dimension].is_period);
        let by_period = |dimensions: &[usize]| [&period[..], dimensions].concat();
        let mut crossings: Vec<Vec<usize>> = others.iter().map(|dimension| by_period(&[*dimension])).collect();
        for (position, first) in others.iter().enumerate() {
            for second in &others[position + 1..] {
                let with_period = by_period(&[*first, *second]);
                let fits = self.cells(&with_period, readings) <= MOST_CELLS_OF_PAIR;
                crossings.push(if fits { with_period } else { vec![*first, *second] });
            }
        }
        let about_people = |place: &&usize| {
            let own = &self.dimensions[**place].dimension;
            own.about == About::Person || (own.about == About::Area && own.groups.len() <= AREAS_TO_CROSS)
        };
        let people: Vec<usize> = others.iter().filter(about_people).copied().collect();
        let with_period = by_period(&people);
        if people.len() > 2 && self.cells(&with_period, readings) <= MOST_CELLS {
            crossings.push(with_period);
        }
        crossings
    }

    /// Counts the quality of fields by every dimension but the period and those made of the field itself.
    pub fn add_quality(&mut self, builder: &mut PlanBuilder<'_>, fields: &[String]) {
        for field in fields {
            let dimensions: Vec<usize> = (0..self.dimensions.len())
                .filter(|dimension| {
                    let own = &self.dimensions[*dimension];
                    !own.is_period && own.field != *field
                })
                .collect();
            let axes = dimensions.iter().map(|dimension| self.dimensions[*dimension].axis).collect();
            if builder.quality(field, axes) {
                self.quality.push((field.clone(), dimensions));
            }
        }
    }
}
