//! One group over time, or all groups in one period: views of the same released tables, chosen by whoever looks.

use maud::{Markup, html};

use super::{OverTime, groups, over_time};
use crate::analysis::{Analysis, Breakdown, GroupAnalysis, IndicatorAnalysis};
use crate::charts::{Caption, Size, look};
use crate::documents::json::period_labels;
use crate::findings::words;

/// One group over time, as large as a page allows; words where it has too few periods.
pub fn group(
    analysis: &Analysis,
    id: &str,
    own: &IndicatorAnalysis,
    breakdown: &Breakdown,
    group: &GroupAnalysis,
) -> Markup {
    let Some(series) = &group.series else {
        return html! { p { "There are no counts over time for this group." } };
    };
    let dimension = analysis.dimension(breakdown.dimension);
    let look = look(dimension, group.group);
    let chart = OverTime { series, of: Some(&dimension.groups[group.group].label), colour: &look.colour };
    over_time(analysis, &format!("{id}-one"), own, &chart)
}

/// All groups in one period; `None` where there is no such period or it was not counted by group.
pub fn period(
    analysis: &Analysis,
    id: &str,
    own: &IndicatorAnalysis,
    breakdown: &Breakdown,
    place: usize,
) -> Option<Markup> {
    let label = period_labels(analysis, true).into_iter().nth(place)?;
    let overall = *own.series.as_ref()?.readings.get(place)?.as_ref()?;
    let reading = |group: &GroupAnalysis| {
        let reading = *group.series.as_ref()?.readings.get(place)?.as_ref()?;
        Some(GroupAnalysis { group: group.group, reading, series: None })
    };
    let groups: Vec<GroupAnalysis> = breakdown.groups.iter().filter_map(reading).collect();
    let then = Breakdown { groups, comparison: None, gap: None, ..breakdown.clone() };
    let mut whole = own.clone();
    whole.overall = overall;
    whole.definition.title = format!("{} in {label}", own.definition.title);
    (!then.groups.is_empty()).then(|| groups::groups(analysis, &format!("{id}-p{place}"), &whole, &then))
}

/// The chart that a view leads with: everybody over time, a dimension's groups, or one group over time.
pub fn drawing(
    analysis: &Analysis,
    own: &IndicatorAnalysis,
    breakdown: Option<&Breakdown>,
    one: Option<&GroupAnalysis>,
) -> Option<String> {
    let caption = |title: String| Caption {
        id: "chart".to_owned(),
        title,
        description: "The tables of the page it was taken from give each number.".to_owned(),
    };
    match (breakdown, one) {
        (None, _) => {
            let chart = OverTime { series: own.series.as_ref()?, of: None, colour: super::INK };
            Some(chart.draw(analysis, own, &caption(chart.title(own)), Size::Wide))
        }
        (Some(breakdown), None) => {
            let name = words::dimension_name(analysis.dimension(breakdown.dimension)).to_lowercase();
            let caption = caption(format!("{}, by {name}", own.definition.title));
            Some(groups::draw(analysis, own, breakdown, &caption, Size::Wide))
        }
        (Some(breakdown), Some(one)) => {
            let dimension = analysis.dimension(breakdown.dimension);
            let look = look(dimension, one.group);
            let label = &dimension.groups[one.group].label;
            let chart = OverTime { series: one.series.as_ref()?, of: Some(label), colour: &look.colour };
            Some(chart.draw(analysis, own, &caption(chart.title(own)), Size::Wide))
        }
    }
}
