//! `evenly truth`: every detector judged on made-up trusts, by what was planted in them.

mod judge;
mod prediction;
mod tally;

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread::{self, available_parallelism};

use anyhow::anyhow;
use clap::Args;
use evenly_demo::{DemoError, Scenario, Settings, Unwatched, generate};

use self::judge::{Claim, is_false, nearest};
use self::tally::{Judged, OfTrust};
use crate::commands::analyse;
use crate::exit::Usage;
use crate::interrupt;
use crate::show::{self, Format};

/// Arguments of `evenly truth`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly truth --scenarios null,masked --seeds 20
  evenly truth --seeds 20 --first-seed 101

For each planted thing: in how many trusts it was found, found only as a wider or narrower group, or missed; and what was claimed
that is not so. In `null` every claim is a false one. Targets: every planted thing found in 90 % of trusts, and no more false
claims than 5 %: in `null`, of trusts that claim anything (and chance); elsewhere, of all claims. The exit code is 1 where a
target is missed.")]
pub struct Arguments {
    /// Scenarios, separated by commas, `prediction` among them; all of them where none is named
    #[arg(long, value_delimiter = ',', value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// Trusts of each scenario
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    seeds: u64,
    /// Seed of the first trust; the others follow
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=1_000_000_000))]
    first_seed: u64,
    /// People of each trust
    #[arg(long, default_value_t = 60_000)]
    people: u64,
    /// How to print the judgement
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The name by which prediction is asked for beside scenarios.
const PREDICTION: &str = "prediction";

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    interrupt::listen();
    let named = arguments.scenarios.iter().filter(|name| *name != PREDICTION).map(|name| name.parse::<Scenario>());
    let mut scenarios = named.collect::<Result<Vec<_>, DemoError>>().map_err(|error| Usage(error.to_string()))?;
    if arguments.scenarios.is_empty() {
        scenarios = Scenario::ALL.to_vec();
    }
    let seeds = arguments.first_seed..arguments.first_seed + arguments.seeds;
    let trusts: Vec<(usize, Settings)> = scenarios
        .iter()
        .enumerate()
        .flat_map(|(place, scenario)| {
            let of_seed = move |seed| Settings { scenario: *scenario, seed, people: arguments.people };
            seeds.clone().map(move |seed| (place, of_seed(seed)))
        })
        .collect();
    let mut judged: Vec<Judged> = scenarios.iter().map(|scenario| Judged::new(scenario.name())).collect();
    let mut missed = 0;
    in_order(
        &trusts,
        |(_, settings)| judge(settings),
        |position, trust| {
            let place = trusts[position].0;
            judged[place].add(&trust);
            if ((position + 1) as u64).is_multiple_of(arguments.seeds) {
                missed += usize::from(!judged[place].finish());
                if arguments.format != Format::Json {
                    show::print(&judged[place].told())?;
                }
            }
            Ok(())
        },
    )?;
    let with_prediction = arguments.scenarios.is_empty() || arguments.scenarios.iter().any(|name| name == PREDICTION);
    let prediction = with_prediction.then(|| prediction::judge(arguments.first_seed, arguments.seeds)).transpose()?;
    if arguments.format == Format::Json {
        show::print_json(
            &serde_json::json!({ "people": arguments.people, "scenarios": judged, "prediction": prediction }),
        )?;
    } else {
        show::print(&prediction.as_ref().map(prediction::told).unwrap_or_default())?;
    }
    let of_prediction = prediction.as_ref().map(prediction::missed).unwrap_or_default();
    match (missed, of_prediction.as_slice()) {
        (0, []) => Ok(()),
        (0, missed) => Err(anyhow!("targets of prediction are missed: {}", missed.join("; "))),
        _ => Err(anyhow!("targets are missed in {missed} of {} scenarios", judged.len())),
    }
}

/// Makes one trust up, has it reported on, and judges the report.
fn judge(settings: &Settings) -> anyhow::Result<OfTrust> {
    let folder = tempfile::tempdir()?;
    let truth = generate(settings, folder.path(), &Unwatched)?;
    let extract = folder.path().join("extracts/outpatients.parquet");
    let report = analyse::report_of_made_up(extract, &truth.project_month, folder.path())?;
    let claims: Vec<Claim> = report["findings"].as_array().into_iter().flatten().map(Claim::read).collect();
    let planted = truth.planted.iter().map(|planted| (planted.id.clone(), nearest(planted, &claims))).collect();
    let claims = claims.into_iter().map(|claim| {
        let is_false = is_false(&truth, &claim);
        (claim, is_false)
    });
    Ok(OfTrust { seed: settings.seed, planted, claims: claims.collect() })
}

/// Works on all cores, and takes what comes of it in the order of the work; stops at the first error.
fn in_order<W: Sync, T: Send>(
    work: &[W],
    does: impl Fn(&W) -> anyhow::Result<T> + Sync,
    mut take: impl FnMut(usize, T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, receiver) = mpsc::channel();
    let threads = available_parallelism().map_or(1, NonZero::get).min(work.len());
    thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, next, stop, does) = (sender.clone(), &next, &stop, &does);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let position = next.fetch_add(1, Ordering::Relaxed);
                    let Some(own) = work.get(position) else { break };
                    let done = interrupt::check().map_err(Into::into).and_then(|()| does(own));
                    if sender.send((position, done)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let taken = take_in_order(work.len(), &receiver, &mut take);
        stop.store(true, Ordering::Relaxed);
        taken
    })
}

fn take_in_order<T>(
    all: usize,
    receiver: &mpsc::Receiver<(usize, anyhow::Result<T>)>,
    take: &mut impl FnMut(usize, T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut waiting: BTreeMap<usize, T> = BTreeMap::new();
    let (mut next, mut came) = (0, 0);
    for (position, done) in receiver {
        waiting.insert(position, done?);
        came += 1;
        say_how_far(came, all);
        while let Some(own) = waiting.remove(&next) {
            take(next, own)?;
            next += 1;
        }
        if came == all {
            break;
        }
    }
    Ok(())
}

/// One line on standard error, where somebody watches.
fn say_how_far(came: usize, all: usize) {
    if std::io::stderr().is_terminal() {
        eprint!("\r{came} of {all} trusts\r");
        // A line that cannot be shown is no reason to stop judging.
        drop(std::io::stderr().flush());
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::in_order;

    #[test]
    fn work_is_taken_in_its_order_and_an_error_stops_it() {
        let work: Vec<u64> = (0..50).collect();
        let mut taken = Vec::new();
        in_order(
            &work,
            |own| Ok(own * 2),
            |position, own| {
                taken.push((position as u64 * 2, own));
                Ok(())
            },
        )
        .expect("done");
        assert!(taken.len() == 50 && taken.iter().all(|(expected, own)| expected == own), "{taken:?}");
        let failed = in_order(&work, |own| if *own == 7 { Err(anyhow!("seven")) } else { Ok(()) }, |_, ()| Ok(()));
        assert!(failed.is_err_and(|error| error.to_string() == "seven"));
    }
}
