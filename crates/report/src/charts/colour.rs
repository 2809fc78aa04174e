//! One look for each group everywhere: colour, marker and dash, which also tell groups apart without colour.
//!
//! Making Data Count's blue, orange and grey are kept out of the palettes: they mean improvement, concern and common cause.
//! Every colour stands at 3:1 or more against white (WCAG 2.2, 1.4.11) and neighbours differ in lightness.

use evenly_cube::{Dimension, GroupState, Order};

/// How a group looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colour as `#rrggbb`.
    pub colour: String,
    /// Marker, 0 to 5.
    pub marker: usize,
    /// Dash pattern of its line, empty for an unbroken one.
    pub dash: &'static str,
    /// Whether the marker is hollow.
    pub hollow: bool,
}

/// Groups in no order: violet, dark green, crimson, olive, teal, plum, brown, ink.
const NOMINAL: [&str; 8] = ["#5b2a86", "#00703c", "#b0124f", "#7d6b00", "#007f7a", "#96347c", "#6b3e1e", "#2b3a42"];
const DASHES: [&str; 4] = ["", "7 3", "2 3", "9 3 2 3"];
/// Ends of the ramp of ranked groups: dark for the worst-off.
const RANKED: ([f64; 3], [f64; 3]) = ([58.0, 16.0, 92.0], [158.0, 121.0, 196.0]);
/// Ends of the ramp of groups in a natural order.
const SEQUENCE: ([f64; 3], [f64; 3]) = ([0.0, 74.0, 60.0], [62.0, 150.0, 120.0]);
/// Those of whom it is not known.
const UNKNOWN: &str = "#3f4a50";

/// The look of a group.
pub fn look(dimension: &Dimension, group: usize) -> Look {
    if dimension.groups[group].state != GroupState::Known {
        return Look { colour: UNKNOWN.to_owned(), marker: 0, dash: "2 4", hollow: true };
    }
    let known: Vec<usize> = dimension.known().collect();
    let place = known.iter().position(|own| *own == group).unwrap_or(0);
    match dimension.order {
        Order::Ranked => ramp(RANKED, place, known.len()),
        Order::Sequence | Order::Period => ramp(SEQUENCE, place, known.len()),
        Order::Nominal => Look {
            colour: NOMINAL[place % NOMINAL.len()].to_owned(),
            marker: place % 6,
            dash: DASHES[(place / NOMINAL.len()) % DASHES.len()],
            hollow: (place / NOMINAL.len()) % 2 == 1,
        },
    }
}

fn ramp((dark, light): ([f64; 3], [f64; 3]), place: usize, count: usize) -> Look {
    let share = if count < 2 { 0.0 } else { place as f64 / (count - 1) as f64 };
    let mut colour = String::from("#");
    for channel in 0..3 {
        let value = dark[channel] + share * (light[channel] - dark[channel]);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
        let value = value.round() as u8;
        colour.push_str(&format!("{value:02x}"));
    }
    // The two ends are told apart without colour, too.
    let last = count > 1 && place == count - 1;
    Look { colour, marker: usize::from(last), dash: if last { "7 3" } else { "" }, hollow: false }
}

/// The outline of a marker of a radius about a point.
pub fn marker(look: &Look, (x, y): (f64, f64), r: f64) -> String {
    use super::svg::n;
    let point = |dx: f64, dy: f64| format!("{} {}", n(x + dx * r), n(y + dy * r));
    match look.marker {
        1 => format!("M{}L{}L{}L{}Z", point(-0.9, -0.9), point(0.9, -0.9), point(0.9, 0.9), point(-0.9, 0.9)),
        2 => format!("M{}L{}L{}Z", point(0.0, -1.15), point(1.05, 0.8), point(-1.05, 0.8)),
        3 => format!("M{}L{}L{}L{}Z", point(0.0, -1.2), point(1.2, 0.0), point(0.0, 1.2), point(-1.2, 0.0)),
        4 => format!("M{}L{}L{}Z", point(0.0, 1.15), point(1.05, -0.8), point(-1.05, -0.8)),
        5 => format!(
            "M{}L{}L{}L{}L{}L{}Z",
            point(-0.6, -1.0),
            point(0.6, -1.0),
            point(1.15, 0.0),
            point(0.6, 1.0),
            point(-0.6, 1.0),
            point(-1.15, 0.0)
        ),
        _ => {
            let r1 = n(r);
            format!("M{} {}a{r1} {r1} 0 1 0 {} 0a{r1} {r1} 0 1 0 {} 0Z", n(x - r), n(y), n(2.0 * r), n(-2.0 * r))
        }
    }
}

/// Attributes of a marker.
pub fn marker_attributes(look: &Look) -> String {
    let fill = if look.hollow { "#fff" } else { look.colour.as_str() };
    format!(r#"fill="{fill}" stroke="{}" stroke-width="1.5""#, look.colour)
}
