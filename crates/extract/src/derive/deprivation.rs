//! Deprivation decile of a small area (LSOA), for IMD 2019 and IMD 2025, whichever LSOA vintage an extract carries.
//!
//! IMD 2019 is published for LSOA 2011, IMD 2025 for LSOA 2021. Most areas are the same in both; for one that was split,
//! merged or redrawn, the counterpart in which most of its people live is taken (best fit), and [`Place::England`] says so.
//! Sources and licences: `data/SOURCES.md`. A decile is one of the country's, 1 the most deprived tenth; it belongs to an
//! area and is not a person's own circumstances.

use std::collections::HashMap;
use std::sync::LazyLock;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, UInt8Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;

const IMD_2019: &[u8] = include_bytes!("../../../../data/lookups/lsoa11_imd2019.parquet");
const IMD_2025: &[u8] = include_bytes!("../../../../data/lookups/lsoa21_imd2025.parquet");
const CHANGED: &[u8] = include_bytes!("../../../../data/lookups/lsoa11_lsoa21_changed.parquet");
const CORE20: &str = include_str!("../../../../data/lookups/sicbl22_core20.csv");

/// An edition of the English Index of Multiple Deprivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// IMD 2019, on 32,844 LSOA 2011.
    Imd2019,
    /// IMD 2025, on 33,755 LSOA 2021.
    Imd2025,
}

impl Edition {
    /// The edition with the LSOA vintage it stands on, to be stored beside every derived value.
    pub fn vintage(self) -> &'static str {
        match self {
            Self::Imd2019 => "IMD 2019 by LSOA 2011",
            Self::Imd2025 => "IMD 2025 by LSOA 2021",
        }
    }
}

/// What an LSOA code says about deprivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An area of England with its national decile, 1 the most deprived.
    England {
        /// National decile, 1–10.
        decile: u8,
        /// Whether the area was redrawn between 2011 and 2021, so that the decile is its best-fitting counterpart's.
        best_fit: bool,
    },
    /// An area of Wales, Scotland or Northern Ireland: the English index does not cover it.
    OutsideEngland,
    /// Not the code of a small area.
    Unrecognised,
}

/// What an LSOA code of either vintage says about deprivation.
pub fn place(lsoa: &str, edition: Edition) -> Place {
    let code = lsoa.trim();
    let Some(number) = english_number(code) else {
        return if is_elsewhere(code) { Place::OutsideEngland } else { Place::Unrecognised };
    };
    let (deciles, best_fit) = match edition {
        Edition::Imd2019 => (&LOOKUPS.imd2019, &LOOKUPS.to_2011),
        Edition::Imd2025 => (&LOOKUPS.imd2025, &LOOKUPS.to_2021),
    };
    if let Some(decile) = deciles.get(&number) {
        return Place::England { decile: *decile, best_fit: false };
    }
    let counterpart = best_fit.get(&number).and_then(|(counterpart, _)| deciles.get(counterpart));
    counterpart.map_or(Place::Unrecognised, |decile| Place::England { decile: *decile, best_fit: true })
}

/// National decile (1 = most deprived) of an LSOA of either vintage; `None` outside England and for unknown codes.
pub fn decile(lsoa: &str, edition: Edition) -> Option<u8> {
    match place(lsoa, edition) {
        Place::England { decile, .. } => Some(decile),
        Place::OutsideEngland | Place::Unrecognised => None,
    }
}

/// Decile from an extract's own text, as HES writes it: "Most deprived 10%", "More deprived 10-20%" … "Less deprived
/// 10-20%", "Least deprived 10%", in any letter case; also plain numbers 1–10 and "01 - Most deprived".
///
/// Source: HES `IMD04_DECILE` (values as found in public code and in the 2023–24 open data, which also write "Less deprived
/// 10%" for the least deprived tenth).
pub fn decile_from_text(text: &str) -> Option<u8> {
    let text = text.trim().to_ascii_lowercase();
    let first_number = text.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty())?.parse::<u8>().ok()?;
    let from_most = text.contains("more deprived") || text.contains("most deprived");
    let from_least = text.contains("less deprived") || text.contains("least deprived");
    let is_share = text.contains('%') || text.contains("per cent");
    match (is_share, from_most, from_least) {
        (true, true, false) => tenth(&text, first_number),
        (true, false, true) => tenth(&text, first_number).map(|tenth| 11 - tenth),
        (false, _, _) => (1..=10).contains(&first_number).then_some(first_number),
        _ => None,
    }
}

/// Tenth (1–5) counted from the end that the text names: "10%" is the first, "10-20%" the second, "40-50%" the fifth.
fn tenth(text: &str, first_number: u8) -> Option<u8> {
    let is_range = text.contains('-') || text.contains('–') || text.contains(" to ");
    let tenth = if is_range { first_number / 10 + 1 } else { 1 };
    (first_number.is_multiple_of(10) && tenth <= 5).then_some(tenth)
}

/// Share (0–1) of a sub-ICB location's people who live in the nationally most deprived fifth of areas, IMD 2019, by its
/// three-character code of 2022.
pub fn core20_share_of_area(code: &str) -> Option<f64> {
    LOOKUPS.core20.get(code.trim()).copied()
}

pub(super) struct Lookups {
    pub(super) imd2019: HashMap<u32, u8>,
    pub(super) imd2025: HashMap<u32, u8>,
    /// Best-fitting counterpart and the people who live in both.
    pub(super) to_2011: HashMap<u32, (u32, u32)>,
    pub(super) to_2021: HashMap<u32, (u32, u32)>,
    /// Areas of 2011 and 2021 that share people and are not simply the same.
    pub(super) pairs: Vec<(u32, u32)>,
    core20: HashMap<&'static str, f64>,
}

pub(super) static LOOKUPS: LazyLock<Lookups> = LazyLock::new(|| {
    // The files are part of the binary and read by a test, so a failure here is a broken build, not bad input.
    Lookups::load().expect("the bundled deprivation lookups are readable")
});

impl Lookups {
    fn load() -> Result<Self, ParquetError> {
        let mut to_2011 = HashMap::new();
        let mut to_2021 = HashMap::new();
        let [lsoa11, lsoa21, people11, people21] = &integers(CHANGED, 4)?[..] else {
            return Err(ParquetError::General("four columns expected".to_owned()));
        };
        for row in 0..lsoa11.len() {
            keep_larger(&mut to_2021, lsoa11[row], (lsoa21[row], people21[row]));
            keep_larger(&mut to_2011, lsoa21[row], (lsoa11[row], people11[row]));
        }
        let pairs = lsoa11.iter().copied().zip(lsoa21.iter().copied()).collect();
        let (imd2019, imd2025) = (deciles(IMD_2019)?, deciles(IMD_2025)?);
        Ok(Self { imd2019, imd2025, to_2011, to_2021, pairs, core20: core20() })
    }
}

/// Keeps the counterpart with more people; the lower code of two equal ones, since rows come in ascending order.
fn keep_larger(best: &mut HashMap<u32, (u32, u32)>, area: u32, counterpart: (u32, u32)) {
    let entry = best.entry(area).or_insert(counterpart);
    if counterpart.1 > entry.1 {
        *entry = counterpart;
    }
}

/// The English LSOA of 2021 that a code of either vintage stands for, by its digits, given which are of 2021; one of 2011 that was
/// redrawn takes its best-fitting counterpart.
pub(super) fn english_area(lsoa: &str, is_of_2021: impl Fn(u32) -> bool) -> Option<u32> {
    let number = english_number(lsoa.trim())?;
    if is_of_2021(number) { Some(number) } else { LOOKUPS.to_2021.get(&number).map(|(counterpart, _)| *counterpart) }
}

/// The columns of whole numbers of a bundled file.
pub(super) fn integers(file: &'static [u8], columns: usize) -> Result<Vec<Vec<u32>>, ParquetError> {
    let mut values = vec![Vec::new(); columns];
    for batch in ParquetRecordBatchReaderBuilder::try_new(parquet_bytes(file))?.build()? {
        let batch = batch.map_err(|error| ParquetError::ArrowError(error.to_string()))?;
        for (column, values) in values.iter_mut().enumerate() {
            let array = batch.column(column).as_primitive::<Int32Type>();
            values.extend(array.values().iter().map(|value| value.unsigned_abs()));
        }
    }
    Ok(values)
}

fn deciles(file: &'static [u8]) -> Result<HashMap<u32, u8>, ParquetError> {
    let mut deciles = HashMap::new();
    for batch in ParquetRecordBatchReaderBuilder::try_new(parquet_bytes(file))?.build()? {
        let batch = batch.map_err(|error| ParquetError::ArrowError(error.to_string()))?;
        let areas = batch.column(0).as_primitive::<Int32Type>().values();
        let values = batch.column(1).as_primitive::<UInt8Type>().values();
        deciles.extend(areas.iter().map(|area| area.unsigned_abs()).zip(values.iter().copied()));
    }
    Ok(deciles)
}

fn parquet_bytes(file: &'static [u8]) -> bytes::Bytes {
    bytes::Bytes::from_static(file)
}

fn core20() -> HashMap<&'static str, f64> {
    let rows = CORE20.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    rows.filter_map(|cells| Some((*cells.first()?, cells.get(2)?.parse().ok()?))).collect()
}

/// The digits of an English LSOA code: `E01` and six more.
fn english_number(code: &str) -> Option<u32> {
    let digits = code.strip_prefix(['E', 'e'])?;
    (digits.len() == 8 && digits.starts_with("01")).then(|| digits.parse().ok())?
}

/// Whether it is the code of a small area of Wales (`W01`), Scotland (`S01`) or Northern Ireland (`N2`, `95`).
fn is_elsewhere(code: &str) -> bool {
    ["W01", "S01", "N20", "N21", "95"].iter().any(|prefix| code.to_ascii_uppercase().starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::{Edition, LOOKUPS, Place, core20_share_of_area, decile, decile_from_text, place};

    #[test]
    fn every_area_of_both_editions_has_a_decile() {
        assert_eq!((LOOKUPS.imd2019.len(), LOOKUPS.imd2025.len()), (32_844, 33_755));
        let every = LOOKUPS.imd2019.values().chain(LOOKUPS.imd2025.values());
        assert!(every.into_iter().all(|decile| (1..=10).contains(decile)));
    }

    #[test]
    fn published_deciles_are_found() {
        // Jaywick, ranked most deprived in both editions; City of London 001A, rank 29,199 of 32,844 in 2019.
        assert_eq!(decile("E01021988", Edition::Imd2019), Some(1));
        assert_eq!(decile(" e01021988 ", Edition::Imd2025), Some(1));
        assert_eq!(decile("E01000001", Edition::Imd2019), Some(9));
        assert_eq!(decile("E01000001", Edition::Imd2025), Some(8));
    }

    #[test]
    fn every_area_of_one_vintage_has_a_counterpart_in_the_other() {
        let to_2025 = LOOKUPS.imd2019.keys().map(|area| place(&format!("E0{area}"), Edition::Imd2025));
        let to_2019 = LOOKUPS.imd2025.keys().map(|area| place(&format!("E0{area}"), Edition::Imd2019));
        let (mut fitted, mut missing) = (0, 0);
        for place in to_2025.chain(to_2019) {
            match place {
                Place::England { best_fit, .. } => fitted += usize::from(best_fit),
                Place::OutsideEngland | Place::Unrecognised => missing += 1,
            }
        }
        assert_eq!(missing, 0);
        assert!(fitted > 1_000, "{fitted}");
    }

    #[test]
    fn areas_elsewhere_and_other_codes_are_told_apart() {
        assert_eq!(place("W01000001", Edition::Imd2019), Place::OutsideEngland);
        for code in ["", "E02000001", "E0100000", "SW1A 1AA", "E01999999"] {
            assert_eq!(place(code, Edition::Imd2019), Place::Unrecognised, "{code}");
        }
    }

    #[test]
    fn decile_texts_are_read_in_every_spelling() {
        let cases = [
            ("Most deprived 10%", Some(1)),
            ("MORE DEPRIVED 10-20%", Some(2)),
            ("More deprived 40-50%", Some(5)),
            ("Less deprived 40-50%", Some(6)),
            ("Less deprived 10-20%", Some(9)),
            ("Least deprived 10%", Some(10)),
            ("LESS DEPRIVED 10%", Some(10)),
            ("01 - Most deprived", Some(1)),
            ("10 - Least deprived", Some(10)),
            ("7", Some(7)),
            ("0", None),
            ("11", None),
            ("Unknown", None),
            ("More deprived 60-70%", None),
        ];
        for (text, expected) in cases {
            assert_eq!(decile_from_text(text), expected, "{text}");
        }
    }

    #[test]
    fn shares_of_areas_are_those_published() {
        // Leicestershire's rural east has none of the most deprived fifth; half of Birmingham and Solihull does.
        assert_eq!(core20_share_of_area("03W"), Some(0.0));
        assert!((core20_share_of_area("15E").unwrap() - 0.51).abs() < 0.02);
        assert_eq!(core20_share_of_area("XXX"), None);
    }
}
