//! Standardised rates: comparing populations of different age fairly.

mod direct;
mod indirect;
mod standard;

pub use direct::{AgeBand, METHOD as DSR, PersonsByEvents, Standardised, direct, direct_repeated};
pub use indirect::{Indirect, METHOD as ISR, ReferenceBand, indirect};
pub use standard::{ESP_2013, esp_2013_weight};

use crate::method::{Column, Method};

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[&DSR, &ISR];

const GROUP: Column = Column { name: "group", required: false, doc: "Name of the area; absent: one area in all." };
const DENOMINATOR: Column =
    Column { name: "denominator", required: true, doc: "Population (person-years) of the age band, above zero." };
