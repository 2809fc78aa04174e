//! Groups that cannot be seen in a release: too few to be shown, or nobody of them counted.

use evenly_cube::GroupState;
use evenly_report::Analysis;
use evenly_report::analysis::GroupAnalysis;
use evenly_report::parts;
use maud::{Markup, html};

use crate::components::table;

/// The groups of a dimension that cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Unseen {
    dimension: String,
    withheld: Vec<String>,
    nobody: Vec<String>,
}

/// The section.
pub fn section(analysis: &Analysis) -> Markup {
    let all = unseen(analysis);
    let list = |own: &[String]| if own.is_empty() { "–".to_owned() } else { own.join("; ") };
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .map(|own| vec![html! { (own.dimension) }, html! { (list(&own.withheld)) }, html! { (list(&own.nobody)) }])
        .collect();
    html! {
        section aria-labelledby="unseen" {
            h2.nhsuk-heading-l #unseen { "Groups that cannot be seen" }
            @if rows.is_empty() { p { "Every group of every dimension has at least one value that is shown." } }
            @else {
                p { "No number of these groups is shown for any indicator. That nothing is said of them does not mean that all is well with them: ask them, or count over a longer time." }
                (table("Groups that cannot be seen", &["Dimension", "Too few to be shown", "Nobody counted"], &rows))
            }
            p.aside { "People of whom a field is not known are a group of their own and are counted as such. A group that no field of the data records cannot be seen here at all." }
        }
    }
}

fn unseen(analysis: &Analysis) -> Vec<Unseen> {
    let places: Vec<usize> = (0..analysis.release.dimensions.len())
        .filter(|place| analysis.indicators.iter().any(|own| own.breakdowns.iter().any(|by| by.dimension == *place)))
        .collect();
    places.into_iter().filter_map(|place| of_dimension(analysis, place)).collect()
}

fn of_dimension(analysis: &Analysis, place: usize) -> Option<Unseen> {
    let dimension = analysis.dimension(place);
    let mut own =
        Unseen { dimension: parts::dimension_name(dimension).to_owned(), withheld: Vec::new(), nobody: Vec::new() };
    for (group, named) in dimension.groups.iter().enumerate().filter(|(_, own)| own.state == GroupState::Known) {
        let breakdowns = analysis.indicators.iter().flat_map(|own| &own.breakdowns);
        let found: Vec<&GroupAnalysis> =
            breakdowns.filter(|own| own.dimension == place).filter_map(|own| own.group(group)).collect();
        if found.iter().any(|own| own.reading.value.is_some()) {
            continue;
        }
        let withheld = found.iter().any(|own| own.reading.suppressed());
        let list = if withheld { &mut own.withheld } else { &mut own.nobody };
        list.push(named.label.clone());
    }
    (!own.withheld.is_empty() || !own.nobody.is_empty()).then_some(own)
}

#[cfg(test)]
mod tests {
    use evenly_cube::{Group, ReleasedCount};
    use evenly_report::sample::{UNEVEN, release};

    use super::*;
    use crate::testing::analysed;

    #[test]
    fn groups_without_any_number_are_told_by_why() {
        assert!(unseen(&analysed(&release(UNEVEN))).is_empty());
        let mut few = release(UNEVEN);
        let ethnicity = few.dimensions.iter().position(|own| own.id == "ethnicity").expect("a dimension");
        few.dimensions[ethnicity].groups.push(Group::known("arab", "Arab"));
        for table in few.indicators.iter_mut().flat_map(|own| &mut own.tables) {
            let Some(place) = table.dimensions.iter().position(|own| own == "ethnicity") else { continue };
            for cell in table.cells.iter_mut().filter(|cell| cell.groups[place] == 4) {
                (cell.numerator, cell.denominator) = (ReleasedCount::Suppressed, ReleasedCount::Suppressed);
            }
        }
        let told = unseen(&analysed(&few));
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].withheld.as_slice(), told[0].nobody.as_slice()),
            (["Other ethnic group".to_owned()].as_slice(), ["Arab".to_owned()].as_slice())
        );
    }
}
