//! Tests of the readers: what every kind of file gives, and what is said about those that cannot be read.

mod bad_input;
mod limits;
mod real_files;
mod sheets;
mod table;
mod text;
