//! What the codes of a cube file mean, as JSON.

use serde::{Deserialize, Serialize};

use crate::counts::{CellTable, Counts};
use crate::cube::{CountedIndicator, Cube, Membership, Reading, Sums};
use crate::dimension::Dimension;
use crate::indicator::Indicator;
use crate::provenance::{Provenance, QualityCount};
use crate::repeats::Repeats;

/// Everything but the cells.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    pub layout: u32,
    pub dimensions: Vec<Dimension>,
    indicators: Vec<IndicatorForm>,
    pub tables: Vec<TableForm>,
    quality: Vec<QualityCount>,
    provenance: Provenance,
}

#[derive(Serialize, Deserialize)]
struct IndicatorForm {
    definition: Indicator,
    tables: Vec<usize>,
    reading: ReadingForm,
    #[serde(default)]
    sums: Option<Sums>,
    #[serde(default)]
    repeats: Option<Repeats>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ReadingForm {
    /// `o`utside, `d`enominator or `n`umerator, a letter for each state.
    Membership(String),
    Weeks(Vec<Option<u32>>),
}

/// A table without its counts.
#[derive(Serialize, Deserialize)]
pub(super) struct TableForm {
    pub dimensions: Vec<usize>,
    pub readings: u32,
    pub storage: Storage,
    /// Cells that are not zero, which is the number of its rows in the file.
    pub rows: u64,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Storage {
    Dense,
    DenseWide,
    Sparse,
}

impl Description {
    pub fn of(cube: &Cube) -> Self {
        Self {
            layout: super::LAYOUT,
            dimensions: cube.dimensions.clone(),
            indicators: cube.indicators.iter().map(IndicatorForm::of).collect(),
            tables: cube.tables.iter().map(TableForm::of).collect(),
            quality: cube.quality.clone(),
            provenance: cube.provenance.clone(),
        }
    }

    /// The cube, once its tables have been read; an error says which part does not fit.
    pub fn into_cube(self, tables: Vec<CellTable>) -> Result<Cube, String> {
        let indicators: Result<_, String> = self.indicators.into_iter().map(IndicatorForm::into_indicator).collect();
        Ok(Cube {
            dimensions: self.dimensions,
            indicators: indicators?,
            tables,
            quality: self.quality,
            provenance: self.provenance,
        })
    }
}

impl IndicatorForm {
    fn of(indicator: &CountedIndicator) -> Self {
        let reading = match &indicator.reading {
            Reading::Weeks(weeks) => ReadingForm::Weeks(weeks.clone()),
            Reading::Membership(states) => ReadingForm::Membership(
                states
                    .iter()
                    .map(|state| match state {
                        Membership::Outside => 'o',
                        Membership::Denominator => 'd',
                        Membership::Numerator => 'n',
                    })
                    .collect(),
            ),
        };
        Self {
            definition: indicator.definition.clone(),
            tables: indicator.tables.clone(),
            reading,
            sums: indicator.sums.clone(),
            repeats: indicator.repeats.clone(),
        }
    }

    fn into_indicator(self) -> Result<CountedIndicator, String> {
        let reading = match self.reading {
            ReadingForm::Weeks(weeks) => Reading::Weeks(weeks),
            ReadingForm::Membership(letters) => Reading::Membership(
                letters
                    .chars()
                    .map(|letter| match letter {
                        'o' => Ok(Membership::Outside),
                        'd' => Ok(Membership::Denominator),
                        'n' => Ok(Membership::Numerator),
                        _ => Err(format!("indicator {}: a state is none of o, d, n", self.definition.id)),
                    })
                    .collect::<Result<_, _>>()?,
            ),
        };
        Ok(CountedIndicator {
            definition: self.definition,
            tables: self.tables,
            reading,
            sums: self.sums,
            repeats: self.repeats,
        })
    }
}

impl TableForm {
    fn of(table: &CellTable) -> Self {
        let (storage, rows) = match &table.counts {
            Counts::Dense(counts) => (Storage::Dense, counts.iter().filter(|count| **count > 0).count()),
            Counts::DenseWide(counts) => (Storage::DenseWide, counts.iter().filter(|count| **count > 0).count()),
            Counts::Sparse { keys, .. } => (Storage::Sparse, keys.len()),
        };
        Self { dimensions: table.dimensions.clone(), readings: table.readings, storage, rows: rows as u64 }
    }
}
