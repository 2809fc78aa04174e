//! Limits that protect the machine from files that are larger than they look.

/// What a reader may use. The defaults suit a machine with 4 GiB of memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest record of a text file, in bytes: a quotation mark that is never closed must not swallow the memory.
    pub record_bytes: usize,
    /// Most distinct values of one column within one unit of work.
    pub distinct_values: usize,
    /// How many times larger than its archive a file may become, once it is larger than [`Limits::expansion_floor`].
    pub expansion_ratio: u64,
    /// Bytes a compressed file may always expand to.
    pub expansion_floor: u64,
    /// Bytes a compressed file may never exceed, whatever its ratio.
    pub expanded_bytes: u64,
    /// Bytes that the parts of a spreadsheet may expand to; spreadsheets are held in memory.
    pub sheet_bytes: u64,
    /// Size of the pieces that a plain text file is read in, each by one thread.
    pub unit_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            record_bytes: 16 << 20,
            distinct_values: 4_000_000,
            expansion_ratio: 400,
            expansion_floor: 1 << 30,
            expanded_bytes: 4 << 40,
            sheet_bytes: 256 << 20,
            unit_bytes: 16 << 20,
        }
    }
}

impl Limits {
    /// How many bytes a file of `compressed` bytes may expand to.
    pub fn expansion(&self, compressed: u64) -> u64 {
        compressed.saturating_mul(self.expansion_ratio).max(self.expansion_floor).min(self.expanded_bytes)
    }
}

/// A number of bytes for a reader: `16 MiB`, `1.5 GiB`.
pub(crate) fn in_words(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 || value.fract() < 0.05 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}
