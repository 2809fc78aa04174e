//! What the statement pack says beside its numbers: what is not available, not checked, not known, and which time is covered.

use evenly_cube::statement::{DomainIndicator, ReportingPeriod};
use evenly_cube::{Dimension, Group, Indicator};

use super::dimension_name;
use crate::findings::numbers::{count, day, percent, period};

/// Title of the pack.
pub fn title(time: &ReportingPeriod) -> String {
    format!("Information on health inequalities, {}", time.id)
}

/// What the pack is, under which law.
pub const PURPOSE: &str = "This pack reports on NHS England’s statement on information on health inequalities (NHS Act 2006, \
     section 13SA). It shows the indicators of the statement by deprivation, ethnicity, sex and age, as far as the \
     organisation’s own extracts hold them, with those of whom something is not known beside each.";

/// Where the list of domains stands on thin ground.
pub const DOMAINS_NOTE: &str = "The domains and their indicators are definitions that come with Evenly, with version and \
     source. Where the wording was not checked against a source, this is said beside it. The statement’s own table was not \
     read for this version: check the list against it before publishing.";

/// Title of what no domain asks for.
pub const OTHERS: &str = "Other indicators of this organisation";

/// Under that title.
pub const OTHERS_NOTE: &str = "The statement does not ask for these; the organisation’s extracts show them. Their numbers by group \
     are in the workbook and in the tables for machines that come with this pack, their charts in the report on each extract.";

/// Heading over the indicators of one extract.
pub fn of_extract(name: &str) -> String {
    format!("From the extract “{name}”")
}

/// Of a domain without any extract.
pub const NONE_AVAILABLE: &str = "None of this domain’s indicators is available from the extracts given.";

/// Where no project is written down.
pub const NO_PROJECTS: &str = "None recorded.";

/// Where nothing stands out in any extract.
pub const NOTHING: &str =
    "No difference between groups stood out beyond chance in what is available. That does not mean there is none.";

/// The wording of an indicator, as the statement has it.
pub fn wording(asked: &DomainIndicator) -> String {
    format!("The statement asks for: {}.", stripped(&asked.wording))
}

/// The wording and where it comes from.
pub fn wording_and_source(asked: &DomainIndicator) -> String {
    format!("{} Source: {}.", wording(asked), stripped(&asked.source))
}

/// Beside a wording that was not checked.
pub const NOT_CHECKED: &str = "Wording not checked.";

/// Whether the wording is sure; `None` where it is and nothing is to be known.
pub fn checked(asked: &DomainIndicator) -> Option<String> {
    let note = asked.note.as_deref().map(stripped);
    match (asked.checked, note) {
        (false, note) => Some(format!("{NOT_CHECKED} {}.", note.unwrap_or("Nothing is known of its source"))),
        (true, Some(note)) => Some(format!("{note}.")),
        (true, None) => None,
    }
}

/// The wording, with a word beside it where it was not checked.
pub fn marked(asked: &DomainIndicator) -> String {
    let wording = stripped(&asked.wording);
    if asked.checked { format!("{wording}.") } else { format!("{wording}. {NOT_CHECKED}") }
}

/// Where the wording comes from and what is to be known of it.
pub fn origin(asked: &DomainIndicator) -> String {
    let known = checked(asked).unwrap_or_default();
    format!("{}. {known}", stripped(&asked.source)).trim_end().to_owned()
}

/// The time reported on, in words.
pub fn span(time: &ReportingPeriod) -> String {
    format!("{} to {}", day(&time.first), day(&time.last))
}

/// In what the number shown differs from the wording.
pub fn differs(asked: &DomainIndicator) -> Option<String> {
    asked.differs.as_deref().map(|text| format!("Not the same as the wording. {}.", stripped(text)))
}

/// Why an indicator is not shown.
pub fn not_available(asked: &DomainIndicator) -> String {
    format!("Not available. Needed: {}.", stripped(&asked.needs))
}

fn stripped(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}

/// How often a group is not known: "Deprivation is not known for 3.1 % of appointments (310 of 10,000)."
pub fn unknown(definition: &Indicator, dimension: &Dimension, counts: Option<(u64, u64)>) -> String {
    let (name, out_of) = (dimension_name(dimension), &definition.words.out_of);
    match counts {
        Some((0, _)) => format!("{name} is known for all {out_of}."),
        Some((rows, all)) => format!(
            "{name} is not known for {} of {out_of} ({} of {}).",
            percent(rows as f64 / all as f64),
            count(rows),
            count(all)
        ),
        None => format!("How often {} is not known is withheld, because a count behind it is.", lower(name)),
    }
}

/// Where the extract has no group for those of whom it is not known.
pub fn no_unknown(dimension: &Dimension) -> String {
    format!(
        "The extract has no group for those whose {} is not known: nothing can be said of how many they are.",
        lower(dimension_name(dimension))
    )
}

/// A dimension that the statement asks for and the extract lacks.
pub fn missing(name: &str) -> String {
    format!("Not broken down by {name}: the extract’s counts do not hold it.")
}

/// Where groups are alike.
pub const ALIKE: &str = "no difference between groups that chance does not explain";
/// Where groups cannot be compared.
pub const NOT_COMPARED: &str = "the groups cannot be compared, because too few of their counts are shown";
/// Where there is nothing to compare with.
pub const ALONE: &str = "one group alone is counted, so that there is none to compare it with";

/// The same said of several dimensions: "Deprivation, sex and age: no difference …."
pub fn by(dimensions: &[&Dimension], what: &str) -> String {
    let names: Vec<String> = dimensions
        .iter()
        .enumerate()
        .map(|(place, own)| if place == 0 { dimension_name(own).to_owned() } else { lower(dimension_name(own)) })
        .collect();
    format!("{}: {what}.", listed(&names))
}

/// How often each dimension is not known, in one line; `None` without a group for it, `Some(None)` where that is withheld.
pub fn unknown_shares<'a>(
    definition: &Indicator,
    shares: impl Iterator<Item = (&'a Dimension, Option<Option<(u64, u64)>>)>,
) -> String {
    let parts: Vec<String> = shares
        .map(|(dimension, share)| {
            let share = match share {
                Some(Some((rows, all))) => percent(rows as f64 / all as f64),
                Some(None) => "withheld".to_owned(),
                None => "no such group".to_owned(),
            };
            format!("{} {share}", lower(dimension_name(dimension)))
        })
        .collect();
    format!("Not known, of {}: {}.", definition.words.out_of, parts.join(", "))
}

/// "a, b and c".
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Which part of the time is covered, and how.
pub fn covered(time: &ReportingPeriod, periods: &[Group], snapshot: bool, grain: &str) -> String {
    let (Some(first), Some(last)) = (periods.first(), periods.last()) else { return String::new() };
    if snapshot {
        return format!("A picture of one moment: {}, the latest in the time reported on.", shown(last));
    }
    let ends = if first == last { shown(first) } else { format!("{} to {}", shown(first), shown(last)) };
    let months = u64::from(time.months());
    if grain == "month" && (periods.len() as u64) < months {
        return format!("Counted: {ends}, which is {} of the {} months reported on.", periods.len(), count(months));
    }
    format!("Counted: {ends}.")
}

fn shown(group: &Group) -> String {
    let name = period(&group.id);
    if name == group.id { group.label.clone() } else { name }
}

/// What must be known where an extract was cut to the time reported on.
pub fn cut(extract: &str) -> String {
    format!(
        "The extract “{extract}” holds other periods too, and was limited to the time reported on. Do not publish its whole \
         report beside this pack: where a year can be taken from a longer time, small counts may come to light. Count the year \
         by itself if both are to be published."
    )
}

/// An indicator that could not be limited to the time.
pub fn lost(extract: &str, indicator: &str) -> String {
    format!(
        "The extract “{extract}” does not show “{indicator}” by period, so that it could not be limited to the time reported on."
    )
}

/// What the rows equation counts.
pub const ROWS_NOTE: &str = "Rows are those of the whole extract, of which this pack shows the time reported on.";

fn lower(name: &str) -> String {
    name.to_lowercase()
}
