//! Sentences about how the report was made: people who come again, and answers that are judged together.

use evenly_cube::Release;

use crate::analysis::{LookedAt, Question};
use crate::findings::claims;
use crate::findings::numbers::{count, decimal, percent};

/// How the report allows for people who are counted more than once.
pub fn repeats(release: &Release) -> String {
    let mut effects: Vec<f64> =
        release.indicators.iter().filter_map(|own| own.repeats).map(|own| own.of_value).collect();
    effects.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (effects.first(), effects.last()) else {
        return "Rows are counted as independent. The same people often come back, so that true uncertainty is somewhat larger \
                than shown."
            .to_owned();
    };
    format!(
        "The same people come back, and what happens to one person goes together, so that their rows tell less than as many \
         people would. Intervals and tests allow for it: variances are {} to {} times as large as of independent rows, by \
         indicator (design effect by person, Rao and Scott 1992, learnt from people chosen by chance). The points of charts over \
         time stand for themselves.",
        decimal(*least, 2),
        decimal(*most, 2)
    )
}

/// How many answers the findings were chosen from, and how it is held that few are false.
pub fn judged_together(looked_at: &[LookedAt]) -> String {
    let each: Vec<String> = looked_at
        .iter()
        .filter(|own| own.answers > 0)
        .map(|own| {
            format!(
                "{} {} ({} told, at {})",
                count(own.answers as u64),
                asked(own.question),
                own.told,
                percent(own.rate)
            )
        })
        .collect();
    let each = if each.is_empty() { "nothing".to_owned() } else { super::list(&each) };
    format!(
        "Whoever looks at enough numbers finds differences that are none. So the answers to each question are judged together, and \
         the share of false ones among those told is held (Benjamini and Hochberg): {each}. With the test of who shared in a change, \
         that is {} for the whole report: where nothing is so, about one report in twenty tells anything. Charts follow their own \
         rules point by point, and may show signals that are no findings.",
        percent(claims::RATE)
    )
}

fn asked(question: Question) -> &'static str {
    match question {
        Question::Gaps => "gaps between groups",
        Question::Combinations => "combinations of two groups",
        Question::Changes => "changes for the worse or of gaps",
        Question::Mix => "gaps that something else may explain",
    }
}

#[cfg(test)]
mod tests {
    use evenly_cube::RepeatEffect;

    use super::{judged_together, repeats};
    use crate::analysis::{LookedAt, Question};
    use crate::sample::{EVEN, release};

    #[test]
    fn who_comes_again_is_allowed_for_or_said_not_to_be() {
        let mut release = release(EVEN);
        assert!(repeats(&release).starts_with("Rows are counted as independent."));
        release.indicators[0].repeats = Some(RepeatEffect { of_value: 1.4, of_change: 1.1 });
        assert!(repeats(&release).contains("variances are 1.40 to 1.40 times as large"));
    }

    #[test]
    fn what_was_looked_at_is_counted() {
        let own = LookedAt { question: Question::Gaps, answers: 1054, told: 12, rate: 0.005 };
        let text = judged_together(&[own, LookedAt { question: Question::Mix, answers: 0, ..own }]);
        assert!(
            text.contains("1,054 gaps between groups (12 told, at 0.5 %). With") && text.contains("5.0 % for the"),
            "{text}"
        );
    }
}
