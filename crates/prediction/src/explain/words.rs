//! The global picture in words.

use super::{Picture, Span};

/// Odds below this are not worth a reader's time.
const WORTH_SAYING: f64 = 1.05;
/// Barriers shown of each group.
const MOST_OF_GROUP: usize = 3;

/// The picture in words, for the terminal.
pub fn picture_text(picture: &Picture) -> String {
    let mut text = format!(
        "What may stand in the way, over {} appointments of {} people{}\n",
        picture.appointments,
        picture.people,
        if picture.appointments < picture.out_of {
            format!(" (a sample of the {} later than the model was made of)", picture.out_of)
        } else {
            String::new()
        },
    );
    text.push_str(&format!(
        "With 95 % intervals from {} samples of people. Barriers are hints for a conversation, not causes.\n",
        picture.samples
    ));
    for own in &picture.barriers {
        text.push_str(&format!(
            "\n{}\n  {} of what tells missed from attended appointments\n",
            own.words,
            percents(own.share)
        ));
        if own.barrier.is_none() {
            continue;
        }
        let more = own.named_more;
        let often = if own.told && more.lower <= 0.0 {
            String::new()
        } else if own.told {
            format!(
                ", {} points more often where they were missed ({} to {})",
                points(more.value),
                points(more.lower),
                points(more.upper)
            )
        } else {
            "; it is not shown to matter here".to_owned()
        };
        text.push_str(&format!("  a reason for {} of appointments{often}\n", percent(own.named)));
        text.push_str(&format!("  to offer: {}\n", own.offer));
    }
    text.push_str(
        "\nFor whom: how many times a barrier multiplies the odds of missing care, against the mean of all\n",
    );
    let mut dimension = "";
    for group in &picture.by_group {
        if dimension != group.dimension {
            text.push_str(&format!("\n{}\n", group.dimension_title));
            dimension = &group.dimension;
        }
        if let Some(reason) = &group.withheld {
            text.push_str(&format!("  {}: withheld ({reason})\n", group.label));
            continue;
        }
        let more: Vec<String> = group
            .barriers
            .iter()
            .filter(|own| own.odds.lower > 1.0 && own.odds.value >= WORTH_SAYING)
            .take(MOST_OF_GROUP)
            .map(|own| {
                format!(
                    "{} × {:.2} ({:.2} to {:.2})",
                    own.words.split(':').next().unwrap_or_default(),
                    own.odds.value,
                    own.odds.lower,
                    own.odds.upper
                )
            })
            .collect();
        let shown = if more.is_empty() { "no barrier stands higher than for all".to_owned() } else { more.join("; ") };
        text.push_str(&format!("  {}: {shown}\n", group.label));
    }
    text
}

fn percent(share: f64) -> String {
    format!("{} %", whole(share))
}

fn percents(span: Span) -> String {
    format!("{} ({} to {})", percent(span.value), whole(span.lower), whole(span.upper))
}

/// Whole per cent; what is rounded to zero has no sign.
fn whole(share: f64) -> String {
    format!("{:.0}", (share * 100.0).round() + 0.0)
}

fn points(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}
