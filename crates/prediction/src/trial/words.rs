//! What help did, in words.

use super::{Effect, Evaluation};

/// The evaluation in words, for the terminal.
pub fn evaluation_text(found: &Evaluation) -> String {
    let mut text = format!("{}.\n", found.design);
    text.push_str(&format!(
        "Appointments of {} to {}: {} missed or attended, {} cancelled ({} of them offered help), {} without a known outcome.\n\n",
        found.days[0],
        found.days[1],
        found.appointments,
        found.cancelled[0] + found.cancelled[1],
        found.cancelled[0],
        found.not_known,
    ));
    text.push_str(&format!("Everybody: {}.\n", effect_text(&found.whole)));
    let mut dimension = "";
    for own in &found.by_group {
        if dimension != own.dimension {
            text.push_str(&format!("\n{}\n", own.dimension_title));
            dimension = &own.dimension;
        }
        match (&own.effect, &own.withheld) {
            (Some(effect), _) => text.push_str(&format!("  {}: {}.\n", own.label, effect_text(effect))),
            (None, reason) => {
                text.push_str(&format!("  {}: withheld ({})\n", own.label, reason.as_deref().unwrap_or("too few")));
            }
        }
    }
    text.push_str(&format!(
        "\nHarm is judged at {:.2} % for all groups and this look together. A group that is not shown to be harmed is not shown to be safe: read its interval.\n",
        found.level * 100.0
    ));
    text
}

fn effect_text(own: &Effect) -> String {
    let points = |share: f64| format!("{:.1}", share.abs() * 100.0);
    let signed = |share: f64| format!("{:+.1}", share * 100.0);
    let span = own.difference;
    let between = format!("{} to {}", signed(span.lower), signed(span.upper));
    let verdict = if own.harmed {
        format!("HARM: {} points more missed with help ({between})", points(span.value))
    } else if span.upper < 0.0 {
        format!("help helps: {} points fewer missed ({between})", points(span.value))
    } else {
        format!("no effect shown: {} points ({between})", signed(span.value))
    };
    let prevented = own.prevented.filter(|_| span.upper < 0.0).map_or_else(String::new, |own| {
        format!(
            "; prevents {:.0} % of the risk ({:.0} to {:.0})",
            own.value * 100.0,
            own.lower * 100.0,
            own.upper * 100.0
        )
    });
    format!(
        "{:.1} % of {} missed with help, {:.1} % of {} without; {verdict}{prevented}",
        own.missed[0] * 100.0,
        own.appointments[0],
        own.missed[1] * 100.0,
        own.appointments[1],
    )
}
