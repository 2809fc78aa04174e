//! `tables.xlsx`: the rows equation, the findings, and a sheet for each indicator; numbers are numbers, "*" is withheld.

use evenly_cube::ReleasedCount;
use evenly_stats::Estimate;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::DocumentError;
use super::json::period_labels;
use crate::analysis::{Analysis, Heading, IndicatorAnalysis, Reading};
use crate::findings::{is_waits, words};

pub(crate) const WITHHELD: &str = "*";
const HEADER: [&str; 9] =
    ["Table", "Period", "Dimension", "Group", "Value", "Lower 95 %", "Upper 95 %", "Numerator", "Denominator"];

/// How cells look.
pub(crate) struct Styles {
    pub title: Format,
    pub head: Format,
    pub count: Format,
    pub share: Format,
    pub weeks: Format,
    pub wrap: Format,
}

impl Styles {
    /// The look of every workbook.
    pub fn new() -> Self {
        Self {
            title: Format::new().set_bold().set_font_size(14.0),
            head: Format::new().set_bold().set_background_color(0x00D8_DDE0).set_text_wrap(),
            count: Format::new().set_num_format("#,##0"),
            share: Format::new().set_num_format("0.0%"),
            weeks: Format::new().set_num_format("0.0"),
            wrap: Format::new().set_text_wrap(),
        }
    }
}

/// The bytes of `tables.xlsx`.
pub fn document(analysis: &Analysis) -> Result<Vec<u8>, DocumentError> {
    let styles = Styles::new();
    let mut workbook = Workbook::new();
    let title = analysis.heading.title.as_deref().unwrap_or("Inequalities report");
    let properties = DocProperties::new().set_title(title).set_creation_datetime(&created(&analysis.heading)?);
    workbook.set_properties(&properties);
    rows_sheet(analysis, workbook.add_worksheet().set_name("Rows")?, &styles)?;
    findings_sheet(analysis, workbook.add_worksheet().set_name("Findings")?, &styles)?;
    for (place, indicator) in analysis.indicators.iter().enumerate() {
        let name = sheet_name(place, &indicator.definition.id);
        indicator_sheet(analysis, indicator, workbook.add_worksheet().set_name(name)?, &styles)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// When the workbook says that it was made: the heading's day, or 1 January 2000.
pub(crate) fn created(heading: &Heading) -> Result<ExcelDateTime, XlsxError> {
    let given = heading.date.as_deref().and_then(|date| ExcelDateTime::parse_from_str(date).ok());
    given.map_or_else(|| ExcelDateTime::from_ymd(2000, 1, 1), Ok)
}

/// A sheet name that a workbook takes: at most 31 characters, none of `[]:*?/\`, unique by its number.
fn sheet_name(place: usize, id: &str) -> String {
    let clean: String = id.chars().filter(|letter| !"[]:*?/\\'".contains(*letter)).take(26).collect();
    format!("{} {clean}", place + 1)
}

fn rows_sheet(analysis: &Analysis, sheet: &mut Worksheet, styles: &Styles) -> Result<(), XlsxError> {
    let provenance = &analysis.release.provenance;
    let rows = &provenance.rows;
    sheet.set_column_width(0, 60)?.set_column_width(1, 16)?;
    sheet.write_with_format(0, 0, "Every row accounted for", &styles.title)?;
    let mut at = 2;
    let mut line = |label: &str, number: u64| -> Result<(), XlsxError> {
        sheet.write(at, 0, label)?;
        sheet.write_with_format(at, 1, number as f64, &styles.count)?;
        at += 1;
        Ok(())
    };
    line("Rows read", rows.read)?;
    line("Rows counted", rows.counted)?;
    for own in &rows.excluded {
        line(&format!("Left out by rule: {}", own.rule), own.rows)?;
    }
    for own in &rows.rejected {
        line(&format!("Could not be used: {}, {}", own.field, own.reason), own.rows)?;
    }
    at += 1;
    for own in &provenance.sources {
        sheet.write(at, 0, format!("{} (SHA-256 {})", own.file, own.sha256))?;
        sheet.write_with_format(at, 1, own.rows as f64, &styles.count)?;
        at += 1;
    }
    at += 1;
    sheet.write_with_format(at, 0, analysis.release.policy_sentence.as_str(), &styles.wrap)?;
    sheet.write_with_format(at + 1, 0, format!("{WITHHELD} stands for a number that is withheld."), &styles.wrap)?;
    Ok(())
}

fn findings_sheet(analysis: &Analysis, sheet: &mut Worksheet, styles: &Styles) -> Result<(), XlsxError> {
    for (column, (name, width)) in [
        ("Kind", 14),
        ("Indicator", 24),
        ("Finding", 110),
        ("Estimate", 12),
        ("Lower", 12),
        ("Upper", 12),
        ("People", 12),
    ]
    .into_iter()
    .enumerate()
    {
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        sheet.set_column_width(column, width)?.write_with_format(0, column, name, &styles.head)?;
    }
    for (row, finding) in (1_u32..).zip(&analysis.findings) {
        let indicator = finding.indicator.map_or("", |place| &analysis.indicators[place].definition.title);
        sheet.write(row, 0, finding.kind.id())?;
        sheet.write(row, 1, indicator)?;
        sheet.write_with_format(row, 2, finding.sentence.as_str(), &styles.wrap)?;
        for (column, number) in [(3, Some(finding.estimate)), (4, finding.lower), (5, finding.upper)] {
            if let Some(number) = number {
                sheet.write(row, column, number)?;
            }
        }
        sheet.write_with_format(row, 6, finding.people.round(), &styles.count)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn indicator_sheet(
    analysis: &Analysis,
    indicator: &IndicatorAnalysis,
    sheet: &mut Worksheet,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let definition = &indicator.definition;
    sheet.write_with_format(0, 0, definition.title.as_str(), &styles.title)?;
    let note = format!("Version {}. Source: {}. {WITHHELD} = withheld.", definition.version, definition.source);
    sheet.write(1, 0, note)?;
    for (column, name) in HEADER.into_iter().enumerate() {
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        let width = if column == 2 || column == 3 { 30 } else { 13 };
        sheet.set_column_width(column, width)?.write_with_format(3, column, name, &styles.head)?;
    }
    sheet.set_freeze_panes(4, 0)?;
    let mut table = Table { sheet, styles, row: 4, waits: is_waits(definition) };
    let periods = period_labels(analysis, true);
    table.reading(["overall", "", "", ""], &indicator.overall)?;
    for (period, reading) in periods.iter().zip(indicator.series.iter().flat_map(|own| &own.readings)) {
        if let Some(reading) = reading {
            table.reading(["series", period, "", ""], reading)?;
        }
    }
    for breakdown in &indicator.breakdowns {
        let dimension = analysis.dimension(breakdown.dimension);
        for group in &breakdown.groups {
            let label = &dimension.groups[group.group].label;
            table.reading(["group", "", &dimension.title, label], &group.reading)?;
        }
        for group in &breakdown.groups {
            let label = &dimension.groups[group.group].label;
            for (period, reading) in periods.iter().zip(group.series.iter().flat_map(|own| &own.readings)) {
                if let Some(reading) = reading {
                    table.reading(["group series", period, &dimension.title, label], reading)?;
                }
            }
        }
        for measure in &breakdown.measures {
            let name = words::measure_name(measure.method);
            let reason = measure.refused.as_deref().or(measure.caution.as_deref()).unwrap_or_default();
            table.labels(["measure", "", &dimension.title, name])?;
            match measure.value {
                Some(value) => table.plain(value)?,
                None => table.note(reason)?,
            }
            table.row += 1;
        }
    }
    Ok(())
}

/// Rows of readings on their way to a sheet: four labels, then value, limits, numerator, denominator.
pub(crate) struct Table<'a> {
    pub sheet: &'a mut Worksheet,
    pub styles: &'a Styles,
    pub row: u32,
    pub waits: bool,
}

impl Table<'_> {
    fn labels(&mut self, labels: [&str; 4]) -> Result<(), XlsxError> {
        for (column, label) in (0_u16..).zip(labels) {
            self.sheet.write_string(self.row, column, label)?;
        }
        Ok(())
    }

    /// One reading.
    pub fn reading(&mut self, labels: [&str; 4], reading: &Reading) -> Result<(), XlsxError> {
        self.labels(labels)?;
        let format = if self.waits { &self.styles.weeks } else { &self.styles.share };
        match reading.value {
            Some(value) => {
                for (column, number) in [(4, value.value), (5, value.lower), (6, value.upper)] {
                    self.sheet.write_with_format(self.row, column, number, format)?;
                }
            }
            None if reading.suppressed() => {
                for column in 4..=6 {
                    self.sheet.write_string(self.row, column, WITHHELD)?;
                }
            }
            None => {}
        }
        for (column, count) in [(7, reading.numerator), (8, reading.denominator)] {
            match count {
                ReleasedCount::Shown(count) => {
                    self.sheet.write_with_format(self.row, column, count as f64, &self.styles.count)?;
                }
                ReleasedCount::Suppressed => {
                    self.sheet.write_string(self.row, column, WITHHELD)?;
                }
            }
        }
        self.row += 1;
        Ok(())
    }

    fn plain(&mut self, value: Estimate) -> Result<(), XlsxError> {
        for (column, number) in [(4, value.value), (5, value.lower), (6, value.upper)] {
            self.sheet.write_number(self.row, column, number)?;
        }
        Ok(())
    }

    fn note(&mut self, reason: &str) -> Result<(), XlsxError> {
        self.sheet.write_string(self.row, 4, reason)?;
        Ok(())
    }
}
