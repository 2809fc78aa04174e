//! A figure: its message as heading, the chart in two widths, how to read it, and its table.

use maud::{Markup, PreEscaped, html};

use super::{sentence, tables};
use crate::analysis::Reading;
use crate::charts::{Caption, Scale, Size};
use evenly_cube::Indicator;

use crate::findings::is_waits;

/// What stands around a chart.
pub struct Figure<'a> {
    /// Unique in the document.
    pub id: &'a str,
    /// The message.
    pub title: &'a str,
    /// What is drawn, in words.
    pub description: &'a str,
    /// How to read it, for a reader who has not seen one.
    pub note: Option<&'a str>,
    /// Caption of the table.
    pub caption: &'a str,
    /// Level of its heading: 3 right under a section's, 4 under a dimension's.
    pub level: u8,
    /// Whether one small drawing serves page and phone: in a report of very many charts.
    pub compact: bool,
}

/// A figure whose chart is drawn for a page and again for a phone; style shows the one that fits.
pub fn figure(figure: &Figure, draw: impl Fn(&Caption, Size) -> String, table: &Markup) -> Markup {
    let chart = |size: Size, suffix: &str| {
        let caption = Caption {
            id: format!("{}-{suffix}", figure.id),
            title: figure.title.to_owned(),
            description: figure.description.to_owned(),
        };
        draw(&caption, size)
    };
    let charts = if figure.compact {
        html! { (PreEscaped(chart(Size::Narrow, "n").replacen("chart--narrow", "chart--both", 1))) }
    } else {
        html! {
            (PreEscaped(chart(Size::Wide, "w")))
            (PreEscaped(chart(Size::Narrow, "n")))
        }
    };
    frame(figure, &charts, table)
}

/// A figure around charts that are drawn already.
pub fn frame(figure: &Figure, charts: &Markup, table: &Markup) -> Markup {
    html! {
        figure.figure #(figure.id) aria-labelledby=(format!("{}-h", figure.id)) {
            @if figure.level == 3 {
                h3.figure__title #(format!("{}-h", figure.id)) { (sentence(figure.title)) }
            } @else {
                h4.figure__title #(format!("{}-h", figure.id)) { (sentence(figure.title)) }
            }
            (charts)
            @if let Some(note) = figure.note {
                p.figure__note { (note) }
            }
            details.nhsuk-details.figure__table {
                summary.nhsuk-details__summary {
                    span.nhsuk-details__summary-text { "Table: " (figure.caption) }
                }
                div.nhsuk-details__text { (tables::scroll(figure.caption, table)) }
            }
        }
    }
}

/// The scale that holds all readings with their intervals, from zero where zero is near.
pub fn scale<'a>(definition: &Indicator, readings: impl Iterator<Item = &'a Reading>) -> Scale {
    let mut scale = empty(definition);
    let mut low = f64::INFINITY;
    for value in readings.filter_map(|own| own.value) {
        low = low.min(value.lower);
        scale.high = scale.high.max(value.upper);
    }
    start(scale, low)
}

/// The scale that holds all of some numbers.
pub fn scale_of(definition: &Indicator, numbers: impl Iterator<Item = f64>) -> Scale {
    let mut scale = empty(definition);
    let mut low = f64::INFINITY;
    for number in numbers {
        low = low.min(number);
        scale.high = scale.high.max(number);
    }
    start(scale, low)
}

fn empty(definition: &Indicator) -> Scale {
    let waits = is_waits(definition);
    Scale {
        factor: if waits { 1.0 } else { 100.0 },
        suffix: if waits { "" } else { " %" },
        low: 0.0,
        high: f64::NEG_INFINITY,
    }
}

/// Begins at zero unless all values lie in the upper half of what would then be drawn.
fn start(mut scale: Scale, low: f64) -> Scale {
    if !low.is_finite() || !scale.high.is_finite() {
        return Scale { low: 0.0, high: 1.0 / scale.factor, ..scale };
    }
    if low < 0.0 || low > scale.high / 2.0 {
        scale.low = low;
    }
    scale
}
