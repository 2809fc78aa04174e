//! `evenly serve`: the platform, for browsers and programs.

use clap::Args;

use crate::platform;
use crate::settings::{Given, Records};
use crate::show;

/// Arguments of `evenly serve`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly serve --data /var/lib/evenly
  evenly serve --data /var/lib/evenly --bind 0.0.0.0:8600 --public-address https://evenly.trust.nhs.uk
  EVENLY_DATABASE=postgres://evenly@db/evenly evenly serve --data /var/lib/evenly --workers 0

While there is no account, a link to make the first one is printed; it works for a day, once. Every option can be said in the
environment or in evenly.toml too (docs/how-to/serve.md). Ctrl-C or SIGTERM: what was begun is answered, runs are given back.")]
pub struct Arguments {
    #[command(flatten)]
    records: Records,
    #[command(flatten)]
    given: Given,
    /// Print the programming interface as OpenAPI and serve nothing
    #[arg(long)]
    openapi: bool,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.openapi {
        return Ok(show::print(&evenly_web::openapi())?);
    }
    let settings = arguments.records.settings_with(&arguments.given)?;
    platform::begin_log(&settings.log)?;
    let listener = platform::listen(settings.web.bind)?;
    platform::block_on(async {
        let ready = platform::prepare(settings, listener, Vec::new()).await?;
        let mut text = format!("Evenly is at {}\n", ready.address);
        if let Some(link) = &ready.set_up {
            text.push_str(&format!("Make the first account, within a day, at {link}\n"));
        }
        show::print(&text)?;
        ready.serve(platform::asked_to_stop()).await
    })
}
