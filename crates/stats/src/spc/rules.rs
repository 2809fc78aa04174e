//! Special-cause rules of Making Data Count, as named rule sets where the published tools disagree.
//!
//! Four rules, first match wins: (1) a point outside a limit; (2) a trend; (3) two of three consecutive points near a
//! limit, all three on the same side of the centre line; (4) a run on one side of the centre line. All comparisons are
//! strict: a point on a line is on neither side of it. A missing value breaks every trend, run and triple.
//!
//! SOURCE: NHS England, *Making Data Count* (guides and tools, 2019 and November 2023); the R package
//! `NHSRplotthedots` 0.2.2 (NHS-R Community, 2025) with its issues 194 (two of three since November 2023) and 202 (six or
//! seven points).

use crate::interval::Better;

/// What makes a point special cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Above the upper limit.
    AboveLimit,
    /// Below the lower limit.
    BelowLimit,
    /// Part of a trend upwards.
    TrendUp,
    /// Part of a trend downwards.
    TrendDown,
    /// One of two out of three points near the upper limit.
    TwoOfThreeHigh,
    /// One of two out of three points near the lower limit.
    TwoOfThreeLow,
    /// Part of a run above the centre line.
    RunAbove,
    /// Part of a run below the centre line.
    RunBelow,
}

impl Signal {
    /// Every signal, in the order of the rules.
    pub const ALL: [Self; 8] = [
        Self::AboveLimit,
        Self::BelowLimit,
        Self::TrendUp,
        Self::TrendDown,
        Self::TwoOfThreeHigh,
        Self::TwoOfThreeLow,
        Self::RunAbove,
        Self::RunBelow,
    ];

    /// Whether the signal points upwards.
    pub const fn is_high(self) -> bool {
        matches!(self, Self::AboveLimit | Self::TrendUp | Self::TwoOfThreeHigh | Self::RunAbove)
    }

    /// The signal in plain words, to end the sentence "this point is …".
    pub const fn words(self) -> &'static str {
        match self {
            Self::AboveLimit => "above the upper limit",
            Self::BelowLimit => "below the lower limit",
            Self::TrendUp => "part of a steady rise",
            Self::TrendDown => "part of a steady fall",
            Self::TwoOfThreeHigh => "one of two in three near the upper limit",
            Self::TwoOfThreeLow => "one of two in three near the lower limit",
            Self::RunAbove => "part of a run above the centre line",
            Self::RunBelow => "part of a run below the centre line",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Which signal names a point at which several rules fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// The first rule in the order of the rules.
    RuleOrder,
    /// A signal in the better direction, if there is one; then the order of the rules.
    ImprovementFirst,
}

/// A named set of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleSet {
    /// Name, as typed for `--rules`.
    pub name: &'static str,
    /// Points on one side of the centre line that make a run (6 or 7).
    pub run: usize,
    /// Points steadily rising or falling that make a trend (6 or 7).
    pub trend: usize,
    /// Whether points beyond a limit count as near it in "two of three".
    pub beyond_counts_as_near: bool,
    /// Which signal names a point.
    pub precedence: Precedence,
    /// Recorded points in the latest phase below which no variation or assurance icon is given.
    pub icons_from: usize,
}

impl RuleSet {
    /// The rules of the R package `NHSRplotthedots` 0.2.2: seven points, points beyond a limit not counted in "two of
    /// three", icons always.
    pub const PLOT_THE_DOTS: Self = Self {
        name: "plot-the-dots",
        run: 7,
        trend: 7,
        beyond_counts_as_near: false,
        precedence: Precedence::RuleOrder,
        icons_from: 0,
    };

    /// The rules of NHS England's Making Data Count tools since November 2023: every point beyond two thirds of the way
    /// to a limit counts in "two of three", improvement is named first, icons from 13 points.
    pub const NHS_ENGLAND_2023: Self = Self {
        name: "nhs-england-2023",
        run: 7,
        trend: 7,
        beyond_counts_as_near: true,
        precedence: Precedence::ImprovementFirst,
        icons_from: 13,
    };

    /// The rule sets that can be named.
    pub const ALL: [Self; 2] = [Self::PLOT_THE_DOTS, Self::NHS_ENGLAND_2023];

    /// The same rules with runs and trends of another length; the published tools allow 6 and 7.
    #[must_use]
    pub const fn with_points(self, points: usize) -> Self {
        Self { run: points, trend: points, ..self }
    }
}

impl Default for RuleSet {
    fn default() -> Self {
        Self::PLOT_THE_DOTS
    }
}

/// The lines that a point is judged by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lines {
    /// Centre line.
    pub centre: f64,
    /// Limits, where variation could be estimated.
    pub limits: Option<Limits>,
}

/// Limits of the expected range, in the unit of the values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// Two thirds of the way from the centre to the lower limit.
    pub near_lower: f64,
    /// Two thirds of the way from the centre to the upper limit.
    pub near_upper: f64,
}

/// The signals that fired at one point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fired(u8);

impl Fired {
    /// Whether a signal fired.
    pub const fn has(self, signal: Signal) -> bool {
        self.0 & signal.bit() != 0
    }

    const fn set(&mut self, signal: Signal) {
        self.0 |= signal.bit();
    }

    const fn clear(&mut self, signal: Signal) {
        self.0 &= !signal.bit();
    }

    /// The signal that names the point.
    pub fn named(self, better: Option<Better>, precedence: Precedence) -> Option<Signal> {
        let first = |wanted: &dyn Fn(Signal) -> bool| Signal::ALL.into_iter().find(|s| self.has(*s) && wanted(*s));
        let improving = match (precedence, better) {
            (Precedence::RuleOrder, _) | (_, None) => None,
            (Precedence::ImprovementFirst, Some(Better::Higher)) => first(&Signal::is_high),
            (Precedence::ImprovementFirst, Some(Better::Lower)) => first(&|signal| !signal.is_high()),
        };
        improving.or_else(|| first(&|_| true))
    }
}

/// Where a value lies against the centre line: 1 above, −1 below, 0 on it or missing.
fn side(value: Option<f64>, centre: f64) -> i8 {
    match value {
        Some(value) if value > centre => 1,
        Some(value) if value < centre => -1,
        _ => 0,
    }
}

/// The signals of every point of one phase; `values` and `lines` have one entry per point, in order of time.
pub fn fire(values: &[Option<f64>], lines: &[Lines], rules: &RuleSet) -> Vec<Fired> {
    let mut fired = vec![Fired::default(); values.len()];
    outside(values, lines, &mut fired);
    trends(values, rules, &mut fired);
    let sides: Vec<i8> = values.iter().zip(lines).map(|(value, line)| side(*value, line.centre)).collect();
    two_of_three(values, lines, &sides, rules, &mut fired);
    runs(&sides, rules, &mut fired);
    fired
}

fn outside(values: &[Option<f64>], lines: &[Lines], fired: &mut [Fired]) {
    for ((value, line), fired) in values.iter().zip(lines).zip(fired) {
        let (Some(value), Some(limits)) = (value, line.limits) else { continue };
        if *value > limits.upper {
            fired.set(Signal::AboveLimit);
        } else if *value < limits.lower {
            fired.set(Signal::BelowLimit);
        }
    }
}

/// Marks all points of each steady rise or fall; a point where a rise meets a fall takes the later of the two.
fn trends(values: &[Option<f64>], rules: &RuleSet, fired: &mut [Fired]) {
    let steps: Vec<i8> = values.windows(2).map(|pair| pair[0].map_or(0, |before| side(pair[1], before))).collect();
    for stretch in stretches(&steps) {
        if stretch.direction == 0 || stretch.length + 1 < rules.trend {
            continue;
        }
        let (signal, other) = if stretch.direction > 0 {
            (Signal::TrendUp, Signal::TrendDown)
        } else {
            (Signal::TrendDown, Signal::TrendUp)
        };
        for point in &mut fired[stretch.start..=stretch.start + stretch.length] {
            point.set(signal);
            if rules.precedence == Precedence::RuleOrder {
                point.clear(other);
            }
        }
    }
}

fn two_of_three(values: &[Option<f64>], lines: &[Lines], sides: &[i8], rules: &RuleSet, fired: &mut [Fired]) {
    let near: Vec<bool> = values
        .iter()
        .zip(lines)
        .map(|(value, line)| match (value, line.limits) {
            (Some(value), Some(limits)) => {
                let inside = (limits.lower..=limits.upper).contains(value);
                (inside || rules.beyond_counts_as_near) && (*value > limits.near_upper || *value < limits.near_lower)
            }
            _ => false,
        })
        .collect();
    for start in 0..values.len().saturating_sub(2) {
        let triple = start..start + 3;
        let direction = sides[start];
        let same_side = direction != 0 && sides[triple.clone()].iter().all(|side| *side == direction);
        if !same_side || near[triple.clone()].iter().filter(|near| **near).count() < 2 {
            continue;
        }
        let signal = if direction > 0 { Signal::TwoOfThreeHigh } else { Signal::TwoOfThreeLow };
        triple.filter(|point| near[*point]).for_each(|point| fired[point].set(signal));
    }
}

fn runs(sides: &[i8], rules: &RuleSet, fired: &mut [Fired]) {
    for stretch in stretches(sides) {
        if stretch.direction == 0 || stretch.length < rules.run {
            continue;
        }
        let signal = if stretch.direction > 0 { Signal::RunAbove } else { Signal::RunBelow };
        fired[stretch.start..stretch.start + stretch.length].iter_mut().for_each(|point| point.set(signal));
    }
}

/// Neighbouring equal directions.
struct Stretch {
    start: usize,
    length: usize,
    direction: i8,
}

fn stretches(directions: &[i8]) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    for (start, direction) in directions.iter().copied().enumerate() {
        match found.last_mut() {
            Some(last) if last.direction == direction => last.length += 1,
            _ => found.push(Stretch { start, length: 1, direction }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Better, Limits, Lines, Precedence, RuleSet, Signal, fire};

    const LINES: Lines =
        Lines { centre: 0.0, limits: Some(Limits { lower: -3.0, upper: 3.0, near_lower: -2.0, near_upper: 2.0 }) };

    fn named(values: &[f64], rules: &RuleSet, better: Better) -> Vec<Option<Signal>> {
        let values: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
        let fired = fire(&values, &vec![LINES; values.len()], rules);
        fired.into_iter().map(|fired| fired.named(Some(better), rules.precedence)).collect()
    }

    #[test]
    fn two_of_three_differs_between_rule_sets_only_beyond_the_limits() {
        let values = [2.5, 0.5, 3.5, -1.0];
        let package = named(&values, &RuleSet::PLOT_THE_DOTS, Better::Higher);
        assert_eq!(package, [None, None, Some(Signal::AboveLimit), None]);
        let tools = named(&values, &RuleSet::NHS_ENGLAND_2023, Better::Higher);
        assert_eq!(tools, [Some(Signal::TwoOfThreeHigh), None, Some(Signal::AboveLimit), None]);
    }

    #[test]
    fn a_point_on_the_centre_line_breaks_a_run() {
        let mut values = [1.0, 0.9, 1.0, 0.9, 1.0, 0.9, 1.0];
        assert!(named(&values, &RuleSet::PLOT_THE_DOTS, Better::Lower).iter().all(Option::is_some));
        values[3] = 0.0;
        assert!(named(&values, &RuleSet::PLOT_THE_DOTS, Better::Lower).iter().all(Option::is_none));
    }

    #[test]
    fn six_points_are_enough_only_when_asked() {
        let values = [-0.9, -0.8, -0.4, 0.1, 0.2, 0.3];
        assert!(named(&values, &RuleSet::PLOT_THE_DOTS, Better::Higher).iter().all(Option::is_none));
        let six = RuleSet::PLOT_THE_DOTS.with_points(6);
        assert_eq!(named(&values, &six, Better::Higher), vec![Some(Signal::TrendUp); 6]);
    }

    #[test]
    fn the_later_trend_names_the_turning_point() {
        let values = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0];
        let named = named(&values, &RuleSet::PLOT_THE_DOTS, Better::Higher);
        assert_eq!(named[5], Some(Signal::TrendUp));
        assert_eq!(named[6], Some(Signal::TrendDown));
    }

    #[test]
    fn improvement_is_named_first_where_the_tools_say_so() {
        // Rises for seven points, all below the centre line: both a run below and a trend up.
        let values = [-1.9, -1.8, -1.7, -1.6, -1.5, -1.4, -1.3];
        let lower = named(&values, &RuleSet::NHS_ENGLAND_2023, Better::Lower);
        assert_eq!(lower[0], Some(Signal::RunBelow));
        let in_order =
            named(&values, &RuleSet { precedence: Precedence::RuleOrder, ..RuleSet::NHS_ENGLAND_2023 }, Better::Lower);
        assert_eq!(in_order[0], Some(Signal::TrendUp));
    }
}
