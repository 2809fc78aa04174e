//! An indicator by place, as points on a map with its table beside it.

mod places;

use evenly_cube::GroupState;
use maud::{Markup, html};

use crate::analysis::{Analysis, Breakdown, GroupAnalysis, IndicatorAnalysis};
use crate::charts::{Point, Points};
use crate::documents::html::figures::{Figure, figure};
use crate::documents::html::tables;
use crate::findings::words;

/// Fewest places that make a map.
const FEWEST: usize = 3;
/// How many of each end of the range are named on it.
const NAMED: usize = 2;
const DESCRIPTION: &str = "A circle for each place, north at the top: the darker, the higher its value; the larger, the more it counts. \
                           A white circle with a broken edge stands for a value that is withheld. The table gives each number.";
const NOTE: &str = "Each place is drawn at the middle of where its people live, or where its headquarters are. Places that count few \
                    differ by chance alone: look at the range in the table.";

/// Whether the groups of a dimension are places that can be drawn.
pub fn is_of_places(analysis: &Analysis, breakdown: &Breakdown) -> bool {
    let dimension = analysis.dimension(breakdown.dimension);
    let known = breakdown.groups.iter().map(|own| &dimension.groups[own.group]);
    known.filter(|group| group.state == GroupState::Known && places::of(&group.id).is_some()).count() >= FEWEST
}

/// The map with its table; `None` where the dimension is not of places.
pub fn figure_of(analysis: &Analysis, own: &IndicatorAnalysis, breakdown: &Breakdown, id: &str) -> Option<Markup> {
    if !is_of_places(analysis, breakdown) {
        return None;
    }
    let dimension = analysis.dimension(breakdown.dimension);
    let ranked = ranked(analysis, breakdown);
    let title = title(analysis, own, breakdown, &ranked);
    let caption = format!("{} by {}", own.definition.title, words::dimension_name(dimension).to_lowercase());
    let described = Figure {
        id,
        title: &title,
        description: DESCRIPTION,
        note: Some(NOTE),
        caption: &caption,
        level: 3,
        compact: false,
    };
    let drawing = points(analysis, own, breakdown, &ranked);
    let unplaced = breakdown.groups.iter().filter(|own| places::of(&dimension.groups[own.group].id).is_none()).count();
    let table = tables::by_group(dimension, own, breakdown, &caption);
    Some(html! {
        (figure(&described, |caption, size| drawing.svg(caption, size), &table))
        @if unplaced > 0 { p.aside { "Not drawn: " (unplaced) " of " (breakdown.groups.len()) " groups, of which it is not known where they lie. The table has them." } }
    })
}

/// The places that have a value, the highest first.
fn ranked<'a>(analysis: &Analysis, breakdown: &'a Breakdown) -> Vec<(&'a GroupAnalysis, f64)> {
    let dimension = analysis.dimension(breakdown.dimension);
    let placed = breakdown.groups.iter().filter(|own| places::of(&dimension.groups[own.group].id).is_some());
    let mut ranked: Vec<_> = placed.filter_map(|own| Some((own, own.reading.value?.value))).collect();
    ranked.sort_by(|one, other| other.1.total_cmp(&one.1));
    ranked
}

fn title(
    analysis: &Analysis,
    own: &IndicatorAnalysis,
    breakdown: &Breakdown,
    ranked: &[(&GroupAnalysis, f64)],
) -> String {
    let label = |group: &GroupAnalysis| &analysis.group(breakdown.dimension, group.group).label;
    match (ranked.first(), ranked.last()) {
        (Some((high, most)), Some((low, least))) => format!(
            "{}: from {} in {} to {} in {}",
            own.definition.title,
            tables::value(&own.definition, *least),
            label(low),
            tables::value(&own.definition, *most),
            label(high)
        ),
        _ => format!("{}: every value is withheld", own.definition.title),
    }
}

fn points(
    analysis: &Analysis,
    own: &IndicatorAnalysis,
    breakdown: &Breakdown,
    ranked: &[(&GroupAnalysis, f64)],
) -> Points {
    let dimension = analysis.dimension(breakdown.dimension);
    let ends = ranked.iter().take(NAMED).chain(ranked.iter().rev().take(NAMED));
    let named: Vec<usize> = ends.map(|(group, _)| group.group).collect();
    let points = breakdown.groups.iter().filter_map(|group| {
        let place = &dimension.groups[group.group];
        Some(Point {
            label: place.label.clone(),
            at: places::of(&place.id)?,
            value: group.reading.value.map(|own| own.value),
            size: group.reading.denominator.shown().map(|own| own as f64),
            named: named.contains(&group.group),
        })
    });
    let end = |value: Option<&(&GroupAnalysis, f64)>| {
        value.map_or_else(String::new, |(_, value)| tables::value(&own.definition, *value))
    };
    Points { points: points.collect(), ends: [end(ranked.last()), end(ranked.first())] }
}

#[cfg(test)]
mod tests {
    use evenly_cube::{Group, Release, ReleasedCount};

    use super::*;
    use crate::findings::of_release;
    use crate::sample::{UNEVEN, release};

    /// The sample, in which ethnic groups have become local authorities.
    fn of_places() -> Release {
        let mut release = release(UNEVEN);
        let dimension = release.dimensions.iter_mut().find(|own| own.id == "ethnicity").expect("a dimension");
        let places = [
            ("E08000032", "Bradford"),
            ("E08000035", "Leeds"),
            ("E08000033", "Calderdale"),
            ("E09000033", "Westminster"),
        ];
        for (group, (id, label)) in dimension.groups.iter_mut().zip(places) {
            *group = Group::known(id, label);
        }
        release
    }

    fn drawn(release: &Release) -> Option<String> {
        let analysis = of_release(release);
        let own = &analysis.indicators[0];
        let breakdown = own.breakdowns.iter().find(|own| analysis.dimension(own.dimension).id == "ethnicity")?;
        figure_of(&analysis, own, breakdown, "map").map(Markup::into_string)
    }

    #[test]
    fn places_are_drawn_where_they_lie_and_the_rest_is_told() {
        let page = drawn(&of_places()).expect("a map");
        assert_eq!(page.matches("<circle").count(), 2 * 4, "four places, for a page and for a phone");
        assert!(page.contains("Not drawn: 2 of 6 groups"), "{page}");
        assert!(page.contains("Missed appointments: from "), "the message is in the title");
        let circle = |nth: usize| -> (f64, f64) {
            let part = page.split("<circle ").nth(nth).expect("a circle");
            let number = |name: &str| {
                part.split(name).nth(1).and_then(|own| own.split('"').next()?.parse().ok()).expect("a number")
            };
            (number("cx=\""), number("cy=\""))
        };
        let lowest = (1..=4).map(circle).fold((0.0, 0.0), |low, own| if own.1 > low.1 { own } else { low });
        assert!((1..=4).map(circle).all(|own| own.0 <= lowest.0), "Westminster lies furthest south and east");
    }

    #[test]
    fn groups_that_are_no_places_make_no_map() {
        assert!(drawn(&release(UNEVEN)).is_none());
    }

    #[test]
    fn a_withheld_value_is_drawn_hollow_and_not_told() {
        let mut release = of_places();
        for table in release.indicators.iter_mut().flat_map(|own| &mut own.tables) {
            let Some(place) = table.dimensions.iter().position(|own| own == "ethnicity") else { continue };
            for cell in table.cells.iter_mut().filter(|cell| cell.groups[place] == 1) {
                (cell.numerator, cell.denominator) = (ReleasedCount::Suppressed, ReleasedCount::Suppressed);
            }
        }
        let page = drawn(&release).expect("a map");
        assert_eq!(page.matches("stroke-dasharray=\"2 2\"").count(), 2);
    }
}
