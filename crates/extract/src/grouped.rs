//! Tables that are counted already: published numerators and denominators by group enter the cube directly.
//!
//! *Long* tables name the dimension in one column and the group in another, and give one table of cells for each dimension.
//! *Wide* tables have a column for each dimension, and give one table that crosses them all.

mod dimensions;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use evenly_cube::{
    CellTable, CountedIndicator, Counts, Cube, Dimension, Exact, Indicator, Kind, Membership, Provenance, Reading,
    RowsEquation, Words,
};

use self::dimensions::{Dimensions, PERIOD};
use self::read::{Columns, Row};
use crate::count::{CountOptions, CountedExtract, ExtractError, profile_definition};
use crate::engine::{Progress, RejectSink};
use crate::profile::{CountedTable, Profile};
use crate::readers::Extract;

/// What a row of a table that is counted already can mean.
const READING: [Membership; 2] = [Membership::Denominator, Membership::Numerator];

/// Takes a table that is counted already into a cube. Repeated keys are added up.
pub fn count_table(
    profile: &Profile,
    extract: &Extract,
    options: &CountOptions,
    rejects: &dyn RejectSink,
    progress: &dyn Progress,
) -> Result<CountedExtract, ExtractError> {
    let counted = profile.counted.as_ref().ok_or_else(|| {
        let reason = "this profile is for rows to count, not for a table that is counted already".to_owned();
        ExtractError::Table { file: profile.id.clone(), reason }
    })?;
    let columns = Columns::find(profile, counted, extract)?;
    let table = read::rows(&columns, counted, extract, rejects, progress)?;
    let dimensions = Dimensions::of(&table.rows, counted);
    let by = chosen(&dimensions, options)?;
    let mut builder = Builder { counted, dimensions: &dimensions, tables: Vec::new(), indicators: Vec::new() };
    for name in names(&table.rows) {
        let definition = definition(counted, profile, &columns, &name);
        if options.indicators.as_ref().is_none_or(|wanted| wanted.contains(&definition.id)) {
            let rows: Vec<&Row> = table.rows.iter().filter(|row| row.indicator == name).collect();
            builder.add(definition, &rows)?;
        }
    }
    let (tables, indicators) = (builder.tables, builder.indicators);
    if indicators.is_empty() {
        return Err(ExtractError::Nothing("the table has none of the indicators asked for".to_owned()));
    }
    let period = dimensions.period().map(|period| period.id.clone());
    let notes = notes(profile, extract, &dimensions);
    let provenance = Provenance {
        evenly: env!("CARGO_PKG_VERSION").to_owned(),
        sources: extract.sources(&table.file_rows)?,
        definitions: std::iter::once(profile_definition(profile)).collect(),
        rows: table.equation.clone(),
        notes: notes.clone(),
    };
    let cube = Cube { dimensions: dimensions.all, indicators, tables, quality: Vec::new(), provenance };
    Ok(CountedExtract { cube: Exact::new(cube), rows: table.equation, period, by, notes })
}

/// The distinct values of the columns that name the indicator, in the order they come.
fn names(rows: &[Row]) -> Vec<Vec<String>> {
    let mut seen = BTreeSet::new();
    rows.iter().filter(|row| seen.insert(&row.indicator)).map(|row| row.indicator.clone()).collect()
}

fn chosen(dimensions: &Dimensions, options: &CountOptions) -> Result<Vec<String>, ExtractError> {
    let available: Vec<String> = dimensions.by().map(|dimension| dimension.id.clone()).collect();
    let Some(wanted) = &options.by else { return Ok(available) };
    match wanted.iter().find(|name| !available.contains(name)) {
        None => Ok(wanted.clone()),
        Some(name) => Err(ExtractError::Dimension {
            dimension: name.clone(),
            reason: "the table does not break down by it".to_owned(),
            available: available.join(", "),
        }),
    }
}

fn definition(counted: &CountedTable, profile: &Profile, columns: &Columns, name: &[String]) -> Indicator {
    let parts: Vec<String> = name.iter().map(|value| dimensions::slug(value)).collect();
    let described: Vec<String> = columns
        .indicator
        .iter()
        .zip(name)
        .map(|(column, value)| format!("{} {value}", column.to_lowercase()))
        .collect();
    let title = match described.len() {
        0 => counted.title.clone(),
        _ => format!("{} ({})", counted.title, described.join(", ")),
    };
    Indicator {
        id: std::iter::once(counted.id.clone()).chain(parts).collect::<Vec<_>>().join("-"),
        title,
        version: profile.version,
        better: counted.better,
        unit: "proportion".to_owned(),
        kind: Kind::Counted,
        words: words_of(&counted.words, name),
        source: profile.source.clone(),
        date: profile.date.clone(),
        notes: vec!["Numerators and denominators are those of the table; nothing was counted from rows.".to_owned()],
    }
}

/// The words of one indicator among several: "people eligible (first, 16-17)".
fn words_of(words: &Words, name: &[String]) -> Words {
    if name.is_empty() {
        return words.clone();
    }
    Words { out_of: format!("{} ({})", words.out_of, name.join(", ")), ..words.clone() }
}

fn notes(profile: &Profile, extract: &Extract, dimensions: &Dimensions) -> Vec<String> {
    let mut notes = profile.notes.clone();
    notes.extend(extract.skipped.iter().map(|file| format!("{} was not read: {}.", file.name, file.reason)));
    for note in dimensions.all.iter().filter_map(|dimension| dimension.note.as_ref()) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    notes
}

struct Builder<'a> {
    counted: &'a CountedTable,
    dimensions: &'a Dimensions,
    tables: Vec<CellTable>,
    indicators: Vec<CountedIndicator>,
}

impl Builder<'_> {
    /// Adds an indicator with one table for each set of dimensions that its rows break down by; the whole comes first.
    fn add(&mut self, definition: Indicator, rows: &[&Row]) -> Result<(), ExtractError> {
        let mut by_dimensions: BTreeMap<Vec<usize>, BTreeMap<u64, (u64, u64)>> = BTreeMap::new();
        for row in rows {
            let mut places: Vec<(usize, usize)> = row
                .groups
                .iter()
                .filter_map(|(dimension, group)| self.dimensions.place(dimension, group, self.counted))
                .collect();
            places.sort_by_key(|(dimension, _)| (self.dimensions.all[*dimension].id != PERIOD, *dimension));
            let key = places.iter().fold(0, |key, (dimension, group)| {
                key * self.dimensions.all[*dimension].groups.len() as u64 + *group as u64
            });
            let dimensions = places.iter().map(|(dimension, _)| *dimension).collect();
            let cell = by_dimensions.entry(dimensions).or_default().entry(key).or_default();
            cell.0 += row.numerator;
            cell.1 += row.denominator;
        }
        let first = self.tables.len();
        // Ordered by their dimensions, the whole (of none) is the first, and serves where no breakdown is asked for.
        for (dimensions, cells) in by_dimensions {
            let mut sizes = dimensions.iter().map(|dimension| self.dimensions.all[*dimension].groups.len() as u64);
            if sizes.try_fold(2_u64, u64::checked_mul).is_none() {
                let reason = "it has too many columns that are not named in the profile; name those to leave alone under `counted.ignore`";
                return Err(ExtractError::Nothing(reason.to_owned()));
            }
            let counts = sparse(&cells);
            self.tables.push(CellTable { dimensions, readings: 2, counts });
        }
        let tables = (first..self.tables.len()).collect();
        let reading = Reading::Membership(READING.to_vec());
        self.indicators.push(CountedIndicator { definition, tables, reading, sums: None, repeats: None });
        Ok(())
    }
}

/// Two cells for each key: those in the denominator only, and those in the numerator.
fn sparse(cells: &BTreeMap<u64, (u64, u64)>) -> Counts {
    let both = cells
        .iter()
        .flat_map(|(key, (numerator, denominator))| [(key * 2, denominator - numerator), (key * 2 + 1, *numerator)]);
    let (keys, counts) = both.filter(|(_, count)| *count > 0).unzip();
    Counts::Sparse { keys, counts }
}

/// Rows of a table, and what became of every one.
struct TableRows {
    rows: Vec<Row>,
    equation: RowsEquation,
    file_rows: Vec<(String, u64)>,
}

impl Dimensions {
    /// The dimensions but the period.
    fn by(&self) -> impl Iterator<Item = &Dimension> {
        self.all.iter().filter(|dimension| dimension.id != PERIOD)
    }

    fn period(&self) -> Option<&Dimension> {
        self.all.iter().find(|dimension| dimension.id == PERIOD)
    }
}
