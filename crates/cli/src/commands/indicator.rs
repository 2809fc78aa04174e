//! `evenly indicator`: what is counted, out of what, and which direction is better.

use clap::{Args, Subcommand};
use evenly_cube::{Better, shipped_indicators};
use serde_json::json;

use crate::exit::Usage;
use crate::show::{self, Format};

/// Arguments of `evenly indicator`.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// The shipped indicators, one line each
    List {
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// An indicator's definition as TOML
    Show {
        /// Its id
        indicator: String,
    },
}

/// Runs it.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.action {
        Action::List { format } => list(format),
        Action::Show { indicator } => show_indicator(&indicator),
    }
}

fn list(format: Format) -> anyhow::Result<()> {
    let indicators = shipped_indicators()?;
    if format == Format::Json {
        return show::print_json(&indicators.iter().map(|indicator| json!(indicator)).collect::<Vec<_>>());
    }
    let rows = indicators.iter().map(|indicator| {
        let better = if indicator.better == Better::Lower { "lower is better" } else { "higher is better" };
        vec![indicator.id.clone(), better.to_owned(), indicator.title.clone()]
    });
    Ok(show::print(&show::columns(&rows.collect::<Vec<_>>()))?)
}

fn show_indicator(id: &str) -> anyhow::Result<()> {
    let text = evenly_cube::shipped_indicator_text(id);
    let text = text.ok_or_else(|| Usage(format!("there is no indicator `{id}`; see `evenly indicator list`")))?;
    Ok(show::print(text)?)
}
