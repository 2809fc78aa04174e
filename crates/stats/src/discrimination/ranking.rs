//! Measures that only look at the order of the scores: AUROC, average precision, and whom a list of a given length reaches.

use crate::Refusal;

/// Rows in the order of their scores, highest first, sorted once for any number of weightings.
///
/// Equal scores are one step: every measure takes them together, so that none depends on the order of rows.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Rows, highest score first.
    order: Vec<u32>,
    /// One past the last position of each run of equal scores.
    steps: Vec<u32>,
}

/// Weighted events and non-events of a run of equal scores.
type Run = (f64, f64);

/// Whom a list of the highest scores reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// Share of all events that are on the list (sensitivity, recall).
    pub sensitivity: f64,
    /// Share of the list that are events (precision, positive predictive value).
    pub precision: f64,
}

impl Ranking {
    /// Sorts the rows; every score must be a number.
    pub fn new(scores: &[f64]) -> Result<Self, Refusal> {
        if let Some(row) = scores.iter().position(|score| score.is_nan()) {
            return Err(Refusal::NotANumber { column: "score".to_owned(), row: row + 1 });
        }
        let rows = u32::try_from(scores.len())
            .map_err(|_| Refusal::Undefined("more than four billion rows cannot be ranked".to_owned()))?;
        let mut order: Vec<u32> = (0..rows).collect();
        order.sort_by(|a, b| scores[*b as usize].total_cmp(&scores[*a as usize]));
        let mut steps: Vec<u32> = Vec::new();
        for end in 1..=order.len() {
            let last = end == order.len();
            let differs = || scores[order[end - 1] as usize].total_cmp(&scores[order[end] as usize]).is_ne();
            // -0 and 0 are the same score.
            if last || (differs() && scores[order[end - 1] as usize] > scores[order[end] as usize]) {
                steps.push(u32::try_from(end).unwrap_or(rows));
            }
        }
        Ok(Self { order, steps })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Rows, highest score first; equal scores in the order of rows.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.order.iter().map(|row| *row as usize)
    }

    /// One past the last position of each run of equal scores.
    pub(super) fn steps(&self) -> &[u32] {
        &self.steps
    }

    /// Weighted events and non-events of each run of equal scores, highest first.
    fn runs(&self, events: &[bool], weights: Option<&[f64]>) -> Result<(Vec<Run>, f64, f64), Refusal> {
        if events.len() != self.order.len() || weights.is_some_and(|weights| weights.len() != events.len()) {
            return Err(Refusal::UnequalLengths { column: "event".to_owned() });
        }
        let mut runs = Vec::with_capacity(self.steps.len());
        let (mut start, mut all, mut none) = (0, 0.0, 0.0);
        for end in &self.steps {
            let (mut with, mut without) = (0.0, 0.0);
            for row in &self.order[start..*end as usize] {
                let row = *row as usize;
                let weight = weights.map_or(1.0, |weights| weights[row]);
                if events[row] { with += weight } else { without += weight }
            }
            start = *end as usize;
            all += with;
            none += without;
            runs.push((with, without));
        }
        Ok((runs, all, none))
    }

    /// Area under the receiver operating characteristic: the chance that an event scores higher than a non-event, ties half.
    ///
    /// Source: Hanley and `McNeil`, Radiology 143 (1982) 29–36; equal to scikit-learn's `roc_auc_score`.
    pub fn auroc(&self, events: &[bool], weights: Option<&[f64]>) -> Result<f64, Refusal> {
        let (runs, all, none) = self.runs(events, weights)?;
        if all <= 0.0 || none <= 0.0 {
            return Err(one_class());
        }
        let mut above = 0.0;
        let mut area = 0.0;
        for (with, without) in runs {
            area += without * (above + with / 2.0);
            above += with;
        }
        Ok(area / (all * none))
    }

    /// Average precision, the area under the precision–recall steps: Σ (recallₙ − recallₙ₋₁) · precisionₙ.
    ///
    /// Source: scikit-learn's `average_precision_score`, which does not interpolate (Davis and Goadrich, ICML 2006, on why).
    pub fn average_precision(&self, events: &[bool], weights: Option<&[f64]>) -> Result<f64, Refusal> {
        let (runs, all, _) = self.runs(events, weights)?;
        if all <= 0.0 {
            return Err(one_class());
        }
        let (mut hits, mut listed, mut area) = (0.0, 0.0, 0.0);
        for (with, without) in runs {
            hits += with;
            listed += with + without;
            if with > 0.0 {
                area += with / all * (hits / listed);
            }
        }
        Ok(area)
    }

    /// Whom a list of this share (0–1) of all rows reaches; of a run of equal scores that the list cuts, the same share of
    /// events and non-events is taken, which is what drawing lots among equals gives on average.
    pub fn reach(&self, events: &[bool], weights: Option<&[f64]>, share: f64) -> Result<Reach, Refusal> {
        if !(share > 0.0 && share <= 1.0) {
            return Err(Refusal::option("capacity", "a share above 0 and at most 1"));
        }
        let (runs, all, none) = self.runs(events, weights)?;
        if all <= 0.0 {
            return Err(one_class());
        }
        let places = share * (all + none);
        let (mut hits, mut listed) = (0.0, 0.0);
        for (with, without) in runs {
            let run = with + without;
            let part = if run <= 0.0 { 0.0 } else { ((places - listed) / run).clamp(0.0, 1.0) };
            hits += part * with;
            listed += part * run;
            if listed >= places {
                break;
            }
        }
        Ok(Reach { sensitivity: hits / all, precision: hits / listed })
    }
}

fn one_class() -> Refusal {
    Refusal::Undefined(
        "all rows have the same outcome, so that nothing can be told apart; a file with both outcomes is needed"
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Ranking;

    /// Scores with ties; reference values of scikit-learn 1.9.1 (`roc_auc_score`, `average_precision_score`).
    const SCORES: [f64; 10] = [0.9, 0.8, 0.8, 0.7, 0.4, 0.4, 0.4, 0.2, 0.1, 0.05];
    const EVENTS: [bool; 10] = [true, true, false, true, false, true, false, false, false, true];
    const WEIGHTS: [f64; 10] = [1.0, 2.0, 0.0, 1.0, 3.0, 1.0, 0.5, 1.0, 2.0, 1.0];

    #[test]
    fn ties_are_taken_together() {
        let ranking = Ranking::new(&SCORES).unwrap();
        assert!((ranking.auroc(&EVENTS, None).unwrap() - 0.66).abs() < 1e-12);
        assert!((ranking.auroc(&EVENTS, Some(&WEIGHTS)).unwrap() - 0.788_461_538_461_538_5).abs() < 1e-12);
        let weighted = ranking.average_precision(&EVENTS, Some(&WEIGHTS)).unwrap();
        assert!((weighted - 0.844_705_882_352_938_3).abs() < 1e-12);
        // Steps: 1/1, then 2 of 3, 3 of 4, 4 of 7, and the last at 5 of 10.
        let expected = 0.2 * (1.0 + 2.0 / 3.0 + 3.0 / 4.0 + 4.0 / 7.0 + 5.0 / 10.0);
        assert!((ranking.average_precision(&EVENTS, None).unwrap() - expected).abs() < 1e-12);
        let reach = ranking.reach(&EVENTS, None, 0.2).unwrap();
        // Of the two equal scores, one of which fits, half an event is taken.
        assert!((reach.sensitivity - 1.5 / 5.0).abs() < 1e-12 && (reach.precision - 0.75).abs() < 1e-12);
    }

    #[test]
    fn a_weight_is_as_many_rows() {
        let mut scores = Vec::new();
        let mut events = Vec::new();
        for ((score, event), weight) in SCORES.iter().zip(EVENTS).zip(WEIGHTS) {
            let mut left = 2.0 * weight;
            while left > 0.5 {
                scores.push(*score);
                events.push(event);
                left -= 1.0;
            }
        }
        let (weighted, repeated) = (Ranking::new(&SCORES).unwrap(), Ranking::new(&scores).unwrap());
        let pairs = [
            (weighted.auroc(&EVENTS, Some(&WEIGHTS)), repeated.auroc(&events, None)),
            (weighted.average_precision(&EVENTS, Some(&WEIGHTS)), repeated.average_precision(&events, None)),
            (
                weighted.reach(&EVENTS, Some(&WEIGHTS), 0.3).map(|reach| reach.sensitivity),
                repeated.reach(&events, None, 0.3).map(|reach| reach.sensitivity),
            ),
        ];
        for (weighted, repeated) in pairs {
            assert!((weighted.unwrap() - repeated.unwrap()).abs() < 1e-12);
        }
    }

    #[test]
    fn what_has_no_answer_is_refused() {
        assert!(Ranking::new(&[0.1, f64::NAN]).is_err());
        let ranking = Ranking::new(&[0.1, 0.2]).unwrap();
        assert!(ranking.auroc(&[true, true], None).is_err());
        assert!(ranking.auroc(&[true], None).is_err());
        assert!(ranking.reach(&[true, false], None, 0.0).is_err());
    }

    proptest! {
        #[test]
        fn auroc_is_the_share_of_pairs_in_order(
            rows in prop::collection::vec((0_u8..8, any::<bool>()), 2..40),
        ) {
            let scores: Vec<f64> = rows.iter().map(|(score, _)| f64::from(*score)).collect();
            let events: Vec<bool> = rows.iter().map(|(_, event)| *event).collect();
            let (mut in_order, mut pairs) = (0.0, 0.0);
            for (a, _) in events.iter().enumerate().filter(|(_, event)| **event) {
                for (b, _) in events.iter().enumerate().filter(|(_, event)| !**event) {
                    pairs += 1.0;
                    in_order += if scores[a] > scores[b] { 1.0 } else if scores[a] < scores[b] { 0.0 } else { 0.5 };
                }
            }
            let answer = Ranking::new(&scores).unwrap().auroc(&events, None);
            if pairs == 0.0 {
                prop_assert!(answer.is_err());
            } else {
                prop_assert!((answer.unwrap() - in_order / pairs).abs() < 1e-12);
            }
        }
    }
}
