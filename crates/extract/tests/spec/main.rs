//! Specification by example: a little table of rows goes in, the rows equation and the counts come out.

mod age;
mod attendance;
mod deprivation;
mod dimensions;
mod errors;
mod ethnicity;
mod extracts;
mod fhir;
mod gp;
mod opensafely;
mod repeats;
mod rows;
mod support;
mod vitoria;
mod waits;
mod wide_tables;
