//! `evenly predict`: who may miss care, so that help can be offered. Each action is one file.

mod audit;
mod features;
mod fit;
mod options;
mod source;

use clap::{Args, Subcommand};

/// Arguments of `evenly predict`.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// The shipped feature sets, or one of them as TOML to start your own from
    Features(features::Arguments),
    /// Fit a model on past appointments, test it on later ones, and write it with its card
    Fit(fit::Arguments),
    /// How well a model does on appointments later than its own, for the whole and by group
    Audit(audit::Arguments),
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    match &arguments.action {
        Action::Features(arguments) => features::run(arguments),
        Action::Fit(arguments) => fit::run(arguments),
        Action::Audit(arguments) => audit::run(arguments),
    }
}
