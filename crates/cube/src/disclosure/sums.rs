//! Sums of numbers at the gate: shown where the counts of the rows beneath them are shown, and nowhere else.
//!
//! A table of sums is shown whole or not at all (decision record 0008). Sums are rounded as counts are, to the policy's
//! multiple of a whole unit.

use super::block::Block;
use super::policy::Policy;
use crate::cube::{CountedIndicator, Cube, Membership, Reading, Sums};
use crate::error::CubeError;
use crate::release::ReleasedCount;

/// How many parts of a unit a cube holds.
const PARTS: u64 = 100;

/// The sums of one indicator, in hundredths, by view and cell.
pub(super) struct AddedUp {
    /// Numerator and denominator of every cell of every view.
    views: Vec<Vec<[u64; 2]>>,
    /// How much the rows' own sizes widen intervals; at least 1.
    pub design_effect: f64,
}

impl AddedUp {
    /// Rolls the sums of an indicator up to the views of its block; `None` for an indicator that counts rows.
    pub fn of(cube: &Cube, indicator: &CountedIndicator, block: &Block) -> Result<Option<Self>, CubeError> {
        let Some(sums) = &indicator.sums else { return Ok(None) };
        let Reading::Membership(states) = &indicator.reading else { return Ok(None) };
        let mut views = Vec::with_capacity(block.views.len());
        for view in &block.views {
            let numerator = rolled(cube, indicator, &sums.numerator, &view.dimensions, states)?;
            let denominator = rolled(cube, indicator, &sums.denominator, &view.dimensions, states)?;
            views.push(numerator.into_iter().zip(denominator).map(|(top, bottom)| [top, bottom]).collect());
        }
        let design_effect = design_effect(cube, indicator, sums, states)?;
        Ok(Some(Self { views, design_effect }))
    }

    /// The sums in place of the numbers of their rows, where those are shown.
    pub fn in_place_of(
        &self,
        rows: [ReleasedCount; 2],
        view: usize,
        cell: usize,
        policy: &Policy,
    ) -> [ReleasedCount; 2] {
        let sums = self.views[view][cell];
        [0, 1].map(|part| match rows[part] {
            ReleasedCount::Suppressed => ReleasedCount::Suppressed,
            ReleasedCount::Shown(_) => ReleasedCount::Shown(policy.rounded((sums[part] + PARTS / 2) / PARTS)),
        })
    }
}

/// Sums of a view's cells over the rows that count.
fn rolled(
    cube: &Cube,
    indicator: &CountedIndicator,
    sums: &[usize],
    dimensions: &[usize],
    states: &[Membership],
) -> Result<Vec<u64>, CubeError> {
    let serves = |table: &&usize| {
        let own = cube.tables.get(**table).map_or(&[][..], |table| &table.dimensions);
        dimensions.iter().all(|dimension| own.contains(dimension))
    };
    let table = sums.iter().find(serves).ok_or_else(|| broken(indicator))?;
    if cube.tables[*table].readings as usize != states.len() {
        return Err(broken(indicator));
    }
    let cells = cube.slice(*table, &[dimensions.to_vec()])?.swap_remove(0);
    Ok(cells.chunks(states.len()).map(|cell| counted(cell, states)).collect())
}

/// What the rows that count hold of a cell.
fn counted(cell: &[u64], states: &[Membership]) -> u64 {
    cell.iter().zip(states).filter(|(_, state)| **state != Membership::Outside).map(|(sum, _)| *sum).sum()
}

fn broken(indicator: &CountedIndicator) -> CubeError {
    CubeError::Definition { name: indicator.definition.id.clone(), reason: "its sums do not fit its tables".to_owned() }
}

/// The variance of the share, as a ratio of sums over independent rows, over that of as many independent units: `(n / (n −
/// 1)) · (Σy² − 2RΣxy + R²Σx²) / (X² · R(1 − R)/X)`, to two digits and at least 1. One number for the whole indicator.
///
/// SOURCE: Rao and Scott, A simple method for the analysis of clustered binary data, Biometrics 48 (1992), pages 577 to 585:
/// numerator and denominator over the design effect are treated as independent counts.
fn design_effect(
    cube: &Cube,
    indicator: &CountedIndicator,
    sums: &Sums,
    states: &[Membership],
) -> Result<f64, CubeError> {
    let whole = |table: &usize| {
        let Some(held) = cube.tables.get(*table).filter(|held| held.readings as usize == states.len()) else {
            return Err(broken(indicator));
        };
        let all: Vec<u64> = cube.slice(*table, &[Vec::new()])?.swap_remove(0);
        debug_assert_eq!(all.len(), held.readings as usize);
        Ok(counted(&all, states) as f64)
    };
    let first = |tables: &[usize]| tables.first().copied().ok_or_else(|| broken(indicator));
    let (y, x) = (whole(&first(&sums.numerator)?)?, whole(&first(&sums.denominator)?)?);
    let rows = whole(&first(&indicator.tables)?)?;
    let [yy, xy, xx] = [whole(&sums.squares[0])?, whole(&sums.squares[1])?, whole(&sums.squares[2])?];
    let share = y / x;
    let binomial = share * (1.0 - share) * x / PARTS as f64;
    let spread = (yy - 2.0 * share * xy + share * share * xx) / (PARTS * PARTS) as f64;
    let effect = rows / (rows - 1.0) * spread / binomial;
    if !effect.is_finite() || effect <= 1.0 {
        return Ok(1.0);
    }
    let step = 10.0_f64.powf(effect.log10().floor() - 1.0);
    Ok((effect / step).round() * step)
}

#[cfg(test)]
mod tests {
    use crate::counts::{CellTable, Counts};
    use crate::cube::{CountedIndicator, Cube, Membership, Reading, Sums};
    use crate::dimension::{About, Dimension, Group, Order};
    use crate::disclosure::{Policy, Views};
    use crate::exact::Exact;
    use crate::indicator::shipped_indicator;
    use crate::provenance::{Provenance, RowsEquation};
    use crate::release::{Release, ReleasedCount};

    /// Two groups; by group the rows that count without and with an absence, the days lost and the days there were in
    /// hundredths, and the squares in all.
    fn release(policy: &str, rows: [[u32; 2]; 2], lost: [u64; 2], there: [u64; 2], squares: [u64; 3]) -> Release {
        let table = |dimensions: Vec<usize>, counts: Vec<u64>| CellTable {
            dimensions,
            readings: 3,
            counts: Counts::DenseWide(counts),
        };
        let by_group = |with: [u64; 2], without: [u64; 2]| {
            // Rows outside are made large, so that they would show where they do not belong.
            vec![7_000, without[0], with[0], 9_000, without[1], with[1]]
        };
        let rows = rows.map(|own| own.map(u64::from));
        let mut tables = vec![
            table(vec![0], by_group([rows[0][1], rows[1][1]], [rows[0][0], rows[1][0]])),
            table(vec![0], by_group(lost, [0, 0])),
            table(vec![0], by_group([there[0] - 100, there[1] - 100], [100, 100])),
        ];
        tables.extend(squares.map(|square| table(Vec::new(), vec![5_000, 0, square])));
        let dimension = Dimension {
            id: "sex".to_owned(),
            title: "Sex".to_owned(),
            about: About::Person,
            order: Order::Nominal,
            groups: vec![Group::known("1", "Male"), Group::known("2", "Female")],
            vintage: None,
            note: None,
        };
        let cube = Cube {
            dimensions: vec![dimension],
            indicators: vec![CountedIndicator {
                definition: shipped_indicator("staff-sickness").unwrap(),
                tables: vec![0],
                reading: Reading::Membership(vec![Membership::Outside, Membership::Denominator, Membership::Numerator]),
                sums: Some(Sums { numerator: vec![1], denominator: vec![2], squares: [3, 4, 5] }),
                repeats: None,
            }],
            tables,
            quality: Vec::new(),
            provenance: Provenance {
                evenly: String::new(),
                sources: Vec::new(),
                definitions: Vec::new(),
                rows: RowsEquation::default(),
                notes: Vec::new(),
            },
        };
        let views = Views { period: None, by: vec!["sex".to_owned()], pairs: Vec::new(), change: None };
        (*Exact::new(cube).release(&Policy::shipped(policy).unwrap(), &views).unwrap()).clone()
    }

    fn counts(release: &Release, dimensions: &[&str]) -> Vec<[Option<u64>; 2]> {
        let cells = &release.indicators[0].table(dimensions).unwrap().cells;
        cells.iter().map(|cell| [cell.numerator, cell.denominator].map(ReleasedCount::shown)).collect()
    }

    #[test]
    fn sums_are_shown_in_whole_units_and_only_over_rows_that_count() {
        let release = release("none-synthetic", [[30, 20], [40, 5]], [8_049, 1_251], [150_000, 135_000], [1, 1, 1]);
        assert_eq!(counts(&release, &[]), [[Some(93), Some(2_850)]]);
        assert_eq!(counts(&release, &["sex"]), [[Some(80), Some(1_500)], [Some(13), Some(1_350)]]);
    }

    #[test]
    fn where_too_few_people_are_beneath_it_a_sum_is_withheld_and_cannot_be_worked_out() {
        let release = release("hes-1-7", [[30, 20], [40, 5]], [8_000, 99_000], [150_000, 135_000], [1, 1, 1]);
        // The five people have far more than seven days, but they are five; and the other group would give them away.
        assert_eq!(counts(&release, &[]), [[Some(1_070), Some(2_850)]]);
        assert_eq!(counts(&release, &["sex"]), [[None, Some(1_500)], [None, Some(1_350)]]);
    }

    #[test]
    fn the_interval_is_that_of_the_people_and_not_of_their_days() {
        // Twenty people of ten days each, six of whom lost all ten: as many independent events as people, times n / (n − 1).
        let (days, people, absent) = (10_u64, 20_u64, 6_u64);
        let squares = [absent, absent, people].map(|count| count * (days * 100).pow(2));
        let half = |count: u64| [count * days * 50; 2];
        let release = release("none-synthetic", [[7, 3], [7, 3]], half(absent), half(people), squares);
        let effect = release.indicators[0].table(&[]).unwrap().cells[0].design_effect;
        // 20 / 19 · 10, to two digits.
        assert!((effect - 11.0).abs() < 1e-9, "{effect}");
    }
}
