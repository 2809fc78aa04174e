//! Icons for variation and for the way a gap goes: own drawings, in Making Data Count's colours, with words beside them.

use evenly_stats::spc::icons::VariationIcon;

use super::Caption;
use super::svg::{Anchor, Svg};
use crate::analysis::GapDirection;

const BLUE: &str = "#0072ce";
const ORANGE: &str = "#d9620f";
const GREY: &str = "#768692";

/// The icon of what the latest point says.
pub fn variation_icon(icon: VariationIcon, id: &str) -> String {
    let (colour, letter, dots): (&str, &str, &[(f64, f64)]) = match icon {
        VariationIcon::ImprovementHigh => (BLUE, "H", RISING),
        VariationIcon::ImprovementLow => (BLUE, "L", FALLING),
        VariationIcon::ConcernHigh => (ORANGE, "H", RISING),
        VariationIcon::ConcernLow => (ORANGE, "L", FALLING),
        VariationIcon::NeutralHigh => ("#3f4a50", "H", RISING),
        VariationIcon::NeutralLow => ("#3f4a50", "L", FALLING),
        VariationIcon::CommonCause => (GREY, "", LEVEL),
        VariationIcon::TooFewPoints => (GREY, "?", &[]),
    };
    let mut svg = Svg::new(48.0, 48.0);
    svg.circle((24.0, 24.0), 22.0, &format!(r##"fill="#fff" stroke="{colour}" stroke-width="3.5""##));
    for (place, (x, y)) in dots.iter().enumerate() {
        let special = place + 2 >= dots.len() && !letter.is_empty();
        let (fill, radius) = if special { (colour, 4.2) } else { (GREY, 2.8) };
        svg.circle((*x, *y), radius, &format!(r#"fill="{fill}""#));
    }
    if dots.is_empty() {
        svg.text((24.0, 31.0), Anchor::Middle, "icon-letter", letter);
    } else if letter == "H" {
        svg.text((15.0, 21.0), Anchor::Middle, "icon-letter", letter);
    } else if letter == "L" {
        svg.text((33.0, 21.0), Anchor::Middle, "icon-letter", letter);
    }
    svg.finish(&caption(id, icon.words()), "icon")
}

const RISING: &[(f64, f64)] = &[(12.0, 35.0), (19.0, 33.0), (26.0, 29.0), (31.0, 21.0), (35.0, 13.0)];
const FALLING: &[(f64, f64)] = &[(12.0, 15.0), (18.0, 24.0), (24.0, 29.0), (30.0, 33.0), (37.0, 34.0)];
const LEVEL: &[(f64, f64)] = &[(11.0, 26.0), (17.5, 21.0), (24.0, 27.0), (30.5, 21.0), (37.0, 25.0)];

/// The icon of the way a gap goes: two bars that close, open, or stay.
pub fn direction_icon(direction: GapDirection, id: &str) -> String {
    let (colour, wedge): (&str, Option<(f64, f64)>) = match direction {
        GapDirection::Narrowing => (BLUE, Some((12.0, 4.0))),
        GapDirection::Widening => (ORANGE, Some((4.0, 12.0))),
        GapDirection::NoClearChange => (GREY, Some((7.0, 7.0))),
        GapDirection::TooShort => (GREY, None),
    };
    let mut svg = Svg::new(48.0, 48.0);
    svg.circle((24.0, 24.0), 22.0, &format!(r##"fill="#fff" stroke="{colour}" stroke-width="3.5""##));
    match wedge {
        Some((from, to)) => {
            let stroke = format!(r#"stroke="{colour}" stroke-width="3.5" stroke-linecap="round""#);
            svg.line((12.0, 24.0 - from), (36.0, 24.0 - to), &stroke);
            svg.line((12.0, 24.0 + from), (36.0, 24.0 + to), &stroke);
        }
        None => svg.text((24.0, 31.0), Anchor::Middle, "icon-letter", "?"),
    }
    svg.finish(&caption(id, &format!("Gap: {}", crate::findings::words::direction(direction))), "icon")
}

fn caption(id: &str, title: &str) -> Caption {
    Caption {
        id: id.to_owned(),
        title: title.to_owned(),
        description: "An icon; the words beside it say the same.".to_owned(),
    }
}
