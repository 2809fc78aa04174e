//! Findings become words, charts, tables and documents.
//!
//! Invariant: cannot see people. The only way in is [`analyse`], which takes counts that have passed the disclosure gate, and
//! every number in every document is worked out of those counts. Pure: the same release gives the same bytes; whoever
//! wants a date on the report passes it in ([`Heading`]).

pub mod analysis;
mod blocks;
mod charts;
mod documents;
pub mod economics;
mod findings;
#[cfg(feature = "pdf")]
mod fonts;
pub mod map;
pub mod parts;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(any(test, feature = "sample"))]
pub mod sample;
pub mod score;
mod statement;
#[cfg(test)]
mod tests;

pub use analysis::{Analysis, Heading};
pub use documents::DocumentError;
pub use findings::analyse;
pub use statement::{Statement, StatementCommentary, StatementError, StatementExtract, StatementPart, StatementParts};
