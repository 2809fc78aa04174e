//! The commands as a person types them: exit status, standard output, standard error, files.

mod analyse;
mod bad_input;
mod every_extract;
mod groups;
mod interrupted;
mod measure;
mod predict;
mod predict_offers;
mod real_data;
mod sandbox;
mod score;
mod serve;
mod statement;
mod truth;
