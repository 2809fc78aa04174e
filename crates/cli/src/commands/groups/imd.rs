//! `evenly groups imd-areas` and `imd-rows`: what changes when the deprivation index of 2025 takes the place of that of 2019.

use anyhow::bail;
use clap::ValueEnum;
use evenly_cube::{Condition, Indicator, ReleasedCount, Views};
use evenly_extract::derive::transition::{self, Transition, transition};
use serde_json::json;

use super::{OfExtract, share};
use crate::counting::Counting;
use crate::interrupt;
use crate::show::{self, Format};

/// Whose areas are counted.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Areas {
    /// Areas of 2011, whose codes most extracts hold
    #[value(name = "2011")]
    Of2011,
    /// Areas of 2021
    #[default]
    #[value(name = "2021")]
    Of2021,
}

const NOT_THE_PLACE: &str = "A change may come from new data, new methods or new boundaries: it does not say that a place has become poorer \
                             or richer. Do not join the two editions in one series.";

/// The matrix of all areas of England.
pub fn areas(areas: Areas, tenths: bool, format: Format) -> anyhow::Result<()> {
    let (vintage, counted) = match areas {
        Areas::Of2011 => ("2011", transition(transition::Areas::Of2011)),
        Areas::Of2021 => ("2021", transition(transition::Areas::Of2021)),
    };
    if format == Format::Json {
        return show::print_json(&json!({
            "areas_of": vintage, "areas": counted.areas(), "tenths": counted.cells, "fifths": counted.fifths(),
            "unchanged": counted.unchanged, "split": counted.split, "merged": counted.merged, "redrawn": counted.redrawn,
        }));
    }
    Ok(show::print(&as_text(vintage, &counted, tenths))?)
}

fn as_text(vintage: &str, counted: &Transition, tenths: bool) -> String {
    let all = counted.areas();
    let fifths = counted.fifths();
    let stayed: u32 = (0..5).map(|fifth| fifths[fifth][fifth]).sum();
    let (joined, left) = (1..5).fold((0, 0), |sum, fifth| (sum.0 + fifths[fifth][0], sum.1 + fifths[0][fifth]));
    let thousands = |number: u32| show::thousands(number.into());
    let cells: Vec<Vec<u32>> = if tenths {
        counted.cells.iter().map(|row| row.to_vec()).collect()
    } else {
        fifths.iter().map(|row| row.to_vec()).collect()
    };
    let texts: Vec<Vec<String>> = cells.iter().map(|row| row.iter().map(u32::to_string).collect()).collect();
    let other = if vintage == "2011" { "2021" } else { "2011" };
    format!(
        "{} small areas of {vintage} in England, by national {} of IMD 2019 (down) and IMD 2025 (across); 1 is the most deprived\n\
         {}\n{} ({:.1} %) are in another fifth. {} join the most deprived fifth (Core20), {} leave it.\n\
         {} areas are the same in 2011 and 2021; {} come of a split, {} of a merger, {} were redrawn otherwise. Each of these takes the \
         tenth of the area of {other} in which most of its people live.\n{NOT_THE_PLACE}\n",
        thousands(all),
        if tenths { "tenth" } else { "fifth" },
        matrix(&texts),
        thousands(all - stayed),
        100.0 * f64::from(all - stayed) / f64::from(all.max(1)),
        thousands(joined),
        thousands(left),
        thousands(counted.unchanged),
        thousands(counted.split),
        thousands(counted.merged),
        thousands(counted.redrawn),
    )
}

/// A square with numbered rows and columns.
fn matrix(cells: &[Vec<String>]) -> String {
    let head = std::iter::once("2019 \\ 2025".to_owned()).chain((1..=cells.len()).map(|number| number.to_string()));
    let mut rows: Vec<Vec<String>> = vec![head.collect()];
    rows.extend(
        cells.iter().enumerate().map(|(row, cells)| {
            std::iter::once((row + 1).to_string()).chain(cells.iter().cloned()).collect::<Vec<_>>()
        }),
    );
    show::columns(&rows)
}

const EDITIONS: [&str; 2] = ["deprivation_2019", "deprivation_2025"];

/// The matrix of the rows of an extract.
pub(super) fn rows(of: &OfExtract) -> anyhow::Result<()> {
    interrupt::listen();
    let mut counting = Counting::prepare(&of.counting)?;
    let policy = counting.policy(of.policy.as_deref())?;
    let counted = counting.count_only(&EDITIONS, changes()?)?;
    let [old, new] = EDITIONS.map(str::to_owned);
    let views = Views { period: None, by: vec![old.clone(), new.clone()], pairs: vec![(old, new)], change: None };
    let release = counted.cube.release(&policy, &views)?;
    let find = |id: &str| release.indicators.iter().find(|own| own.definition.id == id);
    let whole = |id: &str| find(id).and_then(|own| own.table(&[])?.cells.first().cloned());
    let Some(table) = find("known").and_then(|own| own.table(&EDITIONS)) else {
        bail!("no row has a small area, so the two editions cannot be set against each other");
    };
    let cell = |from: usize, to: usize| {
        let own = table.cells.iter().find(|cell| cell.groups == [from, to]);
        own.map_or(ReleasedCount::Shown(0), |cell| cell.denominator)
    };
    let (known, every) = whole("known").map_or((None, None), |own| (own.numerator.shown(), own.denominator.shown()));
    let share = |id: &str| whole(id).map(|own| (own.numerator.shown(), own.denominator.shown()));
    if of.format == Format::Json {
        let fifths: Vec<Vec<Option<u64>>> =
            (0..5).map(|from| (0..5).map(|to| cell(from, to).shown()).collect()).collect();
        let numerator = |id: &str| share(id).and_then(|(top, _)| top);
        return show::print_json(&json!({
            "policy": release.policy.id, "rows": every, "with_area": known, "fifths": fifths,
            "change": numerator("changes"), "join_core20": numerator("joins"), "leave_core20": numerator("leaves"),
        }));
    }
    let number = |count: Option<u64>| count.map_or_else(|| "withheld".to_owned(), show::thousands);
    let text: Vec<Vec<String>> = (0..5)
        .map(|from| {
            let count = |to: usize| cell(from, to).shown().map_or_else(|| "withheld".to_owned(), |own| own.to_string());
            (0..5).map(count).collect()
        })
        .collect();
    let percent = |id: &str| match share(id) {
        Some((Some(top), Some(bottom))) if bottom > 0 => {
            format!("{} ({:.1} %)", show::thousands(top), 100.0 * top as f64 / bottom as f64)
        }
        _ => "withheld".to_owned(),
    };
    Ok(show::print(&format!(
        "{} of {} rows have a small area in England: by national fifth of IMD 2019 (down) and IMD 2025 (across); 1 is the most deprived\n\
         {}\n{} are in another fifth by the edition of 2025. {} join the most deprived fifth (Core20), {} leave it.\n\
         An area that was redrawn between 2011 and 2021 takes the tenth of its counterpart in which most of its people live.\n\
         {NOT_THE_PLACE}\n{}\n",
        number(known),
        number(every),
        matrix(&text),
        percent("changes"),
        percent("joins"),
        percent("leaves"),
        release.policy_sentence
    ))?)
}

/// Rows with an area in England; and of these, those whose fifth changes, and that join or leave Core20.
fn changes() -> anyhow::Result<Vec<Indicator>> {
    let [old, new] = EDITIONS;
    let known = format!("{old} IS NOT NULL AND {new} IS NOT NULL");
    let differs =
        (1..=5).map(|fifth| format!("({old} = '{fifth}' AND {new} <> '{fifth}')")).collect::<Vec<_>>().join(" OR ");
    let each = [
        ("known", known.clone(), "TRUE".to_owned()),
        ("changes", differs, known.clone()),
        ("joins", format!("{old} <> '1' AND {new} = '1'"), known.clone()),
        ("leaves", format!("{old} = '1' AND {new} <> '1'"), known),
    ];
    let indicator = |(id, numerator, denominator): (&str, String, String)| {
        Ok(share(id, Condition::parse(&numerator)?, Condition::parse(&denominator)?))
    };
    each.into_iter().map(indicator).collect()
}
