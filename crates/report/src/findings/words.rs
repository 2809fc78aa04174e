//! Every sentence that a reader meets about a result, made in this one place.
//!
//! Rules: plain words; the size in people or events; uncertainty as "likely between … and …"; the name of a group as it is
//! written in the code list, in quotes; no name of a statistical method and no word that blames.

mod funnel;
mod method;
mod mix;
mod people;
mod sharing;
pub mod statement;

use evenly_cube::{Dimension, Indicator};
use evenly_stats::Estimate;

use super::numbers::{about, count, decimal, percent, rounded};
use super::reading::{better, is_waits};
use crate::analysis::{Comparison, GapChange, GapDirection, Reading};
pub use funnel::{funnel_note, funnel_title};
pub use method::{judged_together, repeats};
pub use mix::{Mixed, intersection, mix, moved};
pub use people::who;
pub use sharing::{Told, looked_at, not_shared};

/// What a dimension is called in a sentence: its title without what stands in brackets.
pub fn dimension_name(dimension: &Dimension) -> &str {
    dimension.title.split(" (").next().unwrap_or(&dimension.title)
}

/// A value in the indicator's unit: `14.1 %`, `7.2 weeks`.
pub fn value(definition: &Indicator, number: f64) -> String {
    if is_waits(definition) { format!("{} weeks", decimal(number, 1)) } else { percent(number) }
}

/// A difference in the indicator's unit, without its sign: `7.0 percentage points`.
pub fn size(definition: &Indicator, number: f64) -> String {
    let unit = if is_waits(definition) { "weeks" } else { "percentage points" };
    format!("{} {unit}", bare(definition, number.abs(), digits(definition, number)))
}

/// "likely between 6.5 and 7.5", in the indicator's unit, without the unit; `None` where both ends read like the value
/// itself, so that the range would say nothing.
pub fn likely(definition: &Indicator, lower: f64, upper: f64) -> Option<String> {
    // A limit that is not zero must not read like zero.
    let smallest = lower.abs().min(upper.abs());
    let scaled = if is_waits(definition) { smallest } else { smallest * 100.0 };
    let digits = if scaled > 0.0 && scaled < 0.05 { 2 } else { digits(definition, lower.abs().max(upper.abs())) };
    let ends = [lower, upper].map(|end| bare(definition, end, digits));
    (ends[0] != ends[1]).then(|| format!("likely between {} and {}", ends[0], ends[1]))
}

/// A range behind a comma, or nothing.
fn and_likely(range: Option<String>) -> String {
    range.map_or_else(String::new, |range| format!(", {range}"))
}

fn bare(definition: &Indicator, number: f64, digits: usize) -> String {
    decimal(if is_waits(definition) { number } else { number * 100.0 }, digits)
}

/// One decimal, two where one would hide the size.
fn digits(definition: &Indicator, size: f64) -> usize {
    let size = if is_waits(definition) { size } else { size * 100.0 };
    if size.abs() < 0.2 { 2 } else { 1 }
}

/// The value of everybody: "7.9 % of appointments were missed (9,123 of 115,480; likely between 7.7 and 8.1 %)."
pub fn overall(definition: &Indicator, reading: &Reading) -> String {
    let words = &definition.words;
    let Some(estimate) = reading.value else {
        return "The overall value is withheld or nobody is in it.".to_owned();
    };
    if is_waits(definition) {
        let p90 = reading
            .p90
            .map_or(String::new(), |p90| format!(", and nine in ten waited up to {}", value(definition, p90.value)));
        return format!("Half of {} waited up to {}{p90}.", words.out_of, value(definition, estimate.value));
    }
    let counts = reading.counts().map(|_| {
        let shown = |number: evenly_cube::ReleasedCount| number.shown().map_or("withheld".to_owned(), count);
        format!("{} of {}", shown(reading.numerator), shown(reading.denominator))
    });
    let range = likely(definition, estimate.lower, estimate.upper).map(|range| format!("{range} %"));
    let inside = [counts, range].into_iter().flatten().collect::<Vec<_>>().join("; ");
    let inside = if inside.is_empty() { inside } else { format!(" ({inside})") };
    format!("{} of {} {}{inside}.", percent(estimate.value), words.out_of, words.happened)
}

/// A gap between two groups.
pub struct Gap<'a> {
    /// The indicator.
    pub definition: &'a Indicator,
    /// The dimension.
    pub dimension: &'a Dimension,
    /// The comparison.
    pub comparison: &'a Comparison,
    /// Values of the group and of its reference.
    pub values: (f64, f64),
}

/// "Deprivation: 14.1 % of appointments were missed for “…”, against 7.1 % for “…”: …"
pub fn gap(gap: &Gap) -> String {
    let Gap { definition, dimension, comparison, values } = gap;
    let (own, other) = (label(dimension, comparison.group), label(dimension, comparison.reference));
    let difference = absolute(comparison.difference);
    let mut sentence = format!(
        "{}: {}, against {} for “{other}”: a gap of {}{}.",
        dimension_name(dimension),
        had(definition, values.0, own),
        value(definition, values.1),
        size(definition, difference.value),
        and_likely(likely(definition, difference.lower, difference.upper)),
    );
    if let Some(excess) = comparison.excess.filter(|excess| excess.value >= 1.0) {
        sentence.push(' ');
        sentence.push_str(&shared(definition, excess));
    }
    sentence
}

/// "Had every group done as well as the best-off, there would have been about 2,100 fewer missed appointments."
fn shared(definition: &Indicator, excess: Estimate) -> String {
    format!(
        "Had every group done as well as the best-off, there would have been {} {} {}{}.",
        about(excess.value),
        if better(definition) == evenly_stats::Better::Lower { "fewer" } else { "more" },
        definition.words.events,
        likely_count(excess.lower, excess.upper).map_or_else(String::new, |range| format!(" ({range})")),
    )
}

/// "likely between 1,900 and 2,400"; `None` where both ends read the same.
fn likely_count(lower: f64, upper: f64) -> Option<String> {
    let (lower, upper) = (rounded(lower), rounded(upper));
    (lower != upper).then(|| format!("likely between {lower} and {upper}"))
}

/// The title of a chart that compares all groups of a dimension.
pub fn groups_title(gap: Option<&Gap>, definition: &Indicator, dimension: &Dimension) -> String {
    let name = dimension_name(dimension);
    match gap {
        Some(gap) if gap.comparison.difference.holds(0.0) => {
            format!("{name}: no difference between groups that chance does not explain")
        }
        Some(gap) => format!(
            "{name}: {} for “{}”, {} for “{}”",
            value(definition, gap.values.0),
            label(dimension, gap.comparison.group),
            value(definition, gap.values.1),
            label(dimension, gap.comparison.reference)
        ),
        None => format!("{}, by {}", definition.title, name.to_lowercase()),
    }
}

/// "14.1 % of appointments were missed for “Most deprived”", or half of them waited up to so many weeks.
fn had(definition: &Indicator, number: f64, group: &str) -> String {
    let words = &definition.words;
    if is_waits(definition) {
        format!("half of {} waited up to {} for “{group}”", words.out_of, value(definition, number))
    } else {
        format!("{} of {} {} for “{group}”", value(definition, number), words.out_of, words.happened)
    }
}

/// A gap that widened or narrowed.
pub fn gap_change(definition: &Indicator, dimension: &Dimension, groups: (usize, usize), change: &GapChange) -> String {
    let (verb, more, size_of) = if change.change.value > 0.0 {
        ("widened", "more", change.change)
    } else {
        ("narrowed", "fewer", absolute(change.change))
    };
    let what = if better(definition) == evenly_stats::Better::Lower { more } else { opposite(more) };
    format!(
        "{}: the gap in {} between “{}” and “{}” {verb} from {} to {} between the first and the second half of the time \
         shown (a change of {}{}). That is {} {what} {} for “{}” in the second half than if the gap had stayed as it was.",
        dimension_name(dimension),
        definition.words.events,
        label(dimension, groups.0),
        label(dimension, groups.1),
        signed(definition, change.before),
        with_unit(definition, change.after),
        size(definition, size_of.value),
        and_likely(likely(definition, size_of.lower, size_of.upper)),
        about(size_of.value * change.people),
        definition.words.events,
        label(dimension, groups.0),
    )
}

fn signed(definition: &Indicator, number: f64) -> String {
    bare(definition, number, digits(definition, number))
}

fn with_unit(definition: &Indicator, number: f64) -> String {
    format!("{} {}", signed(definition, number), if is_waits(definition) { "weeks" } else { "percentage points" })
}

fn opposite(word: &str) -> &'static str {
    if word == "more" { "fewer" } else { "more" }
}

/// The title of a gap chart.
pub fn gap_title(dimension: &Dimension, groups: (usize, usize), direction: GapDirection) -> String {
    let (own, other) = (label(dimension, groups.0), label(dimension, groups.1));
    let what = match direction {
        GapDirection::Narrowing => "has narrowed",
        GapDirection::Widening => "has widened",
        GapDirection::NoClearChange => "shows no clear change",
        GapDirection::TooShort => "is shown for too short a time to say which way it goes",
    };
    format!("The gap between “{own}” and “{other}” {what}")
}

/// The direction of a gap in two or three words.
pub fn direction(direction: GapDirection) -> &'static str {
    match direction {
        GapDirection::Narrowing => "narrowing",
        GapDirection::Widening => "widening",
        GapDirection::NoClearChange => "no clear change",
        GapDirection::TooShort => "too short to say",
    }
}

/// A group, or everybody, that lately does worse than before.
pub struct Worse<'a> {
    /// The indicator.
    pub definition: &'a Indicator,
    /// The dimension and the group's position; absent for everybody.
    pub group: Option<(&'a Dimension, usize)>,
    /// Level before.
    pub before: f64,
    /// Level lately.
    pub after: f64,
    /// Lately less before.
    pub change: Estimate,
    /// When lately is: "April 2025 to March 2026".
    pub time: String,
    /// Events more (or fewer) than at the level before; absent for waits.
    pub excess: Option<f64>,
}

/// "“Most deprived fifth” (Deprivation): missed appointments have become more common: 12.1 % …, against 10.3 % before …"
pub fn worse(worse: &Worse) -> String {
    let Worse { definition, group, change, .. } = worse;
    let who = group.map_or("Everybody together".to_owned(), |own| first_upper(&who(&[own])));
    let (higher, events) = (change.value > 0.0, &definition.words.events);
    let what = if is_waits(definition) {
        "waits have grown".to_owned()
    } else {
        format!("{events} have become {}", if higher { "more common" } else { "less common" })
    };
    let change = absolute(*change);
    let excess = worse.excess.filter(|excess| excess.abs() >= 1.0).map_or(String::new(), |excess| {
        format!(
            " That is {} {} {events} than at the earlier level.",
            about(excess.abs()),
            if higher { "more" } else { "fewer" }
        )
    });
    format!(
        "{who}: {what}, beyond usual variation: {} in {}, against {} in the time before (a change of {}{}).{excess}",
        value(definition, worse.after),
        worse.time,
        value(definition, worse.before),
        size(definition, change.value),
        and_likely(likely(definition, change.lower, change.upper)),
    )
}

/// A combination of two groups that stands out.
pub fn stratum(
    definition: &Indicator,
    groups: [(&Dimension, usize); 2],
    own: f64,
    difference: Estimate,
    looked_at: usize,
) -> String {
    let [(first, one), (second, other)] = groups;
    let both = format!("{}” and “{}", label(first, one), label(second, other));
    let difference_size = absolute(difference);
    format!(
        "{} and {} together: {}, which is {} {} than everybody else ({}allowing for the {} combinations looked at) and \
         more than either group alone explains.",
        dimension_name(first),
        dimension_name(second).to_lowercase(),
        had(definition, own, &both),
        size(definition, difference_size.value),
        if difference.value > 0.0 { "more" } else { "less" },
        likely(definition, difference_size.lower, difference_size.upper)
            .map_or_else(String::new, |range| format!("{range}, ")),
        count(looked_at as u64),
    )
}

/// What is not known of a field, by group.
pub struct NotKnown<'a> {
    /// The field's name for a reader.
    pub field: String,
    /// The share of rows in which it is not known.
    pub share: f64,
    /// Those rows, and all rows.
    pub rows: (u64, u64),
    /// The ways of not knowing and their shares, the most frequent first.
    pub ways: Vec<(&'a str, f64)>,
    /// Where it is not known most and least often: dimension, group and share, twice.
    pub uneven: Option<[(&'a Dimension, usize, f64); 2]>,
}

/// "Ethnicity is not known in 20.1 % of rows (…)."
pub fn not_known(not_known: &NotKnown) -> String {
    let NotKnown { field, share, rows, ways, uneven } = not_known;
    let parts: Vec<String> = ways.iter().map(|(way, share)| format!("{way} {}", percent(*share))).collect();
    let parts = if parts.len() > 1 { format!("; {}", parts.join(", ")) } else { String::new() };
    let mut sentence =
        format!("{field} is not known in {} of rows ({} of {}{parts}).", percent(*share), count(rows.0), count(rows.1));
    if let Some([most, least]) = uneven {
        sentence.push_str(&format!(
            " This is uneven: {} for “{}” and {} for “{}” ({}). Differences by {} may be larger or smaller than they look.",
            percent(most.2),
            label(most.0, most.1),
            percent(least.2),
            label(least.0, least.1),
            dimension_name(most.0),
            field.to_lowercase(),
        ));
    }
    sentence
}

/// "Ethnicity is known of fewer missed appointments than of others: …"; shares of the known groups together and of all.
pub fn known_where(definition: &Indicator, dimension: &Dimension, of_known: f64, of_all: f64) -> String {
    let words = &definition.words;
    let (fewer, lower) = if of_known < of_all { ("fewer", "lower") } else { ("more", "higher") };
    format!(
        "{} is known of {fewer} {} than of others: {} of {} {} where it is known, and {} of all. All its groups therefore look {lower} than \
         they are. What is asked on arrival is known only of those who come; another record of the same person may have it.",
        dimension_name(dimension),
        words.events,
        percent(of_known),
        words.out_of,
        words.happened,
        percent(of_all),
    )
}

/// What stands on the first page where nothing was found.
pub const NOTHING_FOUND: &str = "No difference between groups and no change over time stood out beyond chance. That does \
    not show that there is none: small groups may hide differences that these numbers cannot show.";

/// What a reader must know about deprivation.
pub const DEPRIVATION_NOTE: &str =
    "Deprivation describes the area people live in. It does not say how well off any one person is.";

/// A measure's name for a reader.
pub fn measure_name(method: &str) -> &str {
    match method {
        "difference" => "Difference between the two groups",
        "ratio" => "How many times as high",
        "gap-count" => "Size of the gap in numbers",
        "sii" => "Difference along the whole range, from the worst-off end to the best-off end",
        "rii" => "Best-off end over worst-off end",
        other => other,
    }
}

fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn label(dimension: &Dimension, group: usize) -> &str {
    &dimension.groups[group].label
}

/// The same interval as a size above zero.
fn absolute(estimate: Estimate) -> Estimate {
    if estimate.value < 0.0 { estimate.scaled(-1.0) } else { estimate }
}

/// "a, b and c".
fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests;
