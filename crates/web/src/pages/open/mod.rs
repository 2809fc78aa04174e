//! Pages for everybody, signed in or not.

pub mod accessibility;
