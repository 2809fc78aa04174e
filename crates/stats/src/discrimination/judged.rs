//! All figures of one set of chances at once, for one weighting of its rows after another: the inner loop of a bootstrap.
//!
//! Rows are sorted, and what does not depend on weights is worked out, once. The calibration of a sample is one Newton step from
//! the answer of all rows, which differs from the sample's own answer by less than its chance does.
//!
//! Source: Shao and Tu, *The Jackknife and Bootstrap* (1995), section 5.4 (one-step bootstrap).

use super::Ranking;
use super::probability::Data;
use crate::Refusal;

/// Chances and events, ready to be weighted.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Highest chance first.
    rows: Vec<Row>,
    /// One past the last of each run of equal chances.
    steps: Vec<u32>,
    calibration: Option<Solved>,
    listed: bool,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    /// Position in what was given.
    given: u32,
    event: bool,
    chance: f64,
    brier: f64,
    loss: f64,
    log_odds: f64,
    listed: f64,
    /// Residual and spread of the fit of the intercept alone, then of the fit with slope.
    residuals: [f64; 2],
    spreads: [f64; 2],
}

/// The answers of all rows.
#[derive(Clone, Copy, Debug)]
struct Solved {
    /// Intercept with the slope held at one.
    intercept: f64,
    slope: f64,
}

/// The figures; `None` where a weighting gives no answer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Share of events.
    pub observed: Option<f64>,
    /// Mean chance.
    pub predicted: Option<f64>,
    /// See [`Ranking::auroc`].
    pub auroc: Option<f64>,
    /// See [`Ranking::average_precision`].
    pub average_precision: Option<f64>,
    /// See [`brier`](super::brier).
    pub brier: Option<f64>,
    /// See [`log_loss`](super::log_loss).
    pub log_loss: Option<f64>,
    /// See [`calibration`](super::calibration()).
    pub slope: Option<f64>,
    /// See [`calibration`](super::calibration()).
    pub intercept: Option<f64>,
    /// Share of the events on the list.
    pub sensitivity: Option<f64>,
    /// Share of the list that are events.
    pub precision: Option<f64>,
}

impl Judged {
    /// Sorts and solves. `listed` says what part of each row a list from elsewhere takes; without it, the list is of the highest
    /// chances here.
    pub fn new(chances: &[f64], events: &[bool], listed: Option<&[f64]>) -> Result<Self, Refusal> {
        super::probability::check(chances, events, listed)?;
        let ranking = Ranking::new(chances)?;
        let log_odds = super::probability::log_odds(chances);
        let data = Data { log_odds: &log_odds, events, weights: None };
        let alone = data.newton(false).ok();
        let both = data.newton(true).ok();
        let calibration = alone.zip(both).map(|(alone, both)| Solved { intercept: alone.0, slope: both.1 });
        let (of_alone, of_both) = (alone.unwrap_or((0.0, 1.0)), both.unwrap_or((0.0, 1.0)));
        let of_row = |row: usize| {
            let (chance, event, x) = (chances[row], events[row], log_odds[row]);
            let fitted = [of_alone, of_both].map(|(intercept, slope)| 1.0 / (1.0 + (-(intercept + slope * x)).exp()));
            let outcome = f64::from(u8::from(event));
            Row {
                given: u32::try_from(row).unwrap_or(u32::MAX),
                event,
                chance,
                brier: super::probability::square(chance, event),
                loss: super::probability::loss(chance, event),
                log_odds: x,
                listed: listed.map_or(0.0, |listed| listed[row]),
                residuals: fitted.map(|fitted| outcome - fitted),
                spreads: fitted.map(|fitted| fitted * (1.0 - fitted)),
            }
        };
        let rows = ranking.rows().map(of_row).collect();
        Ok(Self { rows, steps: ranking.steps().to_vec(), calibration, listed: listed.is_some() })
    }

    /// The figures with these weights, one for each row as given; `share` of all rows is the list's length where none was given.
    pub fn figures(&self, weights: &[f64], share: f64) -> Figures {
        let places = share * weights.iter().sum::<f64>();
        let mut sums = Sums::default();
        let mut start = 0;
        for end in &self.steps {
            let (mut with, mut without) = (0.0, 0.0);
            for row in &self.rows[start..*end as usize] {
                let weight = weights[row.given as usize];
                if row.event {
                    with += weight;
                } else {
                    without += weight;
                }
                sums.add(row, weight);
            }
            start = *end as usize;
            sums.add_run(with, without, (!self.listed).then_some(places));
        }
        sums.figures(self.calibration)
    }
}

#[derive(Default)]
struct Sums {
    events: f64,
    others: f64,
    chances: f64,
    brier: f64,
    loss: f64,
    /// Of the intercept alone: gradient, curvature.
    alone: [f64; 2],
    /// With slope: two gradients, three curvatures.
    both: [f64; 5],
    area: f64,
    precision_area: f64,
    offers: f64,
    hits: f64,
}

impl Sums {
    #[inline]
    fn add(&mut self, row: &Row, weight: f64) {
        self.chances += weight * row.chance;
        self.brier += weight * row.brier;
        self.loss += weight * row.loss;
        self.alone[0] += weight * row.residuals[0];
        self.alone[1] += weight * row.spreads[0];
        let (residual, spread, x) = (weight * row.residuals[1], weight * row.spreads[1], row.log_odds);
        self.both[0] += residual;
        self.both[1] += residual * x;
        self.both[2] += spread;
        self.both[3] += spread * x;
        self.both[4] += spread * x * x;
        let listed = weight * row.listed;
        self.offers += listed;
        self.hits += if row.event { listed } else { 0.0 };
    }

    /// A run of equal chances; `places` where the list is of the highest of them.
    fn add_run(&mut self, with: f64, without: f64, places: Option<f64>) {
        self.area += without * (self.events + with / 2.0);
        if let Some(places) = places
            && with + without > 0.0
        {
            let part = ((places - self.offers) / (with + without)).clamp(0.0, 1.0);
            self.offers += part * (with + without);
            self.hits += part * with;
        }
        self.events += with;
        self.others += without;
        if with > 0.0 {
            self.precision_area += with * self.events / (self.events + self.others);
        }
    }

    fn figures(&self, calibration: Option<Solved>) -> Figures {
        let all = self.events + self.others;
        let share = |sum: f64, of: f64| (of > 0.0).then(|| sum / of);
        let two = self.events > 0.0 && self.others > 0.0;
        let [g0, g1, h00, h01, h11] = self.both;
        let determinant = h00 * h11 - h01 * h01;
        let solved = calibration.filter(|_| two && determinant > 1e-12 * h00 * h11);
        Figures {
            observed: share(self.events, all),
            predicted: share(self.chances, all),
            auroc: two.then(|| self.area / (self.events * self.others)),
            average_precision: share(self.precision_area, self.events),
            brier: share(self.brier, all),
            log_loss: share(self.loss, all),
            slope: solved.map(|own| own.slope + (h00 * g1 - h01 * g0) / determinant),
            intercept: solved.map(|own| own.intercept + self.alone[0] / self.alone[1]),
            sensitivity: share(self.hits, self.events),
            precision: share(self.hits, self.offers),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::Judged;
    use crate::discrimination::{Ranking, brier, calibration, log_loss};

    /// Chances with ties that are somewhat too extreme, and whole weights as a bootstrap gives them.
    fn sample(rows: usize) -> (Vec<f64>, Vec<bool>, Vec<f64>) {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(4);
        let (mut chances, mut events, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rows {
            let z = f64::from(random.random_range(0..40_u32)) / 10.0 - 3.0;
            chances.push(1.0 / (1.0 + f64::exp(-1.3 * z)));
            events.push(random.random::<f64>() < 1.0 / (1.0 + f64::exp(-z)));
            weights.push(f64::from(random.random_range(0..3_u32)));
        }
        (chances, events, weights)
    }

    #[test]
    fn figures_are_those_worked_out_one_by_one() {
        let (chances, events, weights) = sample(3_000);
        let ones = vec![1.0; chances.len()];
        let listed: Vec<f64> = weights.iter().map(|weight| weight / 2.0).collect();
        let ranking = Ranking::new(&chances).unwrap();
        // One step from the answer of all rows: exact there, and nearer than a tenth of the sample's chance elsewhere.
        for (weights, near) in [(&ones, 1e-9), (&weights, 0.003)] {
            let own = Judged::new(&chances, &events, None).unwrap().figures(weights, 0.1);
            let given = Some(&weights[..]);
            let reach = ranking.reach(&events, given, 0.1).unwrap();
            let pairs = [
                (own.auroc, ranking.auroc(&events, given).unwrap()),
                (own.average_precision, ranking.average_precision(&events, given).unwrap()),
                (own.brier, brier(&chances, &events, given).unwrap()),
                (own.log_loss, log_loss(&chances, &events, given).unwrap()),
                (own.sensitivity, reach.sensitivity),
                (own.precision, reach.precision),
            ];
            for (found, expected) in pairs {
                assert!((found.unwrap() - expected).abs() < 1e-12, "{found:?} {expected}");
            }
            let exact = calibration(&chances, &events, given).unwrap();
            assert!((own.slope.unwrap() - exact.slope).abs() < near, "{own:?} {exact:?}");
            assert!((own.intercept.unwrap() - exact.intercept).abs() < near, "{own:?} {exact:?}");
        }
        let own = Judged::new(&chances, &events, Some(&listed)).unwrap().figures(&ones, 0.1);
        let hits: f64 = listed.iter().zip(&events).filter(|(_, event)| **event).map(|(part, _)| part).sum();
        let all = events.iter().filter(|event| **event).count() as f64;
        assert!((own.sensitivity.unwrap() - hits / all).abs() < 1e-12);
        assert!((own.precision.unwrap() - hits / listed.iter().sum::<f64>()).abs() < 1e-12);
    }

    #[test]
    fn a_weighting_without_events_has_no_answer() {
        let own = Judged::new(&[0.1, 0.2, 0.3], &[true, false, false], None).unwrap().figures(&[0.0, 1.0, 2.0], 0.5);
        assert!(own.auroc.is_none() && own.sensitivity.is_none() && own.slope.is_none());
        assert!(own.observed.is_some_and(|share| share.abs() < 1e-12));
    }
}
