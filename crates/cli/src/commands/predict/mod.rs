//! `evenly predict`: who may miss care, so that help can be offered. Each action is one file.

mod audit;
mod drift;
mod evaluate;
mod explain;
mod features;
mod fit;
mod options;
mod plan;
mod score;
mod source;
mod stopped;

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
    /// What may stand in the way, how much each barrier matters and for whom, and what to offer
    Explain(explain::Arguments),
    /// The offers of help for one day, as references and offers
    Score(score::Arguments),
    /// How it will be told whether help helps, written down before the first offer
    Plan(plan::Arguments),
    /// Whether help helped, for whom; stop where it harms
    Evaluate(evaluate::Arguments),
    /// Whether a model is still true, month by month and by group
    Drift(drift::Arguments),
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    match &arguments.action {
        Action::Features(arguments) => features::run(arguments),
        Action::Fit(arguments) => fit::run(arguments),
        Action::Audit(arguments) => audit::run(arguments),
        Action::Explain(arguments) => explain::run(arguments),
        Action::Score(arguments) => score::run(arguments),
        Action::Plan(arguments) => plan::run(arguments),
        Action::Evaluate(arguments) => evaluate::run(arguments),
        Action::Drift(arguments) => drift::run(arguments),
    }
}
