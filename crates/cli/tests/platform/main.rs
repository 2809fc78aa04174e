//! The platform as it runs: real workers on real records, on SQLite and PostgreSQL.

#[path = "../../../store/tests/story/chance.rs"]
mod chance;
#[path = "../../../store/tests/story/postgres.rs"]
mod postgres;
#[expect(dead_code, reason = "the commands' own tests use more of it")]
#[path = "../commands/sandbox.rs"]
mod sandbox;

mod commands;
mod definitions;
mod kill;
mod platform;
mod schedules;
mod statement;
mod worker;
