//! One's own account: password, sessions, tokens for programs.

pub mod password;
pub mod sessions;
pub mod show;
pub mod tokens;
