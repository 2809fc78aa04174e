//! The `evenly` command: wiring only.
fn main() {}
