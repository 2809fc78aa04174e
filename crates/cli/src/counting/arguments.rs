//! The arguments that say what to read and how to count it, and the words that mean the same in a run of the platform.

use std::path::PathBuf;

use anyhow::anyhow;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use evenly_cube::Indicator;
use evenly_extract::count::CountOptions;
use evenly_extract::derive::deprivation::Edition;
use evenly_extract::derive::ethnic_group::EthnicStyle;
use evenly_extract::profile::Grain;
use evenly_extract::readers::Limits;

use super::definitions::{indicators, local_indicators};
use super::people::EthnicityArguments;

/// The arguments that say what to read and how to count it.
#[derive(Args)]
pub struct Arguments {
    /// Files or folders of one extract: CSV, the same in .gz or .zip, Parquet, small XLSX, FHIR NDJSON
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// What the columns mean: an id of `evenly profile list`, or a TOML file
    #[arg(long, value_name = "PROFILE")]
    pub(super) profile: String,
    /// Dimensions to break down by, separated by commas, instead of the profile's
    #[arg(long, value_delimiter = ',', value_name = "DIMENSION")]
    by: Option<Vec<String>>,
    /// Dimensions to break down by besides those, such as `ward`
    #[arg(long, value_delimiter = ',', value_name = "DIMENSION")]
    also_by: Vec<String>,
    /// Indicators, separated by commas, instead of the profile's
    #[arg(long, value_delimiter = ',', value_name = "INDICATOR")]
    indicators: Option<Vec<String>>,
    /// A TOML file or folder with the trust's own indicators
    #[arg(long, value_name = "PATH")]
    definitions: Option<PathBuf>,
    /// Edition of the deprivation index, instead of the one made for the extract's small areas
    #[arg(long, value_enum)]
    imd: Option<Imd>,
    /// How five ethnic groups are made of sixteen; Chinese moves from Asian (2021) to Other (2001)
    #[arg(long, value_enum, default_value_t)]
    ethnic_groups: EthnicGroups,
    #[command(flatten)]
    pub(super) ethnicity: EthnicityArguments,
    /// Length of a period, instead of the profile's
    #[arg(long, value_enum)]
    period: Option<Period>,
    /// Largest size that a packed file may have once unpacked: 20MB, 2GB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    unpacked_limit: Option<u64>,
}

impl Arguments {
    /// What a packed file may become.
    pub(super) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        if let Some(bytes) = self.unpacked_limit {
            limits.expanded_bytes = bytes;
            limits.expansion_floor = bytes;
        }
        limits
    }

    /// What to count.
    pub(super) fn options(&self) -> anyhow::Result<CountOptions> {
        let own = self.definitions.as_deref().map_or_else(|| Ok(Vec::new()), local_indicators)?;
        let choices = Choices {
            by: self.by.clone(),
            also_by: self.also_by.clone(),
            indicators: self.indicators.clone(),
            imd: self.imd,
            ethnic_groups: self.ethnic_groups,
            period: self.period,
        };
        choices.options(own)
    }

    /// These files under this profile, counted as the profile says.
    pub fn new(files: Vec<PathBuf>, profile: &str) -> Self {
        Self {
            files,
            profile: profile.to_owned(),
            by: None,
            also_by: Vec::new(),
            indicators: None,
            definitions: None,
            imd: None,
            ethnic_groups: EthnicGroups::default(),
            ethnicity: EthnicityArguments::default(),
            period: None,
            unpacked_limit: None,
        }
    }
}

/// Editions of the deprivation index.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Imd {
    #[value(name = "2019")]
    Imd2019,
    #[value(name = "2025")]
    Imd2025,
}

/// How five ethnic groups are made of sixteen.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum EthnicGroups {
    #[default]
    #[value(name = "2021")]
    Census2021,
    #[value(name = "2001")]
    Census2001,
}

/// Lengths of a period.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Period {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// What to count where it is not as the profile says: arguments and runs of the platform say it in the same words.
#[derive(Default)]
pub struct Choices {
    /// Dimensions to break down by.
    pub by: Option<Vec<String>>,
    /// Dimensions to break down by besides those.
    pub also_by: Vec<String>,
    /// Ids of indicators.
    pub indicators: Option<Vec<String>>,
    /// Edition of the deprivation index.
    pub imd: Option<Imd>,
    /// How five ethnic groups are made.
    pub ethnic_groups: EthnicGroups,
    /// Length of a period.
    pub period: Option<Period>,
}

impl Choices {
    /// The same for the counting, with the trust's own indicators beside the shipped ones.
    pub fn options(self, own: Vec<Indicator>) -> anyhow::Result<CountOptions> {
        Ok(CountOptions {
            by: self.by,
            also_by: self.also_by,
            indicators: self.indicators,
            definitions: indicators(own)?,
            edition: self.imd.map(Edition::from),
            ethnic_style: self.ethnic_groups.into(),
            ethnicity: Vec::new(),
            period: self.period.map(Grain::from),
        })
    }
}

/// The value that a word means, as the arguments have it.
pub fn word<T: ValueEnum>(name: &str, word: &str) -> anyhow::Result<T> {
    T::from_str(word, false).map_err(|_| {
        let known: Vec<_> = T::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
        let known: Vec<&str> = known.iter().map(PossibleValue::get_name).collect();
        anyhow!("`{word}` is no {name}; give one of {}", known.join(", "))
    })
}

impl From<Imd> for Edition {
    fn from(imd: Imd) -> Self {
        match imd {
            Imd::Imd2019 => Self::Imd2019,
            Imd::Imd2025 => Self::Imd2025,
        }
    }
}

impl From<EthnicGroups> for EthnicStyle {
    fn from(groups: EthnicGroups) -> Self {
        match groups {
            EthnicGroups::Census2021 => Self::Census2021,
            EthnicGroups::Census2001 => Self::Census2001,
        }
    }
}

impl From<Period> for Grain {
    fn from(period: Period) -> Self {
        match period {
            Period::Day => Self::Day,
            Period::Week => Self::Week,
            Period::Month => Self::Month,
            Period::Quarter => Self::Quarter,
            Period::Year => Self::Year,
        }
    }
}

/// Bytes in words: `20MB`, `2 GB`, `1048576`; thousands, not 1,024s.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let text = text.trim().to_ascii_uppercase();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let factor = match text[digits.len()..].trim() {
        "" | "B" => 1,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        _ => return Err("give a size such as 20MB or 2GB".to_owned()),
    };
    let number: u64 = digits.trim().parse().map_err(|_| "give a size such as 20MB or 2GB".to_owned())?;
    number.checked_mul(factor).ok_or_else(|| "that is more than any machine has".to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse_size;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [("20MB", Ok(20_000_000)), ("2 gb", Ok(2_000_000_000)), ("512", Ok(512))] {
            assert_eq!(parse_size(text), bytes, "{text}");
        }
        for text in ["", "many", "5 pints", "99999999999TB"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }
}
