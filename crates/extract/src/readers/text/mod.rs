//! Text files: found out, divided into pieces, split and coded.

mod layout;
mod pieces;
pub(crate) mod rows;
pub(crate) mod sniff;
pub(crate) mod source;
pub(crate) mod split;
pub(crate) mod unit;
