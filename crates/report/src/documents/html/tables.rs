//! Tables: a caption, scopes, numbers aligned, "*" for what is withheld, and a frame that scrolls on a phone.

use evenly_cube::{Dimension, Indicator, ReleasedCount};
use evenly_stats::Estimate;
use maud::{Markup, html};

use crate::analysis::{Breakdown, IndicatorAnalysis, Reading};
use crate::findings::numbers::{count, decimal, percent};
use crate::findings::{is_waits, words};

/// A frame that scrolls sideways by touch and by keyboard.
pub fn scroll(label: &str, table: &Markup) -> Markup {
    html! {
        section.table-scroll aria-label=(label) tabindex="0" { (table) }
    }
}

/// A count, or the sign that it is withheld.
pub fn shown(number: ReleasedCount) -> Markup {
    match number.shown() {
        Some(number) => html! { (count(number)) },
        None => withheld(),
    }
}

/// The sign for what is withheld, said in words to whoever listens.
pub fn withheld() -> Markup {
    html! { span aria-hidden="true" { "*" } span.nhsuk-u-visually-hidden { "withheld" } }
}

/// A value as in tables: `14.1 %`, or weeks without their unit.
pub fn value(definition: &Indicator, number: f64) -> String {
    if is_waits(definition) { decimal(number, 1) } else { percent(number).replace(' ', "\u{a0}") }
}

/// The cells value, interval, numerator and denominator of a reading.
pub fn cells(definition: &Indicator, reading: &Reading) -> Markup {
    html! {
        td.number { (value_cell(definition, reading)) }
        td.number { (interval_cell(definition, reading)) }
        td.number { (shown(reading.numerator)) }
        td.number { (shown(reading.denominator)) }
        @if is_waits(definition) {
            td.number { @if let Some(p90) = reading.p90 { (decimal(p90.value, 1)) } @else { (withheld()) } }
            td.number { @if let Some(over) = reading.over_52_weeks { (shown(over)) } @else { (withheld()) } }
        }
    }
}

/// An indicator by the groups of a dimension, everybody last.
pub fn by_group(dimension: &Dimension, own: &IndicatorAnalysis, breakdown: &Breakdown, caption: &str) -> Markup {
    let definition = &own.definition;
    html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (caption) }
            thead { tr { th scope="col" { (words::dimension_name(dimension)) } (heads(definition)) } }
            tbody {
                @for group in &breakdown.groups {
                    tr { th scope="row" { (dimension.groups[group.group].label) } (cells(definition, &group.reading)) }
                }
                tr.total { th scope="row" { "Everybody" } (cells(definition, &own.overall)) }
            }
        }
    }
}

/// The heads of [`cells`].
pub fn heads(definition: &Indicator) -> Markup {
    let waits = is_waits(definition);
    html! {
        th.number scope="col" { @if waits { "Median, weeks" } @else { "Value" } }
        th.number scope="col" { "Likely between" }
        th.number scope="col" { @if waits { "Over 18 weeks" } @else { (first_upper(&definition.words.events)) } }
        th.number scope="col" { (first_upper(&definition.words.out_of)) }
        @if waits {
            th.number scope="col" { "Nine in ten within, weeks" }
            th.number scope="col" { "Over 52 weeks" }
        }
    }
}

/// The value alone, or why there is none.
pub fn value_cell(definition: &Indicator, reading: &Reading) -> Markup {
    match reading.value {
        Some(own) => html! { (value(definition, own.value)) },
        None if reading.suppressed() => withheld(),
        None => html! { "–" },
    }
}

fn interval_cell(definition: &Indicator, reading: &Reading) -> Markup {
    match reading.value {
        Some(own) => html! { (interval(definition, own)) },
        None if reading.suppressed() => withheld(),
        None => html! { "–" },
    }
}

/// An interval as in tables: `13.9 to 14.3`.
pub fn interval(definition: &Indicator, own: Estimate) -> String {
    let factor = if is_waits(definition) { 1.0 } else { 100.0 };
    format!("{}\u{a0}to\u{a0}{}", decimal(own.lower * factor, 1), decimal(own.upper * factor, 1))
}

/// A measure's value in its own unit.
pub fn measure(definition: &Indicator, method: &str, own: Estimate) -> (String, String) {
    let both = |write: &dyn Fn(f64) -> String| {
        (write(own.value), format!("{}\u{a0}to\u{a0}{}", write(own.lower), write(own.upper)))
    };
    match method {
        "ratio" | "rii" => both(&|number| decimal(number, 2)),
        "gap-count" => both(&|number| decimal(number, 0)),
        _ => {
            let (unit, factor) = if is_waits(definition) { ("weeks", 1.0) } else { ("points", 100.0) };
            let (value, limits) = both(&|number| decimal(number * factor, 1));
            (format!("{value}\u{a0}{unit}"), limits)
        }
    }
}

/// A text with its first letter in upper case.
pub fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The name of a measure with its technical name, for whoever looks for it.
pub fn measure_title(method: &str) -> Markup {
    let technical = match method {
        "sii" => Some("slope index of inequality"),
        "rii" => Some("relative index of inequality"),
        "ratio" => Some("ratio"),
        "gap-count" => Some("events if every group did as well as the best-off"),
        _ => None,
    };
    html! {
        (words::measure_name(method))
        @if let Some(technical) = technical { span.technical { " (" (technical) ")" } }
    }
}
