//! One line of progress on standard error for long work; none when nobody is watching.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use evenly_extract::engine::Progress;

use crate::interrupt;

/// Rows between two updates of the line.
const STEP_ROWS: u64 = 1_000_000;

/// Does long work with a line of progress, which is gone afterwards.
pub fn watched<T>(work: impl FnOnce(&dyn Progress) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let line = Line::new();
    let done = work(&line);
    line.finish();
    done
}

/// Counts rows for the eye.
pub struct Line {
    rows: AtomicU64,
    watched: bool,
}

impl Line {
    /// A line that is written only to a terminal.
    pub fn new() -> Self {
        Self { rows: AtomicU64::new(0), watched: std::io::stderr().is_terminal() }
    }

    /// Wipes the line, before something else is printed.
    pub fn finish(&self) {
        if self.watched {
            eprint!("\r{:40}\r", "");
        }
    }
}

impl Progress for Line {
    fn rows(&self, rows: u64) {
        let before = self.rows.fetch_add(rows, Ordering::Relaxed);
        if self.watched && before / STEP_ROWS != (before + rows) / STEP_ROWS {
            eprint!("\r{} rows read", crate::show::thousands(before + rows));
            // A line that cannot be shown is no reason to stop counting.
            drop(std::io::stderr().flush());
        }
    }

    fn cancelled(&self) -> bool {
        interrupt::requested()
    }
}
