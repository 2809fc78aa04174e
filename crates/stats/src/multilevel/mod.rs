//! Multilevel models over intersectional strata.

mod jet;
mod logistic;
pub mod maihda;
pub mod maihda_mean;
mod normal;
mod optimise;
mod quadrature;
mod strata;

pub use logistic::Count;
pub use normal::Criterion;
pub use strata::Dimension;
pub(crate) use strata::combinations;

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[&maihda::METHOD, &maihda_mean::METHOD];
