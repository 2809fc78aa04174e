//! Specification by example: a little table of rows goes in, the rows equation and the counts come out.

mod age;
mod attendance;
mod bad_rows;
mod deprivation;
mod dimensions;
mod errors;
mod ethnicity;
mod ethnicity_rules;
mod extracts;
mod fhir;
mod gp;
mod mutated;
mod opensafely;
mod repeats;
mod rows;
mod support;
mod vitoria;
mod waits;
mod wards;
mod wide_tables;
