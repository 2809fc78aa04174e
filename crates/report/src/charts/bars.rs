//! Bars from zero.

use super::axis::TEXT;
use super::svg::{Anchor, Svg, text_width, wrap};
use super::{Caption, Size};

/// One bar.
pub struct Bar {
    /// What it is of.
    pub label: String,
    /// Its length, 0 or more; absent where it is withheld.
    pub value: Option<f64>,
    /// The value in words.
    pub text: String,
}

/// Draws bars that all start at zero; the longest fills the plot.
pub fn bars(rows: &[Bar], caption: &Caption, size: Size) -> String {
    let width = size.width();
    let (left, row, bar_top) = match size {
        Size::Wide => (230.0, 30.0, 6.0),
        Size::Narrow => (4.0, 46.0, 22.0),
    };
    let room = rows.iter().map(|own| text_width(&own.text, TEXT)).fold(0.0, f64::max) + 16.0;
    let longest = rows.iter().filter_map(|own| own.value).fold(0.0, f64::max);
    let scale = if longest > 0.0 { (width - left - room) / longest } else { 0.0 };
    let height = rows.len() as f64 * row + 8.0;
    let mut svg = Svg::new(width, height);
    for (place, own) in rows.iter().enumerate() {
        let top = place as f64 * row + 4.0;
        let length = own.value.unwrap_or(0.0) * scale;
        svg.rect((left, top + bar_top), (length, 18.0), r#"class="bar""#);
        let value_at = (left + length + 8.0, top + bar_top + 13.5);
        svg.text(value_at, Anchor::Start, "label strong", &own.text);
        match size {
            Size::Wide => {
                let lines = wrap(&own.label, TEXT, left - 16.0, 1);
                svg.text((left - 10.0, top + bar_top + 13.5), Anchor::End, "label", &lines[0]);
            }
            Size::Narrow => {
                let lines = wrap(&own.label, TEXT, width - 8.0, 1);
                svg.text((left, top + 15.0), Anchor::Start, "label", &lines[0]);
            }
        }
    }
    svg.line((left, 4.0), (left, height - 4.0), r#"class="axis""#);
    svg.finish(caption, size.class())
}
