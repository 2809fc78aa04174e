//! Where counts are kept during the pass, chosen by the number of possible cells.

mod dense;
mod finish;
mod hash;
mod hashed;
mod radix;

pub use dense::DenseCells;
pub use finish::{dense_counts, sparse_counts};
pub use hash::EMPTY;
pub use hashed::{HashedCells, Spill};
pub use radix::Partitions;
