//! Scales with round ticks, and the axes that every chart over time shares.

use super::svg::{Anchor, Svg, text_width};
use super::{Scale, Size};

/// Where the data are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    /// Left edge.
    pub left: f64,
    /// Right edge.
    pub right: f64,
    /// Top edge.
    pub top: f64,
    /// Bottom edge.
    pub bottom: f64,
}

/// A value axis with round ends.
#[derive(Clone, Debug)]
pub struct Axis {
    low: f64,
    high: f64,
    ticks: Vec<f64>,
    decimals: usize,
    scale: Scale,
}

/// Size of the text on axes.
pub const TEXT: f64 = 13.0;

impl Axis {
    /// Round ends and about `wanted` ticks over a scale's values.
    pub fn new(scale: Scale, wanted: f64) -> Self {
        let (low, high) = (scale.low * scale.factor, scale.high * scale.factor);
        let span = if high > low { high - low } else { 1.0 };
        let raw = span / wanted;
        let power = 10.0_f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|own| own * power).find(|own| *own >= raw).unwrap_or(raw);
        let first = (low / step).floor();
        let last = (high / step).ceil().max(first + 1.0);
        let mut ticks = Vec::new();
        let mut tick = first;
        while tick <= last + 0.5 {
            ticks.push(tick * step);
            tick += 1.0;
        }
        let decimals = if step >= 1.0 {
            0
        } else if step >= 0.1 {
            1
        } else {
            2
        };
        Self { low: first * step, high: last * step, ticks, decimals, scale }
    }

    /// Position of a value between two coordinates.
    pub fn at(&self, value: f64, from: f64, to: f64) -> f64 {
        let share = (value * self.scale.factor - self.low) / (self.high - self.low);
        from + share.clamp(0.0, 1.0) * (to - from)
    }

    /// The ticks, in the value's own unit, with their labels.
    pub fn ticks(&self) -> impl Iterator<Item = (f64, String)> + '_ {
        self.ticks.iter().map(|tick| {
            let text = crate::findings::numbers::decimal(*tick, self.decimals);
            (tick / self.scale.factor, format!("{text}{}", self.scale.suffix))
        })
    }

    /// Width of the widest label.
    pub fn label_width(&self) -> f64 {
        self.ticks().map(|(_, label)| text_width(&label, TEXT)).fold(0.0, f64::max)
    }

    /// Horizontal lines with labels on the left.
    pub fn draw(&self, svg: &mut Svg, plot: &Plot) {
        for (value, label) in self.ticks() {
            let y = self.at(value, plot.bottom, plot.top);
            let class = if value == 0.0 { r#"class="axis""# } else { r#"class="grid""# };
            svg.line((plot.left, y), (plot.right, y), class);
            svg.text((plot.left - 7.0, y + 4.5), Anchor::End, "tick", &label);
        }
    }
}

/// Positions of the periods, and their labels at the two ends and, where there is room, between.
pub struct Times<'a> {
    /// Labels of the periods.
    pub labels: &'a [String],
}

impl Times<'_> {
    /// The place of a period.
    pub fn x(&self, period: usize, plot: &Plot) -> f64 {
        let inner = (plot.left + 6.0, plot.right - 6.0);
        if self.labels.len() < 2 {
            return f64::midpoint(inner.0, inner.1);
        }
        inner.0 + (inner.1 - inner.0) * period as f64 / (self.labels.len() - 1) as f64
    }

    /// Labels under the plot: as many as stand clear of each other, the first and the last among them.
    pub fn draw(&self, svg: &mut Svg, plot: &Plot, size: Size) {
        let widest = self.labels.iter().map(|label| text_width(label, TEXT)).fold(1.0, f64::max);
        let room = ((plot.right - plot.left) / (widest + 18.0)).floor().max(1.0);
        let count = self.labels.len();
        if count == 0 {
            return;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number above zero")]
        let most = (room as usize).min(if size == Size::Wide { 9 } else { 3 });
        let last = count.saturating_sub(1);
        let steps = most.saturating_sub(1).max(1);
        let steps = steps.min(last.max(1));
        for step in 0..=steps.min(last) {
            // Nearest periods to equal steps, so that a count of months that does not divide still gets labels.
            let period = (step * last + steps / 2) / steps;
            let x = self.x(period, plot);
            let anchor = if last > 0 && period == 0 {
                Anchor::Start
            } else if last > 0 && period == last {
                Anchor::End
            } else {
                Anchor::Middle
            };
            let x = match anchor {
                Anchor::Start => plot.left,
                Anchor::Middle => x,
                Anchor::End => plot.right,
            };
            svg.line((self.x(period, plot), plot.bottom), (self.x(period, plot), plot.bottom + 5.0), r#"class="axis""#);
            svg.text((x, plot.bottom + 20.0), anchor, "tick", &self.labels[period]);
        }
    }
}
