//! What is not known, and for whom it is known less often.

use evenly_cube::{FieldQuality, GroupState, QualityCell, Release};
use evenly_stats::Estimate;
use evenly_stats::compare::{Count, Kind, difference};
use evenly_stats::proportion::wilson;

use super::reading::CONFIDENCE;
use super::words::{self, NotKnown};
use crate::analysis::{Finding, FindingKind};

/// Share from which a field that is not known is worth a sentence.
const WORTH_TELLING: f64 = 0.05;
/// Difference between two groups' shares from which it is uneven enough to tell.
const UNEVEN: f64 = 0.05;

/// The ways of not knowing, in words.
pub fn way(state: GroupState) -> &'static str {
    match state {
        GroupState::Known => "known",
        GroupState::NotStated => "not stated",
        GroupState::NotKnown => "recorded as not known",
        GroupState::Missing => "not recorded",
        GroupState::Invalid => "invalid code",
    }
}

/// Rows not known and all rows, of all or of a group; `None` where a count is withheld.
pub fn not_known(field: &FieldQuality, group: Option<&(String, usize)>) -> Option<(u64, u64)> {
    let own: Vec<&QualityCell> =
        field.cells.iter().filter(|cell| cell.group.as_ref() == group && cell.state != GroupState::Known).collect();
    let out_of = own.first()?.out_of.shown()?;
    let rows = own.iter().map(|cell| cell.rows.shown()).sum::<Option<u64>>()?;
    (out_of > 0).then_some((rows.min(out_of), out_of))
}

/// The groups that a field's quality is told by, in order.
pub fn groups(field: &FieldQuality) -> Vec<&(String, usize)> {
    let mut groups: Vec<&(String, usize)> = field.cells.iter().filter_map(|cell| cell.group.as_ref()).collect();
    groups.sort();
    groups.dedup();
    groups
}

/// A field's name for a reader: the title of the dimension of the same name, else the field in words.
pub fn field_name(release: &Release, field: &str) -> String {
    if let Some(dimension) = release.dimension(field) {
        return words::dimension_name(dimension).to_owned();
    }
    let words: Vec<String> = field
        .split('_')
        .map(|word| if ACRONYMS.contains(&word) { word.to_uppercase() } else { word.to_owned() })
        .collect();
    let mut name = words.join(" ");
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

/// Parts of fields' names that are written in capitals.
const ACRONYMS: [&str; 6] = ["lsoa", "msoa", "imd", "nhs", "gp", "icb"];

/// One finding for each field that is often, or unevenly, not known.
pub fn findings(release: &Release) -> Vec<Finding> {
    release.quality.iter().filter_map(|field| finding(release, field)).collect()
}

fn finding(release: &Release, field: &FieldQuality) -> Option<Finding> {
    let (rows, out_of) = not_known(field, None)?;
    let limits = wilson(rows as f64, out_of as f64, CONFIDENCE).ok()?;
    let uneven = uneven(release, field);
    if limits.value < WORTH_TELLING && uneven.is_none() {
        return None;
    }
    let mut ways: Vec<(&str, f64)> = field
        .cells
        .iter()
        .filter(|cell| cell.group.is_none() && cell.state != GroupState::Known)
        .filter_map(|cell| Some((way(cell.state), cell.rows.shown()? as f64 / out_of as f64)))
        .filter(|(_, share)| *share > 0.0)
        .collect();
    ways.sort_by(|a, b| b.1.total_cmp(&a.1));
    let told = uneven.map(|pair| pair.map(|(place, group, share)| (&release.dimensions[place], group, share)));
    let sentence = words::not_known(&NotKnown {
        field: field_name(release, &field.field),
        share: limits.value,
        rows: (rows, out_of),
        ways,
        uneven: told,
    });
    let dimension = release.dimensions.iter().position(|own| own.id == field.field);
    Some(Finding {
        kind: FindingKind::DataQuality,
        indicator: None,
        groups: dimension.map(|place| (place, None)).into_iter().collect(),
        of_sharing: false,
        sentence,
        estimate: limits.value,
        lower: Some(limits.lower),
        upper: Some(limits.upper),
        explained_by: None,
        probability: None,
        people: rows as f64,
    })
}

/// A group by positions of dimension and group, and the share of its rows in which a field is not known.
type GroupShare = (usize, usize, f64);

/// The two groups of one dimension whose shares differ most, where they differ beyond chance and enough to matter.
fn uneven(release: &Release, field: &FieldQuality) -> Option<[GroupShare; 2]> {
    let mut shares: Vec<(usize, usize, Count)> = Vec::new();
    for own in groups(field) {
        let Some(place) = release.dimensions.iter().position(|dimension| dimension.id == own.0) else { continue };
        let Some((rows, out_of)) = not_known(field, Some(own)) else { continue };
        let known = release.dimensions[place].groups.get(own.1).is_some_and(|group| group.state == GroupState::Known);
        if known && own.0 != field.field {
            shares.push((place, own.1, Count { numerator: rows as f64, denominator: out_of as f64 }));
        }
    }
    let pairs = shares.len() * shares.len().saturating_sub(1) / 2;
    let level = 1.0 - (1.0 - CONFIDENCE) / pairs.max(1) as f64;
    let mut widest: Option<(f64, [GroupShare; 2])> = None;
    for (first, one) in shares.iter().enumerate() {
        for other in shares.iter().skip(first + 1).filter(|other| other.0 == one.0) {
            let (most, least) = if share(one) >= share(other) { (one, other) } else { (other, one) };
            let Ok(gap) = difference(Kind::Proportion, most.2, least.2, level) else { continue };
            let Estimate { value, lower, .. } = gap;
            if value >= UNEVEN && lower > 0.0 && widest.is_none_or(|(width, _)| value > width) {
                widest = Some((value, [(most.0, most.1, share(most)), (least.0, least.1, share(least))]));
            }
        }
    }
    widest.map(|(_, pair)| pair)
}

fn share(own: &(usize, usize, Count)) -> f64 {
    own.2.numerator / own.2.denominator
}
