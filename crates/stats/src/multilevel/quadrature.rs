//! Gauss–Hermite quadrature: nodes and weights for integrals against exp(−z²).

use nalgebra::DMatrix;

/// A node with the logarithm of its weight times exp(z²).
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub place: f64,
    pub log_weight: f64,
}

/// Nodes of the rule with `count` ≥ 1 points, by the eigenvalues of the Jacobi matrix.
///
/// SOURCE: Golub and Welsch, "Calculation of Gauss quadrature rules", Mathematics of Computation 23 (1969), p. 221–230.
pub(super) fn nodes(count: usize) -> Vec<Node> {
    let jacobi = DMatrix::from_fn(count, count, |row, column| {
        if row.abs_diff(column) == 1 { (row.max(column) as f64 / 2.0).sqrt() } else { 0.0 }
    });
    let eigen = jacobi.symmetric_eigen();
    let half_log_pi = 0.5 * std::f64::consts::PI.ln();
    let mut nodes: Vec<Node> = (0..count)
        .map(|index| {
            let place = if count == 1 { 0.0 } else { eigen.eigenvalues[index] };
            let first = eigen.eigenvectors[(0, index)].abs();
            Node { place, log_weight: half_log_pi + 2.0 * first.ln() + place * place }
        })
        .collect();
    nodes.sort_by(|a, b| a.place.total_cmp(&b.place));
    nodes
}

#[cfg(test)]
mod tests {
    use super::nodes;

    #[test]
    fn even_powers_are_integrated_exactly() {
        // ∫ z⁶ exp(−z²) dz = 15/8 √π needs four points.
        let sum: f64 =
            nodes(4).iter().map(|node| node.place.powi(6) * (node.log_weight - node.place * node.place).exp()).sum();
        assert!((sum - 15.0 / 8.0 * std::f64::consts::PI.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn one_point_is_laplace() {
        let only = nodes(1)[0];
        assert!(only.place.abs() < 1e-15 && (only.log_weight.exp() - std::f64::consts::PI.sqrt()).abs() < 1e-12);
    }
}
