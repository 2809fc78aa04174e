//! `evenly truth`: every detector judged on made-up trusts, by what was planted in them.

mod judge;
mod prediction;

use std::collections::BTreeMap;

use anyhow::anyhow;
use clap::Args;
use evenly_demo::{DemoError, Scenario, Settings, Unwatched, generate};
use serde::Serialize;

use self::judge::{Claim, Nearest, is_false, nearest};
use crate::commands::analyse;
use crate::exit::Usage;
use crate::interrupt;
use crate::show::{self, Format};

/// Arguments of `evenly truth`.
#[derive(Args)]
#[command(after_help = "Example:
  evenly truth --scenarios null,masked --seeds 20

For each planted thing: in how many trusts it was found, found only as a wider or narrower group, or missed; and what was claimed
that is not so. In `null` every claim is a false one. In the others, claims about who shared in the change are judged; their gaps
are real.")]
pub struct Arguments {
    /// Scenarios, separated by commas, `prediction` among them; all of them where none is named
    #[arg(long, value_delimiter = ',', value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// Trusts of each scenario, with the seeds 1, 2, …
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    seeds: u64,
    /// People of each trust
    #[arg(long, default_value_t = 60_000)]
    people: u64,
    /// How to print the judgement
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What became of one planted thing over all seeds.
#[derive(Default, Serialize)]
struct Counts {
    found: u64,
    nearly: u64,
    missed: u64,
}

/// The judgement of one scenario.
#[derive(Default, Serialize)]
struct Judged {
    scenario: String,
    seeds: u64,
    planted: BTreeMap<String, Counts>,
    /// False claims by kind of finding: how many in all, and in how many trusts.
    false_claims: BTreeMap<String, [u64; 2]>,
    /// Examples of false claims, for the eye.
    examples: Vec<String>,
}

/// The name by which prediction is asked for beside scenarios.
const PREDICTION: &str = "prediction";

/// Examples that are kept of each scenario.
const EXAMPLES: usize = 3;

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    interrupt::listen();
    let named = arguments.scenarios.iter().filter(|name| *name != PREDICTION).map(|name| name.parse::<Scenario>());
    let mut scenarios = named.collect::<Result<Vec<_>, DemoError>>().map_err(|error| Usage(error.to_string()))?;
    if arguments.scenarios.is_empty() {
        scenarios = Scenario::ALL.to_vec();
    }
    let mut all = Vec::new();
    for scenario in scenarios {
        let mut judged = Judged { scenario: scenario.to_string(), seeds: arguments.seeds, ..Judged::default() };
        for seed in 1..=arguments.seeds {
            interrupt::check()?;
            judge_one(&Settings { scenario, seed, people: arguments.people }, &mut judged)?;
        }
        if arguments.format != Format::Json {
            show::print(&told(&judged))?;
        }
        all.push(judged);
    }
    let with_prediction = arguments.scenarios.is_empty() || arguments.scenarios.iter().any(|name| name == PREDICTION);
    let prediction = with_prediction.then(|| prediction::judge(arguments.seeds)).transpose()?;
    if arguments.format == Format::Json {
        let judged = serde_json::json!({ "people": arguments.people, "scenarios": all, "prediction": prediction });
        show::print_json(&judged)?;
    } else {
        show::print(&prediction.as_ref().map(prediction::told).unwrap_or_default())?;
    }
    let missed = prediction.as_ref().map(prediction::missed).unwrap_or_default();
    if missed.is_empty() { Ok(()) } else { Err(anyhow!("targets of prediction are missed: {}", missed.join("; "))) }
}

fn judge_one(settings: &Settings, judged: &mut Judged) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let truth = generate(settings, folder.path(), &Unwatched)?;
    let extract = folder.path().join("extracts/outpatients.parquet");
    let report = analyse::report_of_made_up(extract, &truth.project_month, folder.path())?;
    let findings: Vec<Claim> = report["findings"].as_array().into_iter().flatten().map(Claim::read).collect();
    for planted in &truth.planted {
        let counts = judged.planted.entry(planted.id.clone()).or_default();
        match nearest(planted, &findings) {
            Nearest::Same => counts.found += 1,
            Nearest::Nested => counts.nearly += 1,
            Nearest::None => counts.missed += 1,
        }
    }
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for claim in findings.iter().filter(|claim| is_false(&truth, claim)) {
        *kinds.entry(&claim.kind).or_default() += 1;
        if judged.examples.len() < EXAMPLES {
            judged.examples.push(format!("seed {}: {}", settings.seed, claim.sentence));
        }
    }
    for (kind, claims) in kinds {
        let [all, trusts] = judged.false_claims.entry(kind.to_owned()).or_default();
        *all += claims;
        *trusts += 1;
    }
    Ok(())
}

fn told(judged: &Judged) -> String {
    let mut text = format!("{} ({} trusts)\n", judged.scenario, judged.seeds);
    for (id, Counts { found, nearly, missed }) in &judged.planted {
        text.push_str(&format!("  {id:<10} found {found:>3}   nearly {nearly:>3}   missed {missed:>3}\n"));
    }
    if judged.false_claims.is_empty() {
        text.push_str("  falsely claimed: nothing\n");
    }
    for (kind, [all, trusts]) in &judged.false_claims {
        text.push_str(&format!("  falsely claimed: {all} of kind {kind}, in {trusts} trusts\n"));
    }
    for example in &judged.examples {
        text.push_str(&format!("    {example}\n"));
    }
    text.push('\n');
    text
}
