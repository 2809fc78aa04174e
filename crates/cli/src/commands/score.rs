//! `evenly score`: the local inequalities score of a report's groups, places or services.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use evenly_cube::ScoreDefinition;
use evenly_report::score::{self, Ranking, Values};

use super::measure;
use crate::exit::Usage;
use crate::show::{self, Format};

/// What `measure` calls the score.
const METHOD: &str = "inequalities-score";

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
        let values =
            Values::read(&text).with_context(|| format!("{name}: this is not a report.json of `evenly analyse`"))?;
        let ranking = score::rank(&values, &definition, &self.of, self.seed).with_context(|| name.clone())?;
        if self.format == Format::Json {
            return show::print_json(&answer(&ranking));
        }
        let mut text = format!("{}, version {}. {}.\n", definition.title, definition.version, definition.source);
        for note in &definition.notes {
            text.push_str(&format!("{note}\n"));
        }
        if !ranking.left_out.is_empty() {
            let names = ranking.left_out.join(", ");
            text.push_str(&format!("Left out, because a count of theirs is withheld or they have none: {names}\n"));
        }
        let rows: measure::Answered = ranking.rows().into_iter().map(|row| (None, row)).collect();
        text.push_str(&format!("\n{}", measure::as_text(None, &rows)));
        Ok(show::print(&text)?)
    }
}

/// A ranking for programs.
pub fn answer(ranking: &Ranking) -> serde_json::Value {
    let results: Vec<_> = ranking.rows().iter().map(show::json_row).collect();
    serde_json::json!({
        "method": METHOD,
        "score": ranking.definition,
        "of": ranking.of,
        "left_out": ranking.left_out,
        "results": results,
    })
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
