//! Guards against leaks: no feature may change with what happens later, and none may know the outcome.

use evenly_stats::discrimination::Ranking;
use serde::{Deserialize, Serialize};

use crate::PredictError;
use crate::appointments::{Appointments, Outcome};
use crate::features::Matrix;

/// Moments at which the future is changed; the quarters of the appointments.
const MOMENTS: usize = 3;
/// A single feature that ranks better than this was written down afterwards: nothing known before an appointment comes near.
const KNOWS: f64 = 0.97;
/// A single feature that ranks better than this is told to the reader: whole models of missed appointments hardly come there.
const SUSPECT: f64 = 0.8;
/// So many rows of an outcome are enough to tell an AUROC of this size to a few thousandths.
const ENOUGH: usize = 25_000;
/// Appointments of one value, or one range of values, of which nearly all were missed give away what happened to them, though the
/// feature as a whole ranks no better than others: a reason for absence, written down for some.
const GIVEN_AWAY: usize = 100;
/// Nearly all.
const NEARLY_ALL: f64 = 0.9;
/// Values of a feature with no more than so many are looked at one by one, others in as many ranges.
const VALUES: usize = 50;

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

/// A feature that alone tells missed from attended better than is usual, though not surely.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suspect {
    /// Its id.
    pub feature: String,
    /// How well it ranks alone.
    pub auroc: f64,
}

/// Refuses a feature that alone tells the outcome, in either direction or by being unknown, and one of which a value does. Of very
/// many rows, every so many of each outcome are ranked, which leaves the AUROC what it is. Gives those to be wary of.
pub fn none_knows_the_outcome(matrix: &Matrix, rows: &[usize], missed: &[bool]) -> Result<Vec<Suspect>, PredictError> {
    let (few, few_missed) = enough(rows, missed);
    let mut suspects = Vec::new();
    for (feature, column) in matrix.features.iter().zip(&matrix.columns) {
        let auroc = ranks(column, &few, &few_missed)?;
        if auroc > KNOWS {
            return Err(PredictError::KnowsOutcome { feature: feature.clone(), auroc });
        }
        if auroc > SUSPECT {
            suspects.push(Suspect { feature: feature.clone(), auroc });
        }
        if let Some((rows, share)) = given_away(column, rows, missed) {
            return Err(PredictError::GivesAway { feature: feature.clone(), rows, share });
        }
    }
    Ok(suspects)
}

/// The AUROC of a feature alone, in the direction and with the place of what is unknown that rank best.
fn ranks(column: &[f64], rows: &[usize], missed: &[bool]) -> Result<f64, PredictError> {
    let mut best: f64 = 0.5;
    for unknown in [f64::INFINITY, f64::NEG_INFINITY] {
        let value = |row: &usize| if column[*row].is_nan() { unknown } else { column[*row] };
        let scores: Vec<f64> = rows.iter().map(value).collect();
        let auroc = Ranking::new(&scores)?.auroc(missed, None)?;
        best = best.max(auroc).max(1.0 - auroc);
    }
    Ok(best)
}

/// How many appointments have a value, or lie in a range of values, of which nearly all were missed; and their share. Only missed
/// ones: some clinics are never missed.
fn given_away(column: &[f64], rows: &[usize], missed: &[bool]) -> Option<(usize, f64)> {
    let all = missed.iter().filter(|missed| **missed).count();
    if all * 2 > rows.len() {
        return None;
    }
    let mut values: Vec<(f64, bool)> = rows.iter().map(|row| column[*row]).zip(missed.iter().copied()).collect();
    values.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    let of = |run: &[(f64, bool)]| {
        let share = run.iter().filter(|(_, missed)| *missed).count() as f64 / run.len() as f64;
        (run.len() >= GIVEN_AWAY && share >= NEARLY_ALL).then_some((run.len(), share))
    };
    let same = |one: &(f64, bool), other: &(f64, bool)| one.0.total_cmp(&other.0).is_eq();
    if values.chunk_by(same).count() <= VALUES {
        return values.chunk_by(same).find_map(of);
    }
    // What is unknown stands at an end, and is one value.
    let unknown = values.iter().filter(|(value, _)| value.is_nan()).copied().collect::<Vec<_>>();
    let known: Vec<(f64, bool)> = values.into_iter().filter(|(value, _)| !value.is_nan()).collect();
    known.chunks(known.len().div_ceil(VALUES).max(1)).chain([unknown.as_slice()]).find_map(of)
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

#[cfg(test)]
mod tests {
    use super::none_knows_the_outcome;
    use crate::PredictError;
    use crate::features::Matrix;

    fn look(column: Vec<f64>, missed: &[bool]) -> Result<Vec<super::Suspect>, PredictError> {
        let rows: Vec<usize> = (0..missed.len()).collect();
        none_knows_the_outcome(&Matrix { features: vec!["own".to_owned()], columns: vec![column] }, &rows, missed)
    }

    /// Every tenth appointment is missed.
    fn outcomes() -> Vec<bool> {
        (0..20_000).map(|row| row % 10 == 0).collect()
    }

    #[test]
    fn a_value_that_is_written_down_only_for_missed_ones_is_refused() {
        let missed = outcomes();
        // One in eight of the missed has a reason for absence, so the feature ranks hardly better than a coin.
        let reason = |row: usize| if row.is_multiple_of(80) { 1.0 } else { 0.0 };
        let unknown = |row: usize| if row.is_multiple_of(80) { f64::NAN } else { (row % 977) as f64 };
        let high = |row: usize| if row.is_multiple_of(20) { 5000.0 + row as f64 } else { (row % 977) as f64 };
        for column in [reason as fn(usize) -> f64, unknown, high] {
            match look((0..missed.len()).map(column).collect(), &missed) {
                Err(PredictError::GivesAway { feature, rows, share }) => {
                    assert!(feature == "own" && rows >= 100 && share > 0.9);
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn strong_features_are_told_and_clinics_that_nobody_misses_are_allowed() {
        let missed = outcomes();
        let strong = |row: usize| {
            let spread = (row / 10 % 100) as f64 / 100.0;
            if missed[row] { 0.7 + 0.3 * spread } else { spread }
        };
        let found = look((0..missed.len()).map(strong).collect(), &missed).unwrap();
        assert!(found.len() == 1 && (0.8..0.97).contains(&found[0].auroc), "{found:?}");
        // Three of ten go to a clinic that nobody misses; it ranks with 0.67.
        let clinic = |row: usize| f64::from(u8::from(row % 10 < 7));
        assert!(look((0..missed.len()).map(clinic).collect(), &missed).unwrap().is_empty());
    }
}
