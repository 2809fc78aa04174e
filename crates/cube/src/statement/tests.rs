//! Definitions that are read or refused with the key named, periods, and cubes limited to a time.

use super::{Actions, Domain, ReportingPeriod, Take, shipped_domains};
use crate::counts::{CellTable, Counts};
use crate::cube::{CountedIndicator, Cube, Membership, Reading};
use crate::dimension::{About, Dimension, Group, GroupState, Order};
use crate::exact::Exact;
use crate::indicator::{shipped_indicator, shipped_indicators};
use crate::provenance::{Provenance, RowsEquation};
use crate::{Policy, Views};

#[test]
fn every_shipped_domain_loads_and_asks_only_for_indicators_that_are_there() {
    let known: Vec<String> = shipped_indicators().unwrap().into_iter().map(|own| own.id).collect();
    let domains = shipped_domains().unwrap();
    let mut ids = Vec::new();
    for own in domains.iter().flat_map(|domain| &domain.indicators) {
        assert!(own.indicator.as_ref().is_none_or(|id| known.contains(id)), "{}: {:?}", own.id, own.indicator);
        assert!(!ids.contains(&&own.id), "{} stands in two domains", own.id);
        ids.push(&own.id);
    }
    assert!(domains.len() == 11 && ids.len() > 25, "{}", ids.len());
    assert!(domains.iter().flat_map(|domain| &domain.indicators).any(|own| !own.checked));
}

#[test]
fn what_is_wrong_with_a_domain_is_named() {
    let text = include_str!("../../../../definitions/statement/maternity-and-neonatal.toml");
    for (from, to, part) in [
        ("wording", "wordin", "wordin"),
        ("checked = false", "checked = \"no\"", "checked"),
        ("note = ", "# ", "its `note`"),
        ("id = \"preterm-births\"", "id = \"preterm-births\"\ncheked = true", "cheked"),
        ("version = 1", "version = \"one\"", "version"),
    ] {
        assert!(text.contains(from), "{from}");
        let message = Domain::parse("ours.toml", &text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(message.contains("ours.toml") && message.contains(part), "{part}: {message}");
    }
}

#[test]
fn projects_are_read_and_a_wrong_key_is_named() {
    let text = "[[projects]]\ntitle = \"Calls\"\naim = \"Fewer missed\"\npeople = \"Most deprived fifth\"\n\
                [[projects.actions]]\ndate = \"2025-05-01\"\nwhat = \"First calls\"\n";
    assert_eq!(Actions::parse("actions.toml", text).unwrap().projects[0].actions[0].what, "First calls");
    assert!(Actions::parse("actions.toml", "").unwrap().projects.is_empty());
    let wrong = Actions::parse("actions.toml", &text.replace("people", "poeple")).unwrap_err().to_string();
    assert!(wrong.contains("actions.toml") && wrong.contains("poeple"), "{wrong}");
}

#[test]
fn a_period_is_a_financial_year_a_year_or_months() {
    let ends = |text: &str| ReportingPeriod::parse(text).map(|own| (own.first.clone(), own.last.clone(), own.months()));
    let is = |first: &str, last: &str, months| Ok((first.to_owned(), last.to_owned(), months));
    assert_eq!(ends("2025-26"), is("2025-04-01", "2026-03-31", 12));
    assert_eq!(ends("1999-00"), is("1999-04-01", "2000-03-31", 12));
    assert_eq!(ends("2025"), is("2025-01-01", "2025-12-31", 12));
    assert_eq!(ends("2023-11..2024-02"), is("2023-11-01", "2024-02-29", 4));
    for wrong in ["2025-27", "2025-13..2026-01", "2026-02..2026-01", "25-26", "last year", "", "2025..2026", "2025-é"]
    {
        assert!(ends(wrong).is_err_and(|reason| reason.contains("2025-26")), "{wrong}");
    }
}

#[test]
fn periods_of_every_grain_lie_inside_or_not() {
    let year = ReportingPeriod::parse("2011-12").unwrap();
    for (grain, id, inside) in [
        ("month", "2011-04", Some(true)),
        ("month", "2011-12", Some(true)),
        ("month", "2012-03", Some(true)),
        ("month", "2012-04", Some(false)),
        ("day", "2011-03-31", Some(false)),
        ("week", "2012-03-26", Some(true)),
        ("quarter", "2012-01-01", Some(true)),
        ("quarter", "2011-01-01", Some(false)),
        ("year", "2011-01-01", Some(false)),
        ("year", "2012-01-01", Some(false)),
        ("period", "2011/12", Some(true)),
        ("period", "2011", Some(false)),
        ("period", "spring", None),
        ("day", "2011-05-44", None),
    ] {
        assert_eq!(year.holds(grain, id), inside, "{grain} {id}");
    }
    let part = ReportingPeriod::parse("2011-04..2011-05").unwrap();
    assert_eq!(part.holds("quarter", "2011-04-01"), Some(false));
}

fn dimension(id: &str, order: Order, groups: Vec<Group>) -> Dimension {
    Dimension { id: id.into(), title: id.into(), about: About::Person, order, groups, vintage: None, note: None }
}

/// Three months of 2025 and rows without a date, by sex; the month in the middle of the key.
fn cube(sparse: bool) -> Exact<Cube> {
    let mut months: Vec<Group> = ["2025-03", "2025-04", "2025-05"].map(|id| Group::known(id, id)).into();
    months.push(Group::unknown(GroupState::Missing));
    let sexes = vec![Group::known("1", "Male"), Group::known("2", "Female")];
    let counts: Vec<u64> = (0..24).map(|key| 100 + key).collect();
    let counts = if sparse { Counts::Sparse { keys: (0..24).collect(), counts } } else { Counts::DenseWide(counts) };
    let states = vec![Membership::Outside, Membership::Denominator, Membership::Numerator];
    let counted = |id: &str, table| CountedIndicator {
        definition: shipped_indicator(id).unwrap(),
        tables: vec![table],
        reading: Reading::Membership(states.clone()),
        sums: None,
        repeats: None,
    };
    Exact::new(Cube {
        dimensions: vec![dimension("month", Order::Period, months), dimension("sex", Order::Nominal, sexes)],
        indicators: vec![counted("did-not-attend", 0), counted("late-and-not-seen", 1)],
        tables: vec![
            CellTable { dimensions: vec![1, 0], readings: 3, counts },
            CellTable { dimensions: vec![1], readings: 3, counts: Counts::Dense(vec![9; 6]) },
        ],
        quality: vec![],
        provenance: Provenance {
            evenly: "0.1.0".into(),
            sources: vec![],
            definitions: vec![],
            rows: RowsEquation::default(),
            notes: vec![],
        },
    })
}

#[test]
fn a_cube_is_limited_to_the_months_of_the_period() {
    let year = ReportingPeriod::parse("2025-26").unwrap();
    for sparse in [false, true] {
        let within = cube(sparse).within(&year, Take::All).unwrap();
        assert!(!within.whole && within.lost == ["late-and-not-seen"]);
        assert_eq!(within.periods.iter().map(|own| own.id.as_str()).collect::<Vec<_>>(), ["2025-04", "2025-05"]);
        let views = Views { period: Some("month".into()), by: vec!["sex".into()], pairs: vec![], change: None };
        let release = within.cube.release(&Policy::shipped("none-synthetic").unwrap(), &views).unwrap();
        let cells = &release.indicators[0].table(&["sex"]).unwrap().cells;
        // Keys of a man in April and May: 3 to 5 and 6 to 8; the numerator is the last of each.
        assert_eq!(cells[0].numerator.shown(), Some(105 + 108));
        assert_eq!(cells[0].denominator.shown(), Some(104 + 105 + 107 + 108));
        assert_eq!(cells[1].numerator.shown(), Some(117 + 120));
    }
    let latest = cube(true).within(&year, Take::Latest).unwrap();
    assert_eq!(latest.periods[0].id, "2025-05");
}

#[test]
fn a_cube_without_the_period_says_what_it_has() {
    let refused = |period: &str, cube: Exact<Cube>| {
        let period = ReportingPeriod::parse(period).unwrap();
        cube.within(&period, Take::All).err().expect("it is refused").to_string()
    };
    assert!(refused("2020-21", cube(false)).contains("they run from 2025-03 to 2025-05"));
    let mut without = cube(false);
    without.0.dimensions[0].order = Order::Nominal;
    assert!(refused("2025-26", without).contains("it has no periods"));
}
