//! A few lines over time with their intervals as bands, each labelled at its end.

use evenly_stats::Estimate;

use super::axis::{Axis, Plot, TEXT, Times};
use super::colour::{Look, marker, marker_attributes};
use super::svg::{Anchor, Svg, text_width, wrap};
use super::{Caption, Scale, Size};

/// One line.
pub struct Line {
    /// Label at its end.
    pub label: String,
    /// Its colour, marker and dash.
    pub look: Look,
    /// One value for each period.
    pub points: Vec<Option<Estimate>>,
}

/// Draws lines on one scale. On a phone the labels stand above the plot, beside their markers.
pub fn lines(lines: &[Line], labels: &[String], scale: Scale, caption: &Caption, size: Size) -> String {
    let width = size.width();
    let axis = Axis::new(scale, 5.0);
    let left = axis.label_width() + 12.0;
    let key = lines.len() as f64 * 22.0;
    let (top, right) = match size {
        Size::Wide => (14.0, width - 210.0),
        Size::Narrow => (key + 14.0, width - 6.0),
    };
    let height = top + if size == Size::Wide { 250.0 } else { 180.0 } + 28.0;
    let plot = Plot { left, right, top, bottom: height - 28.0 };
    let mut svg = Svg::new(width, height);
    axis.draw(&mut svg, &plot);
    let times = Times { labels };
    times.draw(&mut svg, &plot, size);
    let y = |value: f64| axis.at(value, plot.bottom, plot.top);
    for line in lines {
        let band: Vec<_> = (0..line.points.len())
            .map(|t| line.points[t].map(|own| (times.x(t, &plot), y(own.lower), y(own.upper))))
            .collect();
        svg.band(&band, &format!(r#"fill="{}" fill-opacity="0.14""#, line.look.colour));
    }
    for line in lines {
        let points: Vec<_> =
            (0..line.points.len()).map(|t| line.points[t].map(|own| (times.x(t, &plot), y(own.value)))).collect();
        let dash = if line.look.dash.is_empty() {
            String::new()
        } else {
            format!(r#" stroke-dasharray="{}""#, line.look.dash)
        };
        svg.path(&points, &format!(r#"stroke="{}" stroke-width="2.5"{dash}"#, line.look.colour));
        let dots = if points.len() > 40 { 40 } else { points.len() };
        for point in points.iter().rev().take(dots).flatten() {
            svg.shape(&marker(&line.look, *point, 3.4), &marker_attributes(&line.look));
        }
    }
    match size {
        Size::Wide => end_labels(&mut svg, lines, &plot, width, y),
        Size::Narrow => {
            for (place, line) in lines.iter().enumerate() {
                let middle = place as f64 * 22.0 + 11.0;
                svg.shape(&marker(&line.look, (10.0, middle), 5.0), &marker_attributes(&line.look));
                let text = wrap(&end_text(line, scale), TEXT, width - 26.0, 1);
                svg.text((22.0, middle + 4.5), Anchor::Start, "label", &text[0]);
            }
        }
    }
    svg.finish(caption, size.class())
}

fn end_text(line: &Line, scale: Scale) -> String {
    let last = line.points.iter().rev().flatten().next();
    last.map_or_else(
        || line.label.clone(),
        |last| {
            let number = crate::findings::numbers::decimal(last.value * scale.factor, 1);
            format!("{} {number}{}", line.label, scale.suffix)
        },
    )
}

/// Labels beside the ends of their lines, moved apart where they would touch.
fn end_labels(svg: &mut Svg, lines: &[Line], plot: &Plot, width: f64, y: impl Fn(f64) -> f64) {
    let room = width - plot.right - 14.0;
    let mut labels: Vec<(f64, Vec<String>, &Look)> = lines
        .iter()
        .filter_map(|line| {
            let last = line.points.iter().rev().flatten().next()?;
            let text = wrap(&line.label, TEXT, room, 2);
            Some((y(last.value), text, &line.look))
        })
        .collect();
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut lowest = plot.top - 4.0;
    for (middle, text, look) in labels {
        let height = text.len() as f64 * 16.0;
        let top = (middle - height / 2.0).max(lowest + 4.0);
        for (place, line) in text.iter().enumerate() {
            let baseline = top + 12.0 + place as f64 * 16.0;
            let weight = if text_width(line, TEXT) > 0.0 { "label strong" } else { "label" };
            svg.text((plot.right + 10.0, baseline), Anchor::Start, weight, line);
        }
        svg.line(
            (plot.right - 2.0, middle),
            (plot.right + 6.0, top + height / 2.0),
            &format!(r#"stroke="{}""#, look.colour),
        );
        lowest = top + height;
    }
}

impl Size {
    /// CSS class of a chart of this size.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Wide => "chart chart--wide",
            Self::Narrow => "chart chart--narrow",
        }
    }
}
