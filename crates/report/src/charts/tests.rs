//! SVG checks: named, escaped, readable at 320 px, groups told apart without colour.

use evenly_cube::{About, Dimension, Group, GroupState, Order};
use evenly_stats::Estimate;

use super::axis::Axis;
use super::svg::{escape, text_width, wrap};
use super::{Caption, Drawing, Interval, Line, Scale, Size, lines, look};

fn dimension(order: Order, count: usize) -> Dimension {
    let mut groups: Vec<Group> =
        (0..count).map(|place| Group::known(place.to_string(), format!("Group {place}"))).collect();
    groups.push(Group::unknown(GroupState::Missing));
    Dimension { id: "d".into(), title: "D".into(), about: About::Person, order, groups, vintage: None, note: None }
}

fn caption() -> Caption {
    Caption { id: "c".into(), title: "A < B & \"C\"".into(), description: "Two lines".into() }
}

const SCALE: Scale = Scale { factor: 100.0, suffix: " %", low: 0.0, high: 0.173 };

/// Relative luminance.
///
/// SOURCE: WCAG 2.2, definition of relative luminance.
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let share = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[test]
fn every_colour_stands_out_from_white_and_means_nothing_else() {
    for order in [Order::Ranked, Order::Sequence, Order::Nominal] {
        let dimension = dimension(order, 10);
        for group in 0..dimension.groups.len() {
            let colour = look(&dimension, group).colour;
            let contrast = 1.05 / (luminance(&colour) + 0.05);
            assert!(contrast >= 3.0, "{order:?} {group}: {colour} {contrast:.2}");
            assert!(!["#0072ce", "#d9620f", "#768692"].contains(&colour.as_str()));
        }
    }
}

#[test]
fn groups_without_order_differ_without_colour() {
    let dimension = dimension(Order::Nominal, 18);
    let looks: Vec<_> = (0..dimension.groups.len()).map(|group| look(&dimension, group)).collect();
    for (place, own) in looks.iter().enumerate() {
        assert!(looks[..place].iter().all(|other| other != own), "group {place}");
    }
    let ranked = super::tests::dimension(Order::Ranked, 5);
    let light: Vec<f64> = (0..5).map(|group| luminance(&look(&ranked, group).colour)).collect();
    assert!(light.is_sorted_by(|a, b| a < b), "the worst-off is darkest: {light:?}");
}

#[test]
fn years_of_weeks_are_a_line_on_which_what_stands_out_is_marked() {
    use evenly_stats::spc::{chart::ChartOptions, xmr};

    use super::{ProcessPanel, process};
    let drawn = |weeks: usize| {
        // Up and down about a tenth, and one week far above.
        let values: Vec<Option<f64>> =
            (0..weeks).map(|week| Some(if week == 7 { 0.17 } else { 0.1 + 0.004 * (week % 3) as f64 })).collect();
        let chart = xmr::chart(&values, &ChartOptions::default()).unwrap();
        let labels: Vec<String> = (0..weeks).map(|week| week.to_string()).collect();
        let panel = ProcessPanel {
            labels: &labels,
            chart: Some(&chart),
            values: &[],
            whole: None,
            colour: "#212b32",
            scale: SCALE,
            small: true,
        };
        process(&panel, &caption(), Size::Narrow)
    };
    let marks = |svg: &str| (svg.matches("<circle").count(), svg.matches("Z\" fill=\"#").count());
    assert_eq!(marks(&drawn(24)), (23, 1));
    assert_eq!(marks(&drawn(400)), (0, 1));
}

#[test]
fn in_a_funnel_who_lies_outside_is_named_and_has_another_shape() {
    use evenly_stats::spc::icons::PointKind;

    use super::{FunnelPanel, FunnelPoint};
    let point = |label: &str, at, kind| FunnelPoint { label: label.to_owned(), at, kind };
    let panel = FunnelPanel {
        points: vec![
            point("Within", (100.0, 0.08), PointKind::CommonCause),
            point("Worse", (900.0, 0.17), PointKind::Concern),
            point("Better", (400.0, 0.01), PointKind::Improvement),
        ],
        lines: vec![(100.0, [0.01, 0.03, 0.13, 0.16]), (900.0, [0.06, 0.07, 0.09, 0.1])],
        target: 0.08,
        scale: SCALE,
        sizes: "Number of appointments".to_owned(),
    };
    for size in [Size::Wide, Size::Narrow] {
        let svg = panel.svg(&caption(), size);
        assert!(svg.contains(">Worse<") && svg.contains(">Better<") && !svg.contains(">Within<"));
        assert_eq!(svg.matches("<circle").count(), 1, "a dot within, other shapes outside");
        assert_eq!(svg.matches("stroke-dasharray=\"5 4\"").count(), 2, "inner limits are dashed");
        let x = |label: &str| -> f64 {
            let before = svg.split(&format!(">{label}<")).next().expect("a label");
            before.rsplit("x=\"").next().and_then(|own| own.split('"').next()?.parse().ok()).expect("a number")
        };
        assert!((0.0..=size.width()).contains(&x("Worse")) && (0.0..=size.width()).contains(&x("Better")));
    }
}

#[test]
fn ticks_are_round_and_hold_the_data() {
    for (low, high) in [(0.0, 0.173), (0.0, 1.0), (-0.02, 0.09), (0.512, 0.811), (0.0, 0.0)] {
        let axis = Axis::new(Scale { low, high, ..SCALE }, 5.0);
        let ticks: Vec<(f64, String)> = axis.ticks().collect();
        assert!((2..=9).contains(&ticks.len()), "{ticks:?}");
        assert!(ticks[0].0 <= low + 1e-12 && ticks[ticks.len() - 1].0 >= high - 1e-12, "{ticks:?}");
    }
    let labels: Vec<String> = Axis::new(SCALE, 5.0).ticks().map(|(_, label)| label).collect();
    assert_eq!(labels, ["0 %", "5 %", "10 %", "15 %", "20 %"]);
}

#[test]
fn text_is_escaped_and_wrapped() {
    assert_eq!(escape("a<b>\"&\u{7}"), "a&lt;b&gt;&quot;&amp; ");
    let lines = wrap("Black, Black British, Caribbean or African background", 13.0, 150.0, 2);
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| text_width(line, 13.0) <= 150.0));
    assert_eq!(wrap("", 13.0, 150.0, 2), [""]);
}

#[test]
fn a_chart_says_what_it_is_and_survives_gaps_and_withheld_groups() {
    let estimate = Estimate { value: 0.1, lower: 0.08, upper: 0.12 };
    let dimension = dimension(Order::Ranked, 2);
    let line = Line {
        label: "A".into(),
        look: look(&dimension, 0),
        points: vec![None, Some(estimate), None, Some(estimate), Some(estimate)],
    };
    let labels: Vec<String> = (0..5).map(|place| format!("M{place}")).collect();
    let row = Interval { label: "A".into(), look: look(&dimension, 2), value: None, text: "withheld".into() };
    for size in [Size::Wide, Size::Narrow] {
        for svg in [
            lines(std::slice::from_ref(&line), &labels, SCALE, &caption(), size),
            lines(&[], &[], SCALE, &caption(), size),
            Drawing { rows: vec![row.clone()], whole: None, scale: SCALE }.svg(&caption(), size),
        ] {
            assert!(svg.contains(r#"role="img" aria-labelledby="c-t c-d""#));
            assert!(svg.contains(r#"<title id="c-t">A &lt; B &amp; &quot;C&quot;</title>"#));
            assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }
}
