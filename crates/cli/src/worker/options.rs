//! How a worker is set up.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use evenly_extract::readers::Limits;
use jiff::SignedDuration;

use crate::settings::Settings;

/// How a worker is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its name, as the audit log has it.
    pub name: String,
    /// Folder of uploads, each in a folder of its own.
    pub uploads: PathBuf,
    /// Folder of exact counts, which nobody but its owner may open.
    pub exact: PathBuf,
    /// Folder on the server from which files can be brought in.
    pub imports: Option<PathBuf>,
    /// How long it has a run unless it says that it is alive.
    pub lease: SignedDuration,
    /// Time between two looks for a run.
    pub poll: Duration,
    /// What packed files may become.
    pub limits: Limits,
}

/// Folder of uploads in the data folder.
pub const UPLOADS: &str = "uploads";
/// Folder of exact counts in the data folder.
const EXACT: &str = "exact";
/// Where Linux says what the machine is called.
const MACHINE: &str = "/proc/sys/kernel/hostname";
/// Time between two times that a worker says that it is alive, where the lease allows it.
const BEAT: Duration = Duration::from_secs(2);

impl Options {
    /// As the settings say, under a name of its own.
    pub fn new(settings: &Settings) -> Self {
        Self {
            name: own_name(),
            uploads: settings.data.join(UPLOADS),
            exact: settings.data.join(EXACT),
            imports: settings.imports.clone(),
            lease: settings.worker.lease,
            poll: settings.worker.poll.unsigned_abs(),
            limits: Limits::default(),
        }
    }

    /// Time between two times that it says that it is alive: some of them may be late before the lease ends.
    pub fn beat(&self) -> Duration {
        BEAT.min(self.lease.unsigned_abs() / 3)
    }
}

/// Machine, process, and which worker of the process.
fn own_name() -> String {
    static WORKERS: AtomicU32 = AtomicU32::new(1);
    let machine = fs::read_to_string(MACHINE).unwrap_or_default();
    let machine = Some(machine.trim()).filter(|name| !name.is_empty()).unwrap_or("machine");
    format!("{machine} {} {}", std::process::id(), WORKERS.fetch_add(1, Ordering::Relaxed))
}
