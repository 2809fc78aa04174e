//! The platform's own records: who may do what, runs, releasable results, decisions, audit. The only SQL for them.
