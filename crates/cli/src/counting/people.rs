//! One ethnic category for each person: the extracts that a rule looks at, as they are named on the command line.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use evenly_extract::ethnicity::{Choice, EthnicityField, EthnicityRule, People, Source};
use evenly_extract::profile::Profile;
use evenly_extract::readers::{self, Extract, Limits};

use crate::exit::Usage;
use crate::progress::watched;

/// The arguments that say which ethnicity a row has.
#[derive(Args, Default)]
pub struct EthnicityArguments {
    /// One ethnic category for each person, by a published rule, instead of the one that each row records
    #[arg(long, value_enum, value_name = "RULE")]
    ethnicity_rule: Option<Rule>,
    /// Another extract of the same people, whose records the rule looks at as well: `apc=inpatients.parquet`. Again for each
    #[arg(long, value_name = "PROFILE=FILE", value_parser = other_extract)]
    ethnicity_from: Vec<(String, PathBuf)>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Rule {
    #[value(name = "opensafely")]
    OpenSafely,
    #[value(name = "chime")]
    Chime,
}

impl EthnicityArguments {
    /// The field that stands in the recorded one's place, where a rule is named.
    pub fn field(
        &self,
        profile: &Profile,
        extract: &Extract,
        limits: &Limits,
    ) -> anyhow::Result<Option<EthnicityField>> {
        let rule = match self.ethnicity_rule {
            Some(Rule::OpenSafely) => EthnicityRule::OpenSafely,
            Some(Rule::Chime) => EthnicityRule::Chime,
            None if self.ethnicity_from.is_empty() => return Ok(None),
            None => {
                let advice = "--ethnicity-from is for a rule; name one with --ethnicity-rule opensafely or chime";
                return Err(Usage(advice.to_owned()).into());
            }
        };
        Ok(Some(EthnicityField::instead(Choice::new(rule, &self.people(profile, extract, limits)?))))
    }

    /// Everybody in the extract and the others named.
    pub fn people(&self, profile: &Profile, extract: &Extract, limits: &Limits) -> anyhow::Result<People> {
        let open = |(name, file): &(String, PathBuf)| -> anyhow::Result<(Profile, Extract)> {
            let profile = Profile::load(name, &[])?;
            if profile.care.is_none() {
                let reason = format!(
                    "--ethnicity-from: `{name}` is not admitted, emergency or outpatient care, which is what the rules look at"
                );
                return Err(Usage(reason).into());
            }
            Ok((profile, readers::open(std::slice::from_ref(file), limits)?))
        };
        let others = self.ethnicity_from.iter().map(open).collect::<anyhow::Result<Vec<_>>>()?;
        let mut sources = vec![Source { profile, extract }];
        sources.extend(others.iter().map(|(profile, extract)| Source { profile, extract }));
        watched(|line| Ok(People::read(&sources, line)?))
    }

    /// Whether one of the rules is named.
    pub fn names_a_rule(&self) -> bool {
        self.ethnicity_rule.is_some()
    }
}

fn other_extract(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((profile, file)) if !profile.is_empty() && !file.is_empty() => Ok((profile.to_owned(), file.into())),
        _ => Err("give a profile and a file, as apc=inpatients.parquet".to_owned()),
    }
}
