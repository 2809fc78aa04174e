//! The model card: what the model is for, what it was made of, how well it does and for whom, its limits, when to look again.

mod trade_off;

use evenly_cube::GroupState;
use evenly_extract::profile::{date_of, days_from_1970};

use crate::audit::{Audit, Figures, GroupFigures, Rule};
use crate::model::{Model, Saved, Settings};

pub use trade_off::trade_off;

/// Name of the drawing in the card's folder.
pub const DRAWING: &str = "trade-off.svg";
/// Days after the last day of the data at which a model must be looked at again.
const REVIEW_DAYS: i32 = 365;

/// The card as Markdown.
pub fn card(saved: &Saved) -> String {
    let mut text = format!("# Model card: {}\n\n", saved.features.title);
    purpose(&mut text, saved);
    in_short(&mut text, saved);
    data(&mut text, saved);
    looked_at(&mut text, saved);
    figures(&mut text, saved);
    groups(&mut text, &saved.audit);
    allocation(&mut text, &saved.audit);
    compared(&mut text, &saved.audit);
    limits(&mut text, saved);
    text
}

fn purpose(text: &mut String, saved: &Saved) {
    text.push_str(&format!(
        "A model of {}, fitted by Evenly {} with the feature set `{}` (version {}), looked at {}.\n\n",
        saved.model.kind().title(),
        saved.evenly,
        saved.features.id,
        saved.features.version,
        moment(saved),
    ));
    text.push_str(
        "## What it is for\n\nTo offer help to people who may miss an appointment: a call, transport, an interpreter, another time, a companion.\n\n\
         **Not for** overbooking, discharge, a lower place on a list, a charge, or a note about a person. Evenly writes no chance beside a name or an \
         appointment, so there is nothing to use in such a way.\n\n",
    );
    text.push_str("| What may stand in the way | What to offer |\n|---|---|\n");
    let hinted = |barrier: &&crate::features::Barrier| {
        saved
            .features
            .feature
            .iter()
            .any(|own| saved.used.contains(&own.id) && own.barrier.as_ref() == Some(&barrier.id))
    };
    for barrier in saved.features.barrier.iter().filter(hinted) {
        text.push_str(&format!("| {} | {} |\n", barrier.words, barrier.offer));
    }
}

/// What it comes to, for whoever reads no further.
fn in_short(text: &mut String, saved: &Saved) {
    let overall = &saved.audit.overall;
    text.push_str(&format!(
        "\n## In short\n\nHelp for {} of appointments reaches {} of those that are missed without it. {} of the offers go to such an appointment; the \
         others go to people who come anyway and lose nothing by it. {} of missed appointments are not on the list: it adds to making it \
         easy for everybody to come, and replaces none of it.\n",
        percent(saved.audit.capacity),
        figure(overall, "sensitivity_at_k"),
        figure(overall, "precision_at_k"),
        percent(1.0 - overall.sensitivity_at_k),
    ));
    let side = match overall.intervals.get("off") {
        Some(own) if own.upper < 0.0 => "higher",
        Some(own) if own.lower > 0.0 => "lower",
        _ => return,
    };
    text.push_str(&format!(
        "\nOn the days of the test its chances were {side} than what happened: {} on average, where {} were missed. This hardly changes whom help \
         reaches, because the order stays; it matters where the chances themselves are counted on.\n",
        percent(overall.predicted),
        percent(overall.observed),
    ));
}

fn moment(saved: &Saved) -> String {
    match saved.features.moment.days_before {
        None => "as of the day of booking".to_owned(),
        Some(1) => "as of the day before the appointment, or of booking if that is later".to_owned(),
        Some(days) => format!("as of {days} days before the appointment, or of booking if that is later"),
    }
}

fn data(text: &mut String, saved: &Saved) {
    let made = &saved.made_of;
    text.push_str(&format!(
        "\n## What it was made of\n\n{} (profile `{}`, version {}); {}. Rows read {}, left out by rule {}, rejected {}. {} people.\n\n",
        made.title,
        saved.profile.0,
        saved.profile.1,
        made.files.join(", "),
        made.read,
        made.excluded,
        made.rejected,
        made.people,
    ));
    for (reason, rows) in &made.set_aside {
        text.push_str(&format!("Not looked at: {rows} appointments ({reason}).\n\n"));
    }
    for (dimension, rows) in &made.of_person {
        text.push_str(&format!(
            "The {} of {rows} appointments was taken from a later or earlier one of the same person: where it is asked on arrival, those who \
             came would stand for their group.\n\n",
            dimension.replace('_', " "),
        ));
    }
    text.push_str("| Part | Days | Appointments | Missed |\n|---|---|---|---|\n");
    let days = &made.days;
    let spans = [
        ("Fitting", format!("{} to the day before {}", days.first, days.calibrate)),
        ("Calibration and choice of settings", format!("{} to the day before {}", days.calibrate, days.test)),
        ("Test, people never seen", format!("{} to {}", days.test, days.last)),
    ];
    for (part, (name, span)) in spans.into_iter().enumerate() {
        text.push_str(&format!("| {name} | {span} | {} | {} |\n", made.appointments[part], made.missed[part]));
    }
    text.push_str(&format!("\nSeed {}. Of what happened to a person, only what happened on days before the moment was looked at; this was checked.\n", made.seed));
}

fn looked_at(text: &mut String, saved: &Saved) {
    text.push_str("\n## What it looks at\n\n| What | Share of what moves the chance |\n|---|---|\n");
    for (title, share) in &saved.importance {
        text.push_str(&format!("| {title} | {} |\n", percent(*share)));
    }
    if let Model::Boosted(model) = &saved.model {
        let own = model.settings;
        text.push_str(&format!(
            "\n{} trees of depth {} (each takes {} of its step; ridge {}, least weight of a leaf {}); the logistic regression has {} of the \
             log-odds. The settings were chosen among {}, the share among 0 to 50 %, by log-loss on the calibration days.\n",
            model.trees(),
            own.depth,
            own.rate,
            own.ridge,
            own.leaf_weight,
            percent(model.linear_share),
            Settings::TRIED.len(),
        ));
    }
    if let Model::Logistic(model) = &saved.model {
        text.push_str("\nLog-odds for each standard deviation above the mean, and where it is not known:\n\n| What | Above the mean | Not known |\n|---|---|---|\n");
        for own in &model.coefficients {
            text.push_str(&format!("| {} | {:+.3} | {:+.3} |\n", own.feature, own.weight, own.unknown));
        }
    }
    for feature in saved.features.feature.iter().filter(|own| own.protected) {
        let used = saved.used.contains(&feature.id);
        match (&feature.why, used) {
            (Some(why), true) => text
                .push_str(&format!("\n**{}** is a protected characteristic. Why it is used: {why}\n", feature.title)),
            _ => text.push_str(&format!("\n{} is a protected characteristic and is not used.\n", feature.title)),
        }
    }
    calibrated_by(text, saved);
    for own in &saved.suspects {
        text.push_str(&format!(
            "\n**Look at `{}`**: alone it ranks a missed above an attended appointment with {:.2} (AUROC), better than is usual for anything known \
             before an appointment. Make sure that it is known at the moment, and for everybody.\n",
            own.feature, own.auroc,
        ));
    }
    for own in &saved.left_out {
        text.push_str(&format!("\nNot used: {} ({}).\n", own.title, own.reason));
    }
    if !saved.absent.is_empty() {
        text.push_str(&format!("\nNot in this extract: {}.\n", saved.absent.join("; ")));
    }
}

/// By which groups chances are put right, how far, and why protected characteristics are used for it.
fn calibrated_by(text: &mut String, saved: &Saved) {
    let found = &saved.calibration.by_group.dimensions;
    if found.is_empty() {
        return;
    }
    text.push_str("\nOn the days of calibration the chances of each group were put right, by so much as its appointments bear out:\n\n");
    for own in found {
        let size = |(_, adds): &(String, f64)| adds.abs();
        let most = own.groups.iter().max_by(|one, other| size(one).total_cmp(&size(other)));
        let Some((group, adds)) = most else { continue };
        let why = saved.features.calibrate_by.iter().find(|set| set.dimension == own.dimension);
        let why = why
            .and_then(|set| set.why.as_ref())
            .map_or_else(String::new, |why| format!(" This is a protected characteristic. Why it is used: {why}"));
        let audited = |of: &&GroupFigures| of.dimension == own.dimension && of.group == *group;
        let label = saved.audit.by_group.iter().find(audited).map_or(group, |of| &of.label);
        text.push_str(&format!(
            "- {}: most for {label}, whose odds were multiplied by {:.2}.{why}\n",
            own.dimension.replace('_', " "),
            adds.exp(),
        ));
    }
}

fn figures(text: &mut String, saved: &Saved) {
    let capacity = percent(saved.audit.capacity);
    text.push_str(&format!(
        "\n## How well it does\n\nOn later days, for people it never saw; with 95 % intervals from {} samples of people. The capacity is help for {capacity} of appointments.\n\n",
        saved.audit.samples
    ));
    let baseline = saved.baseline.as_ref();
    text.push_str(if baseline.is_some() {
        "| | This model | Linear baseline |\n|---|---|---|\n"
    } else {
        "| | This model |\n|---|---|\n"
    });
    for (title, name) in LINES {
        text.push_str(&format!("| {} | {} |", title.replace("{k}", &capacity), figure(&saved.audit.overall, name)));
        if let Some(baseline) = baseline {
            text.push_str(&format!(" {} |", figure(baseline, name)));
        }
        text.push('\n');
    }
}

/// Titles and names of the figures in the order to show them.
const LINES: [(&str, &str); 11] = [
    ("Share missed", "observed"),
    ("Mean chance", "predicted"),
    ("Share missed less mean chance, points (0 is right)", "off"),
    ("Ranks a missed above an attended appointment (AUROC)", "auroc"),
    ("Area under precision and reach (AUPRC)", "auprc"),
    ("Missed appointments reached with help for {k}", "sensitivity_at_k"),
    ("Offers that go to an appointment missed without", "precision_at_k"),
    ("Calibration slope (1 is right)", "calibration_slope"),
    ("Calibration in the large (0 is right)", "calibration_intercept"),
    ("Brier score", "brier"),
    ("Log-loss", "log_loss"),
];

/// A figure with its interval, in words for a cell.
pub fn figure(figures: &Figures, name: &str) -> String {
    let value = match name {
        "observed" => Some(figures.observed),
        "predicted" => Some(figures.predicted),
        "off" => Some(figures.off),
        "auroc" => Some(figures.auroc),
        "auprc" => Some(figures.auprc),
        "brier" => Some(figures.brier),
        "log_loss" => Some(figures.log_loss),
        "calibration_slope" => figures.calibration_slope,
        "calibration_intercept" => figures.calibration_intercept,
        "sensitivity_at_k" => Some(figures.sensitivity_at_k),
        "precision_at_k" => figures.precision_at_k,
        _ => None,
    };
    let shares = ["observed", "predicted", "sensitivity_at_k", "precision_at_k"];
    let show = |value: f64| match name {
        "off" => format!("{:+.1}", value * 100.0),
        _ if shares.contains(&name) => percent(value),
        _ => format!("{value:.3}"),
    };
    let Some(value) = value else { return "no answer".to_owned() };
    match figures.intervals.get(name) {
        Some(interval) => format!("{} ({} to {})", show(value), show(interval.lower), show(interval.upper)),
        None => show(value),
    }
}

fn groups(text: &mut String, audit: &Audit) {
    text.push_str("\n## For whom\n\nReach is the share of a group's missed appointments for which help is offered, under one list for all.\n\n");
    text.push_str(
        "| | Group | Share missed | Mean chance | Share missed less mean chance, points | AUROC | Calibration slope | Reach |\n|---|---|---|---|---|---|---|---|\n",
    );
    for group in &audit.by_group {
        let cells = match (&group.figures, &group.withheld) {
            (Some(own), _) => ["observed", "predicted", "off", "auroc", "calibration_slope", "sensitivity_at_k"]
                .map(|name| figure(own, name))
                .join(" | "),
            (None, reason) => format!("withheld: {} | | | | | ", reason.as_deref().unwrap_or("too few")),
        };
        text.push_str(&format!("| {} | {} | {cells} |\n", group.dimension_title, group.label));
    }
    held(text, audit);
    if !audit.gaps.is_empty() {
        text.push_str("\nLargest differences between groups:\n\n");
    }
    for gap in &audit.gaps {
        let what = if gap.kind == "calibration" {
            "Calibration (share missed less mean chance)"
        } else {
            "Equal opportunity (reach)"
        };
        let between =
            gap.interval.map_or_else(String::new, |own| format!(" ({} to {})", points(own.lower), points(own.upper)));
        text.push_str(&format!(
            "- {what} by {}: {} points{between} between {} and {}\n",
            gap.dimension.replace('_', " "),
            points(gap.value),
            gap.labels[0],
            gap.labels[1],
        ));
    }
}

/// For which known groups chances were as true as could be known, and for which not.
fn held(text: &mut String, audit: &Audit) {
    let known = audit.by_group.iter().filter(|own| own.state == GroupState::Known);
    let judged = known.filter_map(|own| Some((own, own.figures.as_ref()?.intervals.get("off")?)));
    let (held, not): (Vec<_>, Vec<_>) = judged.partition(|(_, interval)| interval.holds(0.0));
    if held.is_empty() && not.is_empty() {
        return;
    }
    text.push_str(&format!(
        "\nChances were true within their interval for {} of {} known groups; by chance alone one in 20 lies outside.",
        held.len(),
        held.len() + not.len(),
    ));
    let (low, high): (Vec<_>, Vec<_>) = not.into_iter().partition(|(_, interval)| interval.lower > 0.0);
    for (groups, too) in [(high, "high"), (low, "low")] {
        let names: Vec<String> =
            groups.iter().map(|(own, _)| format!("{} ({})", own.label, own.dimension_title)).collect();
        if !names.is_empty() {
            text.push_str(&format!(" They were too {too} for {}.", names.join("; ")));
        }
    }
    text.push('\n');
}

fn allocation(text: &mut String, audit: &Audit) {
    text.push_str("\n## Who would be offered help, at the same capacity\n\n| Rule | Missed appointments reached | Offers to one missed without |\n|---|---|---|\n");
    for own in &audit.allocation {
        let name = match own.rule {
            Rule::Risk => "by risk".to_owned(),
            Rule::RiskTimesBenefit => "by risk and benefit of help".to_owned(),
            Rule::FloorPerGroup => {
                format!(
                    "by risk, with a floor for every group of {}",
                    own.dimension.as_deref().unwrap_or("").replace('_', " ")
                )
            }
        };
        let shown = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), percent);
        let reason = own.refused.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
        text.push_str(&format!("| {name}{reason} | {} | {} |\n", shown(own.reach), shown(own.precision)));
    }
}

/// The trade-off as a drawing, with its table beneath.
fn compared(text: &mut String, audit: &Audit) {
    let panels = trade_off::panels(audit);
    if panels.is_empty() {
        return;
    }
    text.push_str(&format!(
        "\n![Reach by group, by risk alone and with a floor for every group; the numbers are in the table below]({DRAWING})\n\n\
         | | Group | Share of appointments | Offers by risk | Reach by risk | Offers with a floor | Reach with a floor |\n|---|---|---|---|---|---|---|\n",
    ));
    for panel in &panels {
        for pair in &panel.pairs {
            let [by_risk, with_floor] = pair.offers;
            let cells = [pair.share, by_risk, pair.by_risk, with_floor, pair.with_floor].map(percent).join(" | ");
            text.push_str(&format!("| {} | {} | {cells} |\n", panel.title, pair.label));
        }
    }
    text.push_str("\nGroups with too few appointments are in the rules but not in the drawing and table.\n");
}

fn limits(text: &mut String, saved: &Saved) {
    let last = &saved.made_of.days.last;
    let review = last.parse().ok().and_then(|date| date_of(days_from_1970(date) + REVIEW_DAYS));
    text.push_str(&format!(
        "\n## Limits\n\n\
         - It says how often appointments like this one were missed, not why. The barriers are hints for a conversation.\n\
         - It learns from who missed care as care was organised then. Where a service puts up barriers, the risk is the service's.\n\
         - It was tested at the place and time above. Elsewhere, or after a change of service, fit and audit it again.\n\
         - A recorded non-attendance may be a cancellation that was not written down, or a letter that never came.\n\
         - Whether help helps is not in these figures: keep a record of offers and outcomes, by group.\n\
         - Intervals take repeated appointments of a person into account, and those of calibration what the days of calibration leave in doubt; not \
         what is unusual about these weeks.\n\n\
         ## Look again\n\nBy {} at the latest (a year after the last day of the data), and whenever the service changes.\n",
        review.map_or_else(|| "a year after the last day".to_owned(), |date| date.to_string()),
    ));
}

/// An audit in words, for the terminal.
pub fn audit_text(audit: &Audit) -> String {
    let capacity = percent(audit.capacity);
    let overall = &audit.overall;
    let mut text = format!(
        "{} appointments, with 95 % intervals from {} samples of people\n\n",
        overall.appointments, audit.samples
    );
    for (title, name) in LINES {
        text.push_str(&format!("{}: {}\n", title.replace("{k}", &capacity), figure(overall, name)));
    }
    groups(&mut text, audit);
    allocation(&mut text, audit);
    text
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn points(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}
