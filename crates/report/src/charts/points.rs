//! A map of points: where each place lies, its size by how many it counts, its shade by its value.

use super::svg::{Anchor, Svg};
use super::{Caption, Size};

/// Shades from the lowest fifth of the range to the highest; they differ in lightness, so that they hold in greyscale.
const SHADES: [&str; 5] = ["#f2eaf7", "#cdb3df", "#a27cc3", "#71459b", "#3a105c"];
const EDGE: &str = "#3a105c";
/// Radius of the largest circle.
const LARGEST: f64 = 16.0;
/// Radius of the smallest.
const SMALLEST: f64 = 4.0;

/// One place.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its name, written beside it where it stands at an end of the range.
    pub label: String,
    /// Kilometres east and north on the national grid.
    pub at: (f64, f64),
    /// Its value; absent where it is withheld.
    pub value: Option<f64>,
    /// How many it counts; absent where that is withheld.
    pub size: Option<f64>,
    /// Whether its name is written.
    pub named: bool,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// The places.
    pub points: Vec<Point>,
    /// Lowest and highest value, as they are written under the shades.
    pub ends: [String; 2],
}

impl Points {
    /// Draws them, north at the top, one scale in both directions.
    pub fn svg(&self, caption: &Caption, size: Size) -> String {
        let width = size.width();
        let margin = LARGEST + 14.0;
        let (east, north) = (self.range(|own| own.at.0), self.range(|own| own.at.1));
        let span = (east.1 - east.0).max(north.1 - north.0).max(1.0);
        let most_high = if size == Size::Wide { 560.0 } else { 420.0 };
        let scale = ((width - 2.0 * margin) / (east.1 - east.0).max(span / 4.0))
            .min((most_high - 2.0 * margin) / (north.1 - north.0).max(span / 4.0));
        let drawn_high = (north.1 - north.0) * scale + 2.0 * margin;
        let left = (width - (east.1 - east.0) * scale) / 2.0;
        let place =
            |own: &Point| (left + (own.at.0 - east.0) * scale, drawn_high - margin - (own.at.1 - north.0) * scale);
        let mut svg = Svg::new(width, drawn_high + 54.0);
        let most = self.points.iter().filter_map(|own| own.size).fold(0.0, f64::max);
        let values = self.range(|own| own.value.unwrap_or(f64::NAN));
        // The largest first, so that no small one lies hidden under it.
        let mut order: Vec<&Point> = self.points.iter().collect();
        order.sort_by(|one, other| other.size.unwrap_or(0.0).total_cmp(&one.size.unwrap_or(0.0)));
        let radius = |own: &Point| {
            let share = own.size.filter(|_| most > 0.0).map_or(0.0, |size| (size / most).sqrt());
            SMALLEST + share * (LARGEST - SMALLEST)
        };
        for own in &order {
            let fill = own.value.map_or("#fff", |value| shade(value, values));
            let dash = if own.value.is_none() { r#" stroke-dasharray="2 2""# } else { "" };
            let look = format!(r#"fill="{fill}" stroke="{EDGE}" stroke-width="1.2"{dash}"#);
            svg.circle(place(own), radius(own), &look);
        }
        for own in order.iter().filter(|own| own.named) {
            let (x, y) = place(own);
            let aside = radius(own) + 5.0;
            let (anchor, x) = if x > width / 2.0 { (Anchor::End, x - aside) } else { (Anchor::Start, x + aside) };
            svg.halo_text((x, y + 4.5), anchor, "label", &own.label);
        }
        self.key(&mut svg, width, drawn_high + 14.0);
        svg.finish(caption, size.class())
    }

    /// The shades with the two ends of the range.
    fn key(&self, svg: &mut Svg, width: f64, top: f64) {
        let (step, left) = (36.0, (width - 5.0 * 36.0) / 2.0);
        for (number, colour) in SHADES.iter().enumerate() {
            let look = format!(r#"fill="{colour}" stroke="{EDGE}" stroke-width="1""#);
            svg.rect((left + number as f64 * step, top), (step, 14.0), &look);
        }
        svg.text((left, top + 32.0), Anchor::Start, "tick", &self.ends[0]);
        svg.text((left + 5.0 * step, top + 32.0), Anchor::End, "tick", &self.ends[1]);
    }

    fn range(&self, of: impl Fn(&Point) -> f64) -> (f64, f64) {
        let numbers = self.points.iter().map(of).filter(|own| own.is_finite());
        let (low, high) =
            numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), own| (low.min(own), high.max(own)));
        if low.is_finite() { (low, high) } else { (0.0, 0.0) }
    }
}

/// The shade of a value: in which fifth of the range it lies.
fn shade(value: f64, (low, high): (f64, f64)) -> &'static str {
    let share = if high > low { (value - low) / (high - low) } else { 0.5 };
    let fifth = (1..5).filter(|fifth| share >= f64::from(*fifth) / 5.0).count();
    SHADES[fifth]
}
