//! Charts as SVG: text as text, a title that carries the message, a description, and no more ink than it takes.

mod axis;
mod bars;
mod colour;
mod funnel;
mod icons;
mod intervals;
mod lines;
mod mark;
mod points;
mod process;
#[cfg(feature = "pdf")]
mod raster;
mod svg;

pub use bars::{Bar, bars};
pub use colour::{Look, look};
pub use funnel::{FunnelPanel, FunnelPoint};
pub use icons::{direction_icon, variation_icon};
pub use intervals::{Drawing, Interval};
pub use lines::{Line, lines};
pub use points::{Point, Points};
pub use process::{ProcessPanel, process};
#[cfg(feature = "pdf")]
pub use raster::png;
pub use svg::standalone;

/// How a chart's numbers are written and where its scale must reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Multiplies a value into the number shown: 100 for per cent.
    pub factor: f64,
    /// What follows a number on the axis: ` %`, or nothing.
    pub suffix: &'static str,
    /// Smallest value to show.
    pub low: f64,
    /// Largest value to show.
    pub high: f64,
}

/// How large a chart is drawn. Text keeps its size, so that it can be read on a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// The width of a page.
    Wide,
    /// The width of a phone, or of a panel among small multiples.
    Narrow,
}

impl Size {
    /// Width in user units, which are CSS pixels at full size.
    pub const fn width(self) -> f64 {
        match self {
            Self::Wide => 760.0,
            Self::Narrow => 340.0,
        }
    }
}

/// What every chart says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// Unique in the document; makes the ids of title and description.
    pub id: String,
    /// The message.
    pub title: String,
    /// What is drawn, for whoever cannot see it.
    pub description: String,
}

#[cfg(test)]
mod tests;
