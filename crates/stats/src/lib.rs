//! Statistics for measuring inequality: numbers in, numbers out.
//!
//! Invariant: pure. No files, no clock, no hidden randomness (a seed is an argument), no idea what a person is.
//! One method is one file, which holds its documentation, formula, source, limits, code and tests; each is listed once
//! in [`methods`]. Numbers that have no answer are refused with a reason ([`Refusal`]); `NaN` is never an answer.

mod checks;
pub mod compare;
pub mod decompose;
pub mod discrimination;
pub mod economics;
pub mod evaluate;
pub mod false_discovery;
pub mod funnel;
pub mod gap;
pub mod histogram;
pub mod inequality;
mod interval;
pub mod life_expectancy;
pub mod masked;
pub mod mean;
mod method;
mod methods;
pub mod multilevel;
pub mod numeric;
pub mod proportion;
pub mod quantile;
pub mod rate;
mod reference_doc;
mod refusal;
pub mod score;
pub mod spc;
pub mod standardise;
mod table;

pub use interval::{Better, Confidence, Estimate};
pub use method::{Column, Family, Method, OptionSpec, Options};
pub use methods::{find, methods};
pub use reference_doc::{method_markdown, reference_markdown};
pub use refusal::Refusal;
pub use table::{Row, Table, Value, stratum_text};
