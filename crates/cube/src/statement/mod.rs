//! The annual statement on information on health inequalities: its indicators, period and actions, as data.
//!
//! SOURCE: NHS Act 2006, section 13SA; NHS England's statement on information on health inequalities of 27 November 2023
//! and its later version. They ask a body to look at indicators by deprivation, ethnicity, age and sex at a minimum.

mod actions;
mod domain;
mod period;
mod within;

pub use actions::{Action, Actions, Project};
pub use domain::{Domain, DomainIndicator, shipped_domains};
pub use period::ReportingPeriod;
pub use within::{Take, Within};

#[cfg(test)]
mod tests;
