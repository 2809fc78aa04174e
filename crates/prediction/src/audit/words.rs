//! Who is reached under each rule at the same capacity, as a table for the terminal.

use super::{Allocation, Audit, Rule};

/// For each dimension, the share of each group's missed appointments with an offer under every rule.
pub fn reach_text(audit: &Audit) -> String {
    let mut text = String::new();
    let applied: Vec<&Allocation> = audit.allocation.iter().filter(|own| own.refused.is_none()).collect();
    let Some(first) = applied.first() else { return text };
    let mut dimension = "";
    for (place, group) in first.by_group.iter().enumerate() {
        let of_dimension = |own: &&&Allocation| {
            own.rule != Rule::FloorPerGroup || own.dimension.as_deref() == Some(group.dimension.as_str())
        };
        let shown: Vec<&&Allocation> = applied.iter().filter(of_dimension).collect();
        if dimension != group.dimension {
            dimension = &group.dimension;
            text.push_str(&format!(
                "\nMissed appointments reached, by {}\n{:<40} {:>14}",
                dimension.replace('_', " "),
                "",
                "appointments"
            ));
            for own in &shown {
                let title = match own.rule {
                    Rule::Risk => "by risk",
                    Rule::RiskTimesBenefit => "and benefit",
                    Rule::FloorPerGroup => "with a floor",
                };
                text.push_str(&format!(" {title:>14}"));
            }
            text.push('\n');
        }
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        let label: String = group.label.chars().take(40).collect();
        text.push_str(&format!("{label:<40} {:>14}", percent(group.share_of_appointments)));
        for own in &shown {
            let reach = own.by_group.get(place).map_or_else(|| "–".to_owned(), |own| percent(own.reach));
            text.push_str(&format!(" {reach:>14}"));
        }
        text.push('\n');
    }
    text
}
