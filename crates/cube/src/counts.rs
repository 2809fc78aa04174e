//! Counts of combinations of codes: dense where most combinations occur, sparse where few do.

/// Cells crossed by some dimensions and, last, by one reading axis (states of the indicators, or weeks waited).
#[derive(Clone)]
pub struct CellTable {
    /// Positions in [`crate::Cube::dimensions`], in the order of the key's digits.
    pub dimensions: Vec<usize>,
    /// Number of codes of the reading axis, the fastest-moving digit of the key.
    pub readings: u32,
    /// The counts.
    pub counts: Counts,
}

/// Counts by key. A key is a mixed-radix number: one digit for each dimension (radix: its number of groups), the reading
/// axis last, so `key = ((d0 * n1 + d1) * n2 + d2) * readings + reading`.
#[derive(Clone)]
pub enum Counts {
    /// A count for every possible key.
    Dense(Vec<u32>),
    /// A count for every possible key, where a count may exceed 32 bits.
    DenseWide(Vec<u64>),
    /// Keys that occur, ascending, and their counts.
    Sparse {
        /// Keys that occur, ascending.
        keys: Vec<u64>,
        /// Their counts.
        counts: Vec<u64>,
    },
}
