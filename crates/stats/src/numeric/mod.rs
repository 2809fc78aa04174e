//! Sums, quantiles and distribution functions at the precision that the methods need.

mod distribution;
mod sum;

pub use distribution::{binomial_cdf, chi_squared_quantile, normal_cdf, normal_quantile, t_quantile, t_upper};
pub use sum::{compensated_sum, mean};
