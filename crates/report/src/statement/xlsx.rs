//! `statement.xlsx`: contents, a sheet for each domain, what is done, method; numbers are numbers, "*" is withheld.

use rust_xlsxwriter::{DocProperties, Url, Workbook, Worksheet, XlsxError};

use super::content::{actions, all_in_our_words, commentary, entry_title, not_available, title, unknown_sentence};
use super::method::method;
use super::{Entry, Section, Statement};
use crate::blocks::{self, Block, Part};
use crate::documents::DocumentError;
use crate::documents::xlsx::{Styles, Table, WITHHELD, created};
use crate::findings::is_waits;
use crate::findings::words::{self, statement as say};

const HEADER: [(&str, f64); 9] = [
    ("Indicator", 34.0),
    ("Dimension", 26.0),
    ("Group", 34.0),
    ("Known?", 14.0),
    ("Value", 12.0),
    ("Lower 95 %", 12.0),
    ("Upper 95 %", 12.0),
    ("Numerator", 13.0),
    ("Denominator", 13.0),
];

/// The bytes of the workbook.
pub fn document(statement: &Statement) -> Result<Vec<u8>, DocumentError> {
    let styles = Styles::new();
    let mut workbook = Workbook::new();
    let name = say::title(&statement.period);
    workbook
        .set_properties(&DocProperties::new().set_title(&name).set_creation_datetime(&created(&statement.heading)?));
    let names: Vec<String> =
        statement.sections.iter().enumerate().map(|(place, own)| sheet_name(place, &title(own))).collect();
    contents(statement, &names, workbook.add_worksheet().set_name("Contents")?, &styles)?;
    for (section, name) in statement.sections.iter().zip(&names) {
        domain(statement, section, workbook.add_worksheet().set_name(name)?, &styles)?;
    }
    let absent = Part {
        id: "not-available".to_owned(),
        title: "What is not available".to_owned(),
        blocks: vec![Block::Table(not_available(statement))],
    };
    let sheets = [("Actions", actions(statement)), ("Not available", absent), ("Method", method(statement))];
    let said = (!statement.commentary.is_empty()).then(|| ("In our words", all_in_our_words(statement)));
    for (name, part) in said.into_iter().chain(sheets) {
        let sheet = workbook.add_worksheet().set_name(name)?;
        sheet.set_column_width(0, 44)?.set_column_width(1, 34)?.set_column_width(2, 60)?.set_column_width(3, 60)?;
        for_paper(sheet, None)?;
        sheet.write_with_format(0, 0, part.title.as_str(), &styles.title)?;
        written(&part.blocks, sheet, &styles)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// A sheet name that a workbook takes: at most 31 characters, none of `[]:*?/\`, unique by its number; cut between words.
fn sheet_name(place: usize, title: &str) -> String {
    let clean: String = title.chars().filter(|letter| !"[]:*?/\\'".contains(*letter)).collect();
    let mut name = String::new();
    for word in clean.split_whitespace() {
        if name.chars().count() + word.chars().count() > 26 {
            break;
        }
        name.push(' ');
        name.push_str(word);
    }
    if name.is_empty() {
        name = format!(" {}", clean.chars().take(26).collect::<String>());
    }
    let cut = [" and", " of", " of this", " the"]
        .into_iter()
        .filter_map(|end| name.strip_suffix(end))
        .min_by_key(|own| own.len());
    format!("{}{}", place + 1, cut.unwrap_or(&name))
}

/// A sheet as it is printed: A4 on its side, as wide as the paper, its heads on every page.
fn for_paper(sheet: &mut Worksheet, heads: Option<u32>) -> Result<(), XlsxError> {
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    if let Some(row) = heads {
        sheet.set_repeat_rows(row, row)?;
    }
    Ok(())
}

/// A sentence across some columns, on as many lines as it needs.
fn sentence(sheet: &mut Worksheet, styles: &Styles, row: u32, last: u16, text: &str) -> Result<(), XlsxError> {
    /// About how many letters fit on a line of the merged cell.
    const LETTERS: usize = 170;
    let lines = text.chars().count().div_ceil(LETTERS).max(1);
    sheet.merge_range(row, 0, row, last, text, &styles.wrap)?.set_row_height(row, 15.5 * lines as f64)?;
    Ok(())
}

fn contents(statement: &Statement, names: &[String], sheet: &mut Worksheet, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 46)?.set_column_width(1, 16)?.set_column_width(2, 16)?.set_column_width(3, 20)?;
    for_paper(sheet, None)?;
    sheet.write_with_format(0, 0, say::title(&statement.period), &styles.title)?;
    if let Some(own) = &statement.heading.organisation {
        sheet.write(1, 0, own.as_str())?;
    }
    sheet.write(2, 0, say::span(&statement.period))?;
    for (column, name) in (0_u16..).zip(["Sheet", "Asked for", "Shown", "Wording not checked"]) {
        sheet.write_with_format(4, column, name, &styles.head)?;
    }
    let mut row = 5;
    for (section, name) in statement.sections.iter().zip(names) {
        let unchecked =
            section.entries.iter().filter(|own| own.asked.as_ref().is_some_and(|asked| !asked.checked)).count();
        let shown = section.entries.iter().filter(|own| own.shown.is_some()).count();
        sheet.write(row, 0, Url::new(format!("internal:'{name}'!A1")).set_text(title(section)))?;
        if section.domain.is_some() {
            sheet.write_with_format(row, 1, section.entries.len() as f64, &styles.count)?;
        }
        sheet.write_with_format(row, 2, shown as f64, &styles.count)?;
        sheet.write_with_format(row, 3, unchecked as f64, &styles.count)?;
        row += 1;
    }
    for name in ["Actions", "Not available", "Method"] {
        sheet.write(row, 0, Url::new(format!("internal:'{name}'!A1")).set_text(name))?;
        row += 1;
    }
    sheet.write(row + 1, 0, format!("{WITHHELD} stands for a number that is withheld."))?;
    Ok(())
}

fn domain(statement: &Statement, section: &Section, sheet: &mut Worksheet, styles: &Styles) -> Result<(), XlsxError> {
    sheet.write_with_format(0, 0, title(section), &styles.title)?;
    for (column, (name, width)) in (0_u16..).zip(HEADER) {
        sheet.set_column_width(column, width)?.write_with_format(2, column, name, &styles.head)?;
    }
    sheet.set_freeze_panes(3, 0)?;
    for_paper(sheet, Some(2))?;
    let mut row = 3;
    for entry in &section.entries {
        row = readings(statement, entry, sheet, styles, row)?;
    }
    sheet.autofilter(2, 0, row - 1, 8)?;
    row += 1;
    sheet.write_with_format(row, 0, "In words", &styles.title)?;
    row += 1;
    for entry in &section.entries {
        sheet.write_with_format(row, 0, entry_title(statement, entry), &styles.head)?;
        row += 1;
        for text in said(statement, entry) {
            sentence(sheet, styles, row, 8, &text)?;
            row += 1;
        }
    }
    Ok(())
}

fn readings(
    statement: &Statement,
    entry: &Entry,
    sheet: &mut Worksheet,
    styles: &Styles,
    row: u32,
) -> Result<u32, XlsxError> {
    let name = entry_title(statement, entry);
    let Some(shown) = entry.shown else {
        sheet.write(row, 0, name)?;
        sheet.write(row, 1, "Not available")?;
        return Ok(row + 1);
    };
    let (extract, own) = (&statement.extracts[shown.0], statement.indicator(shown));
    let mut table = Table { sheet, styles, row, waits: is_waits(&own.definition) };
    table.reading([&name, "", "Everybody", ""], &own.overall)?;
    for breakdown in statement.breakdowns(shown) {
        let dimension = extract.analysis.dimension(breakdown.dimension);
        for group in &breakdown.groups {
            let of = &dimension.groups[group.group];
            let known = if of.state == evenly_cube::GroupState::Known { "known" } else { "not known" };
            table.reading([&name, words::dimension_name(dimension), &of.label, known], &group.reading)?;
        }
    }
    Ok(table.row)
}

/// What is said of an entry, in words.
fn said(statement: &Statement, entry: &Entry) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    if let Some(asked) = &entry.asked {
        texts.push(say::wording_and_source(asked));
        texts.extend(say::checked(asked));
    }
    let Some(shown) = entry.shown else {
        texts.extend(entry.asked.as_ref().map(say::not_available));
        return texts;
    };
    let (extract, own) = (&statement.extracts[shown.0], statement.indicator(shown));
    texts.extend(entry.asked.as_ref().and_then(say::differs));
    texts.extend(commentary(statement, shown));
    texts.extend(statement.breakdowns(shown).into_iter().map(|breakdown| unknown_sentence(extract, own, breakdown)));
    texts.extend(statement.missing(shown).into_iter().map(say::missing));
    texts
}

/// Blocks of words, one below the other.
fn written(blocks: &[Block], sheet: &mut Worksheet, styles: &Styles) -> Result<(), XlsxError> {
    let mut row = 2;
    for block in blocks {
        match block {
            Block::Heading(_, text) => {
                row += 1;
                sheet.write_with_format(row, 0, text.as_str(), &styles.head)?;
                row += 1;
            }
            Block::Text(text) | Block::Said(text) | Block::Aside(text) | Block::Warning(text) => {
                sentence(sheet, styles, row, 3, text)?;
                row += 1;
            }
            Block::Bullets(items) => {
                for item in items {
                    sentence(sheet, styles, row, 3, item)?;
                    row += 1;
                }
            }
            Block::Facts(facts) => {
                for (name, text) in facts {
                    sheet.write(row, 0, name.as_str())?;
                    sheet.write(row, 1, text.as_str())?;
                    row += 1;
                }
            }
            Block::Table(own) => row = words_of(own, sheet, styles, row)?,
            Block::Figure(own) => row = words_of(&own.table, sheet, styles, row)?,
        }
    }
    Ok(())
}

/// A table as words; gives the row below it.
fn words_of(own: &blocks::Table, sheet: &mut Worksheet, styles: &Styles, row: u32) -> Result<u32, XlsxError> {
    let mut row = row + 1;
    for (column, (name, _)) in (0_u16..).zip(&own.heads) {
        sheet.write_with_format(row, column, name.as_str(), &styles.head)?;
    }
    for cells in &own.rows {
        row += 1;
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write_with_format(row, column, cell.as_str(), &styles.wrap)?;
        }
    }
    Ok(row + 2)
}
