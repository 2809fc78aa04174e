//! The `evenly` command: wiring only. Each subcommand is one file in `commands/`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod commands;
mod counting;
mod exit;
mod folder;
mod interrupt;
mod platform;
mod progress;
mod settings;
mod show;
mod stating;
mod worker;

/// Is care reaching people evenly, and is our improvement work reaching those it misses?
#[derive(Parser)]
#[command(
    name = "evenly",
    version,
    propagate_version = true,
    after_help = "Exit status: 0 done; 1 the data or the answer is bad, and the message says how; 2 wrong usage."
)]
struct Evenly {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A made-up trust with planted inequalities and a known truth, analysed
    Demo(commands::demo::Arguments),
    /// Every detector judged on made-up trusts, by what was planted in them
    #[command(hide = true)]
    Truth(commands::truth::Arguments),
    /// From an extract to an inequalities report: who is missing out, by how much, are we sure
    Analyse(commands::analyse::Arguments),
    /// Read and check an extract against a profile, and change nothing
    Check(commands::check::Arguments),
    /// Any single statistic on a small table
    Measure(commands::measure::Arguments),
    /// What an extract's columns mean: list, show or draft a profile
    Profile(commands::profile::Arguments),
    /// What is counted, out of what: list or show indicators
    Indicator(commands::indicator::Arguments),
    /// Groups that care is owed to: list, show, which no extract can show, and how many rows are of them
    Groups(commands::groups::Arguments),
    /// Who may miss care, so that help can be offered: fit, audit, explain, score, plan, evaluate, drift
    Predict(commands::predict::Arguments),
    /// Where to look first: a score of groups, places or services from agreed weights
    Score(commands::score::Arguments),
    /// The year's statement on health inequalities, out of one or more reports
    Statement(commands::statement::Arguments),
    /// The platform: sign in, see what matters, decide together
    Serve(Box<commands::serve::Arguments>),
    /// A worker of the platform: does the runs that pages and programs ask for
    Worker(commands::worker::Arguments),
    /// The record of who did what on the platform: whether it is whole
    Audit(commands::audit::Arguments),
    /// All records of the platform as one file
    Backup(commands::backup::Arguments),
    /// The records of a backup, brought back into a new data folder or database
    Restore(commands::restore::Arguments),
}

fn main() -> ExitCode {
    let result = match Evenly::parse().command {
        Command::Truth(arguments) => commands::truth::run(&arguments),
        Command::Demo(arguments) => commands::demo::run(&arguments),
        Command::Analyse(arguments) => commands::analyse::run(&arguments),
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Measure(arguments) => commands::measure::run(&arguments),
        Command::Profile(arguments) => commands::profile::run(arguments),
        Command::Indicator(arguments) => commands::indicator::run(arguments),
        Command::Groups(arguments) => commands::groups::run(&arguments),
        Command::Predict(arguments) => commands::predict::run(&arguments),
        Command::Score(arguments) => commands::score::run(arguments),
        Command::Statement(arguments) => commands::statement::run(&arguments),
        Command::Serve(arguments) => commands::serve::run(&arguments),
        Command::Worker(arguments) => commands::worker::run(&arguments),
        Command::Audit(arguments) => commands::audit::run(&arguments),
        Command::Backup(arguments) => commands::backup::run(&arguments),
        Command::Restore(arguments) => commands::restore::run(&arguments),
    };
    exit::code(result)
}
