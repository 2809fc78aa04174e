//! The trade-off between allocation rules, drawn: what part of each group's missed appointments help reaches by risk alone, and
//! what part with a floor for every group, at the same number of offers.

use std::fmt::Write as _;

use super::percent;
use crate::audit::{Allocation, Audit, Rule};

/// Width of the drawing and of the column of labels, in CSS pixels.
const WIDTH: f64 = 760.0;
const LABELS: f64 = 270.0;
/// Heights of a row and of what is above and below all rows.
const ROW: f64 = 24.0;
const ABOVE: f64 = 64.0;
const BELOW: f64 = 40.0;
/// Blue and dark orange, 4.5:1 or more against white; shapes tell them apart without colour.
const BY_RISK: &str = "#005eb8";
const WITH_FLOOR: &str = "#a8450b";

/// Reach under the two rules.
pub(super) struct Pair {
    /// The group, or everybody.
    pub label: String,
    pub by_risk: f64,
    pub with_floor: f64,
    /// Share of all appointments, and of the offers under each rule.
    pub share: f64,
    pub offers: [f64; 2],
}

/// The pairs of one dimension: everybody first.
pub(super) struct Panel {
    pub title: String,
    pub pairs: Vec<Pair>,
}

/// A panel for each dimension with at least two groups that have figures.
pub(super) fn panels(audit: &Audit) -> Vec<Panel> {
    let Some(by_risk) = audit.allocation.iter().find(|own| own.rule == Rule::Risk) else { return Vec::new() };
    let floors = audit.allocation.iter().filter(|own| own.rule == Rule::FloorPerGroup);
    floors.filter_map(|floor| panel(audit, by_risk, floor)).collect()
}

fn panel(audit: &Audit, by_risk: &Allocation, floor: &Allocation) -> Option<Panel> {
    let dimension = floor.dimension.as_ref()?;
    let title = audit.by_group.iter().find(|own| own.dimension == *dimension)?.dimension_title.clone();
    let everybody = Pair {
        label: "Everybody".to_owned(),
        by_risk: by_risk.reach?,
        with_floor: floor.reach?,
        share: 1.0,
        offers: [1.0; 2],
    };
    let of_group = |own: &crate::audit::Offered| {
        let other = floor.by_group.iter().find(|other| other.dimension == *dimension && other.group == own.group)?;
        Some(Pair {
            label: own.label.clone(),
            by_risk: own.reach,
            with_floor: other.reach,
            share: own.share_of_appointments,
            offers: [own.share_of_offers, other.share_of_offers],
        })
    };
    let groups: Vec<Pair> =
        by_risk.by_group.iter().filter(|own| own.dimension == *dimension).filter_map(of_group).collect();
    (groups.len() > 1).then(|| Panel { title, pairs: [everybody].into_iter().chain(groups).collect() })
}

/// The drawing as SVG, with its message as title and every number in its description's table of the card; `None` where there
/// is nothing to compare.
pub fn trade_off(audit: &Audit) -> Option<String> {
    let panels = panels(audit);
    let most = panels.iter().flat_map(|panel| &panel.pairs).map(|pair| pair.by_risk.max(pair.with_floor));
    let most = most.fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let step = if most > 0.5 { 0.2 } else { 0.1 };
    let top = (most / step).ceil() * step;
    let rows: usize = panels.iter().map(|panel| panel.pairs.len() + 1).sum();
    let height = ABOVE + rows as f64 * ROW + BELOW;
    let x = |share: f64| LABELS + share / top * (WIDTH - LABELS - 30.0);
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-labelledby="trade-off-title trade-off-text" font-family="Arial, sans-serif" font-size="14" fill="#212b32"><title id="trade-off-title">{}</title><desc id="trade-off-text">{}</desc><rect width="100%" height="100%" fill="#ffffff"/>"##,
        escape(&title(audit)),
        escape(&description(&panels)),
    );
    legend(&mut svg);
    let bottom = height - BELOW;
    let mut tick = 0.0;
    while tick <= top + 1e-9 {
        let at = x(tick);
        let _ = write!(
            svg,
            r##"<line x1="{at:.1}" y1="{ABOVE}" x2="{at:.1}" y2="{bottom}" stroke="#d8dde0"/><text x="{at:.1}" y="{}" text-anchor="middle">{:.0} %</text>"##,
            bottom + 18.0,
            tick * 100.0,
        );
        tick += step;
    }
    let mut row = 0;
    for panel in &panels {
        text(&mut svg, 8.0, row, "start", &panel.title, true);
        row += 1;
        for pair in &panel.pairs {
            text(&mut svg, LABELS - 14.0, row, "end", &shorter(&pair.label), false);
            marks(&mut svg, middle(row), x(pair.by_risk), x(pair.with_floor));
            row += 1;
        }
    }
    svg.push_str("</svg>\n");
    Some(svg)
}

fn title(audit: &Audit) -> String {
    format!(
        "Missed appointments reached with help for {} of appointments: by risk alone, and with a floor for every group",
        percent(audit.capacity)
    )
}

/// For each dimension, what everybody and the least reached group gain or lose.
fn description(panels: &[Panel]) -> String {
    let of_panel = |panel: &Panel| {
        let least = panel.pairs[1..].iter().min_by(|a, b| a.by_risk.total_cmp(&b.by_risk))?;
        let everybody = &panel.pairs[0];
        Some(format!(
            "{}: with a floor, reach of the least reached group ({}) goes from {} to {}, everybody's from {} to {}.",
            panel.title,
            least.label,
            percent(least.by_risk),
            percent(least.with_floor),
            percent(everybody.by_risk),
            percent(everybody.with_floor),
        ))
    };
    panels.iter().filter_map(of_panel).collect::<Vec<String>>().join(" ")
}

fn middle(row: usize) -> f64 {
    ABOVE + (row as f64 + 0.5) * ROW
}

fn legend(svg: &mut String) {
    let _ =
        write!(svg, r#"<text x="8" y="20" font-weight="bold">Share of missed appointments that help reaches</text>"#);
    circle(svg, LABELS + 8.0, 40.0);
    let _ = write!(svg, r#"<text x="{}" y="45">by risk alone</text>"#, LABELS + 22.0);
    diamond(svg, LABELS + 148.0, 40.0);
    let _ = write!(svg, r#"<text x="{}" y="45">with a floor for every group</text>"#, LABELS + 162.0);
}

fn text(svg: &mut String, x: f64, row: usize, anchor: &str, words: &str, bold: bool) {
    let weight = if bold { r#" font-weight="bold""# } else { "" };
    let _ = write!(
        svg,
        r#"<text x="{x}" y="{}" text-anchor="{anchor}"{weight}>{}</text>"#,
        middle(row) + 5.0,
        escape(words)
    );
}

fn marks(svg: &mut String, y: f64, by_risk: f64, with_floor: f64) {
    let _ = write!(
        svg,
        r##"<line x1="{by_risk:.1}" y1="{y}" x2="{with_floor:.1}" y2="{y}" stroke="#4c6272" stroke-width="2"/>"##
    );
    circle(svg, by_risk, y);
    diamond(svg, with_floor, y);
}

fn circle(svg: &mut String, x: f64, y: f64) {
    let _ = write!(svg, r#"<circle cx="{x:.1}" cy="{y}" r="6" fill="{BY_RISK}"/>"#);
}

fn diamond(svg: &mut String, x: f64, y: f64) {
    let _ = write!(
        svg,
        r#"<path d="M{x:.1} {}l7 7l-7 7l-7 -7z" fill="none" stroke="{WITH_FLOOR}" stroke-width="2.5"/>"#,
        y - 7.0
    );
}

/// A label that fits its column.
fn shorter(label: &str) -> String {
    if label.chars().count() <= 36 { label.to_owned() } else { label.chars().take(35).chain(['…']).collect() }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::trade_off;
    use crate::audit::{Allocation, Audit, Figures, GroupFigures, Intervals, Offered, Rule};

    fn offered(group: &str, reach: f64) -> Offered {
        let (dimension, label) = ("side".to_owned(), format!("The {group} & beyond"));
        Offered { dimension, group: group.to_owned(), label, share_of_offers: 0.5, share_of_appointments: 0.5, reach }
    }

    fn allocation(rule: Rule, reach: f64, by_group: Vec<Offered>) -> Allocation {
        let dimension = (rule == Rule::FloorPerGroup).then(|| "side".to_owned());
        Allocation { rule, refused: None, dimension, offers: 10, reach: Some(reach), precision: Some(0.4), by_group }
    }

    fn audit(groups: &[(&str, f64, f64)]) -> Audit {
        let overall = Figures {
            appointments: 1000,
            missed: 200,
            observed: 0.2,
            predicted: 0.2,
            auroc: 0.7,
            auprc: 0.3,
            brier: 0.1,
            log_loss: 0.4,
            off: 0.0,
            calibration_slope: None,
            calibration_intercept: None,
            sensitivity_at_k: 0.2,
            precision_at_k: None,
            intervals: Intervals::new(),
        };
        let of = |group: &&(&str, f64, f64)| GroupFigures {
            dimension: "side".to_owned(),
            dimension_title: "Side of the river".to_owned(),
            group: group.0.to_owned(),
            label: group.0.to_owned(),
            state: evenly_cube::GroupState::Known,
            withheld: None,
            figures: Some(overall.clone()),
        };
        let by_group = groups.iter().collect::<Vec<_>>().iter().map(of).collect();
        let risk = groups.iter().map(|(group, reach, _)| offered(group, *reach)).collect();
        let floor = groups.iter().map(|(group, _, reach)| offered(group, *reach)).collect();
        let allocation = vec![allocation(Rule::Risk, 0.31, risk), allocation(Rule::FloorPerGroup, 0.29, floor)];
        Audit { capacity: 0.1, samples: 50, overall, by_group, gaps: Vec::new(), allocation }
    }

    #[test]
    fn the_drawing_says_what_the_floor_costs_and_gives() {
        let svg = trade_off(&audit(&[("north", 0.4, 0.35), ("south", 0.1, 0.22)])).unwrap();
        for needed in [
            r#"role="img""#,
            "<title",
            "(The south &amp; beyond) goes from 10.0 % to 22.0 %",
            "everybody's from 31.0 % to 29.0 %",
            ">Side of the river</text>",
            ">40 %</text>",
        ] {
            assert!(svg.contains(needed), "{needed} is missing:\n{svg}");
        }
        assert!(!svg.contains("NaN") && svg.matches("<circle").count() == 4 && svg.matches("<path").count() == 4);
    }

    #[test]
    fn one_group_has_nothing_to_be_compared_with() {
        assert_eq!(trade_off(&audit(&[("north", 0.4, 0.35)])), None);
    }
}
