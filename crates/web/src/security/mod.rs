//! Passwords, sessions, tokens in forms, headers, limits: what keeps others out.

pub mod cookies;
pub mod csrf;
pub mod headers;
pub mod limits;
pub mod passwords;
