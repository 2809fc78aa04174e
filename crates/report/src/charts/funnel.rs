//! A funnel: units by size and value, the value of all together, and the limits that narrow with size.

use evenly_stats::spc::icons::PointKind;

use super::axis::{Axis, Plot, TEXT};
use super::mark::mark;
use super::svg::{Anchor, Svg, text_width};
use super::{Caption, Scale, Size};
use crate::findings::numbers;

const OUTER: &str = r##"stroke="#4c6272" stroke-width="1.5""##;
const INNER: &str = r##"stroke="#4c6272" stroke-width="1" stroke-dasharray="5 4""##;
const RADIUS: f64 = 6.0;

/// One unit.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelPoint {
    /// Its name, written beside it where it lies outside.
    pub label: String,
    /// Its size and value.
    pub at: (f64, f64),
    /// What it is: common cause within the outer limits.
    pub kind: PointKind,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelPanel {
    /// The units.
    pub points: Vec<FunnelPoint>,
    /// At sizes in order: the outer lower, inner lower, inner upper and outer upper limit.
    pub lines: Vec<(f64, [f64; 4])>,
    /// The value of all together.
    pub target: f64,
    /// How its numbers are written and where its scale reaches.
    pub scale: Scale,
    /// What sizes count.
    pub sizes: String,
}

impl FunnelPanel {
    /// Draws it; sizes stand on a logarithmic scale, so that small units are not crowded together.
    pub fn svg(&self, caption: &Caption, size: Size) -> String {
        let width = size.width();
        let high = if size == Size::Wide { 360.0 } else { 320.0 };
        let axis = Axis::new(self.scale, 6.0);
        let plot = Plot { left: axis.label_width() + 14.0, right: width - 14.0, top: 16.0, bottom: high - 48.0 };
        let mut svg = Svg::new(width, high);
        axis.draw(&mut svg, &plot);
        let sizes = self.size_range();
        let place = |(size, value): (f64, f64)| (across(size, sizes, &plot), axis.at(value, plot.bottom, plot.top));
        for (which, look) in [(0, OUTER), (3, OUTER), (1, INNER), (2, INNER)] {
            let line: Vec<Option<(f64, f64)>> =
                self.lines.iter().map(|own| Some(place((own.0, own.1[which])))).collect();
            svg.path(&line, look);
        }
        let y = axis.at(self.target, plot.bottom, plot.top);
        svg.line((plot.left, y), (plot.right, y), r#"class="whole""#);
        ticks(&mut svg, sizes, &plot, size);
        svg.text((f64::midpoint(plot.left, plot.right), high - 6.0), Anchor::Middle, "tick", &self.sizes);
        // Those outside are drawn last, so that none lies hidden.
        let (within, outside): (Vec<&FunnelPoint>, Vec<&FunnelPoint>) =
            self.points.iter().partition(|own| own.kind == PointKind::CommonCause);
        for own in within.iter().chain(&outside) {
            mark(&mut svg, own.kind, place(own.at), RADIUS);
        }
        let marks: Vec<(f64, f64)> = self.points.iter().map(|own| place(own.at)).collect();
        let mut names = Names { marks: &marks, right: plot.right, placed: Vec::new() };
        for own in outside {
            // One that finds no free place is named by title and table.
            if let Some((at, anchor)) = names.place(place(own.at), &own.label) {
                svg.halo_text(at, anchor, "label", &own.label);
            }
        }
        svg.finish(caption, size.class())
    }

    fn size_range(&self) -> (f64, f64) {
        let sizes = self.points.iter().map(|own| own.at.0);
        let (least, most) = sizes.fold((f64::INFINITY, 1.0_f64), |(least, most), own| (least.min(own), most.max(own)));
        // A little room at both ends, so that no marker lies on an edge.
        (least.max(1.0).min(most) / 1.15, most * 1.15)
    }
}

/// Names beside markers, each where it covers neither a marker nor another name.
struct Names<'a> {
    marks: &'a [(f64, f64)],
    right: f64,
    /// Left, right and baseline of each name.
    placed: Vec<(f64, f64, f64)>,
}

impl Names<'_> {
    fn place(&mut self, (x, y): (f64, f64), label: &str) -> Option<((f64, f64), Anchor)> {
        const ASIDE: f64 = 12.0;
        const HALF_LINE: f64 = 9.0;
        let width = text_width(label, TEXT);
        let tries = [0.0, -16.0, 16.0].into_iter().flat_map(|down| [(down, Anchor::Start), (down, Anchor::End)]);
        for (down, anchor) in tries {
            let (left, right) =
                if anchor == Anchor::Start { (x + ASIDE, x + ASIDE + width) } else { (x - ASIDE - width, x - ASIDE) };
            let middle = y + down;
            let near = |height: f64| (height - middle).abs() < HALF_LINE + RADIUS;
            let on_mark =
                self.marks.iter().any(|mark| near(mark.1) && (left - RADIUS..=right + RADIUS).contains(&mark.0));
            let on_name = self.placed.iter().any(|own| near(own.2) && own.0 < right && left < own.1);
            if left >= 0.0 && right <= self.right && !on_mark && !on_name {
                self.placed.push((left, right, middle));
                let at = if anchor == Anchor::Start { left } else { right };
                return Some(((at, middle + 4.5), anchor));
            }
        }
        None
    }
}

fn across(size: f64, (least, most): (f64, f64), plot: &Plot) -> f64 {
    let share = (size / least).ln() / (most / least).ln();
    plot.left + share.clamp(0.0, 1.0) * (plot.right - plot.left)
}

/// Round sizes under the plot: 100, 200, 500, 1,000 …, as many as stand clear of each other.
fn ticks(svg: &mut Svg, (least, most): (f64, f64), plot: &Plot, size: Size) {
    svg.line((plot.left, plot.bottom), (plot.right, plot.bottom), r#"class="axis""#);
    let gap = if size == Size::Wide { 26.0 } else { 14.0 };
    let round = (0..10).flat_map(|power| [1.0, 2.0, 5.0].map(|own| own * 10.0_f64.powi(power)));
    let mut free = plot.left;
    for own in round.filter(|own| (least..=most).contains(own)) {
        let (x, label) = (across(own, (least, most), plot), numbers::rounded(own));
        let half = text_width(&label, TEXT) / 2.0;
        if x - half < free || x + half > plot.right {
            continue;
        }
        svg.line((x, plot.bottom), (x, plot.bottom + 5.0), r#"class="axis""#);
        svg.text((x, plot.bottom + 20.0), Anchor::Middle, "tick", &label);
        free = x + half + gap;
    }
}
