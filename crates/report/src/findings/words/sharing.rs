//! Sentences about who shared in the whole's change.

use evenly_cube::{Dimension, Indicator, NotShared, SharingTest, Verdict};
use evenly_stats::{Better, Estimate};

use super::people::who;
use super::{likely, likely_count, list, size, value};
use crate::findings::numbers::{about, count, percent};
use crate::findings::reading::better;
use crate::findings::sharing::{avoided, rates};

/// A stratum that did not share in the whole's change.
pub struct Told<'a> {
    /// The indicator.
    pub definition: &'a Indicator,
    /// The test.
    pub test: &'a SharingTest,
    /// The stratum.
    pub own: &'a NotShared,
    /// Its dimensions and groups.
    pub groups: Vec<(&'a Dimension, usize)>,
    /// The time before and the time after, for a reader: "April 2023 to March 2024".
    pub spans: &'a [String; 2],
}

/// "Fewer missed appointments overall (7.9 % to 6.8 % of appointments), but not for men aged 18 to 34 in the most deprived fifth of
/// areas (14.1 % to 14.6 %)…"
pub fn not_shared(told: &Told) -> String {
    let Told { definition, test, own, .. } = told;
    let who = who(&told.groups);
    let words = &definition.words;
    let lower = better(definition) == Better::Lower;
    let (better_word, worse_word) = if lower { ("Fewer", "More") } else { ("More", "Fewer") };
    let (whole, theirs) = (from_to(definition, rates(&test.counts)), from_to(definition, rates(&own.counts)));
    let of = whole.map_or_else(String::new, |rates| format!(" ({rates} of {})", words.out_of));
    let bare = theirs.map_or_else(String::new, |rates| format!(" ({rates})"));
    let events = &words.events;
    let what = match (own.verdict, whole_change(test, definition)) {
        (Verdict::Masked, _) => format!("{better_word} {events} overall{of}, but not for {who}{bare}."),
        (_, WholeChange::Better) => {
            format!("{better_word} {events} overall{of}, but clearly less so for {who}{bare}.")
        }
        (_, WholeChange::Worse) => format!("{worse_word} {events} overall{of}, and more so for {who}{bare}."),
        (_, WholeChange::Unclear) => {
            format!("No clear change in {events} overall{of}, but {who} fell behind the others{bare}.")
        }
    };
    format!("{what} {} ({}, against {}).", shortfall(told), told.spans[1], told.spans[0])
}

/// Which way the whole went.
enum WholeChange {
    Better,
    Worse,
    /// Chance and usual variation explain it.
    Unclear,
}

fn whole_change(test: &SharingTest, definition: &Indicator) -> WholeChange {
    let sign = better(definition).sign();
    let [_, lower, upper] = test.whole;
    match (test.improved, lower * sign > 0.0 && upper * sign > 0.0) {
        (true, _) => WholeChange::Better,
        (false, true) => WholeChange::Worse,
        (false, false) => WholeChange::Unclear,
    }
}

/// "Had they shared in it, there would have been about 210 fewer missed appointments (likely between 120 and 300)".
fn shortfall(told: &Told) -> String {
    let Told { definition, own, .. } = told;
    let fewer = if better(definition) == Better::Lower { "fewer" } else { "more" };
    if let Some(Estimate { value, lower, upper }) = avoided(own).filter(|avoided| avoided.value >= 1.0) {
        let range = likely_count(lower, upper).map_or_else(String::new, |range| format!(", {range}"));
        let events = &definition.words.events;
        return format!(
            "Had they changed as the others did, there would have been {} {fewer} {events}{range}",
            about(value)
        );
    }
    let [value, lower, upper] = own.points;
    let range = likely(definition, lower, upper).map_or_else(String::new, |range| format!(", {range}"));
    format!("They lie {} behind where the others' change would have brought them{range}", size(definition, value))
}

fn from_to(definition: &Indicator, rates: Option<(f64, f64)>) -> Option<String> {
    rates.map(|(before, after)| format!("{} to {}", value(definition, before), value(definition, after)))
}

/// Share of events, of a kind of groups that would have been seen, from which it is worth saying.
const WORTH_SAYING: f64 = 0.0005;

/// What the test looked at and what it could have seen; its first words where it found nobody.
pub fn looked_at(definition: &Indicator, test: &SharingTest) -> String {
    let found = match test.strata.len() {
        0 if test.improved => "The whole improved, and nobody was found who did not share in it. ".to_owned(),
        0 => "The whole did not clearly improve, and nobody was found who fell behind. ".to_owned(),
        _ => String::new(),
    };
    let some = test.reach.iter().filter(|own| 1.0 - own.unseen >= WORTH_SAYING);
    let seen: Vec<String> = some
        .map(|own| {
            let what =
                ["single groups", "combinations of two", "combinations of three"][own.dimensions.clamp(1, 3) - 1];
            format!("{what} that hold {}", percent(1.0 - own.unseen))
        })
        .collect();
    let reach = if seen.is_empty() {
        "A group that gained nothing would have been seen only by luck: there are too few of them.".to_owned()
    } else {
        let (seen, out_of) = (list(&seen), &definition.words.out_of);
        format!(
            "A group that gained nothing would likely have been seen among {seen} of {out_of}; the others may hide one."
        )
    };
    format!(
        "{found}{} groups and combinations of up to three groups had enough {} to be looked at; nested ones are told once, and \
         the share of false findings is held at {}. {reach}",
        count(test.looked_at() as u64),
        definition.words.events,
        percent(test.rate),
    )
}

#[cfg(test)]
mod tests {
    use evenly_cube::{BeforeAfter, Better, NotShared, Reach, ReleasedCount, SharingTest, Verdict};

    use super::{Told, looked_at, not_shared};
    use crate::sample::{dimensions, indicator};

    fn counts(before: [u64; 2], after: [u64; 2]) -> BeforeAfter {
        BeforeAfter { before: before.map(ReleasedCount::Shown), after: after.map(ReleasedCount::Shown) }
    }

    fn reach(dimensions: usize, looked_at: usize, unseen: f64) -> Reach {
        Reach { dimensions, looked_at, too_small: 0, unseen }
    }

    fn test(verdict: Verdict) -> SharingTest {
        SharingTest {
            before: vec![0],
            after: vec![1],
            dimensions: vec![1, 3],
            whole: [-0.16, -0.2, -0.12],
            counts: counts([9123, 115_480], [7853, 115_490]),
            improved: verdict != Verdict::Worse,
            rate: 0.05,
            strata: vec![NotShared {
                stratum: vec![(1, 0), (3, 1)],
                verdict,
                counts: counts([780, 5530], [810, 5550]),
                log_odds: [0.22, 0.1, 0.35],
                points: [0.024, 0.011, 0.038],
                probability: 0.98,
                others: 0,
            }],
            reach: vec![reach(1, 20, 0.02), reach(2, 346, 0.3)],
        }
    }

    fn sentence(test: &SharingTest, better: Better) -> String {
        let definition = indicator("x", "X", better, ["missed appointments", "appointments", "were missed"]);
        let dimensions = dimensions();
        let own = &test.strata[0];
        let groups = own.stratum.iter().map(|(place, group)| (&dimensions[*place], *group)).collect();
        let spans = ["2023".to_owned(), "2024".to_owned()];
        not_shared(&Told { definition: &definition, test, own, groups, spans: &spans })
    }

    #[test]
    fn a_masked_stratum_is_told_beside_the_whole_with_the_people_it_concerns() {
        assert_eq!(
            sentence(&test(Verdict::Masked), Better::Lower),
            "Fewer missed appointments overall (7.9 % to 6.8 % of appointments), but not for men and boys in the \
             most deprived fifth of areas (14.1 % to 14.6 %). Had they changed as the others did, there would have been about 130 fewer missed \
             appointments, likely between 61 and 210 (2024, against 2023)."
        );
        assert!(
            sentence(&test(Verdict::LeftBehind), Better::Lower)
                .contains("but clearly less so for men and boys in the most")
        );
        let mut worse = test(Verdict::Worse);
        worse.whole = [0.01, -0.05, 0.07];
        let unclear = sentence(&worse, Better::Lower);
        assert!(unclear.starts_with("No clear change in missed appointments overall"), "{unclear}");
        worse.whole = [0.2, 0.1, 0.3];
        let more = sentence(&worse, Better::Lower);
        assert!(more.starts_with("More missed appointments overall") && more.contains("and more so for"), "{more}");
        assert!(sentence(&test(Verdict::Masked), Better::Higher).contains("about 130 more missed appointments"));
    }

    #[test]
    fn withheld_counts_leave_the_size_in_points_and_silence_says_what_it_could_have_seen() {
        let mut test = test(Verdict::Masked);
        test.strata[0].counts =
            BeforeAfter { before: [ReleasedCount::Suppressed; 2], after: [ReleasedCount::Suppressed; 2] };
        let told = sentence(&test, Better::Lower);
        assert!(told.contains("fifth of areas. They lie 2.4 percentage points behind where"), "{told}");
        assert!(told.contains("likely between 1.1 and 3.8"), "{told}");
        test.strata.clear();
        let definition = indicator("x", "X", Better::Lower, ["missed appointments", "appointments", "were missed"]);
        let text = looked_at(&definition, &test);
        assert!(
            text.contains(
                "among single groups that hold 98.0 % and combinations of two that hold 70.0 % of appointments"
            ),
            "{text}"
        );
        assert!(text.starts_with("The whole improved, and nobody was found") && text.contains("366 groups"), "{text}");
        test.reach.iter_mut().for_each(|own| own.unseen = 1.0);
        assert!(looked_at(&definition, &test).ends_with("seen only by luck: there are too few of them."));
    }
}
