//! Sites and services as a funnel: is one further from all together than chance and the usual differences allow, given its size?

use evenly_cube::{About, Dimension, GroupState, Indicator, Kind, Order};
use evenly_stats::funnel::{ControlLimits, OverdispersedOptions, Transform, overdispersed};

use crate::analysis::GroupAnalysis;

/// Fewest units that make a funnel.
const FEWEST: usize = 5;
/// Fewest units from which differences beyond chance are told apart from single outliers.
const FEWEST_ADJUSTED: usize = 10;
/// Points of each line of limits.
const POINTS: u32 = 60;

/// Sites or services around all of them together.
#[derive(Clone, Debug, PartialEq)]
pub struct Funnel {
    /// The share of all units together (0–1).
    pub target: f64,
    /// Whether limits are wider than chance alone makes them, because units differ by more.
    pub widened: bool,
    /// The units, in the order of the dimension.
    pub units: Vec<Unit>,
    /// Limits at sizes from the smallest unit's to the largest's.
    pub lines: Vec<(f64, ControlLimits)>,
}

/// One site or service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// Position of its group in the dimension.
    pub group: usize,
    /// Out of how many.
    pub size: f64,
    /// Its share (0–1).
    pub value: f64,
    /// The limits at its size.
    pub limits: ControlLimits,
}

impl Unit {
    /// Whether it lies above (`true`) or below (`false`) the 99.8 % limits; `None` within them.
    pub fn outside(&self) -> Option<bool> {
        let (above, below) = (self.value > self.limits.upper998, self.value < self.limits.lower998);
        (above || below).then_some(above)
    }
}

/// The funnel of a dimension of the service whose groups have no order; `None` where a funnel would say nothing: waits, sums,
/// fewer than five units with counts that are shown.
pub fn funnel(dimension: &Dimension, definition: &Indicator, groups: &[GroupAnalysis]) -> Option<Funnel> {
    let is_share = matches!(definition.kind, Kind::Proportion { .. } | Kind::Counted);
    if dimension.about != About::Service || dimension.order != Order::Nominal || !is_share {
        return None;
    }
    let known = groups.iter().filter(|own| dimension.groups[own.group].state == GroupState::Known);
    let counted: Vec<(usize, (f64, f64))> = known
        .filter_map(|own| own.reading.counts().map(|counts| (own.group, (counts.numerator, counts.denominator))))
        .collect();
    if counted.len() < FEWEST {
        return None;
    }
    let adjust = counted.len() >= FEWEST_ADJUSTED;
    let options = OverdispersedOptions { adjust, ..OverdispersedOptions::new(Transform::ArcsineProportion) };
    let counts: Vec<(f64, f64)> = counted.iter().map(|(_, counts)| *counts).collect();
    let found = overdispersed(&counts, &options).ok()?;
    let units = counted.iter().zip(&found.units);
    let sizes = counts.iter().map(|own| own.1);
    let (least, most) = sizes.fold((f64::INFINITY, 0.0_f64), |(least, most), own| (least.min(own), most.max(own)));
    // Close together where the funnel is narrow and bends.
    let at = |step: u32| least * (most / least).powf(f64::from(step) / f64::from(POINTS));
    Some(Funnel {
        target: found.target_value(&options),
        widened: found.tau_squared > 0.0,
        units: units
            .map(|((group, counts), own)| Unit {
                group: *group,
                size: counts.1,
                value: own.value,
                limits: own.adjusted,
            })
            .collect(),
        lines: (0..=POINTS).map(|step| (at(step), found.limits_at(at(step), &options))).collect(),
    })
}

#[cfg(test)]
mod tests {
    use evenly_cube::{Group, ReleasedCount};

    use super::*;
    use crate::findings::{nobody, words};
    use crate::sample::indicator;

    fn clinics(about: About, counts: &[(u64, u64)]) -> (Dimension, Vec<GroupAnalysis>) {
        let groups =
            (0..counts.len()).map(|place| Group::known(place.to_string(), format!("Clinic {place}"))).collect();
        let dimension = Dimension {
            id: "site".to_owned(),
            title: "Clinic".to_owned(),
            about,
            order: Order::Nominal,
            groups,
            vintage: None,
            note: None,
        };
        let reading = |(numerator, denominator): &(u64, u64)| {
            let [numerator, denominator] = [*numerator, *denominator].map(ReleasedCount::Shown);
            crate::analysis::Reading { numerator, denominator, ..nobody() }
        };
        let analysed = counts.iter().enumerate();
        let analysed = analysed.map(|(group, own)| GroupAnalysis { group, reading: reading(own), series: None });
        (dimension, analysed.collect())
    }

    fn missed() -> Indicator {
        indicator("missed", "Missed", evenly_cube::Better::Lower, ["missed", "appointments", "were missed"])
    }

    /// Eleven clinics near 10 %, and one of the same size at 20 %.
    const ONE_OUT: [(u64, u64); 12] = [
        (100, 1000),
        (96, 1000),
        (108, 1000),
        (52, 500),
        (47, 500),
        (205, 2000),
        (193, 2000),
        (31, 300),
        (29, 300),
        (400, 4000),
        (11, 100),
        (200, 1000),
    ];

    #[test]
    fn the_one_that_chance_does_not_explain_lies_outside_and_is_named() {
        let (dimension, groups) = clinics(About::Service, &ONE_OUT);
        let found = funnel(&dimension, &missed(), &groups).expect("a funnel");
        let outside: Vec<usize> =
            found.units.iter().filter(|own| own.outside().is_some()).map(|own| own.group).collect();
        assert_eq!((outside, found.units[11].outside()), (vec![11], Some(true)));
        let (above, below) = ONE_OUT.iter().fold((0, 0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
        assert!((found.target - above as f64 / below as f64).abs() < 1e-12);
        let title = words::funnel_title(&dimension, &missed(), &found);
        assert!(title.ends_with("than is to be expected: “Clinic 11” above"), "{title}");
    }

    #[test]
    fn lines_reach_from_the_smallest_to_the_largest_and_narrow() {
        let (dimension, groups) = clinics(About::Service, &ONE_OUT);
        let lines = funnel(&dimension, &missed(), &groups).expect("a funnel").lines;
        let wide = |own: &(f64, ControlLimits)| own.1.upper998 - own.1.lower998;
        assert!((lines[0].0 - 100.0).abs() < 1e-6 && (lines[lines.len() - 1].0 - 4000.0).abs() < 1e-6);
        assert!(lines.is_sorted_by(|one, next| one.0 < next.0 && wide(one) > wide(next)));
    }

    #[test]
    fn clinics_that_all_differ_widen_the_limits_and_single_out_none() {
        let counts: Vec<(u64, u64)> = (0..15).map(|own| (600 + 60 * own, 10_000)).collect();
        let (dimension, groups) = clinics(About::Service, &counts);
        let found = funnel(&dimension, &missed(), &groups).expect("a funnel");
        assert!(found.widened && found.units.iter().all(|own| own.outside().is_none()));
        assert!(words::funnel_title(&dimension, &missed(), &found).starts_with("None of 15 is further from"));
    }

    #[test]
    fn people_few_units_and_withheld_counts_make_none() {
        let (dimension, groups) = clinics(About::Person, &ONE_OUT);
        assert_eq!(funnel(&dimension, &missed(), &groups), None);
        let (dimension, mut groups) = clinics(About::Service, &ONE_OUT[..5]);
        assert!(funnel(&dimension, &missed(), &groups).is_some());
        groups[0].reading.numerator = ReleasedCount::Suppressed;
        assert_eq!(funnel(&dimension, &missed(), &groups), None);
    }
}
