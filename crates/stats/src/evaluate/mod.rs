//! Before-and-after evaluation of a change: for the whole, for each group, and for the gap between groups.

pub mod difference_in_differences;
pub mod interrupted_series;
pub(crate) mod panel;
pub mod serial;
pub mod stepped_order;
pub(crate) mod subjects;
pub mod two_arms;
pub mod two_way;

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] =
    &[&interrupted_series::METHOD, &difference_in_differences::METHOD, &stepped_order::METHOD];
