//! Which answers become findings: all answers to a question are judged together, so that few of what is told is false.
//!
//! A report looks at hundreds of gaps, combinations and changes. Told one by one at 95 %, some would be found wherever one looks.
//! So every answer that could have become a finding brings its p-value here, told or not, and the false discovery rate is held
//! over all answers to the same question (decision record 0009). The rate of 5 % is shared out over the questions, and over the
//! test of who shared in a change, which holds its own part inside the gate: where nothing is so, no more than about one
//! report in twenty tells anything.

use evenly_stats::false_discovery;

use crate::analysis::{Finding, LookedAt, Question};

/// Share of false findings that is held over a whole report.
pub const RATE: f64 = 0.05;

/// What each question may spend of it. Gaps, combinations and mix are mostly large where they are so; changes need more.
pub const fn rate(question: Question) -> f64 {
    match question {
        Question::Gaps | Question::Combinations => 0.002,
        Question::Mix => 0.003,
        Question::Changes => 0.008,
    }
}

/// Answers, each with how likely it is by chance.
#[derive(Default)]
pub struct Claims {
    all: Vec<(Question, f64, Option<Finding>)>,
}

impl Claims {
    /// Adds an answer; its sentence is only made where it may be told.
    pub fn add(&mut self, question: Question, p_value: f64, finding: impl FnOnce() -> Option<Finding>) {
        let finding = if p_value <= rate(question) { finding() } else { None };
        // An answer that is not worth a sentence cannot be told, whatever its chance.
        let p_value = if finding.is_some() { p_value } else { p_value.max(rate(question)) };
        self.all.push((question, p_value, finding));
    }

    /// The findings, and how many answers they were chosen from.
    pub fn told(self) -> (Vec<Finding>, Vec<LookedAt>) {
        let mut findings = Vec::new();
        let mut looked_at = Vec::new();
        let mut all = self.all;
        for question in Question::ALL {
            let (own, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|own| own.0 == question);
            all = others;
            let p_values: Vec<f64> = own.iter().map(|own| own.1).collect();
            let told = false_discovery::told(&p_values, rate(question));
            let before = findings.len();
            findings
                .extend(own.into_iter().zip(told).filter(|(_, told)| *told).filter_map(|((.., finding), _)| finding));
            looked_at.push(LookedAt {
                question,
                answers: p_values.len(),
                told: findings.len() - before,
                rate: rate(question),
            });
        }
        (findings, looked_at)
    }
}
