//! 95% limits of groups that are given as counts.

use crate::numeric::chi_squared_quantile;

const Z_95: f64 = 1.959_963_984_540_054;
/// Below this number of events Byar's approximation gives way to the exact interval.
const FEW_EVENTS: f64 = 10.0;

/// Wilson's limits of a proportion (Journal of the American Statistical Association 22, 1927, p. 209).
pub fn proportion_limits(numerator: f64, denominator: f64) -> [f64; 2] {
    let share = numerator / denominator;
    let z2 = Z_95 * Z_95;
    let middle = 2.0 * numerator + z2;
    let half = Z_95 * (z2 + 4.0 * numerator * (1.0 - share)).sqrt();
    let width = 2.0 * (denominator + z2);
    [((middle - half) / width).clamp(0.0, share), ((middle + half) / width).clamp(share, 1.0)]
}

/// Byar's limits of a number of events, exact Poisson limits below ten (Breslow and Day, Statistical Methods in Cancer
/// Research II, 1987, p. 69).
pub fn event_limits(events: f64) -> [f64; 2] {
    if events < FEW_EVENTS {
        return [
            chi_squared_quantile(0.025, 2.0 * events) / 2.0,
            chi_squared_quantile(0.975, 2.0 * events + 2.0) / 2.0,
        ];
    }
    let byar = |events: f64, z: f64| events * (1.0 - 1.0 / (9.0 * events) + z / (3.0 * events.sqrt())).powi(3);
    [byar(events, -Z_95), byar(events + 1.0, Z_95)]
}
