//! Drift in words: what stands out, and what to do about it.

use super::{Drift, Series, Signal};

/// What to do where chances are not true any more.
const RECALIBRATE: &str = "Find out what changed (a service, its letters and reminders, how attendance is coded), then fit the model again on an extract that reaches to now and read the new card.";
/// What to do where what comes in has changed.
const CHECK_INPUTS: &str = "Check that the extract and its profile still give this as they did (a code list, a column, the years of history that the extract holds); if people or services changed, fit the model again.";
/// What to do where history has shifted.
const SAME_HISTORY: &str = "History grows with the days that an extract holds: give extracts that reach back about as far as the model's own, and fit it again once a year.";
/// A run of months this near to the expected is no reason to act for one group.
const OFF_BY: f64 = 0.05;
/// What to do where the spread of chances is off.
const REFIT: &str =
    "The order of offers may still be right; fit the model again before its chances are compared between groups.";

/// What stands out: chances first, then the spread, then what comes in.
pub(super) fn signals(found: &Drift) -> Vec<Signal> {
    let mut all = Vec::new();
    if found.calibration.stands_out() {
        all.push(of_series("everybody", &found.calibration));
    }
    for own in &found.by_group {
        let told = |series: &&Series| series.months.iter().any(|own| own.outside) || (series.runs && matters(series));
        if let Some(series) = own.calibration.as_ref().filter(told) {
            all.push(of_series(&format!("{}: {}", own.dimension_title, own.label), series));
        }
    }
    if found.slope.runs || !found.slope.outside.is_empty() {
        let when = if found.slope.outside.is_empty() {
            "stays on one side of 1".to_owned()
        } else {
            format!("is outside its limits in {}", found.slope.outside.join(", "))
        };
        all.push(Signal {
            kind: "slope",
            about: "everybody".to_owned(),
            sentence: format!("The calibration slope {when}: chances are too extreme or too alike"),
            what_to_do: REFIT,
        });
    }
    all.extend(of_history(found));
    let features = found.features.iter().filter(|own| !own.history).map(|own| (own.title.clone(), own));
    let groups = found
        .by_group
        .iter()
        .filter_map(|own| Some((format!("{}: {}", own.dimension_title, own.label), own.inputs.as_ref()?)));
    for (about, shifts) in features.chain(groups) {
        if let Some(latest) = shifts.latest_outside() {
            let size = if latest.index.unwrap_or(0.0) >= 0.25 { "have shifted far" } else { "have shifted" };
            all.push(Signal {
                kind: "inputs",
                sentence: format!(
                    "{about}: values {size} against the days that the model was made of ({}, index {:.2})",
                    latest.month,
                    latest.index.unwrap_or(0.0)
                ),
                about,
                what_to_do: CHECK_INPUTS,
            });
        }
    }
    all
}

/// Whether chances are off by enough to change anybody's offer.
fn matters(series: &Series) -> bool {
    (series.ratio - 1.0).abs() >= OFF_BY
}

/// Features that look back shift together, as history grows; they are told together.
fn of_history(found: &Drift) -> Option<Signal> {
    let shifted: Vec<&str> = found
        .features
        .iter()
        .filter(|own| own.history && own.latest_outside().is_some())
        .map(|own| own.title.as_str())
        .collect();
    (!shifted.is_empty()).then(|| Signal {
        kind: "inputs",
        about: "history".to_owned(),
        sentence: format!(
            "What is known of people's earlier appointments has shifted against the days that the model was made of ({})",
            shifted.join("; ")
        ),
        what_to_do: SAME_HISTORY,
    })
}

fn of_series(about: &str, series: &Series) -> Signal {
    let outside: Vec<&str> = series.months.iter().filter(|own| own.outside).map(|own| own.month.as_str()).collect();
    let when = match (outside.is_empty(), series.runs) {
        (false, true) => {
            format!("outside the limits in {}, and on one side of 1 for longer than chance", outside.join(", "))
        }
        (false, false) => format!("outside the limits in {}", outside.join(", ")),
        (true, _) => "on one side of 1 for longer than chance".to_owned(),
    };
    let (less, by) = (series.ratio < 1.0, (series.ratio - 1.0).abs() * 100.0);
    Signal {
        kind: "calibration",
        about: about.to_owned(),
        sentence: format!(
            "{}: {by:.0} % {} appointments were missed than expected over these months; {when}",
            capital(about),
            if less { "fewer" } else { "more" }
        ),
        what_to_do: RECALIBRATE,
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The drift in words, for the terminal.
pub fn drift_text(found: &Drift) -> String {
    let mut text = format!(
        "{} months since the model was made, against {} appointments from {} to the day before {}\n\n",
        found.months.len(),
        found.reference_appointments,
        found.reference[0],
        found.reference[1],
    );
    text.push_str("Month     Appointments   Missed  Expected  Missed/expected  Limits          Slope\n");
    for (own, slope) in found.calibration.months.iter().zip(&found.slope.months) {
        let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"));
        text.push_str(&format!(
            "{}   {:>12} {:>8} {:>9.0} {:>16}  {:<14}  {}{}\n",
            own.month,
            own.appointments,
            own.missed,
            own.expected,
            number(own.ratio),
            format!("{} to {}", number(own.lower), number(own.upper)),
            number(*slope),
            if own.outside { "  outside" } else { "" },
        ));
    }
    let withheld = found.by_group.iter().filter(|own| own.withheld.is_some()).count();
    text.push_str(&format!(
        "\n{} groups looked at, {withheld} with too few appointments to show.\n\n",
        found.by_group.len() - withheld
    ));
    if found.signals.is_empty() {
        text.push_str("Nothing stands out: chances are still true, and what comes in is like what the model was made of. Look again next month, and at the card's review date.\n");
        return text;
    }
    text.push_str("What stands out:\n");
    let mut advice: Vec<&str> = Vec::new();
    for signal in &found.signals {
        text.push_str(&format!("- {}.\n", signal.sentence));
        if !advice.contains(&signal.what_to_do) {
            advice.push(signal.what_to_do);
        }
    }
    text.push_str("\nWhat to do:\n");
    for own in advice {
        text.push_str(&format!("- {own}\n"));
    }
    text
}
