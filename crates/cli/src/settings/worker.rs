//! How runs are worked off.

use anyhow::bail;
use clap::Args;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What can be said of it.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct WorkerGiven {
    /// Seconds for which a worker has a run unless it says that it is alive; longer than clocks of machines may differ [usual: 60]
    #[arg(long, env = "EVENLY_LEASE_SECONDS", value_name = "N")]
    pub lease_seconds: Option<u32>,
    /// Seconds between two looks for a run [usual: 2]
    #[arg(long, env = "EVENLY_POLL_SECONDS", value_name = "N")]
    pub poll_seconds: Option<u32>,
}

/// How runs are worked off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerSettings {
    /// How long a worker has a run unless it says that it is alive.
    pub lease: SignedDuration,
    /// Time between two looks for a run.
    pub poll: SignedDuration,
}

impl WorkerSettings {
    /// Judges what was said, and takes what is usual for the rest.
    pub(super) fn of(given: &WorkerGiven) -> anyhow::Result<Self> {
        let (lease, poll) = (given.lease_seconds.unwrap_or(60), given.poll_seconds.unwrap_or(2));
        if lease < 5 {
            bail!("lease-seconds is {lease}: a worker says every two seconds that it is alive; give at least 5");
        }
        if poll == 0 {
            bail!("poll-seconds is 0; give at least 1");
        }
        Ok(Self { lease: SignedDuration::from_secs(lease.into()), poll: SignedDuration::from_secs(poll.into()) })
    }
}
