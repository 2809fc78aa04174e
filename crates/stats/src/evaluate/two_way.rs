//! Effects of units and periods taken out of cells, and the effect of a term with errors that hold within units (CR2).
//!
//! SOURCE: J. E. Pustejovsky and E. Tipton, *Journal of Business & Economic Statistics* 36 (2018), p. 672–683, equations
//! 6–12 (CR2 with fixed effects, degrees of freedom after R. M. Bell and D. F. `McCaffrey`, *Survey Methodology* 28 (2002),
//! p. 169–181), with the inverse of the weights as working variance.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use crate::interval::{Confidence, Estimate};
use crate::numeric::t_quantile;
use crate::refusal::Refusal;

/// Share of the largest eigenvalue below which a direction carries nothing.
const NOTHING: f64 = 1e-9;

/// Degrees of freedom below which an interval says nothing.
const LEAST_FREEDOM: f64 = 0.5;

/// One unit in one period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Place of the unit.
    pub unit: usize,
    /// Place of the period.
    pub period: usize,
    /// The value.
    pub value: f64,
    /// How much it counts, above zero.
    pub weight: f64,
}

/// Unit and period effects of some cells.
pub struct TwoWay<'a> {
    cells: &'a [Cell],
    units: usize,
    roots: Vec<f64>,
    /// Directions of the unit and period effects, orthonormal, on values times the root of the weight.
    basis: DMatrix<f64>,
    /// The same directions in terms of the effects: one row per unit, then per period.
    effects: DMatrix<f64>,
}

/// The effect of a term.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TermEffect {
    /// Estimate with interval.
    pub estimate: Estimate,
    /// Degrees of freedom of the interval.
    pub freedom: f64,
}

impl<'a> TwoWay<'a> {
    /// The effects of so many units and periods on cells; weights in any unit.
    pub fn new(cells: &'a [Cell], units: usize, periods: usize) -> Option<Self> {
        let heaviest = cells.iter().map(|own| own.weight).fold(0.0, f64::max);
        if !(heaviest.is_finite() && heaviest > 0.0) {
            return None;
        }
        let roots: Vec<f64> = cells.iter().map(|own| (own.weight / heaviest).sqrt()).collect();
        let mut design = DMatrix::<f64>::zeros(cells.len(), units + periods);
        for (row, own) in cells.iter().enumerate() {
            design[(row, own.unit)] = roots[row];
            design[(row, units + own.period)] = roots[row];
        }
        let eigen = SymmetricEigen::try_new(design.transpose() * &design, f64::EPSILON, 10_000)?;
        let largest = eigen.eigenvalues.max();
        let kept: Vec<usize> =
            (0..units + periods).filter(|place| eigen.eigenvalues[*place] > NOTHING * largest).collect();
        let effects = DMatrix::from_fn(units + periods, kept.len(), |row, column| {
            eigen.eigenvectors[(row, kept[column])] / eigen.eigenvalues[kept[column]].sqrt()
        });
        let basis = &design * &effects;
        Some(Self { cells, units, roots, basis, effects })
    }

    /// What unit and period effects leave of a number of each cell, times the root of the weight.
    pub fn left(&self, of: impl Fn(usize) -> f64) -> DVector<f64> {
        let scaled = DVector::from_fn(self.cells.len(), |row, _| of(row) * self.roots[row]);
        let once = &scaled - &self.basis * (self.basis.transpose() * &scaled);
        // A second pass removes what rounding of large common values leaves behind.
        &once - &self.basis * (self.basis.transpose() * &once)
    }

    /// Sum of squares of a term times the root of the weight: what a term left over is compared with.
    pub fn size(&self, of: impl Fn(usize) -> f64) -> f64 {
        self.roots.iter().enumerate().map(|(row, root)| (of(row) * root).powi(2)).sum()
    }

    /// The effect of a term with CR2 errors by unit and Bell–McCaffrey degrees of freedom.
    pub fn effect(&self, term: impl Fn(usize) -> f64, confidence: Confidence) -> Result<TermEffect, Refusal> {
        let same = || Refusal::Undefined("the change cannot be told apart from units and periods here".to_owned());
        let (values, left) = (self.left(|row| self.cells[row].value), self.left(&term));
        let value = slope(&values, &left, self.size(&term)).ok_or_else(same)?;
        let square = left.dot(&left);
        let residuals = &values - &left * value;
        let width = self.basis.ncols();
        let mut directions = Vec::new();
        let (mut variance, mut own_squares) = (0.0, Vec::new());
        for unit in 0..self.units {
            let rows: Vec<usize> = (0..self.cells.len()).filter(|row| self.cells[*row].unit == unit).collect();
            if rows.is_empty() {
                continue;
            }
            let basis = DMatrix::from_fn(rows.len(), width + 1, |row, column| {
                if column == width { left[rows[row]] / square.sqrt() } else { self.basis[(rows[row], column)] }
            });
            let adjusted =
                adjusted(&basis, &DVector::from_fn(rows.len(), |row, _| left[rows[row]])).ok_or_else(same)?;
            let score: f64 = rows.iter().zip(adjusted.iter()).map(|(row, own)| own * residuals[*row]).sum();
            variance += score * score;
            own_squares.push(adjusted.dot(&adjusted));
            directions.push(basis.transpose() * adjusted);
        }
        let variance = variance / (square * square);
        let few = || Refusal::Undefined("too few units tell the change apart for any interval: add units".to_owned());
        let freedom = freedom(&own_squares, &directions).ok_or_else(few)?;
        let half = t_quantile(1.0 - confidence.tail(), freedom) * variance.sqrt();
        if !(value.is_finite() && half.is_finite()) {
            return Err(Refusal::Undefined(
                "these counts give no finite effect or interval; check their size".to_owned(),
            ));
        }
        Ok(TermEffect { estimate: Estimate { value, lower: value - half, upper: value + half }, freedom })
    }

    /// What unit and period effects of these cells lead to expect in another cell; `None` where they do not reach it.
    pub fn expected(&self, effects: &DVector<f64>, unit: usize, period: usize) -> Option<f64> {
        let row = self.effects.row(unit) + self.effects.row(self.units + period);
        // A cell is reached when its unit and period are a combination of the directions that these cells have.
        let reach = self.projection(unit, period)?;
        (reach > 1.0 - 1e-6).then(|| row.transpose().dot(effects))
    }

    /// Coefficients of the values on the directions.
    pub fn effects(&self) -> DVector<f64> {
        let scaled = DVector::from_fn(self.cells.len(), |row, _| self.cells[row].value * self.roots[row]);
        self.basis.transpose() * scaled
    }

    /// Share of the cell's unit and period that lies in the space of the directions.
    fn projection(&self, unit: usize, period: usize) -> Option<f64> {
        let mut sum = 0.0;
        for column in 0..self.effects.ncols() {
            let own = self.effects.column(column);
            let length = own.norm();
            if length <= 0.0 {
                return None;
            }
            let along = (own[unit] + own[self.units + period]) / length;
            sum += along * along;
        }
        Some(sum / 2.0)
    }
}

/// The effect of what is left of a term on what is left of the values; `None` where unit and period explain the term, whose
/// sum of squares was `size`.
pub fn slope(values: &DVector<f64>, term: &DVector<f64>, size: f64) -> Option<f64> {
    let square = term.dot(term);
    (square > NOTHING * size.max(f64::MIN_POSITIVE)).then(|| term.dot(values) / square)
}

/// (I − H)^(−1/2) of a unit's block times its part of the term, where H = basis·basisᵀ; directions without room are left out.
fn adjusted(basis: &DMatrix<f64>, term: &DVector<f64>) -> Option<DVector<f64>> {
    let size = basis.nrows();
    let room = DMatrix::<f64>::identity(size, size) - basis * basis.transpose();
    let eigen = SymmetricEigen::try_new(room, f64::EPSILON, 10_000)?;
    let mut own = DVector::<f64>::zeros(size);
    for place in 0..size {
        let value = eigen.eigenvalues[place];
        if value > 1e-8 {
            let direction = eigen.eigenvectors.column(place);
            own += direction * (direction.dot(term) / value.sqrt());
        }
    }
    Some(own)
}

/// (tr G)² over the sum of the squares of G, whose entries are *−cⱼ·cₖ*, with *|aⱼ|²* added on the diagonal.
fn freedom(own_squares: &[f64], directions: &[DVector<f64>]) -> Option<f64> {
    let (mut trace, mut squares) = (0.0, 0.0);
    for (one, first) in directions.iter().enumerate() {
        for (other, second) in directions.iter().enumerate() {
            let own = if one == other { own_squares[one] } else { 0.0 };
            let entry = own - first.dot(second);
            squares += entry * entry;
            if one == other {
                trace += entry;
            }
        }
    }
    let freedom = trace * trace / squares;
    (freedom.is_finite() && freedom >= LEAST_FREEDOM).then_some(freedom)
}

#[cfg(test)]
mod tests {
    use super::{Cell, TwoWay};
    use crate::interval::Confidence;

    /// Six units, seven periods, unit k starting at period k + 2 (the last never), unequal weights. Made with numpy from the
    /// textbook matrices (dummies for units and periods, H = X(XᵀX)⁻¹Xᵀ, symmetric roots, the full P matrix), not from the
    /// formulas above.
    #[test]
    fn effect_error_and_freedom_agree_with_the_full_matrices() {
        let cells: Vec<Cell> = cells();
        let own = TwoWay::new(&cells, 6, 7).unwrap();
        let level = Confidence::new(0.95).unwrap();
        let effect = own.effect(|row| treated(&cells[row]), level).unwrap();
        let error = (effect.estimate.upper - effect.estimate.value) / crate::numeric::t_quantile(0.975, effect.freedom);
        let wanted = WANTED;
        for (got, want) in [effect.estimate.value, error, effect.freedom].into_iter().zip(wanted) {
            assert!((got - want).abs() < 1e-9 * want.abs().max(1.0), "{got} {want}");
        }
    }

    const WANTED: [f64; 3] = [-1.778_840_085_380_691_6, 0.584_599_812_698_063_2, 4.814_048_495_090_224_5];

    fn treated(own: &Cell) -> f64 {
        f64::from(u8::from(own.unit < 5 && own.period >= own.unit + 2))
    }

    fn cells() -> Vec<Cell> {
        let mut cells = Vec::new();
        for unit in 0..6 {
            for period in 0..7 {
                let noise = ((unit * 31 + period * 17 + unit * period * 7) % 13) as f64;
                let mut own =
                    Cell { unit, period, value: 0.0, weight: 100.0 + ((unit * 29 + period * 11) % 40) as f64 };
                own.value = 5.0 * unit as f64 + 0.7 * period as f64 + 0.3 * noise - 2.0 * treated(&own);
                cells.push(own);
            }
        }
        cells
    }

    #[test]
    fn a_term_that_units_or_periods_explain_is_refused_and_reach_is_known() {
        let cells = cells();
        let own = TwoWay::new(&cells, 6, 7).unwrap();
        let level = Confidence::new(0.95).unwrap();
        assert!(own.effect(|row| f64::from(u8::from(cells[row].period > 3)), level).is_err());
        assert!(own.effect(|row| f64::from(u8::from(cells[row].unit > 3)), level).is_err());
        let untreated: Vec<Cell> = cells.iter().copied().filter(|own| treated(own) < 0.5 && own.unit != 5).collect();
        let without = TwoWay::new(&untreated, 6, 7).unwrap();
        let effects = without.effects();
        assert!(without.expected(&effects, 0, 4).is_some());
        // Nobody waits in the last period, and unit 5 was left out.
        assert!(without.expected(&effects, 0, 6).is_none());
        assert!(without.expected(&effects, 5, 2).is_none());
    }
}
