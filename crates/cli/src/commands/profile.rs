//! `evenly profile`: what an extract's columns mean.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use evenly_extract::profile::Profile;
use serde_json::json;

use crate::show::{self, Format};

/// Arguments of `evenly profile`.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// The shipped profiles, one line each
    List {
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// A profile as TOML, to read or to copy and change
    Show {
        /// Id of a shipped profile, or a file
        profile: String,
    },
    /// Draft a profile from a file's header and values, for an analyst to finish
    #[command(after_help = "Example:\n  evenly profile new odd-extract.csv > odd.toml")]
    New {
        /// The file to look at
        file: PathBuf,
        /// Day to write into the draft, instead of today
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<jiff::civil::Date>,
    },
}

/// Runs it.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.action {
        Action::List { format } => list(format),
        Action::Show { profile } => show_profile(&profile),
        Action::New { file, date } => {
            let day = date.unwrap_or_else(|| jiff::Zoned::now().date());
            Ok(show::print(&evenly_extract::profile::draft(&file, day)?)?)
        }
    }
}

fn list(format: Format) -> anyhow::Result<()> {
    let profiles = Profile::shipped()?;
    if format == Format::Json {
        let rows = profiles.iter().map(|profile| {
            json!({"id": profile.id, "version": profile.version, "title": profile.title, "source": profile.source, "policy": profile.policy})
        });
        return show::print_json(&rows.collect::<Vec<_>>());
    }
    let rows = profiles.iter().map(|profile| vec![profile.id.clone(), profile.title.clone()]);
    Ok(show::print(&show::columns(&rows.collect::<Vec<_>>()))?)
}

fn show_profile(name: &str) -> anyhow::Result<()> {
    // Loaded first, so that a file with a mistake is told and not printed.
    Profile::load(name, &[])?;
    match Profile::shipped_text(name) {
        Some(text) if !std::path::Path::new(name).is_file() => Ok(show::print(text)?),
        _ => {
            let text = std::fs::read_to_string(name).with_context(|| format!("{name}: cannot be read"))?;
            Ok(show::print(&text)?)
        }
    }
}
