//! What `analyse` and `check` share: which files, which profile, what to count, and where rejected rows go.

mod people;

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use anyhow::Context;
use clap::{Args, ValueEnum};
use evenly_cube::{About, Dimension, Indicator, Policy, Split, Views, shipped_indicators};
use evenly_extract::checks::{NoRejects, RejectsFile};
use evenly_extract::count::{self, CheckReport, CountOptions, CountedExtract};
use evenly_extract::derive::deprivation::Edition;
use evenly_extract::derive::ethnic_group::EthnicStyle;
use evenly_extract::engine::{InProcess, RejectSink};
use evenly_extract::ethnicity::{Choice, EthnicityField, EthnicityRule, People};
use evenly_extract::groups::{GroupDefinition, Sight, sight_in};
use evenly_extract::profile::{Grain, Profile};
use evenly_extract::readers::{self, Extract, Limits};

use self::people::EthnicityArguments;
use crate::exit::Usage;
use crate::progress::Line;

/// The arguments that say what to read and how to count it.
#[derive(Args)]
pub struct Arguments {
    /// Files or folders of one extract: CSV, the same in .gz or .zip, Parquet, small XLSX, FHIR NDJSON
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the columns mean: an id of `evenly profile list`, or a TOML file
    #[arg(long, value_name = "PROFILE")]
    profile: String,
    /// Dimensions to break down by, separated by commas, instead of the profile's
    #[arg(long, value_delimiter = ',', value_name = "DIMENSION")]
    by: Option<Vec<String>>,
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
    ethnicity: EthnicityArguments,
    /// Length of a period, instead of the profile's
    #[arg(long, value_enum)]
    period: Option<Period>,
    /// Largest size that a packed file may have once unpacked: 20MB, 2GB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    unpacked_limit: Option<u64>,
}

impl Arguments {
    fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        if let Some(bytes) = self.unpacked_limit {
            limits.expanded_bytes = bytes;
            limits.expansion_floor = bytes;
        }
        limits
    }

    /// These files under this profile, counted as the profile says.
    pub fn new(files: Vec<PathBuf>, profile: &str) -> Self {
        Self {
            files,
            profile: profile.to_owned(),
            by: None,
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

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Imd {
    #[value(name = "2019")]
    Imd2019,
    #[value(name = "2025")]
    Imd2025,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum EthnicGroups {
    #[default]
    #[value(name = "2021")]
    Census2021,
    #[value(name = "2001")]
    Census2001,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Period {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// Everything that is known before the first row is read.
pub struct Counting {
    profile: Profile,
    extract: Extract,
    options: CountOptions,
}

impl Counting {
    /// Opens the profile and the files.
    pub fn prepare(arguments: &Arguments) -> anyhow::Result<Self> {
        let mut own = Self::open(arguments)?;
        let field = arguments.ethnicity.field(&own.profile, &own.extract, &arguments.limits())?;
        own.options.ethnicity = field.into_iter().collect();
        Ok(own)
    }

    /// The same with everybody's ethnicity, and the category that each rule gives them beside the one recorded.
    pub fn prepare_with_rules(arguments: &Arguments) -> anyhow::Result<(Self, People)> {
        if arguments.ethnicity.names_a_rule() {
            return Err(Usage("both rules are shown; leave --ethnicity-rule away".to_owned()).into());
        }
        let mut own = Self::open(arguments)?;
        let people = arguments.ethnicity.people(&own.profile, &own.extract, &arguments.limits())?;
        let beside = EthnicityRule::ALL.map(|rule| EthnicityField::beside(Choice::new(rule, &people)));
        own.options.ethnicity = beside.into();
        Ok((own, people))
    }

    fn open(arguments: &Arguments) -> anyhow::Result<Self> {
        let profile = Profile::load(&arguments.profile, &[])?;
        let extract = readers::open(&arguments.files, &arguments.limits())?;
        Ok(Self { profile, extract, options: options(arguments)? })
    }

    /// The profile.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// What is chosen to count.
    pub fn options(&self) -> &CountOptions {
        &self.options
    }

    /// The policy named, or the profile's own.
    pub fn policy(&self, named: Option<&str>) -> anyhow::Result<Policy> {
        policy(named.unwrap_or(&self.profile.policy))
    }

    /// Counts; rejected rows go to a file.
    pub fn count(&self, rejects: &Path) -> anyhow::Result<CountedExtract> {
        let rejects = RejectsFile::create(rejects)?;
        let line = Line::new();
        let counted = count::count(&self.profile, &self.extract, &self.options, &engine(), &rejects, &line);
        line.finish();
        let counted = counted?;
        rejects.finish()?;
        Ok(counted)
    }

    /// The fields that the extract has.
    pub fn fields(&self) -> anyhow::Result<Vec<String>> {
        Ok(count::fields_there(&self.profile, &self.extract)?)
    }

    /// Of these groups, those that the extract can show.
    pub fn shown<'a>(&self, groups: &'a [GroupDefinition]) -> anyhow::Result<Vec<&'a GroupDefinition>> {
        let there = self.fields()?;
        let shown =
            |group: &&GroupDefinition| sight_in(group, |field| there.iter().any(|own| own == field)) == Sight::Shown;
        Ok(groups.iter().filter(shown).collect())
    }

    /// Counts these indicators by these dimensions and nothing else; rejected rows are counted and not written down.
    pub fn count_only(&mut self, by: &[&str], indicators: Vec<Indicator>) -> anyhow::Result<CountedExtract> {
        self.profile.period = None;
        self.options.by = Some(by.iter().map(|name| (*name).to_owned()).collect());
        self.options.indicators = Some(indicators.iter().map(|own| own.id.clone()).collect());
        self.options.definitions = indicators;
        let line = Line::new();
        let counted = count::count(&self.profile, &self.extract, &self.options, &engine(), &NoRejects, &line);
        line.finish();
        Ok(counted?)
    }

    /// Checks; rejected rows go wherever the sink takes them.
    pub fn check(&self, rejects: &dyn RejectSink) -> anyhow::Result<CheckReport> {
        let line = Line::new();
        let checked = count::check(&self.profile, &self.extract, &self.options, &engine(), rejects, &line);
        line.finish();
        Ok(checked?)
    }
}

/// A disclosure policy: a TOML file or an id.
pub fn policy(name: &str) -> anyhow::Result<Policy> {
    if Path::new(name).is_file() {
        let text = fs::read_to_string(name).with_context(|| format!("{name}: cannot be read"))?;
        return Ok(Policy::parse(&text)?);
    }
    if Policy::shipped_ids().any(|id| id == name) {
        return Ok(Policy::shipped(name)?);
    }
    let shipped = Policy::shipped_ids().collect::<Vec<_>>().join(", ");
    Err(Usage(format!("there is no disclosure policy `{name}`: it is neither a file nor one of {shipped}")).into())
}

/// Every one-way table over time, every pair of dimensions that can be told apart on a page, and who shared in the change.
pub fn views(counted: &CountedExtract, split: Split) -> Views {
    Views { change: Some(split), ..tables(counted.cube.dimensions(), counted.period.clone(), counted.by.clone()) }
}

/// The tables of a report, as views, without a change to share in.
pub fn tables(dimensions: &[Dimension], period: Option<String>, by: Vec<String>) -> Views {
    let dimension = |id: &String| dimensions.iter().find(|dimension| dimension.id == *id);
    let crossed = |first: &String, second: &String| {
        let Some(both) = dimension(first).zip(dimension(second)) else { return false };
        let [one, other] = [both.0, both.1].map(|own| own.known().count());
        // One that says where people are seen may have more groups: it is what most often explains a gap.
        let of_service = |own: &Dimension, groups| own.about == About::Service && groups <= CLINICS_TO_CROSS;
        let explains = of_service(both.0, one) || of_service(both.1, other);
        one.min(other) <= GROUPS_TO_CROSS && (one.max(other) <= GROUPS_TO_CROSS || explains)
    };
    let pairs = by.iter().enumerate().flat_map(|(position, first)| {
        let others = by[position + 1..].iter().filter(move |second| crossed(first, second));
        others.map(move |second| (first.clone(), second.clone()))
    });
    let pairs = pairs.collect();
    Views { period, by, pairs, change: None }
}

/// Most groups of a dimension that is crossed with others: more give cells too small to say anything of.
const GROUPS_TO_CROSS: usize = 12;
/// Most groups of a dimension of the service that is crossed with smaller ones, to set people side by side in the same clinic.
const CLINICS_TO_CROSS: usize = 60;

fn engine() -> InProcess {
    InProcess::new(available_parallelism().map_or(1, NonZero::get))
}

fn options(arguments: &Arguments) -> anyhow::Result<CountOptions> {
    let mut definitions = shipped_indicators()?;
    if let Some(path) = &arguments.definitions {
        for own in local_indicators(path)? {
            definitions.retain(|shipped| shipped.id != own.id);
            definitions.push(own);
        }
    }
    Ok(CountOptions {
        ethnicity: Vec::new(),
        by: arguments.by.clone(),
        indicators: arguments.indicators.clone(),
        definitions,
        edition: arguments.imd.map(|imd| match imd {
            Imd::Imd2019 => Edition::Imd2019,
            Imd::Imd2025 => Edition::Imd2025,
        }),
        ethnic_style: match arguments.ethnic_groups {
            EthnicGroups::Census2021 => EthnicStyle::Census2021,
            EthnicGroups::Census2001 => EthnicStyle::Census2001,
        },
        period: arguments.period.map(|period| match period {
            Period::Day => Grain::Day,
            Period::Week => Grain::Week,
            Period::Month => Grain::Month,
            Period::Quarter => Grain::Quarter,
            Period::Year => Grain::Year,
        }),
    })
}

fn local_indicators(path: &Path) -> anyhow::Result<Vec<Indicator>> {
    let each = own_definitions(path)?.into_iter().map(|(name, text)| Ok(Indicator::parse(&name, &text)?));
    each.collect()
}

/// Name and text of a trust's own definitions: of a TOML file, or of those in a folder, by name.
pub fn own_definitions(path: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        let entries = fs::read_dir(path).with_context(|| format!("{}: cannot be read", path.display()))?;
        files = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|file| file.extension().is_some_and(|kind| kind == "toml"))
            .collect();
        files.sort();
        anyhow::ensure!(!files.is_empty(), "{}: there is no TOML file in this folder", path.display());
    }
    let each = files.iter().map(|file| {
        let name = file.display().to_string();
        let text = fs::read_to_string(file).with_context(|| format!("{name}: cannot be read"))?;
        Ok((name, text))
    });
    each.collect()
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
