//! Guards against leaks: no feature may change with what happens later, and none may know the outcome.

use evenly_stats::discrimination::Ranking;

use crate::PredictError;
use crate::appointments::{Appointments, Outcome};
use crate::features::Matrix;

/// Moments at which the future is changed; the quarters of the appointments.
const MOMENTS: usize = 3;
/// A single feature that ranks better than this was written down afterwards: nothing known before an appointment comes near.
const KNOWS: f64 = 0.97;
/// So many rows of an outcome are enough to tell an AUROC of this size to a few thousandths.
const ENOUGH: usize = 25_000;

/// Changes every outcome from a day on and demands that no feature as of that day or earlier changes with it, at several days.
pub fn later_changes_nothing(
    appointments: &Appointments,
    matrix: &Matrix,
    build: impl Fn(&[Option<Outcome>]) -> Result<Matrix, PredictError>,
) -> Result<(), PredictError> {
    let mut moments: Vec<i32> =
        (0..appointments.len()).filter(|row| appointments.usable[*row]).map(|row| appointments.moment[row]).collect();
    moments.sort_unstable();
    for step in 1..=MOMENTS {
        let Some(moment) = moments.get(moments.len() * step / (MOMENTS + 1)) else { continue };
        let changed: Vec<Option<Outcome>> = appointments
            .outcome
            .iter()
            .zip(&appointments.day)
            .map(|(outcome, day)| if day >= moment { other(*outcome) } else { *outcome })
            .collect();
        let after = build(&changed)?;
        for (position, feature) in matrix.features.iter().enumerate() {
            let differs = |row: &usize| {
                appointments.usable[*row]
                    && appointments.moment[*row] <= *moment
                    && matrix.columns[position][*row].to_bits() != after.columns[position][*row].to_bits()
            };
            let rows = (0..appointments.len()).filter(differs).count();
            if rows > 0 {
                return Err(PredictError::Leak { feature: feature.clone(), rows });
            }
        }
    }
    Ok(())
}

fn other(outcome: Option<Outcome>) -> Option<Outcome> {
    match outcome {
        Some(Outcome::Missed) => Some(Outcome::Attended),
        Some(Outcome::Attended | Outcome::Cancelled) => Some(Outcome::Missed),
        None => None,
    }
}

/// Refuses a feature that alone tells the outcome, in either direction or by being unknown. Of very many rows, every so many of
/// each outcome are looked at, which leaves the AUROC what it is.
pub fn none_knows_the_outcome(matrix: &Matrix, rows: &[usize], missed: &[bool]) -> Result<(), PredictError> {
    let (rows, missed) = enough(rows, missed);
    for (feature, column) in matrix.features.iter().zip(&matrix.columns) {
        for low in [false, true] {
            let unknown = if low { f64::NEG_INFINITY } else { f64::INFINITY };
            let value = |row: &usize| if column[*row].is_nan() { unknown } else { column[*row] };
            let scores: Vec<f64> = rows.iter().map(value).collect();
            let auroc = Ranking::new(&scores)?.auroc(&missed, None)?;
            let auroc = auroc.max(1.0 - auroc);
            if auroc > KNOWS {
                return Err(PredictError::KnowsOutcome { feature: feature.clone(), auroc });
            }
        }
    }
    Ok(())
}

/// At most so many rows of each outcome, evenly spread.
fn enough(rows: &[usize], missed: &[bool]) -> (Vec<usize>, Vec<bool>) {
    let mut places: Vec<usize> = Vec::new();
    for outcome in [false, true] {
        let own: Vec<usize> = (0..rows.len()).filter(|place| missed[*place] == outcome).collect();
        places.extend(own.iter().step_by(own.len().div_ceil(ENOUGH).max(1)));
    }
    places.iter().map(|place| (rows[*place], missed[*place])).unzip()
}
