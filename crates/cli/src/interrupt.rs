//! Ctrl-C: a flag that long work looks at, so that nothing is left half done.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);

static LISTENING: LazyLock<bool> =
    LazyLock::new(|| ctrlc::set_handler(|| REQUESTED.store(true, Ordering::Relaxed)).is_ok());

/// The person asked to stop.
#[derive(Debug, thiserror::Error)]
#[error("stopped on request; nothing was written")]
pub struct Interrupted;

/// Listens for Ctrl-C from now on.
pub fn listen() {
    LazyLock::force(&LISTENING);
}

/// Whether the person asked to stop.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// Gives up if the person asked to stop.
pub fn check() -> Result<(), Interrupted> {
    if requested() { Err(Interrupted) } else { Ok(()) }
}
