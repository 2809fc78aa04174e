//! Engines: whatever can count combinations of codes.

mod plan;

pub use plan::{
    Axis, Check, CheckKind, Coder, Counted, Engine, EngineError, Plan, Progress, QualityTally, Reject, RejectSink,
    Tally, Weight,
};
