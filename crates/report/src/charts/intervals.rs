//! Dot and interval by group, with everybody's value as a line to compare with.

use evenly_stats::Estimate;

use super::axis::{Axis, Plot, TEXT};
use super::colour::{Look, marker, marker_attributes};
use super::svg::{Anchor, Svg, wrap};
use super::{Caption, Scale, Size};

/// One group's row.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// The group.
    pub label: String,
    /// Its colour and marker.
    pub look: Look,
    /// Its value with interval; absent where it is withheld.
    pub value: Option<Estimate>,
    /// The value in words, at the end of the row.
    pub text: String,
}

/// What is drawn: one row for each group, in the order given.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// The groups.
    pub rows: Vec<Interval>,
    /// Everybody's value, a line through all rows.
    pub whole: Option<f64>,
    /// How its numbers are written and where its scale reaches.
    pub scale: Scale,
}

impl Drawing {
    /// Draws it. On a phone the label stands above its row.
    pub fn svg(&self, caption: &Caption, size: Size) -> String {
        let width = size.width();
        let axis = Axis::new(self.scale, if size == Size::Wide { 6.0 } else { 3.0 });
        let (left, right, row) = match size {
            Size::Wide => (230.0, width - 80.0, 30.0),
            Size::Narrow => (8.0, width - 12.0, 44.0),
        };
        let top = 26.0;
        let height = top + self.rows.len() as f64 * row + 34.0;
        let plot = Plot { left, right, top, bottom: height - 34.0 };
        let mut svg = Svg::new(width, height);
        vertical_axis(&mut svg, &axis, &plot);
        let x = |value: f64| axis.at(value, plot.left, plot.right);
        if let Some(overall) = self.whole {
            svg.line((x(overall), plot.top - 4.0), (x(overall), plot.bottom), r#"class="whole""#);
            let anchor = if x(overall) > f64::midpoint(left, right) { Anchor::End } else { Anchor::Start };
            svg.text((x(overall), plot.top - 9.0), anchor, "label", "Everybody");
        }
        for (place, own) in self.rows.iter().enumerate() {
            let start = plot.top + place as f64 * row;
            let (middle, text_at) = match size {
                Size::Wide => (start + row / 2.0, None),
                Size::Narrow => (start + 32.0, Some(start + 18.0)),
            };
            match text_at {
                None => {
                    let lines = wrap(&own.label, TEXT, left - 16.0, 2);
                    let shift = if lines.len() == 2 { -3.0 } else { 4.5 };
                    for (line, text) in lines.iter().enumerate() {
                        svg.text((left - 10.0, middle + shift + line as f64 * 14.0), Anchor::End, "label", text);
                    }
                    svg.text((width, middle + 4.5), Anchor::End, "label strong", &own.text);
                }
                Some(baseline) => {
                    let lines = wrap(&own.label, TEXT, width - 90.0, 1);
                    svg.halo_text((left, baseline), Anchor::Start, "label", &lines[0]);
                    svg.halo_text((width - 8.0, baseline), Anchor::End, "label strong", &own.text);
                }
            }
            if let Some(value) = own.value {
                let (from, to) = (x(value.lower), x(value.upper));
                let stroke = format!(r#"stroke="{}" stroke-width="3" stroke-linecap="round""#, own.look.colour);
                svg.line((from, middle), (to, middle), &stroke);
                svg.shape(&marker(&own.look, (x(value.value), middle), 6.0), &marker_attributes(&own.look));
            }
        }
        svg.finish(caption, size.class())
    }
}

fn vertical_axis(svg: &mut Svg, axis: &Axis, plot: &Plot) {
    for (value, label) in axis.ticks() {
        let x = axis.at(value, plot.left, plot.right);
        let class = if value == 0.0 { r#"class="axis""# } else { r#"class="grid""# };
        svg.line((x, plot.top), (x, plot.bottom), class);
        let anchor = if x - plot.left < 12.0 && plot.left < 20.0 {
            Anchor::Start
        } else if plot.right - x < 12.0 {
            Anchor::End
        } else {
            Anchor::Middle
        };
        svg.text((x, plot.bottom + 20.0), anchor, "tick", &label);
    }
}
