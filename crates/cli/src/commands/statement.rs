//! `evenly statement`: the year's statement on health inequalities, out of the exact cubes of one or more reports.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::Args;
use evenly_cube::statement::{Actions, Domain, ReportingPeriod, shipped_domains};
use evenly_cube::{Exact, Policy};
use evenly_report::analysis::Heading;
use evenly_report::{Statement, StatementParts};
use serde::Deserialize;
use serde_json::json;

use crate::counting;
use crate::exit::Usage;
use crate::folder::Folder;
use crate::interrupt;
use crate::show::{self, Format};
use crate::stating::{self, MadeUnder, Source};

/// Arguments of `evenly statement`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly statement outpatients/ waiting-list/ --period 2025-26 --out statement
  evenly statement outpatients=report/ --period 2025-04..2026-03 --organisation \"Anytown Hospitals\" --code RX1 --out statement

The folder holds statement.html, statement.pdf, statement.xlsx, statement.json and the tables of NHS England's Central Metrics Library (cml/, as
CSV and Parquet). It appears whole or not at all. All tables of an extract pass the disclosure gate together, under one policy
for the whole statement.")]
pub struct Arguments {
    /// Folders that `evenly analyse` wrote, one for each extract; NAME=FOLDER gives the extract another name than its folder's
    #[arg(required = true, value_name = "REPORT")]
    reports: Vec<PathBuf>,
    /// The time reported on: 2025-26 (April to March), 2025, or 2025-04..2026-03
    #[arg(long, value_name = "PERIOD")]
    period: String,
    /// Folder to write
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace a folder that evenly wrote before
    #[arg(long)]
    replace: bool,
    /// Disclosure policy for the whole statement (an id or a TOML file), instead of the one that all reports were made with
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,
    /// Name of the organisation
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// Code of the organisation (ODS), for the Central Metrics Library
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// Day of the statement, instead of today
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<String>,
    /// A TOML file of the projects and actions to report
    #[arg(long, value_name = "FILE")]
    actions: Option<PathBuf>,
    /// A TOML file or folder with domains that replace or add to the shipped ones
    #[arg(long, value_name = "PATH")]
    definitions: Option<PathBuf>,
    /// How to print the summary
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What is read of a report beside its cube.
#[derive(Deserialize)]
struct Report {
    policy: ReportPolicy,
}

#[derive(Deserialize)]
struct ReportPolicy {
    id: String,
    version: u32,
}

/// A report's folder and what its extract is called.
struct Named {
    name: String,
    folder: PathBuf,
}

impl Arguments {
    /// Of the reports and actions of a made-up trust, for a year, on a day.
    pub fn made_up(reports: Vec<PathBuf>, period: &str, date: &str, actions: PathBuf, out: PathBuf) -> Self {
        Self {
            reports,
            period: period.to_owned(),
            out,
            replace: false,
            policy: None,
            organisation: Some("Made-up Hospitals NHS Trust".to_owned()),
            code: None,
            date: Some(date.to_owned()),
            actions: Some(actions),
            definitions: None,
            format: Format::default(),
        }
    }
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let (out, statement, policy) = make(arguments)?;
    summarise(&out, &statement, &policy, arguments.format)
}

/// Writes the pack and says nothing.
pub fn make(arguments: &Arguments) -> anyhow::Result<(PathBuf, Statement, Policy)> {
    interrupt::listen();
    let period = ReportingPeriod::parse(&arguments.period).map_err(Usage)?;
    let date = date(arguments.date.as_deref())?;
    let domains = domains(arguments.definitions.as_deref())?;
    let actions = actions(arguments.actions.as_deref())?;
    let folder = Folder::prepare(&arguments.out, arguments.replace)?;
    let reports: Vec<Named> = arguments.reports.iter().map(|report| named(report)).collect();
    let policy = policy(&reports, arguments.policy.as_deref())?;
    let sources = sources(&reports)?;
    interrupt::check()?;
    let mut extracts = Vec::new();
    for source in &sources {
        extracts.push(stating::extract(source, &period, &domains, &policy).with_context(|| source.name.clone())?);
        interrupt::check()?;
    }
    let statement = Statement::new(StatementParts {
        heading: Heading { organisation: arguments.organisation.clone(), title: None, date: Some(date) },
        code: arguments.code.clone(),
        period,
        domains,
        extracts,
        protected: policy.withholds_anything() || policy.round_to > 1,
        actions,
    })?;
    write(&folder, &statement)?;
    interrupt::check()?;
    Ok((folder.put_in_place()?, statement, policy))
}

/// `NAME=FOLDER`, or a folder that gives the extract its name.
fn named(report: &Path) -> Named {
    let given = report.to_str().filter(|_| !report.is_dir()).and_then(|text| text.split_once('='));
    if let Some((name, folder)) = given.filter(|(name, _)| !name.is_empty()) {
        return Named { name: name.to_owned(), folder: PathBuf::from(folder) };
    }
    let name =
        report.file_name().map_or_else(|| report.display().to_string(), |own| own.to_string_lossy().into_owned());
    Named { name, folder: report.to_owned() }
}

/// The day given, or today: the clock is read here and passed on.
fn date(given: Option<&str>) -> anyhow::Result<String> {
    match given {
        None => Ok(jiff::Zoned::now().date().to_string()),
        Some(text) => match text.parse::<jiff::civil::Date>() {
            Ok(date) => Ok(date.to_string()),
            Err(_) => Err(Usage(format!("`{text}` is not a date such as 2026-06-30")).into()),
        },
    }
}

/// The shipped domains, with the local ones in their places.
fn domains(local: Option<&Path>) -> anyhow::Result<Vec<Domain>> {
    let mut domains = shipped_domains()?;
    for path in local.map_or_else(|| Ok(Vec::new()), toml_files)? {
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).with_context(|| format!("{name}: cannot be read"))?;
        let own = Domain::parse(&name, &text)?;
        match domains.iter_mut().find(|shipped| shipped.id == own.id) {
            Some(shipped) => *shipped = own,
            None => domains.push(own),
        }
    }
    Ok(domains)
}

fn toml_files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|file| file.extension().is_some_and(|kind| kind == "toml"))
        .collect();
    files.sort();
    Ok(files)
}

fn actions(path: Option<&Path>) -> anyhow::Result<Actions> {
    let Some(path) = path else { return Ok(Actions::default()) };
    let name = path.display().to_string();
    let text = fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))?;
    Ok(Actions::parse(&name, &text)?)
}

/// The policy named, or the one that all reports share.
fn policy(reports: &[Named], chosen: Option<&str>) -> anyhow::Result<Policy> {
    let made: Vec<MadeUnder> = reports.iter().map(made_under).collect::<anyhow::Result<_>>()?;
    if let Some(chosen) = chosen {
        return counting::policy(chosen);
    }
    let own = stating::shared(&made, "choose it with --policy")?;
    let shipped = Policy::shipped_ids().any(|id| id == own.id).then(|| Policy::shipped(&own.id)).transpose()?;
    shipped.filter(|shipped| shipped.version == own.version).ok_or_else(|| {
        Usage(format!(
            "{} was made under the disclosure policy `{}` (version {}), which is not in this version of Evenly; give its file \
             with --policy",
            own.report, own.id, own.version
        ))
        .into()
    })
}

fn made_under(Named { folder, .. }: &Named) -> anyhow::Result<MadeUnder> {
    let file = folder.join("report.json");
    let name = file.display().to_string();
    if !folder.is_dir() {
        bail!("{}: there is no such folder; give a folder that `evenly analyse` wrote", folder.display());
    }
    let text = fs::read_to_string(&file)
        .with_context(|| format!("{name}: cannot be read; give a folder that `evenly analyse` wrote"))?;
    let report: Report = serde_json::from_str(&text)
        .with_context(|| format!("{name}: this is not a report.json of `evenly analyse`"))?;
    Ok(MadeUnder { report: folder.display().to_string(), id: report.policy.id, version: report.policy.version })
}

/// The exact cubes of the reports, each under a name of its own and none with rows of another.
fn sources(reports: &[Named]) -> anyhow::Result<Vec<Source>> {
    let mut sources: Vec<Source> = Vec::new();
    for Named { name, folder } in reports {
        let file = folder.join("exact/cube.parquet");
        if !file.is_file() {
            bail!(
                "{}: is not there; a statement is made from the exact cube that `evenly analyse` saves for its owner",
                file.display()
            );
        }
        if sources.iter().any(|other| other.name == *name) {
            return Err(Usage(format!("two extracts are called `{name}`; name one of them with NAME=FOLDER")).into());
        }
        sources.push(Source { name: name.clone(), cube: Exact::load(&file)? });
    }
    stating::refuse_rows_twice(&sources)?;
    Ok(sources)
}

fn write(folder: &Folder, statement: &Statement) -> anyhow::Result<()> {
    folder.write("statement.html", statement.html())?;
    folder.write("statement.json", statement.json()?)?;
    folder.write("statement.xlsx", statement.xlsx()?)?;
    #[cfg(feature = "pdf")]
    folder.write("statement.pdf", statement.pdf()?)?;
    fs::create_dir(folder.path().join("cml")).map_err(|error| anyhow!("cml: cannot be made: {error}"))?;
    for table in statement.cml() {
        let name = table.name.to_lowercase();
        folder.write(&format!("cml/{name}.csv"), Statement::cml_csv(&table)?)?;
        folder.write(&format!("cml/{name}.parquet"), table.parquet()?)?;
    }
    Ok(())
}

fn summarise(out: &Path, statement: &Statement, policy: &Policy, format: Format) -> anyhow::Result<()> {
    let (shown, asked) = statement.available();
    let page = out.join("statement.html");
    if format == Format::Json {
        return show::print_json(&json!({
            "out": out,
            "statement": page,
            "shown": shown,
            "asked": asked,
            "other": statement.others(),
            "policy": policy.id,
        }));
    }
    let mut text = format!("{shown} of the statement's {asked} indicators are shown");
    if statement.others() > 0 {
        text.push_str(&format!(", and {} others of the organisation", statement.others()));
    }
    text.push_str(&format!(". Disclosure policy: {}.\n", policy.title));
    if cfg!(feature = "pdf") {
        text.push_str(&format!("\nFor the board: {}", out.join("statement.pdf").display()));
    } else {
        text.push_str("For a PDF, print statement.html to one: its print view is laid out for A4.\n");
    }
    text.push_str(&format!("\nStatement: {}\n", page.display()));
    Ok(show::print(&text)?)
}
