//! What commands and worker share of counting: which files, which profile, what to count, and what leaves as a release.

mod arguments;
mod definitions;
mod people;
mod report;
mod views;

use std::num::NonZero;
use std::path::PathBuf;
use std::thread::available_parallelism;

use evenly_cube::{Indicator, Policy};
use evenly_extract::checks::NoRejects;
use evenly_extract::count::{self, CheckReport, CountOptions, CountedExtract};
use evenly_extract::engine::{InProcess, Progress, RejectSink};
use evenly_extract::ethnicity::{Choice, EthnicityField, EthnicityRule, People};
use evenly_extract::groups::{GroupDefinition, Sight, sight_in};
use evenly_extract::profile::Profile;
use evenly_extract::readers::{self, Extract, Limits};

pub use self::arguments::{Arguments, Choices, parse_size, word};
pub use self::definitions::{own_definitions, policy};
pub use self::report::{count_for_report, release, release_of_check};
pub use self::views::tables;
use crate::exit::Usage;
use crate::progress::watched;

/// Everything that is known before the first row is read.
pub struct Counting {
    profile: Profile,
    extract: Extract,
    options: CountOptions,
}

impl Counting {
    /// These files under this profile.
    pub fn new(profile: Profile, files: &[PathBuf], limits: &Limits, options: CountOptions) -> anyhow::Result<Self> {
        Ok(Self { profile, extract: readers::open(files, limits)?, options })
    }

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
        Ok(Self { profile, extract, options: arguments.options()? })
    }

    /// The profile.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The files.
    pub fn extract(&self) -> &Extract {
        &self.extract
    }

    /// What is chosen to count.
    pub fn options(&self) -> &CountOptions {
        &self.options
    }

    /// The policy named, or the profile's own.
    pub fn policy(&self, named: Option<&str>) -> anyhow::Result<Policy> {
        policy(named.unwrap_or(&self.profile.policy))
    }

    /// Counts; rejected rows go wherever the sink takes them.
    pub fn count(&self, rejects: &dyn RejectSink, progress: &dyn Progress) -> anyhow::Result<CountedExtract> {
        Ok(count::count(&self.profile, &self.extract, &self.options, &engine(), rejects, progress)?)
    }

    /// Checks; rejected rows go wherever the sink takes them.
    pub fn check(&self, rejects: &dyn RejectSink, progress: &dyn Progress) -> anyhow::Result<CheckReport> {
        Ok(count::check(&self.profile, &self.extract, &self.options, &engine(), rejects, progress)?)
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
        watched(|line| self.count(&NoRejects, line))
    }
}

fn engine() -> InProcess {
    InProcess::new(available_parallelism().map_or(1, NonZero::get))
}
