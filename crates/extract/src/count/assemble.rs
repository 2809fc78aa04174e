//! From an engine's counts to the cube.

use std::collections::BTreeMap;

use evenly_cube::{
    CellTable, CountedIndicator, Counts, Cube, Definition, Dimension, Provenance, QualityCount, Reading, Repeats, Sums,
};

use super::job::Job;
use super::plan::STATES;
use super::tables::{Layout, Part, Table};
use super::{ExtractError, FieldCheck};
use crate::engine::{Counted, OfPerson};

/// Most spans of time for which it is kept how people's rows go together; more periods share spans.
const MOST_SPANS: usize = 48;

/// Everything the cube is made of.
pub(crate) struct Assembly<'a> {
    pub job: &'a Job<'a>,
    pub counted: Counted,
    pub layout: Layout,
}

impl Assembly<'_> {
    /// The cube, and what was found of each field.
    pub fn cube(mut self) -> Result<(Cube, Vec<FieldCheck>), ExtractError> {
        let provenance = self.provenance()?;
        let quality = self.quality();
        let fields = self.fields();
        let indicators = self.indicators();
        let tables = self.tables();
        let dimensions: Vec<Dimension> =
            self.layout.dimensions.into_iter().map(|laid_out| laid_out.dimension).collect();
        Ok((Cube { dimensions, indicators, tables, quality, provenance }, fields))
    }

    fn tables(&mut self) -> Vec<CellTable> {
        let with_indicators = self.layout.tables.iter().filter(|table| table.reading.is_some());
        with_indicators
            .map(|table| CellTable {
                dimensions: table.dimensions.clone(),
                readings: table.readings,
                counts: std::mem::replace(&mut self.counted.tallies[table.tally], Counts::Dense(Vec::new())),
            })
            .collect()
    }

    /// Every indicator in the order asked for, with the tables of its reading axis.
    fn indicators(&self) -> Vec<CountedIndicator> {
        let tables: Vec<&Table> = self.layout.tables.iter().filter(|table| table.reading.is_some()).collect();
        let found = |position: usize| {
            self.layout.readings.iter().enumerate().find_map(|(axis, readings)| {
                let (_, reading) = readings.iter().find(|(own, _)| *own == position)?;
                Some((axis, reading.clone()))
            })
        };
        let counted = |(position, definition): (usize, &evenly_cube::Indicator)| {
            let (axis, reading): (usize, Reading) = found(position)?;
            let of = |wanted: Option<(usize, Part)>| -> Vec<usize> {
                let own = |table: &Table| table.reading == Some(axis) && table.adds == wanted;
                tables.iter().enumerate().filter(|(_, table)| own(table)).map(|(table, _)| table).collect()
            };
            let square = |place: usize| of(Some((position, Part::Square(place)))).first().copied();
            let squares = square(0).zip(square(1)).zip(square(2));
            let sums = squares.map(|((yy, xy), xx)| Sums {
                numerator: of(Some((position, Part::Numerator))),
                denominator: of(Some((position, Part::Denominator))),
                squares: [yy, xy, xx],
            });
            let repeats = self.repeats(axis, &reading);
            Some(CountedIndicator { definition: definition.clone(), tables: of(None), reading, sums, repeats })
        };
        self.job.indicators.iter().enumerate().filter_map(counted).collect()
    }

    /// How the rows of the people who were followed go together, for an indicator that reads this axis.
    fn repeats(&self, axis: usize, reading: &Reading) -> Option<Repeats> {
        let people = self.counted.followed.get(axis).filter(|_| self.layout.is_followed)?;
        let codes = reading.codes() as u64;
        let period = self.layout.dimensions.iter().find(|own| own.is_period);
        let periods = period.map_or(1, |own| own.dimension.groups.len());
        let spans: Vec<usize> = (0..periods).map(|place| place * periods.min(MOST_SPANS) / periods).collect();
        let of_person = |cells: &OfPerson| {
            let mut rows: BTreeMap<usize, [u64; 2]> = BTreeMap::new();
            for (key, count) in cells {
                // Keys are below periods times codes, and codes few.
                let part = |number: u64| usize::try_from(number).unwrap_or(0);
                let [inside, event] = reading.stands(part(key % codes));
                let own = rows.entry(spans[part(key / codes).min(periods - 1)]).or_default();
                own[0] += u64::from(event) * count;
                own[1] += u64::from(inside) * count;
            }
            rows.into_iter().collect()
        };
        Some(Repeats::of(spans.clone(), people.iter().map(of_person)))
    }

    /// Counted rows (weighted, where rows are) in all and by the groups of every dimension.
    fn totals(&self) -> (u64, Vec<Vec<u64>>) {
        let groups = |dimension: &super::tables::LaidOut| dimension.dimension.groups.len();
        let mut totals: Vec<Vec<u64>> = self.layout.dimensions.iter().map(|own| vec![0; groups(own)]).collect();
        let mut done = vec![false; totals.len()];
        let mut whole = None;
        for table in self.layout.tables.iter().filter(|table| table.adds.is_none()) {
            let wanted: Vec<bool> = table.dimensions.iter().map(|dimension| !done[*dimension]).collect();
            if whole.is_some() && wanted.iter().all(|wanted| !wanted) {
                continue;
            }
            let sizes: Vec<usize> =
                table.dimensions.iter().map(|dimension| groups(&self.layout.dimensions[*dimension])).collect();
            let mut sum = 0;
            each_cell(&self.counted.tallies[table.tally], |key, count| {
                sum += count;
                // Keys are below the number of possible cells, which fits the machine's word.
                let mut rest = usize::try_from(key).unwrap_or(usize::MAX) / table.readings as usize;
                for (digit, size) in sizes.iter().enumerate().rev() {
                    if wanted[digit] {
                        totals[table.dimensions[digit]][rest % size] += count;
                    }
                    rest /= size;
                }
            });
            whole.get_or_insert(sum);
            for dimension in &table.dimensions {
                done[*dimension] = true;
            }
        }
        (whole.unwrap_or(0), totals)
    }

    /// Every way of not knowing of every field in all, and by group where it occurs.
    fn quality(&self) -> Vec<QualityCount> {
        let (whole, totals) = self.totals();
        let mut quality = Vec::new();
        for ((field, dimensions), counts) in self.layout.quality.iter().zip(&self.counted.quality) {
            for (code, state) in STATES.iter().enumerate().skip(1) {
                let in_all = counts[0][code];
                let mut add = |group, rows, out_of| {
                    quality.push(QualityCount { field: field.clone(), group, state: *state, rows, out_of });
                };
                add(None, in_all, whole);
                if in_all == 0 {
                    continue;
                }
                for (position, dimension) in dimensions.iter().enumerate() {
                    let id = &self.layout.dimensions[*dimension].dimension.id;
                    for (group, out_of) in totals[*dimension].iter().enumerate().filter(|(_, out_of)| **out_of > 0) {
                        let rows = counts[position + 1][group * STATES.len() + code];
                        add(Some((id.clone(), group)), rows, *out_of);
                    }
                }
            }
        }
        quality
    }

    fn fields(&self) -> Vec<FieldCheck> {
        let (whole, _) = self.totals();
        let check = |((field, _), counts): (&(String, Vec<usize>), &Vec<Vec<u64>>)| {
            let reader = self.job.fields.reader(field)?;
            let mut states = [0; 5];
            for (state, count) in states.iter_mut().zip(&counts[0]).skip(1) {
                *state = *count;
            }
            states[0] = whole.saturating_sub(states[1..].iter().sum());
            let unusual = self.layout.identifiers.iter().find(|(own, _)| own == field).map(|(_, tally)| {
                let mut unusual = 0;
                each_cell(&self.counted.tallies[*tally], |key, count| unusual += if key == 2 { count } else { 0 });
                unusual
            });
            Some(FieldCheck {
                field: field.clone(),
                title: reader.field().title(field),
                header: self.job.fields.header(field)?.to_owned(),
                states,
                unusual,
            })
        };
        self.layout.quality.iter().zip(&self.counted.quality).filter_map(check).collect()
    }

    fn provenance(&self) -> Result<Provenance, ExtractError> {
        Ok(Provenance {
            evenly: env!("CARGO_PKG_VERSION").to_owned(),
            sources: self.job.extract.sources(&self.counted.file_rows)?,
            definitions: self.definitions(),
            rows: self.counted.rows.clone(),
            notes: self.job.notes.clone(),
        })
    }

    fn definitions(&self) -> Vec<Definition> {
        let profile = self.job.profile;
        let mut definitions = vec![profile_definition(profile)];
        definitions.extend(self.job.indicators.iter().map(|indicator| Definition {
            kind: "indicator".to_owned(),
            id: indicator.id.clone(),
            version: indicator.version,
            title: indicator.title.clone(),
            source: indicator.source.clone(),
        }));
        definitions.extend(self.job.ethnicity.iter().map(|field| field.choice.rule.definition()));
        let used = self.layout.quality.iter().filter_map(|(field, _)| self.job.fields.reader(field));
        for list in used.filter_map(|reader| reader.list()).filter(|list| !list.id.is_empty()) {
            let definition = Definition {
                kind: "code-list".to_owned(),
                id: list.id.clone(),
                version: list.version,
                title: list.title.clone(),
                source: list.source.clone(),
            };
            if !definitions.contains(&definition) {
                definitions.push(definition);
            }
        }
        for rests_on in self.layout.dimensions.iter().filter_map(|dimension| dimension.rests_on.as_ref()) {
            let definition = Definition {
                kind: "lookup".to_owned(),
                id: rests_on.id.clone(),
                version: 1,
                title: rests_on.title.clone(),
                source: rests_on.source.clone(),
            };
            if !definitions.contains(&definition) {
                definitions.push(definition);
            }
        }
        definitions
    }
}

/// The profile among the definitions used.
pub(crate) fn profile_definition(profile: &crate::profile::Profile) -> Definition {
    Definition {
        kind: "profile".to_owned(),
        id: profile.id.clone(),
        version: profile.version,
        title: profile.title.clone(),
        source: profile.source.clone(),
    }
}

/// Calls with the key and the count of every cell that is not empty.
fn each_cell(counts: &Counts, mut cell: impl FnMut(u64, u64)) {
    match counts {
        Counts::Dense(counts) => {
            for (key, count) in (0_u64..).zip(counts).filter(|(_, count)| **count > 0) {
                cell(key, u64::from(*count));
            }
        }
        Counts::DenseWide(counts) => {
            for (key, count) in (0_u64..).zip(counts).filter(|(_, count)| **count > 0) {
                cell(key, *count);
            }
        }
        Counts::Sparse { keys, counts } => {
            for (key, count) in keys.iter().zip(counts) {
                cell(*key, *count);
            }
        }
    }
}
