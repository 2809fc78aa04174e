//! The cube of counts: dimensions, cells, indicators, and the one gate from *exact* to *releasable*.
//!
//! Invariant: counts only. An exact cube can be built, saved to a protected folder, loaded and rolled up, but it cannot be
//! printed, serialised or read cell by cell from outside this crate; [`Releasable`] comes only from the [`disclosure`] gate.

pub mod condition;
mod cost;
mod counts;
mod cube;
mod dimension;
pub mod disclosure;
mod error;
mod exact;
pub mod file;
mod indicator;
mod plain_table;
mod provenance;
mod release;
mod repeats;
mod rollup;
mod saved;
mod score;
mod sharing;
pub mod statement;

pub use condition::{Atom, Comparison, Condition, FieldValue, Literal, Test};
pub use cost::CostDefinition;
pub use counts::{CellTable, Counts};
pub use cube::{CountedIndicator, Cube, Membership, Reading, Sums};
pub use dimension::{About, Dimension, Group, GroupState, Order};
pub use disclosure::{Policy, Views};
pub use error::CubeError;
pub use exact::Exact;
pub use indicator::{Better, Indicator, Kind, Words, shipped_indicator, shipped_indicator_text, shipped_indicators};
pub use plain_table::{PlainColumn, PlainTable, PlainValues};
pub use provenance::{Definition, Excluded, Provenance, QualityCount, Rejected, RowsEquation, SourceFile};
pub use release::{
    FieldQuality, QualityCell, Releasable, Release, ReleasedCell, ReleasedCount, ReleasedIndicator, ReleasedQuantiles,
    ReleasedTable,
};
pub use repeats::{RepeatEffect, Repeats};
pub use score::{Scaling, ScoreDefinition, ScoreInput};
pub use sharing::{BeforeAfter, NotShared, Reach, Sharing, SharingTest, Split, Verdict};
