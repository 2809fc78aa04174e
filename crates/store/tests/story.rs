//! The platform's records as a story, told on SQLite and on a real PostgreSQL.

#[path = "story/audit.rs"]
mod audit;
#[path = "story/backup.rs"]
mod backup;
#[path = "story/chance.rs"]
mod chance;
#[path = "story/crowd.rs"]
mod crowd;
#[path = "story/discussion.rs"]
mod discussion;
#[path = "story/kill.rs"]
mod kill;
#[path = "story/postgres.rs"]
mod postgres;
#[path = "story/records.rs"]
mod records;
#[path = "story/runs.rs"]
mod runs;
#[path = "story/schema.rs"]
mod schema;
#[path = "story/sign_in.rs"]
mod sign_in;
