//! `evenly worker`: a worker of the platform in a process of its own, beside `evenly serve` or on another machine.

use clap::Args;
use evenly_store::Store;

use crate::platform;
use crate::settings::{Given, LogGiven, Records, WorkerGiven};
use crate::worker;

/// Arguments of `evenly worker`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly worker --data /var/lib/evenly
  EVENLY_DATABASE=postgres://evenly@db/evenly evenly worker --data /var/lib/evenly --imports /srv/extracts

`evenly serve` has a worker in its own process; this is for more of them, or for another machine that shares the data folder. Start it
as often as is wanted: each run is done once. Ctrl-C or SIGTERM: a run that is under way is given back, for another to begin anew.")]
pub struct Arguments {
    #[command(flatten)]
    records: Records,
    #[command(flatten)]
    worker: WorkerGiven,
    #[command(flatten)]
    log: LogGiven,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let given = Given { worker: arguments.worker.clone(), log: arguments.log.clone(), ..Given::default() };
    let settings = arguments.records.settings_with(&given)?;
    platform::begin_log(&settings.log)?;
    platform::block_on(async {
        let store = Store::open(&settings.database).await?;
        worker::run(store.clone(), settings, platform::asked_to_stop()).await?;
        store.close().await;
        Ok(())
    })
}
