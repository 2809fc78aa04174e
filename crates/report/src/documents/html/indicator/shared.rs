//! What the charts of one indicator share: their scale, their values, their notes.

use evenly_cube::Indicator;
use evenly_stats::Estimate;

use super::super::figures::scale_of;
use crate::analysis::{ChartKind, ProcessChart, Series};
use crate::charts::Scale;

/// How to read a process chart.
pub const PROCESS_NOTE: &str = "The shaded band is the range to be expected if nothing changes. Grey dots lie within usual \
    variation; blue diamonds are better and orange triangles worse than usual variation explains.";
/// Colour of a line that stands for no group.
pub const INK: &str = "#212b32";

/// How the band of a process chart was found.
pub fn limits_note(chart: Option<&ProcessChart>) -> String {
    let Some(chart) = chart else { return String::new() };
    let kind = match chart.kind {
        ChartKind::P => " The band follows how many were counted (P chart).",
        ChartKind::PPrime => " The band follows how many were counted and how much periods differ (P\u{2032} chart).",
        ChartKind::Xmr => " The band follows how much neighbouring periods differ (XmR chart).",
    };
    let trial = if chart.chart.trial_limits { " With fewer than 13 points the band is a first guess." } else { "" };
    format!("{kind}{trial}")
}

/// The values of a series.
pub fn values(series: &Series) -> Vec<Option<Estimate>> {
    series.readings.iter().map(|own| own.and_then(|own| own.value)).collect()
}

/// One scale for all the charts that are compared: values and, where drawn, the range to be expected.
pub fn process_scale<'a>(definition: &Indicator, series: impl Iterator<Item = &'a Series>) -> Scale {
    let mut numbers = Vec::new();
    for own in series {
        match &own.chart {
            Some(chart) => {
                let points = chart.chart.points.iter();
                numbers.extend(points.flat_map(|point| [point.value, point.lower, point.upper]).flatten());
            }
            None => numbers.extend(values(own).into_iter().flatten().flat_map(|own| [own.lower, own.upper])),
        }
    }
    scale_of(definition, numbers.into_iter())
}

/// What a point shows, in words.
pub fn signal(chart: Option<&ProcessChart>, place: usize) -> &'static str {
    chart
        .and_then(|chart| chart.chart.points.get(place))
        .and_then(|point| point.signal)
        .map_or("–", evenly_stats::spc::rules::Signal::words)
}
