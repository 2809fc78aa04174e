//! The figures of a set of appointments, each with its interval.

use std::collections::BTreeMap;

use evenly_stats::discrimination::{self, Judged, Ranking, Resampler, percentile_interval};
use evenly_stats::numeric::normal_quantile;
use serde::{Deserialize, Serialize};

use crate::{Estimates, PredictError};

/// Level of the intervals.
const CONFIDENCE: f64 = 0.95;

/// The figures of a set of appointments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Appointments.
    pub appointments: usize,
    /// Of which missed.
    pub missed: usize,
    /// Share missed.
    pub observed: f64,
    /// Mean chance.
    pub predicted: f64,
    /// Chance that a missed appointment has a higher risk than an attended one.
    pub auroc: f64,
    /// Area under precision against reach (average precision).
    pub auprc: f64,
    /// Mean squared error of the chances.
    pub brier: f64,
    /// Mean log-loss of the chances, in nats.
    pub log_loss: f64,
    /// Slope of calibration; 1 is right.
    pub calibration_slope: Option<f64>,
    /// Share missed less mean chance; 0 is right, above 0 the chances are too low.
    pub off: f64,
    /// Calibration in the large; 0 is right, above 0 the chances are too low.
    pub calibration_intercept: Option<f64>,
    /// Share of the missed appointments for which help is offered at the capacity.
    pub sensitivity_at_k: f64,
    /// Share of the offers that go to appointments which are missed without.
    pub precision_at_k: Option<f64>,
    /// 95 % intervals by figure, where the samples gave one. Those of `off`, `calibration_slope` and `calibration_intercept` hold what the
    /// days of calibration leave in doubt, too, those of the first and last also what goes on between months; with 0 or 1 within them, chances are as true as could be known.
    pub intervals: Intervals,
}

/// Intervals by the name of the figure.
pub type Intervals = BTreeMap<String, Interval>;

/// An interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

impl Interval {
    /// The interval of a value that has an independent standard error beside.
    ///
    /// Source: the method of variance estimates recovery, Zou and Donner, Statistics in Medicine 27 (2008) 1693–1702.
    pub(super) fn widened(self, value: f64, error: f64) -> Self {
        let beside = normal_quantile(0.5 + CONFIDENCE / 2.0) * error;
        Self { lower: value - (value - self.lower).hypot(beside), upper: value + (self.upper - value).hypot(beside) }
    }

    /// Whether it holds a value.
    pub fn holds(self, value: f64) -> bool {
        (self.lower..=self.upper).contains(&value)
    }
}

/// Chances and what happened.
#[derive(Clone, Copy)]
pub(super) struct Scored<'a> {
    pub estimates: &'a Estimates,
    pub missed: &'a [bool],
    pub people: &'a [u32],
    pub capacity: f64,
}

/// The names of the figures that have intervals, in order.
const NAMES: [&str; 11] = [
    "observed",
    "predicted",
    "auroc",
    "auprc",
    "brier",
    "log_loss",
    "calibration_slope",
    "calibration_intercept",
    "sensitivity_at_k",
    "precision_at_k",
    "off",
];

/// Part of a whole: positions within it, and what part of each row is on the whole's list.
pub(super) type Inside<'a> = (&'a [usize], &'a [f64]);

impl Scored<'_> {
    pub(super) fn chances(&self) -> &[f64] {
        self.estimates.values()
    }

    /// For each row, what part of it a list of the highest chances takes: 1, 0, or between for equals that the list cuts.
    pub fn listed(&self) -> Result<Vec<f64>, PredictError> {
        let ranking = Ranking::new(self.chances())?;
        let order: Vec<usize> = ranking.rows().collect();
        let places = self.capacity * self.chances().len() as f64;
        let mut listed = vec![0.0; self.chances().len()];
        let (mut start, mut taken) = (0, 0.0);
        while start < order.len() && taken < places {
            let chance = self.chances()[order[start]];
            let end = start
                + order[start..].iter().take_while(|row| self.chances()[**row].total_cmp(&chance).is_eq()).count();
            let part = ((places - taken) / (end - start) as f64).min(1.0);
            for row in &order[start..end] {
                listed[*row] = part;
            }
            taken += part * (end - start) as f64;
            start = end;
        }
        Ok(listed)
    }

    /// The figures of the whole, or of a part of it under the whole's list.
    pub fn figures(&self, inside: Option<Inside<'_>>, samples: usize, seed: u64) -> Result<Figures, PredictError> {
        let all: Vec<usize>;
        let (rows, listed) = if let Some((rows, listed)) = inside {
            (rows, Some(listed))
        } else {
            all = (0..self.chances().len()).collect();
            (&all[..], None)
        };
        let chances: Vec<f64> = rows.iter().map(|row| self.chances()[*row]).collect();
        let missed: Vec<bool> = rows.iter().map(|row| self.missed[*row]).collect();
        let people: Vec<u32> = rows.iter().map(|row| self.people[*row]).collect();
        let listed = listed.map(|listed| rows.iter().map(|row| listed[*row]).collect::<Vec<f64>>());
        let judged = Judged::new(&chances, &missed, listed.as_deref())?;
        let values = in_order(&judged.figures(&vec![1.0; rows.len()], self.capacity));
        let needed = |place: usize| {
            values[place].ok_or_else(|| PredictError::Fit(format!("the figure {} has no answer", NAMES[place])))
        };
        let mut intervals = intervals(&judged, &people, self.capacity, samples, seed);
        let doubt = self.estimates.doubt(rows);
        let errors = [
            ("off", values[10], doubt.mean),
            ("calibration_intercept", values[7], doubt.intercept),
            ("calibration_slope", values[6], doubt.slope),
        ];
        for (name, value, error) in errors {
            if let (Some(value), Some(own)) = (value, intervals.get_mut(name)) {
                *own = own.widened(value, error);
            }
        }
        Ok(Figures {
            appointments: rows.len(),
            missed: missed.iter().filter(|missed| **missed).count(),
            observed: needed(0)?,
            predicted: needed(1)?,
            auroc: needed(2)?,
            auprc: needed(3)?,
            brier: needed(4)?,
            log_loss: needed(5)?,
            calibration_slope: values[6],
            calibration_intercept: values[7],
            off: needed(10)?,
            sensitivity_at_k: needed(8)?,
            precision_at_k: values[9],
            intervals,
        })
    }
}

/// In the order of [`NAMES`].
fn in_order(own: &discrimination::Figures) -> [Option<f64>; 11] {
    [
        own.observed,
        own.predicted,
        own.auroc,
        own.average_precision,
        own.brier,
        own.log_loss,
        own.slope,
        own.intercept,
        own.sensitivity,
        own.precision,
        own.observed.zip(own.predicted).map(|(observed, predicted)| observed - predicted),
    ]
}

fn intervals(judged: &Judged, people: &[u32], capacity: f64, samples: usize, seed: u64) -> Intervals {
    let mut resampler = Resampler::new(people, seed);
    let mut weights = Vec::new();
    let mut drawn: Vec<[Option<f64>; 11]> = Vec::with_capacity(samples);
    for _ in 0..samples {
        resampler.next_weights(&mut weights);
        drawn.push(in_order(&judged.figures(&weights, capacity)));
    }
    let one = |(place, name): (usize, &&str)| {
        let values: Vec<Option<f64>> = drawn.iter().map(|values| values[place]).collect();
        let (lower, upper) = percentile_interval(&values, CONFIDENCE)?;
        Some(((*name).to_owned(), Interval { lower, upper }))
    };
    NAMES.iter().enumerate().filter_map(one).collect()
}
