//! What the worker's thread says of its work while it does it, and how it hears that it is to stop.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use evenly_extract::engine::{EngineError, Progress};

/// How far a run is.
#[derive(Default)]
pub struct Meter {
    rows: AtomicU64,
    stopped: AtomicBool,
    step: Mutex<&'static str>,
}

impl Meter {
    /// Says what is done next, unless the work is to stop.
    pub fn step(&self, words: &'static str) -> Result<(), EngineError> {
        if self.cancelled() {
            return Err(EngineError::Cancelled);
        }
        *self.step.lock().unwrap_or_else(PoisonError::into_inner) = words;
        Ok(())
    }

    /// What is being done, and how many rows were read.
    pub fn reading(&self) -> (&'static str, u64) {
        (*self.step.lock().unwrap_or_else(PoisonError::into_inner), self.rows.load(Ordering::Relaxed))
    }

    /// Tells the work to stop.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

impl Progress for Meter {
    fn rows(&self, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
