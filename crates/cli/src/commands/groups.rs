//! `evenly groups`: the groups that care is owed to, which an extract can show, and how many of its rows are of them.

mod ethnicity;
mod imd;
mod wres;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use evenly_cube::{Better, Condition, Indicator, Kind, ReleasedCount, Views, Words};
use evenly_extract::groups::{self, GroupDefinition};
use evenly_extract::profile::Profile;
use serde_json::json;

use crate::counting::{self, Counting};
use crate::exit::Usage;
use crate::interrupt;
use crate::show::{self, Format};

/// Arguments of `evenly groups`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly groups list
  evenly groups cannot-see sus-outpatient ecds
  evenly groups count appointments.csv --profile sus-outpatient
  evenly groups count appointments.csv --profile sus-outpatient --groups our-groups/
  evenly groups ethnicity appointments.csv --profile sus-outpatient --ethnicity-from apc=spells.csv
  evenly groups imd-areas
  evenly groups imd-rows appointments.csv --profile sus-outpatient")]
pub struct Arguments {
    /// A TOML file or folder with the trust's own groups, beside the shipped ones or in their place by id
    #[arg(long, global = true, value_name = "PATH")]
    groups: Option<PathBuf>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Every group, one line each
    List {
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// A group as TOML, to read or to copy and change
    Show {
        /// Id of a group
        group: String,
    },
    /// The register of groups that no connected extract shows, and why
    CannotSee {
        /// The extracts that are connected, by profile; all shipped profiles if none is named
        profiles: Vec<String>,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// How many rows of an extract are of each group, of each two, and of how many it is known
    Count(Box<OfExtract>),
    /// The five clinical areas for adults and for children that go with the groups, with their aims
    Areas,
    /// People whose records disagree about ethnicity, and what each published rule makes of the groups
    Ethnicity(Box<OfExtract>),
    /// Relative likelihoods of the Workforce Race Equality Standard, white to minority ethnic staff
    Wres(Box<OfExtract>),
    /// How many small areas change their deprivation fifth between the indices of 2019 and 2025
    ImdAreas {
        /// Which areas are counted
        #[arg(long, value_enum, default_value_t)]
        areas: imd::Areas,
        /// By tenth instead of fifth
        #[arg(long)]
        tenths: bool,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// How many rows of an extract change their deprivation fifth between the two
    ImdRows(Box<OfExtract>),
}

/// An extract, and how to show what is counted of it.
#[derive(Args)]
struct OfExtract {
    #[command(flatten)]
    counting: counting::Arguments,
    /// Disclosure policy: an id or a TOML file, instead of the profile's
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let groups = || all(arguments.groups.as_deref());
    match &arguments.action {
        Action::List { format } => list(&groups()?, *format),
        Action::Show { group } => show_one(group, arguments.groups.as_deref()),
        Action::CannotSee { profiles, format } => cannot_see(groups()?, profiles, *format),
        Action::Count(of) => count(&groups()?, of),
        Action::Areas => areas(),
        Action::Ethnicity(of) => ethnicity::run(of),
        Action::Wres(of) => wres::run(of),
        Action::ImdAreas { areas, tenths, format } => imd::areas(*areas, *tenths, *format),
        Action::ImdRows(of) => imd::rows(of),
    }
}

/// The shipped groups and the trust's own.
fn all(own: Option<&Path>) -> anyhow::Result<Vec<GroupDefinition>> {
    let files = own.map_or_else(|| Ok(Vec::new()), counting::own_definitions)?;
    Ok(GroupDefinition::with_own(&files)?)
}

fn show_one(id: &str, own: Option<&Path>) -> anyhow::Result<()> {
    let groups = all(own)?;
    let Some(group) = groups.iter().find(|own| own.id == id) else {
        let known: Vec<&str> = groups.iter().map(|own| own.id.as_str()).collect();
        return Err(Usage(format!("there is no group `{id}`; there are {}", known.join(", "))).into());
    };
    let text = match &group.own_file {
        Some(file) => std::fs::read_to_string(file)?,
        None => GroupDefinition::shipped_text(id).unwrap_or_default().to_owned(),
    };
    Ok(show::print(&text)?)
}

/// A share of rows that only a command asks for.
fn share(id: &str, numerator: Condition, denominator: Condition) -> Indicator {
    Indicator {
        id: id.to_owned(),
        title: id.to_owned(),
        version: 1,
        better: Better::Lower,
        unit: "proportion".to_owned(),
        kind: Kind::Proportion { numerator, denominator },
        words: Words { events: "rows".to_owned(), out_of: "rows".to_owned(), happened: "do".to_owned() },
        source: "Evenly".to_owned(),
        date: "2026-11-25".to_owned(),
        notes: Vec::new(),
    }
}

fn list(groups: &[GroupDefinition], format: Format) -> anyhow::Result<()> {
    if format == Format::Json {
        let rows = groups.iter().map(|own| {
            let when = own.when.as_ref().map(Condition::text);
            json!({"id": own.id, "version": own.version, "title": own.title, "kind": own.kind.title(), "when": when,
                "source": own.source, "date": own.date, "own_file": own.own_file, "unseen": own.unseen, "note": own.note})
        });
        return show::print_json(&rows.collect::<Vec<_>>());
    }
    let rows = groups.iter().map(|own| {
        let from = own.own_file.as_ref().map_or_else(String::new, |file| format!("from {file}"));
        vec![own.id.clone(), own.kind.title().to_owned(), own.title.clone(), from]
    });
    Ok(show::print(&show::columns(&rows.collect::<Vec<_>>()))?)
}

fn cannot_see(groups: Vec<GroupDefinition>, named: &[String], format: Format) -> anyhow::Result<()> {
    let profiles = if named.is_empty() {
        Profile::shipped()?
    } else {
        named.iter().map(|name| Profile::load(name, &[])).collect::<Result<_, _>>()?
    };
    let profiles: Vec<&Profile> = profiles.iter().filter(|profile| !profile.is_counted()).collect();
    let mut unseen = Vec::new();
    for group in groups {
        let (shown_by, lacks) = groups::shown_by(&group, &profiles);
        if shown_by.is_empty() {
            unseen.push((group, lacks.map(|fields| fields.join(", "))));
        }
    }
    if format == Format::Json {
        let rows = unseen.iter().map(|(group, lacks)| {
            json!({"id": group.id, "title": group.title, "kind": group.kind.title(), "lacks": lacks, "why": group.unseen})
        });
        return show::print_json(&rows.collect::<Vec<_>>());
    }
    let looked_at: Vec<&str> = profiles.iter().map(|profile| profile.id.as_str()).collect();
    let mut text = format!("Groups that none of these extracts shows: {}\n", looked_at.join(", "));
    for (group, lacks) in &unseen {
        text += &format!("\n{} ({}, {})\n", group.title, group.id, group.kind.title());
        if let Some(lacks) = lacks {
            text += &format!("  Field needed: {lacks}\n");
        }
        if let Some(why) = &group.unseen {
            text += &format!("  {why}\n");
        }
    }
    Ok(show::print(&text)?)
}

fn count(all: &[GroupDefinition], of: &OfExtract) -> anyhow::Result<()> {
    interrupt::listen();
    let mut counting = Counting::prepare(&of.counting)?;
    let seen: Vec<&GroupDefinition> = counting.shown(all)?;
    let counted = counting.count_only(&[], groups::indicators(&seen)?)?;
    let views = Views { period: None, by: Vec::new(), pairs: Vec::new(), change: None };
    let release = counted.cube.release(&counting.policy(of.policy.as_deref())?, &views)?;
    let (counts, overlaps) = groups::counted(&seen, &release);
    let unseen: Vec<&GroupDefinition> = all.iter().filter(|group| !seen.iter().any(|own| own.id == group.id)).collect();
    if of.format == Format::Json {
        let counts: Vec<_> = counts
            .iter()
            .map(|own| json!({"group": own.group, "rows": own.rows.shown(), "known": own.known.shown(), "out_of": own.out_of.shown()}))
            .collect();
        let overlaps: Vec<_> =
            overlaps.iter().map(|own| json!({"groups": own.groups, "rows": own.rows.shown()})).collect();
        let unseen: Vec<_> = unseen.iter().map(|own| json!({"group": own.id, "why": own.unseen})).collect();
        return show::print_json(
            &json!({"policy": release.policy.id, "groups": counts, "overlaps": overlaps, "cannot_see": unseen}),
        );
    }
    let number = |count: ReleasedCount| count.shown().map_or_else(|| "withheld".to_owned(), show::thousands);
    let mut rows = vec![["group", "rows", "known of", "all rows"].map(str::to_owned).to_vec()];
    rows.extend(
        counts.iter().map(|own| vec![own.group.clone(), number(own.rows), number(own.known), number(own.out_of)]),
    );
    let mut text = show::columns(&rows);
    let both: Vec<Vec<String>> = overlaps
        .iter()
        .filter(|own| own.rows != ReleasedCount::Shown(0))
        .map(|own| vec![own.groups[0].clone(), own.groups[1].clone(), number(own.rows)])
        .collect();
    if !both.is_empty() {
        text += &format!("\nOf two groups at once\n{}", show::columns(&both));
    }
    text += &format!("\n{}\n", release.policy_sentence);
    let names: Vec<&str> = unseen.iter().map(|own| own.id.as_str()).collect();
    text += &format!("Not to be seen in this extract: {} (`evenly groups cannot-see` says why)\n", names.join(", "));
    Ok(show::print(&text)?)
}

fn areas() -> anyhow::Result<()> {
    let mut text = String::new();
    for areas in groups::shipped_areas()? {
        text += &format!("{} (version {}, {}; {})\n", areas.title, areas.version, areas.date, areas.source);
        for area in &areas.areas {
            text += &format!("\n{}\n  {}\n", area.title, area.aim);
            if let Some(note) = &area.note {
                text += &format!("  {note}\n");
            }
            if !area.indicators.is_empty() {
                text += &format!("  Indicators: {}\n", area.indicators.join(", "));
            }
        }
        text.push('\n');
    }
    Ok(show::print(text.trim_end())?)
}
