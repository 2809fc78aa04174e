//! A process chart: the range to be expected as a band, the average, and points in Making Data Count's colours.

use evenly_stats::Estimate;
use evenly_stats::spc::chart::{Chart, Point};
use evenly_stats::spc::icons::PointKind;

use super::axis::{Axis, Plot, Times};
use super::mark::mark;
use super::svg::{Anchor, Svg};
use super::{Caption, Scale, Size};

/// What is drawn.
pub struct ProcessPanel<'a> {
    /// Labels of the periods.
    pub labels: &'a [String],
    /// The chart; without one, the values with their intervals are drawn.
    pub chart: Option<&'a Chart>,
    /// The values with their intervals.
    pub values: &'a [Option<Estimate>],
    /// Everybody's values, to compare a group with.
    pub whole: Option<&'a [Option<Estimate>]>,
    /// Colour of the line.
    pub colour: &'a str,
    /// The scale, one for all panels that are compared.
    pub scale: Scale,
    /// Whether it is one of many.
    pub small: bool,
}

/// Draws the chart.
pub fn process(panel: &ProcessPanel, caption: &Caption, size: Size) -> String {
    let width = size.width();
    let axis = Axis::new(panel.scale, if panel.small { 3.0 } else { 5.0 });
    let inner = match (size, panel.small) {
        (_, true) => 130.0,
        (Size::Wide, false) => 240.0,
        (Size::Narrow, false) => 180.0,
    };
    let height = inner + 42.0;
    let right = if size == Size::Wide { width - 76.0 } else { width - 6.0 };
    let plot = Plot { left: axis.label_width() + 12.0, right, top: 14.0, bottom: height - 28.0 };
    let mut svg = Svg::new(width, height);
    let times = Times { labels: panel.labels };
    let y = |value: f64| axis.at(value, plot.bottom, plot.top);
    if let Some(chart) = panel.chart {
        range(&mut svg, chart, &times, &plot, y);
    }
    axis.draw(&mut svg, &plot);
    times.draw(&mut svg, &plot, size);
    if let Some(whole) = panel.whole {
        let points: Vec<_> = (0..whole.len()).map(|t| whole[t].map(|own| (times.x(t, &plot), y(own.value)))).collect();
        svg.path(&points, r#"class="whole-line""#);
    }
    match panel.chart {
        Some(chart) => {
            average(&mut svg, chart, &times, &plot, &axis, size);
            dots(&mut svg, chart, panel, &times, &plot, y);
        }
        None => values(&mut svg, panel, &times, &plot, y),
    }
    svg.finish(caption, size.class())
}

fn range(svg: &mut Svg, chart: &Chart, times: &Times, plot: &Plot, y: impl Fn(f64) -> f64) {
    let band: Vec<Option<(f64, f64, f64)>> = chart
        .points
        .iter()
        .enumerate()
        .map(|(t, point)| Some((times.x(t, plot), y(point.lower?), y(point.upper?))))
        .collect();
    svg.band(&band, r#"class="range""#);
    for pick in [|point: &Point| point.lower, |point: &Point| point.upper] {
        let limits: Vec<_> = chart
            .points
            .iter()
            .enumerate()
            .map(|(t, point)| pick(point).map(|limit| (times.x(t, plot), y(limit))))
            .collect();
        svg.path(&limits, r#"class="limit""#);
    }
}

fn average(svg: &mut Svg, chart: &Chart, times: &Times, plot: &Plot, axis: &Axis, size: Size) {
    let y = |value: f64| axis.at(value, plot.bottom, plot.top);
    for phase in &chart.phases {
        let points: Vec<_> =
            phase.points.clone().map(|t| Some((times.x(t, plot), y(chart.points[t].centre)))).collect();
        svg.path(&points, r#"class="centre""#);
    }
    if let Some(last) = chart.points.last().filter(|_| size == Size::Wide) {
        svg.text((plot.right + 8.0, y(last.centre) + 4.5), Anchor::Start, "label", "Average");
    }
}

fn dots(svg: &mut Svg, chart: &Chart, panel: &ProcessPanel, times: &Times, plot: &Plot, y: impl Fn(f64) -> f64) {
    let places: Vec<_> = chart
        .points
        .iter()
        .enumerate()
        .map(|(t, point)| point.value.map(|value| (times.x(t, plot), y(value))))
        .collect();
    svg.path(&places, &format!(r#"stroke="{}" stroke-width="{}""#, panel.colour, if panel.small { 1.8 } else { 2.2 }));
    let radius = if panel.small || places.len() > 40 { 3.2 } else { 4.6 };
    // Closer than their own radius, usual points would only smear the line; those that stand out are marked in any case.
    let crowded = plot.right - plot.left < radius * places.len() as f64;
    for (place, point) in places.iter().zip(&chart.points) {
        let Some((x, y)) = place.filter(|_| !crowded || point.kind != PointKind::CommonCause) else { continue };
        mark(svg, point.kind, (x, y), radius);
    }
}

fn values(svg: &mut Svg, panel: &ProcessPanel, times: &Times, plot: &Plot, y: impl Fn(f64) -> f64) {
    let band: Vec<_> = panel
        .values
        .iter()
        .enumerate()
        .map(|(t, own)| own.map(|own| (times.x(t, plot), y(own.lower), y(own.upper))))
        .collect();
    svg.band(&band, &format!(r#"fill="{}" fill-opacity="0.14""#, panel.colour));
    let points: Vec<_> =
        panel.values.iter().enumerate().map(|(t, own)| own.map(|own| (times.x(t, plot), y(own.value)))).collect();
    svg.path(&points, &format!(r#"stroke="{}" stroke-width="2.2""#, panel.colour));
    for point in points.iter().flatten() {
        svg.circle(*point, 3.2, &format!(r#"fill="{}""#, panel.colour));
    }
}
