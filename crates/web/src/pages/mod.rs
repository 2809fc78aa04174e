//! The pages: a folder for each noun, a file for each thing done with it, with its words, its handler and its tests.

pub mod account;
pub mod audit;
pub mod data;
pub mod definitions;
pub mod findings;
pub mod home;
pub mod indicators;
pub mod map;
pub mod open;
pub mod people;
pub mod scores;
pub mod settings;
pub mod sign_in;
pub mod statements;
