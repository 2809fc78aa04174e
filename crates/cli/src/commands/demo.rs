//! `evenly demo`: a made-up trust with planted inequalities, analysed, with its statement for the board, and served.

mod platform;

use std::ffi::OsString;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use evenly_demo::{DemoError, Scenario, Settings, Truth, Watch, generate};
use serde_json::json;

use self::platform::{Demo, ToBring};
use crate::commands::{analyse, statement};
use crate::exit::Usage;
use crate::folder::Folder;
use crate::interrupt;
use crate::show::{self, Format};

/// Arguments of `evenly demo`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly demo
  evenly demo --scenario null --seed 7 --out nothing-planted
  evenly demo --people 5000000 --extracts-only --out large

The folder holds extracts/ (Parquet, as source systems would give them), truth.json and truth/ (what was planted, which no
other command reads), actions.toml (what the trust does about it), report/ on its outpatients, reports/ on its other extracts,
statement/, the year's statement on health inequalities over all of them, and platform/, the data of the platform that is
served at the end. Everybody in it is made up. The same scenario, seed and people give the same extracts, byte for byte.

Scenarios: default (everything), null (nothing), even (a project that helps everybody equally), masked, mix, distance, reversal,
artefact, balancing.")]
pub struct Arguments {
    /// What is planted
    #[arg(long, default_value = "default", value_name = "SCENARIO")]
    scenario: String,
    /// Seed of all chance
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// People of the trust, 5,000 to 5,000,000; each has about twelve appointments
    #[arg(long, default_value_t = 60_000)]
    people: u64,
    /// Folder to write
    #[arg(long, value_name = "DIR", default_value = "demo")]
    out: PathBuf,
    /// Replace a folder that this command wrote before
    #[arg(long)]
    replace: bool,
    /// Write the extracts and the truth; analyse nothing
    #[arg(long)]
    extracts_only: bool,
    /// Make no platform of it and serve nothing
    #[arg(long)]
    no_serve: bool,
    /// Address to serve it at
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8600", conflicts_with = "no_serve")]
    bind: SocketAddr,
    /// An empty PostgreSQL database for its platform, as `postgres://user:password@host/name`, instead of SQLite
    #[arg(long, value_name = "ADDRESS", conflicts_with = "no_serve")]
    database: Option<String>,
    /// How to print the summary
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The extract that has the report of its own: file, profile, what people call it.
const OUTPATIENTS: (&str, &str, &str) = ("outpatients", "sus-outpatient", "Outpatient appointments");
/// What else the trust's statement is made of.
const OTHERS: [(&str, &str, &str); 9] = [
    ("waiting-list", "waiting-list", "Waiting list"),
    ("emergency-care", "ecds", "Emergency care"),
    ("inpatients", "apc", "Inpatients"),
    ("maternity-bookings", "maternity-bookings", "Maternity bookings"),
    ("maternity-births", "maternity-births", "Births"),
    ("community", "community", "Community services"),
    ("talking-therapies", "talking-therapies", "Talking therapies"),
    ("friends-and-family", "friends-and-family", "Friends and family test"),
    ("staff", "esr-staff", "Staff"),
];
/// The last of the made-up years, and a day after it.
const YEAR: (&str, &str) = ("2025-26", "2026-06-30");
/// What it says that it does about inequalities.
const ACTIONS: &str = include_str!("../../../../data/demo/actions.toml");

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    interrupt::listen();
    let scenario: Scenario = arguments.scenario.parse().map_err(|error: DemoError| Usage(error.to_string()))?;
    let settings = Settings { scenario, seed: arguments.seed, people: arguments.people };
    // A port that is taken is told before the work and not after it.
    let serves = !arguments.extracts_only && !arguments.no_serve;
    let listener = serves.then(|| crate::platform::listen(arguments.bind)).transpose()?;
    let folder = Folder::prepare(&arguments.out, arguments.replace)?;
    let truth = generate(&settings, folder.path(), &Interruptible)?;
    folder.write("actions.toml", ACTIONS)?;
    interrupt::check()?;
    let out = folder.put_in_place()?;
    say(&out, &truth, arguments)?;
    if arguments.extracts_only {
        return Ok(());
    }
    let extract = |name: &str| out.join("extracts").join(name).with_extension("parquet");
    let report = |name: &str, profile: &str, folder: &Path| {
        let folder = folder.to_owned();
        analyse::Arguments::made_up(extract(name), profile, &truth.project_month, folder, arguments.format)
    };
    let outpatients = out.join("report");
    analyse::run(&report(OUTPATIENTS.0, OUTPATIENTS.1, &outpatients))?;
    let mut named = OsString::from("outpatients=");
    named.push(&outpatients);
    let mut reports = vec![PathBuf::from(named)];
    for (name, profile, _) in OTHERS {
        let folder = out.join("reports").join(name);
        analyse::write(&report(name, profile, &folder)).with_context(|| name.to_owned())?;
        reports.push(folder);
    }
    let pack = statement::Arguments::made_up(reports, YEAR.0, YEAR.1, out.join("actions.toml"), out.join("statement"));
    let (pack, ..) = statement::make(&pack)?;
    if arguments.format != Format::Json {
        show::print(&format!("The year's statement: {}\n", pack.join("statement.html").display()))?;
    }
    listener.map_or(Ok(()), |listener| serve(&out, &truth, arguments, listener))
}

/// Makes the platform of it and serves it, until Ctrl-C.
fn serve(out: &Path, truth: &Truth, arguments: &Arguments, listener: TcpListener) -> anyhow::Result<()> {
    let bring = |(file, profile, title), also_by| ToBring { file, profile, title, also_by };
    let others = OTHERS.into_iter().map(|own| bring(own, &[]));
    // The platform has a map.
    let extracts = std::iter::once(bring(OUTPATIENTS, &["ward"])).chain(others).collect();
    let demo =
        Demo { out, bind: arguments.bind, database: arguments.database.clone(), extracts, split: &truth.project_month };
    crate::platform::block_on(async {
        let (ready, first) = platform::make(&demo, listener).await?;
        show::print(&format!(
            "\nThe trust's platform is at {}\nSign in with one button as one of its people, such as {}; or as {} with {}\nStop it with Ctrl-C; \
             `evenly serve --data {}` serves it again\n",
            ready.address,
            first.who,
            first.email,
            first.password,
            out.join(platform::DATA).display(),
        ))?;
        ready.serve(crate::platform::asked_to_stop()).await
    })
}

fn say(out: &Path, truth: &Truth, arguments: &Arguments) -> anyhow::Result<()> {
    let rows: u64 = truth.rows.iter().map(|file| file.rows).sum();
    if arguments.format == Format::Json {
        // With a report to come, its summary is the answer; one command prints one document.
        if arguments.extracts_only {
            return show::print_json(&json!({ "out": out, "truth": out.join("truth.json"), "files": truth.rows }));
        }
        return Ok(());
    }
    let bytes = truth.rows.iter().filter_map(|file| fs::metadata(out.join(&file.file)).ok()).map(|file| file.len());
    Ok(show::print(&format!(
        "Made up a trust of {} people: {} rows, {} MB\nExtracts: {}\nWhat was planted: {}\n\n",
        show::thousands(truth.people),
        show::thousands(rows),
        show::thousands(bytes.sum::<u64>() / 1_000_000),
        out.join("extracts").display(),
        out.join("truth.json").display(),
    ))?)
}

/// Ctrl-C stops between two chunks.
struct Interruptible;

impl Watch for Interruptible {
    fn people(&self, _people: u64) {}

    fn cancelled(&self) -> bool {
        interrupt::requested()
    }
}
