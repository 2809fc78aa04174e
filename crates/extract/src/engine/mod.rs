//! Engines: whatever can count combinations of codes.

mod cells;
mod follow;
pub mod in_process;
mod layout;
mod lookups;
mod plan;
mod value_class;
mod worker;

pub use in_process::{InProcess, Kernel};
pub use plan::{
    Amount, Axis, Check, CheckKind, Coder, Counted, Engine, EngineError, Followed, OfPerson, Plan, Progress,
    QualityTally, Reject, RejectSink, Tally, Weight,
};
pub use value_class::value_class;
