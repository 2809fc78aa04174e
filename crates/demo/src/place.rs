//! The real place the made-up people live in: small areas of one district, with ages, ethnic groups and deprivation.
//!
//! Sources and licences: `data/SOURCES.md`, `data/demo`. People are drawn in proportion to an area's residents, its ages
//! (mid-2020 estimates) and its five ethnic groups (Census 2021); the sixteen categories within a group are the district's.

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use evenly_extract::derive::deprivation::{Edition, decile};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::DemoError;
use crate::random::{Stream, Weighted};

const AREAS: &[u8] = include_bytes!("../../../data/demo/areas.parquet");
const CATEGORIES: &str = include_str!("../../../data/demo/ethnic-categories.csv");

/// Five-year age bands, the last one open.
const AGE_BANDS: usize = 19;

/// One of the five ethnic groups of the Census 2021.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum EthnicGroup {
    /// White.
    White,
    /// Mixed or Multiple.
    Mixed,
    /// Asian or Asian British, Chinese included.
    Asian,
    /// Black or Black British.
    Black,
    /// Other.
    Other,
}

impl EthnicGroup {
    /// All, in the order of the columns in `areas.parquet`.
    pub const ALL: [Self; 5] = [Self::White, Self::Mixed, Self::Asian, Self::Black, Self::Other];

    /// The group's id in Evenly's dimension `ethnic_group`.
    pub fn id(self) -> &'static str {
        match self {
            Self::White => "white",
            Self::Mixed => "mixed",
            Self::Asian => "asian",
            Self::Black => "black",
            Self::Other => "other",
        }
    }

    fn of_category(category: u8) -> Self {
        match category {
            b'A'..=b'C' => Self::White,
            b'D'..=b'G' => Self::Mixed,
            b'H'..=b'L' | b'R' => Self::Asian,
            b'M'..=b'P' => Self::Black,
            _ => Self::Other,
        }
    }
}

/// A small area (LSOA 2021).
#[derive(Clone, Debug)]
pub struct Area {
    /// Its code of 2021.
    pub lsoa21: String,
    /// The code of 2011 in which most of its people live.
    pub lsoa11: String,
    /// National deprivation fifth, 1 the most deprived, IMD 2025.
    pub fifth: u8,
    /// Share of residents disabled under the Equality Act.
    pub disabled: f64,
    /// Miles to the main hospital and to the outlying one.
    pub miles: [f32; 2],
    ages: Weighted,
    groups: Weighted,
}

/// The district.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its areas.
    pub areas: Vec<Area>,
    residents: Weighted,
    categories: Vec<(Vec<u8>, Weighted)>,
}

/// Hundreds of metres in a mile.
const MILE: f64 = 16.093_44;

/// Road miles in a straight mile: a usual detour factor in British towns.
const DETOUR: f64 = 1.3;

/// Made-up places of the two hospitals on the national grid (hundreds of metres): near the centre, and in the north-west.
const HOSPITALS: [(f64, f64); 2] = [(4150.0, 4345.0), (4045.0, 4425.0)];

impl Place {
    /// Reads the bundled tables.
    pub fn load() -> Result<Self, DemoError> {
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from_static(AREAS))?;
        let (mut areas, mut residents) = (Vec::new(), Vec::new());
        for batch in reader.build()? {
            let batch = batch.map_err(|error| DemoError::Bundled { reason: error.to_string() })?;
            for row in 0..batch.num_rows() {
                let cell = |name: &str| -> Result<f64, DemoError> {
                    let column = batch.column_by_name(name);
                    let column = column.ok_or_else(|| DemoError::Bundled { reason: format!("no column {name}") })?;
                    Ok(f64::from(column.as_primitive::<Int32Type>().value(row)))
                };
                areas.push(Area::read(cell)?);
                residents.push(cell("residents")?);
            }
        }
        Ok(Self { residents: Weighted::new(&residents), areas, categories: categories()? })
    }

    /// A position in [`Place::areas`], in proportion to residents.
    pub fn draw_area(&self, stream: &mut Stream) -> usize {
        self.residents.draw(stream)
    }

    /// An ethnic group of the area.
    pub fn draw_group(&self, area: usize, stream: &mut Stream) -> EthnicGroup {
        EthnicGroup::ALL[self.areas[area].groups.draw(stream)]
    }

    /// A category (16+1 code) within a group.
    pub fn draw_category(&self, group: EthnicGroup, stream: &mut Stream) -> u8 {
        let (codes, weights) = &self.categories[group as usize];
        codes[weights.draw(stream)]
    }

    /// An age in whole years, 0 to 99.
    pub fn draw_age(&self, area: usize, stream: &mut Stream) -> u32 {
        let band = u32::try_from(self.areas[area].ages.draw(stream)).unwrap_or(0);
        // Those of 90 and over thin out over ten years.
        let within = if band == 18 { stream.below(10).min(stream.below(10)) } else { stream.below(5) };
        band * 5 + within
    }
}

impl Area {
    fn read(cell: impl Fn(&str) -> Result<f64, DemoError>) -> Result<Self, DemoError> {
        let code = |number: f64| format!("E{number:08.0}");
        let (lsoa21, lsoa11) = (code(cell("lsoa21")?), code(cell("lsoa11")?));
        let tenth = decile(&lsoa21, Edition::Imd2025);
        let tenth = tenth.ok_or_else(|| DemoError::Bundled { reason: format!("{lsoa21} has no deprivation tenth") })?;
        let (east, north) = (cell("east")?, cell("north")?);
        #[expect(clippy::cast_possible_truncation, reason = "miles within a district")]
        let miles = HOSPITALS.map(|(x, y)| (DETOUR * (x - east).hypot(y - north) / MILE) as f32);
        let ages = (0..AGE_BANDS).map(|band| cell(&format!("age_{}", band * 5))).collect::<Result<Vec<_>, _>>()?;
        let groups = EthnicGroup::ALL.iter().map(|group| cell(group.id())).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            fifth: tenth.div_ceil(2),
            disabled: cell("disabled")? / cell("residents")?,
            miles,
            ages: Weighted::new(&ages),
            groups: Weighted::new(&groups),
            lsoa21,
            lsoa11,
        })
    }
}

fn categories() -> Result<Vec<(Vec<u8>, Weighted)>, DemoError> {
    let mut of_group = vec![(Vec::new(), Vec::new()); EthnicGroup::ALL.len()];
    for line in CATEGORIES.lines().skip(1) {
        let parsed =
            line.split_once(',').and_then(|(code, people)| Some((*code.as_bytes().first()?, people.parse().ok()?)));
        let (code, people): (u8, f64) =
            parsed.ok_or_else(|| DemoError::Bundled { reason: format!("ethnic-categories.csv: {line}") })?;
        let (codes, weights) = &mut of_group[EthnicGroup::of_category(code) as usize];
        codes.push(code);
        weights.push(people);
    }
    Ok(of_group.into_iter().map(|(codes, weights)| (codes, Weighted::new(&weights))).collect())
}

#[cfg(test)]
mod tests {
    use super::{EthnicGroup, Place};
    use crate::random::{Purpose, Stream};

    #[test]
    fn people_drawn_are_like_the_district() {
        let place = Place::load().unwrap();
        assert_eq!(place.areas.len(), 312);
        let mut stream = Stream::new(1, Purpose::People, 0);
        let draws = 100_000;
        let (mut most_deprived, mut asian, mut children) = (0, 0, 0);
        for _ in 0..draws {
            let area = place.draw_area(&mut stream);
            most_deprived += u32::from(place.areas[area].fifth == 1);
            asian += u32::from(place.draw_group(area, &mut stream) == EthnicGroup::Asian);
            children += u32::from(place.draw_age(area, &mut stream) < 15);
        }
        let share = |count: u32| f64::from(count) / f64::from(draws);
        // Census 2021 and IMD 2025: 53 % live in the most deprived national fifth, 32.1 % are Asian; 22.3 % under 15 in 2020.
        assert!((share(most_deprived) - 0.53).abs() < 0.01, "{}", share(most_deprived));
        assert!((share(asian) - 0.321).abs() < 0.01, "{}", share(asian));
        assert!((share(children) - 0.223).abs() < 0.01, "{}", share(children));
    }

    #[test]
    fn the_outlying_hospital_is_nearer_to_some_and_farther_from_most() {
        let place = Place::load().unwrap();
        let nearer = place.areas.iter().filter(|area| area.miles[1] < area.miles[0]).count();
        assert!(nearer > 30 && nearer < 120, "{nearer}");
    }
}
