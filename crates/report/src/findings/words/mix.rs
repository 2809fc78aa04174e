//! Sentences about mix: what is left of a gap among like, what a change is made of, what combinations add.

use evenly_cube::{Dimension, Indicator};

use super::{absolute, and_likely, dimension_name, had, label, likely, signed, size, value};
use crate::analysis::{Explained, Intersection, Movement};
use crate::findings::numbers::{count, decimal, percent};

/// A gap that something else explains.
pub struct Mixed<'a> {
    /// The indicator.
    pub definition: &'a Indicator,
    /// The dimension.
    pub dimension: &'a Dimension,
    /// The group.
    pub group: usize,
    /// The group it is compared with; absent for everybody else.
    pub reference: Option<usize>,
    /// Values of the group and of those it is compared with.
    pub values: (f64, f64),
    /// What explains it.
    pub within: &'a Dimension,
}

/// A gap of which hardly anything is left, or which turns round, within the same group of another dimension.
pub fn mix(mixed: &Mixed, told: &Explained) -> String {
    let Mixed { definition, dimension, values, within, .. } = mixed;
    let own = label(dimension, mixed.group);
    let other = mixed
        .reference
        .map_or_else(|| "everybody else".to_owned(), |reference| format!("“{}”", label(dimension, reference)));
    let inside = dimension_name(within).to_lowercase();
    let left = if told.is_reversed() {
        let left = absolute(told.left);
        format!(
            "it is the other way round, by {}{}",
            size(definition, left.value),
            and_likely(likely(definition, left.lower, left.upper))
        )
    } else {
        let range = likely(definition, told.left.lower, told.left.upper);
        format!("{} remain{}", size(definition, told.left.value), and_likely(range))
    };
    format!(
        "{}: {}, against {} for {other}; but that is a matter of mix: among those with the same {inside}, {left}. Ask why \
         more of them are found where {} are common, not what is different about them.",
        dimension_name(dimension),
        had(definition, values.0, own),
        value(definition, values.1),
        definition.words.events,
    )
}

/// What the whole's change is made of.
pub fn moved(definition: &Indicator, dimension: &Dimension, moved: &Movement) -> String {
    let part = |own: evenly_stats::Estimate| {
        let range = likely(definition, own.lower, own.upper).map_or_else(String::new, |range| format!(" ({range})"));
        format!("{}{range}", signed(definition, own.value))
    };
    format!(
        "The gap moved, so here is what the whole's change is made of. From the first to the second half of the time everybody \
         together went from {} to {}, a change of {} percentage points: {} because groups changed themselves, {} because the \
         groups of {} have other shares than before.",
        value(definition, moved.before),
        value(definition, moved.after),
        signed(definition, moved.after - moved.before),
        part(moved.rate),
        part(moved.composition),
        dimension_name(dimension).to_lowercase(),
    )
}

/// How far the combinations of two dimensions differ, and how much of it is more than their sum.
pub fn intersection(dimensions: [&Dimension; 2], own: &Intersection) -> String {
    let [first, second] = dimensions.map(|dimension| dimension_name(dimension).to_lowercase());
    format!(
        "{} combinations of {first} and {second}: between two of them taken at random the odds in the worse are typically {} \
         times those in the better. {} of these differences are what {first} and {second} add up to; the other {} belong to \
         combinations.",
        count(own.combinations as u64),
        decimal(own.odds_ratio, 2),
        percent(own.added_up),
        percent(1.0 - own.added_up),
    )
}

#[cfg(test)]
mod tests {
    use evenly_cube::Better;
    use evenly_stats::Estimate;

    use super::{Mixed, intersection, mix, moved};
    use crate::analysis::{Explained, Intersection, Movement};
    use crate::sample::{dimensions, indicator};

    fn estimate(value: f64, reach: f64) -> Estimate {
        Estimate { value, lower: value - reach, upper: value + reach }
    }

    #[test]
    fn mix_says_what_is_left_among_like_and_what_to_ask() {
        let definition = indicator("x", "X", Better::Lower, ["missed appointments", "appointments", "were missed"]);
        let dimensions = dimensions();
        let mixed = Mixed {
            definition: &definition,
            dimension: &dimensions[1],
            group: 0,
            reference: Some(4),
            values: (0.11, 0.06),
            within: &dimensions[3],
        };
        let told = Explained { within: 3, gap: 0.05, left: estimate(0.002, 0.005), error: 0.0026 };
        let text = mix(&mixed, &told);
        assert!(
            text.contains(
                "among those with the same sex, 0.2 percentage points remain, likely between \u{2212}0.3 and 0.7."
            ),
            "{text}"
        );
        assert!(text.contains("why more of them are found where missed appointments are common"), "{text}");
        let turned = Explained { left: estimate(-0.02, 0.005), ..told };
        assert!(
            mix(&mixed, &turned).contains("the other way round, by 2.0 percentage points, likely between 1.5 and 2.5")
        );
        let everybody = Mixed { reference: None, ..mixed };
        assert!(mix(&everybody, &turned).contains("against 6.0 % for everybody else; but"));
    }

    #[test]
    fn parts_of_a_change_and_of_combinations_are_told_in_words() {
        let definition = indicator("x", "X", Better::Lower, ["missed appointments", "appointments", "were missed"]);
        let dimensions = dimensions();
        let movement = Movement {
            before: 0.08,
            after: 0.07,
            rate: estimate(-0.012, 0.002),
            composition: estimate(0.002, 0.001),
            groups: vec![],
        };
        let text = moved(&definition, &dimensions[1], &movement);
        assert!(text.contains("from 8.0 % to 7.0 %, a change of \u{2212}1.0 percentage points: \u{2212}1.2"), "{text}");
        let own =
            Intersection { dimensions: [1, 3], combinations: 10, between: 0.03, odds_ratio: 1.374, added_up: 0.9 };
        let text = intersection([&dimensions[1], &dimensions[3]], &own);
        assert!(
            text.starts_with("10 combinations of deprivation and sex: ")
                && text.contains("1.37 times")
                && text.contains("90.0 %"),
            "{text}"
        );
    }
}
