//! Spreadsheets made for the purpose.

use evenly_extract::readers::{Limits, open};

use crate::table::{date, file, folder, open_and_read, read, text, whole, zip};

/// A workbook whose sheets have these rows of ready-made cells.
pub fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut names = String::new();
    let mut relations = String::new();
    let mut parts = Vec::new();
    for (number, (name, rows)) in sheets.iter().enumerate() {
        let id = number + 1;
        names.extend([format!(r#"<sheet name="{name}" sheetId="{id}" r:id="rId{id}"/>"#)]);
        relations.extend([format!(
            r#"<Relationship Id="rId{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{id}.xml"/>"#
        )]);
        parts.push((format!("xl/worksheets/sheet{id}.xml"), sheet(rows)));
    }
    let styles = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    relations.push_str(r#"<Relationship Id="rIdS" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>"#);
    parts.push(("xl/styles.xml".into(), styles.into()));
    let package = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    parts.push(("_rels/.rels".into(), package.into()));
    parts.push((
        "xl/workbook.xml".into(),
        format!(r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{names}</sheets></workbook>"#),
    ));
    parts.push((
        "xl/_rels/workbook.xml.rels".into(),
        format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>"#),
    ));
    let members: Vec<(&str, &[u8])> = parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    zip(&members)
}

/// Cells are written `text`, `#12.5` (a number) or `@43585` (a number shown as a date); empty ones are left out.
fn sheet(rows: &[&[&str]]) -> String {
    let mut xml =
        String::from(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#);
    for (row, cells) in rows.iter().enumerate() {
        xml.extend([format!(r#"<row r="{}">"#, row + 1)]);
        for (column, cell) in ('A'..='Z').zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
            let place = format!("{column}{}", row + 1);
            xml.extend([match (cell.strip_prefix('#'), cell.strip_prefix('@')) {
                (Some(number), _) => format!(r#"<c r="{place}"><v>{number}</v></c>"#),
                (_, Some(serial)) => format!(r#"<c r="{place}" s="1"><v>{serial}</v></c>"#),
                _ => format!(r#"<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{cell}</t></is></c>"#),
            }]);
        }
        xml.push_str("</row>");
    }
    xml + "</sheetData></worksheet>"
}

const DATA: &[&[&str]] = &[
    &["", "Outpatient attendances, a title"],
    &[],
    &["", "\u{a0}Sex ", "Age", "Day", "Code"],
    &["", "Total", "#1200", "", "x"],
    &["", "F\u{a0}", "#62", "@43585", "#5.0"],
    &["", "M", "62.0", "29/04/2019", "#5"],
    &[],
    &["", "F", "#6.5", "#43585", "5"],
    &["", "Note: counts are rounded."],
];

#[test]
fn titles_notes_dates_and_numbers() {
    let folder = folder();
    let introduction: &[&[&str]] = &[&["Introduction"], &["This publication"], &["has notes"]];
    let path = file(&folder, "book.xlsx", workbook(&[("Introduction", introduction), ("Data", DATA)]));
    let extract = open(&[path], &Limits::default()).unwrap();
    assert_eq!(extract.files[0].name, "book.xlsx#Data");
    assert_eq!(extract.files[0].headers, ["Sex", "Age", "Day", "Code"]);
    let table = read(&extract, &[text("sex"), whole("age"), date("day", &["%d/%m/%Y"]), text("code")]).unwrap();
    assert_eq!(table.texts(0), ["Total", "F", "M", "F"]);
    assert_eq!(table.texts(1), ["1200", "62", "62", "(number with decimals)"]);
    assert_eq!(table.texts(2), ["(missing)", "day 18016", "day 18015", "day 18016"]);
    assert_eq!(table.texts(3), ["x", "5", "5", "5"]);
    assert_eq!(table.lines(), [4, 5, 6, 8]);
    assert_eq!(table.broken, [(9, "a note beside or under the table, not a row")]);
}

#[test]
fn a_sheet_can_be_chosen_and_a_workbook_can_be_in_a_zip() {
    let folder = folder();
    let other: &[&[&str]] = &[&["a", "b"], &["#1", "#2"]];
    let book = workbook(&[("First", other), ("Second one", DATA)]);
    file(&folder, "book.xlsx", &book);
    let chosen = folder.path().join("book.xlsx#second one");
    let table = open_and_read(&[chosen], &Limits::default(), &[text("Sex")]).unwrap();
    assert_eq!(table.rows.len(), 4);
    let archive = file(&folder, "books.zip", zip(&[("in/book.xlsx", &book)]));
    assert_eq!(open_and_read(&[archive], &Limits::default(), &[whole("b")]).unwrap().texts(0), ["2"]);
}

#[test]
fn a_cell_in_the_last_corner_costs_nothing() {
    let xml = sheet(&[&["a", "b"], &["#1", "#2"]])
        .replace("</sheetData>", r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>"#);
    let book = workbook(&[("S", &[])]);
    let folder = folder();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut bytes).unwrap();
        let bytes = if name.contains("sheet1") { xml.clone().into_bytes() } else { bytes };
        members.push((name, bytes));
    }
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let path = file(&folder, "corner.xlsx", zip(&members));
    let table = open_and_read(&[path], &Limits::default(), &[whole("b")]).unwrap();
    assert_eq!((table.texts(0), table.broken.len()), (vec!["2".to_owned()], 1));
}
