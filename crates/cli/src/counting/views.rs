//! Which tables of a cube are released: the same for a report, a statement and a check.

use evenly_cube::{About, Dimension, Split, Views};
use evenly_extract::count::CountedExtract;

/// Every one-way table over time, every pair of dimensions that can be told apart on a page, and who shared in the change.
pub fn of_report(counted: &CountedExtract, split: Split) -> Views {
    Views { change: Some(split), ..tables(counted.cube.dimensions(), counted.period.clone(), counted.by.clone()) }
}

/// The tables of a report, as views, without a change to share in.
pub fn tables(dimensions: &[Dimension], period: Option<String>, by: Vec<String>) -> Views {
    let dimension = |id: &String| dimensions.iter().find(|dimension| dimension.id == *id);
    let crossed = |first: &String, second: &String| {
        let Some(both) = dimension(first).zip(dimension(second)) else { return false };
        let [one, other] = [both.0, both.1].map(|own| own.known().count());
        // One that says where people are seen may have more groups: it is what most often explains a gap.
        let of_service = |own: &Dimension, groups| own.about == About::Service && groups <= CLINICS_TO_CROSS;
        let explains = of_service(both.0, one) || of_service(both.1, other);
        one.min(other) <= GROUPS_TO_CROSS && (one.max(other) <= GROUPS_TO_CROSS || explains)
    };
    let pairs = by.iter().enumerate().flat_map(|(position, first)| {
        let others = by[position + 1..].iter().filter(move |second| crossed(first, second));
        others.map(move |second| (first.clone(), second.clone()))
    });
    let pairs = pairs.collect();
    Views { period, by, pairs, change: None }
}

/// Most groups of a dimension that is crossed with others: more give cells too small to say anything of.
const GROUPS_TO_CROSS: usize = 12;
/// Most groups of a dimension of the service that is crossed with smaller ones, to set people side by side in the same clinic.
const CLINICS_TO_CROSS: usize = 60;
