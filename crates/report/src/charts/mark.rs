//! A point that is usual, better or worse than usual, or only unlike the others, told apart by colour and by shape.

use evenly_stats::spc::icons::PointKind;

use super::svg::{Svg, n};

/// Making Data Count's colours: NHS blue for improvement, orange for concern, grey for common cause.
///
/// SOURCE: NHS England, *Making Data Count* (guides, 2019): icons and points share these colours.
const IMPROVEMENT: &str = "#0072ce";
const CONCERN: &str = "#d9620f";
const COMMON: &str = "#768692";
const NEUTRAL: &str = "#3f4a50";

/// Draws one: a dot, a diamond for improvement, a triangle for concern.
pub fn mark(svg: &mut Svg, kind: PointKind, at: (f64, f64), radius: f64) {
    let (large, look) =
        (radius * 1.45, |colour: &str| format!(r##"fill="{colour}" stroke="#fff" stroke-width="0.8""##));
    match kind {
        PointKind::CommonCause => svg.circle(at, radius * 0.82, &look(COMMON)),
        PointKind::Improvement => svg.shape(&diamond(at, large), &look(IMPROVEMENT)),
        PointKind::Concern => svg.shape(&triangle(at, large), &look(CONCERN)),
        PointKind::NeutralHigh | PointKind::NeutralLow => svg.shape(&diamond(at, large), &look(NEUTRAL)),
    }
}

fn diamond((x, y): (f64, f64), r: f64) -> String {
    format!("M{} {}L{} {}L{} {}L{} {}Z", n(x), n(y - r), n(x + r), n(y), n(x), n(y + r), n(x - r), n(y))
}

fn triangle((x, y): (f64, f64), r: f64) -> String {
    format!("M{} {}L{} {}L{} {}Z", n(x), n(y - r), n(x + r), n(y + r * 0.8), n(x - r), n(y + r * 0.8))
}
