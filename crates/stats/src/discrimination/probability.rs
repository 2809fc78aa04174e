//! Measures that take the scores as chances: Brier score, log-loss, and calibration.

use crate::Refusal;

/// Chances closer to 0 or 1 than this are taken as this, so that one sure and wrong chance is not an infinite loss.
const CLOSEST: f64 = 1e-15;
/// Most Newton steps; a handful is usual.
const STEPS: usize = 50;

/// Whether chances are true, on the log-odds scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Calibration in the large: what has to be added to the log-odds so that the mean is right; 0 is right, above 0 says that
    /// the chances are too low.
    pub intercept: f64,
    /// Slope of the outcome's log-odds on the predicted ones; 1 is right, below 1 says that the chances are too extreme.
    pub slope: f64,
}

pub(super) fn check(chances: &[f64], events: &[bool], weights: Option<&[f64]>) -> Result<(), Refusal> {
    if chances.is_empty() {
        return Err(Refusal::Empty);
    }
    if chances.len() != events.len() || weights.is_some_and(|weights| weights.len() != events.len()) {
        return Err(Refusal::UnequalLengths { column: "event".to_owned() });
    }
    match chances.iter().position(|chance| !(0.0..=1.0).contains(chance)) {
        Some(row) => {
            Err(Refusal::OutOfRange { column: "chance".to_owned(), row: row + 1, must: "must lie between 0 and 1" })
        }
        None => Ok(()),
    }
}

fn mean(
    chances: &[f64],
    events: &[bool],
    weights: Option<&[f64]>,
    loss: impl Fn(f64, bool) -> f64,
) -> Result<f64, Refusal> {
    check(chances, events, weights)?;
    let (mut sum, mut all) = (0.0, 0.0);
    for (row, (chance, event)) in chances.iter().zip(events).enumerate() {
        let weight = weights.map_or(1.0, |weights| weights[row]);
        sum += weight * loss(*chance, *event);
        all += weight;
    }
    if all > 0.0 { Ok(sum / all) } else { Err(Refusal::Empty) }
}

/// Brier score: mean square of chance minus outcome (0 or 1).
///
/// Source: Brier, Monthly Weather Review 78 (1950) 1–3, in the half form that is usual for two outcomes; equal to
/// scikit-learn's `brier_score_loss`.
pub fn brier(chances: &[f64], events: &[bool], weights: Option<&[f64]>) -> Result<f64, Refusal> {
    mean(chances, events, weights, square)
}

/// Square of chance minus outcome.
pub(super) fn square(chance: f64, event: bool) -> f64 {
    (chance - f64::from(u8::from(event))).powi(2)
}

/// Log-loss (cross-entropy), in nats. Equal to scikit-learn's `log_loss` but for chances within 1e-15 of 0 or 1.
pub fn log_loss(chances: &[f64], events: &[bool], weights: Option<&[f64]>) -> Result<f64, Refusal> {
    mean(chances, events, weights, loss)
}

/// Minus the logarithm of the chance of what happened.
pub(super) fn loss(chance: f64, event: bool) -> f64 {
    let right = if event { chance } else { 1.0 - chance };
    -right.max(CLOSEST).ln()
}

/// Log-odds of chances, finite ones.
pub(super) fn log_odds(chances: &[f64]) -> Vec<f64> {
    let one = |chance: &f64| {
        let chance = chance.clamp(CLOSEST, 1.0 - CLOSEST);
        (chance / (1.0 - chance)).ln()
    };
    chances.iter().map(one).collect()
}

/// Calibration intercept and slope.
///
/// Source: Cox, Biometrika 45 (1958) 562–565; Van Calster et al., BMC Medicine 17 (2019) 230 (intercept with the slope held
/// at one, slope with the intercept free).
pub fn calibration(chances: &[f64], events: &[bool], weights: Option<&[f64]>) -> Result<Calibration, Refusal> {
    check(chances, events, weights)?;
    let log_odds = log_odds(chances);
    let (mut with, mut without) = (false, false);
    for (_, event) in events.iter().enumerate().filter(|(row, _)| weights.is_none_or(|weights| weights[*row] > 0.0)) {
        with |= *event;
        without |= !*event;
    }
    if !(with && without) {
        return Err(Refusal::Undefined(
            "all rows have the same outcome, so that calibration has no answer; a file with both outcomes is needed"
                .to_owned(),
        ));
    }
    let data = Data { log_odds: &log_odds, events, weights };
    Ok(Calibration { intercept: data.newton(false)?.0, slope: data.newton(true)?.1 })
}

/// Log-odds, events and weights to fit a calibration to.
pub(super) struct Data<'a> {
    pub log_odds: &'a [f64],
    pub events: &'a [bool],
    pub weights: Option<&'a [f64]>,
}

impl Data<'_> {
    /// Maximum likelihood of intercept and slope, or of the intercept alone with slope one.
    pub fn newton(&self, with_slope: bool) -> Result<(f64, f64), Refusal> {
        let (mut intercept, mut slope) = (0.0, 1.0);
        for _ in 0..STEPS {
            // Gradient and (negative) Hessian of the log-likelihood.
            let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for (row, (x, event)) in self.log_odds.iter().zip(self.events).enumerate() {
                let weight = self.weights.map_or(1.0, |weights| weights[row]);
                if weight <= 0.0 {
                    continue;
                }
                let chance = 1.0 / (1.0 + (-(intercept + slope * x)).exp());
                let residual = weight * (f64::from(u8::from(*event)) - chance);
                let spread = weight * chance * (1.0 - chance);
                g0 += residual;
                g1 += residual * x;
                h00 += spread;
                h01 += spread * x;
                h11 += spread * x * x;
            }
            let (step0, step1) = if with_slope {
                let determinant = h00 * h11 - h01 * h01;
                // All chances equal: a slope has nothing to stand on.
                if determinant <= 1e-12 * h00 * h11.max(f64::MIN_POSITIVE) {
                    return Err(Refusal::Undefined(
                        "all chances are the same, so that calibration has no slope".to_owned(),
                    ));
                }
                ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant)
            } else {
                (g0 / h00, 0.0)
            };
            // Long steps overshoot where the chances are far off.
            let length = step0.abs().max(step1.abs());
            let damped = if length > 2.0 { 2.0 / length } else { 1.0 };
            intercept += damped * step0;
            slope += damped * step1;
            if length < 1e-10 {
                return Ok((intercept, slope));
            }
            if !(intercept.is_finite() && slope.is_finite()) {
                break;
            }
        }
        Err(Refusal::Undefined(
            "the chances separate the outcomes entirely, so that calibration has no answer".to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::{brier, calibration, log_loss};

    const CHANCES: [f64; 8] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
    const EVENTS: [bool; 8] = [false, false, true, false, true, false, true, true];

    #[test]
    fn losses_are_means() {
        let expected = [0.01, 0.04, 0.49, 0.16, 0.25, 0.36, 0.09, 0.04].iter().sum::<f64>() / 8.0;
        assert!((brier(&CHANCES, &EVENTS, None).unwrap() - expected).abs() < 1e-12);
        let right = [0.9, 0.8, 0.3, 0.6, 0.5, 0.4, 0.7, 0.8_f64];
        let expected = -right.iter().map(|chance| chance.ln()).sum::<f64>() / 8.0;
        assert!((log_loss(&CHANCES, &EVENTS, None).unwrap() - expected).abs() < 1e-12);
    }

    /// Reference values of scikit-learn 1.9.1 (`brier_score_loss`, `log_loss`), with sample weights.
    #[test]
    fn losses_are_those_of_scikit_learn() {
        let chances = [0.9, 0.8, 0.8, 0.7, 0.4, 0.4, 0.4, 0.2, 0.1, 0.05];
        let events = [true, true, false, true, false, true, false, false, false, true];
        let weights = [1.0, 2.0, 0.0, 1.0, 3.0, 1.0, 0.5, 1.0, 2.0, 1.0];
        for (weights, brier_score, loss) in
            [(None, 0.241_25, 0.755_679_524_327_703_1), (Some(&weights[..]), 0.165, 0.563_367_986_677_116_3)]
        {
            assert!((brier(&chances, &events, weights).unwrap() - brier_score).abs() < 1e-12);
            assert!((log_loss(&chances, &events, weights).unwrap() - loss).abs() < 1e-12);
        }
    }

    #[test]
    fn true_chances_are_calibrated_and_others_say_how_they_are_off() {
        let (mut chances, mut events, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for step in 1..20 {
            let chance = f64::from(step) / 20.0;
            for (event, weight) in [(true, chance), (false, 1.0 - chance)] {
                chances.push(chance);
                events.push(event);
                weights.push(weight);
            }
        }
        let honest = calibration(&chances, &events, Some(&weights)).unwrap();
        assert!(honest.intercept.abs() < 1e-8 && (honest.slope - 1.0).abs() < 1e-8);
        let log_odds = |chance: f64| (chance / (1.0 - chance)).ln();
        let shifted = |move_by: f64, times: f64| -> Vec<f64> {
            chances.iter().map(|chance| 1.0 / (1.0 + (-(times * log_odds(*chance) + move_by)).exp())).collect()
        };
        let extreme = calibration(&shifted(0.0, 2.0), &events, Some(&weights)).unwrap();
        assert!((extreme.slope - 0.5).abs() < 1e-8);
        let low = calibration(&shifted(-0.7, 1.0), &events, Some(&weights)).unwrap();
        assert!((low.intercept - 0.7).abs() < 1e-8 && (low.slope - 1.0).abs() < 1e-8);
    }

    #[test]
    fn what_has_no_answer_is_refused() {
        assert!(brier(&[1.2], &[true], None).is_err());
        assert!(log_loss(&[], &[], None).is_err());
        assert!(calibration(&[0.2, 0.4], &[true, true], None).is_err());
        assert!(calibration(&[0.2, 0.2], &[true, false], None).is_err());
        assert!(calibration(&[0.2, 0.9], &[false, true], None).is_err());
        assert!(log_loss(&[0.0, 1.0], &[true, true], None).unwrap().is_finite());
    }
}
