//! `evenly analyse`: the main job, from an extract to a report.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::Args;
use evenly_cube::{CubeError, Policy};
use evenly_extract::count::CountedExtract;
use evenly_report::Analysis;
use serde_json::json;

use crate::counting::{self, Counting};
use crate::folder::Folder;
use crate::interrupt;
use crate::progress::watched;
use crate::show::{self, Format};

/// Arguments of `evenly analyse`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly analyse appointments.csv --profile sus-outpatient --out report
  evenly analyse extracts/ --profile hes-outpatient --by deprivation,ethnic_group,sex --out report
  evenly analyse no-shows.zip --profile ./local.toml --policy hes-1-7 --out report

The folder holds report.html, report.json, findings.csv, tables.xlsx, rejects.csv, and exact/ with the exact cube, which only
its owner can open. It appears whole or not at all.")]
pub struct Arguments {
    #[command(flatten)]
    counting: counting::Arguments,
    /// Folder to write
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace a folder that evenly wrote before
    #[arg(long)]
    replace: bool,
    /// Disclosure policy (an id or a TOML file) instead of the profile's own
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,
    /// First period of a change that everybody should have shared in, such as 2025-04; up to a year from there is set against
    /// the same months before. Without it, the latest year against the year before
    #[arg(long, value_name = "PERIOD")]
    split: Option<String>,
    /// How to print the summary
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Arguments {
    /// For an extract about nobody, which needs no disclosure control.
    pub fn made_up(extract: PathBuf, profile: &str, split: &str, out: PathBuf, format: Format) -> Self {
        Self {
            counting: counting::Arguments::new(vec![extract], profile),
            out,
            replace: false,
            policy: Some("none-synthetic".to_owned()),
            split: Some(split.to_owned()),
            format,
        }
    }
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let (out, analysis, policy) = write(arguments)?;
    summarise(&out, &analysis, &policy, arguments.format)
}

/// Writes the report and says nothing.
pub fn write(arguments: &Arguments) -> anyhow::Result<(PathBuf, Analysis, Policy)> {
    interrupt::listen();
    let folder = Folder::prepare(&arguments.out, arguments.replace)?;
    let (counted, policy) = count(arguments, &folder.path().join("rejects.csv"))?;
    interrupt::check()?;
    folder.fill("exact/cube.parquet", |path| counted.cube.save(path).map_err(without_path))?;
    let analysis = evenly_report::analyse(&counting::release(&counted, &policy, arguments.split.as_deref())?);
    write_documents(&folder, &analysis)?;
    interrupt::check()?;
    Ok((folder.put_in_place()?, analysis, policy))
}

/// The report, as `report.json` has it, of outpatient appointments about nobody; rejects go to a folder.
pub fn report_of_made_up(extract: PathBuf, split: &str, folder: &Path) -> anyhow::Result<serde_json::Value> {
    let arguments = Arguments::made_up(extract, "sus-outpatient", split, folder.to_owned(), Format::default());
    let (counted, policy) = count(&arguments, &folder.join("rejects.csv"))?;
    let release = counting::release(&counted, &policy, arguments.split.as_deref())?;
    Ok(serde_json::from_str(&evenly_report::analyse(&release).json()?)?)
}

fn count(arguments: &Arguments, rejects: &Path) -> anyhow::Result<(CountedExtract, Policy)> {
    let counting = Counting::prepare(&arguments.counting)?;
    let policy = counting.policy(arguments.policy.as_deref())?;
    Ok((watched(|line| counting::count_for_report(&counting, rejects, line))?, policy))
}

/// The reason alone: the path is that of a hidden folder which will be gone.
fn without_path(error: CubeError) -> anyhow::Error {
    match error {
        CubeError::File { reason, .. } => anyhow!(reason),
        other => other.into(),
    }
}

fn write_documents(folder: &Folder, analysis: &Analysis) -> anyhow::Result<()> {
    folder.write("report.html", analysis.html())?;
    folder.write("report.json", analysis.json()?)?;
    folder.write("findings.csv", analysis.findings_csv()?)?;
    folder.write("tables.xlsx", analysis.xlsx()?)
}

fn summarise(out: &Path, analysis: &Analysis, policy: &Policy, format: Format) -> anyhow::Result<()> {
    let rows = &analysis.release.provenance.rows;
    let sentences = analysis.headlines().into_iter().map(|finding| finding.sentence.as_str());
    if format == Format::Json {
        return show::print_json(&json!({
            "out": out,
            "report": out.join("report.html"),
            "rows": show::rows_json(rows),
            "policy": policy.id,
            "findings": sentences.collect::<Vec<_>>(),
        }));
    }
    let mut text = format!("{}\n\n", show::rows_equation(rows));
    for sentence in sentences {
        text.push_str(&format!("• {sentence}\n"));
    }
    text.push_str(&format!("\nReport: {}\n", out.join("report.html").display()));
    Ok(show::print(&text)?)
}
