//! `evenly score`: the local inequalities score of a report's groups, places or services.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use evenly_cube::{Better, GroupState, Scaling, ScoreDefinition};
use evenly_stats::{Confidence, Options, Table, Value};
use serde::Deserialize;

use super::measure;
use crate::exit::Usage;
use crate::show::{self, Format};

/// What `measure` calls the score.
const METHOD: &str = "inequalities-score";
/// Level of the intervals of a report.
const LEVEL: f64 = 0.95;

/// Arguments of `evenly score`.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// The shipped scores, one line each
    List,
    /// A score's definition as TOML, to start your own from
    Show {
        /// Its id
        score: String,
    },
    /// Score the groups of one dimension of a report, highest (worst) first
    Rank(Rank),
}

#[derive(Args)]
#[command(after_help = "Examples:
  evenly score rank report/report.json --score missed-care --of provider
  evenly score rank report/report.json --score ours.toml --of deprivation --format json

100 is the worst of the peers on every input. The score says where to look first; never anything about one person.")]
struct Rank {
    /// report.json of `evenly analyse`
    #[arg(value_name = "REPORT")]
    report: PathBuf,
    /// An id of `evenly score list`, or a TOML file
    #[arg(long, value_name = "SCORE")]
    score: String,
    /// The dimension whose groups are the peers
    #[arg(long, value_name = "DIMENSION")]
    of: String,
    /// Seed of the simulation
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What is read of a report.
#[derive(Deserialize)]
struct Report {
    indicators: Vec<Indicator>,
}

#[derive(Deserialize)]
struct Indicator {
    id: String,
    better: Better,
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    dimension: String,
    label: String,
    state: GroupState,
    value: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
}

/// Runs it.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.action {
        Action::List => {
            let rows: Result<Vec<_>, _> = ScoreDefinition::shipped_ids()
                .map(|id| definition(id).map(|score| vec![score.id, score.title]))
                .collect();
            Ok(show::print(&show::columns(&rows?))?)
        }
        Action::Show { score } => {
            let text = ScoreDefinition::shipped_text(&score);
            let text = text.ok_or_else(|| Usage(format!("there is no score `{score}`; see `evenly score list`")))?;
            Ok(show::print(text)?)
        }
        Action::Rank(rank) => rank.run(),
    }
}

impl Rank {
    fn run(&self) -> anyhow::Result<()> {
        let definition = definition(&self.score)?;
        let name = self.report.display().to_string();
        let text = fs::read_to_string(&self.report).with_context(|| format!("{name}: cannot be read"))?;
        let report: Report = serde_json::from_str(&text)
            .with_context(|| format!("{name}: this is not a report.json of `evenly analyse`"))?;
        let (table, left_out) = table(&report, &definition, &self.of).with_context(|| name.clone())?;
        let scaling = match definition.scaling {
            Scaling::Range => "range",
            Scaling::Place => "place",
        };
        let seed = self.seed.to_string();
        let options = Options::new([("scaling", scaling), ("seed", &seed)].map(|(a, b)| (a.to_owned(), b.to_owned())));
        let method = measure::find(METHOD)?;
        let rows = measure::answer(method, &table, &options).map_err(|refusal| measure::refused(refusal, &name))?;
        if self.format == Format::Json {
            let results: Vec<_> = rows.iter().map(|(_, row)| show::json_row(row)).collect();
            return show::print_json(&serde_json::json!({
                "method": METHOD, "score": definition, "of": self.of, "left_out": left_out, "results": results,
            }));
        }
        let mut text = format!("{}, version {}. {}.\n", definition.title, definition.version, definition.source);
        for note in &definition.notes {
            text.push_str(&format!("{note}\n"));
        }
        if !left_out.is_empty() {
            let names = left_out.join(", ");
            text.push_str(&format!("Left out, because a count of theirs is withheld or they have none: {names}\n"));
        }
        text.push_str(&format!("\n{}", measure::as_text(None, &rows)));
        Ok(show::print(&text)?)
    }
}

fn definition(name: &str) -> anyhow::Result<ScoreDefinition> {
    if Path::new(name).is_file() {
        let text = fs::read_to_string(name).with_context(|| format!("{name}: cannot be read"))?;
        return Ok(ScoreDefinition::parse(name, &text)?);
    }
    let shipped = ScoreDefinition::shipped_ids().collect::<Vec<_>>().join(", ");
    let unknown = || Usage(format!("there is no score `{name}`: it is neither a file nor one of {shipped}"));
    let text = ScoreDefinition::shipped_text(name).ok_or_else(unknown)?;
    Ok(ScoreDefinition::parse(name, text)?)
}

/// One row for each peer and input, and the peers left out because a value of theirs is not there.
fn table(report: &Report, definition: &ScoreDefinition, of: &str) -> anyhow::Result<(Table, Vec<String>)> {
    let mut inputs = Vec::new();
    for input in &definition.inputs {
        let Some(indicator) = report.indicators.iter().find(|own| own.id == input.indicator) else {
            let known: Vec<_> = report.indicators.iter().map(|own| own.id.as_str()).collect();
            bail!("the report has no indicator `{}`; it has {}", input.indicator, known.join(", "));
        };
        inputs.push((input, indicator));
    }
    let known = |group: &&Group| group.dimension == of && group.state == GroupState::Known;
    let mut peers: Vec<&str> = Vec::new();
    for group in inputs.iter().flat_map(|(_, indicator)| indicator.groups.iter().filter(known)) {
        if !peers.contains(&group.label.as_str()) {
            peers.push(&group.label);
        }
    }
    if peers.is_empty() {
        let mut dimensions: Vec<&str> =
            report.indicators.iter().flat_map(|own| &own.groups).map(|own| own.dimension.as_str()).collect();
        dimensions.sort_unstable();
        dimensions.dedup();
        bail!("the report does not break down by `{of}`; it does by {}", dimensions.join(", "));
    }
    // Half the width of an interval, in standard errors.
    let reach = Confidence::new(LEVEL)?.z();
    let value = |indicator: &Indicator, peer: &str| {
        let group = indicator.groups.iter().filter(known).find(|own| own.label == peer)?;
        Some((group.value?, (group.upper? - group.lower?) / (2.0 * reach)))
    };
    let complete = |peer: &&str| inputs.iter().all(|(_, indicator)| value(indicator, peer).is_some());
    let (kept, left_out): (Vec<&str>, Vec<&str>) = peers.into_iter().partition(complete);
    let mut columns: [Vec<Value>; 7] = Default::default();
    for (input, indicator) in &inputs {
        let better = if indicator.better == Better::Lower { "lower" } else { "higher" };
        for peer in &kept {
            let Some((value, error)) = value(indicator, peer) else { continue };
            let row: [Value; 7] = [
                (*peer).into(),
                input.indicator.as_str().into(),
                value.into(),
                error.into(),
                input.weight.into(),
                better.into(),
                input.source.as_str().into(),
            ];
            columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell));
        }
    }
    let names = ["unit", "input", "value", "se", "weight", "better", "source"].map(str::to_owned);
    Ok((Table::new(names.into_iter().zip(columns).collect())?, left_out.into_iter().map(str::to_owned).collect()))
}
