//! Variance of totals in a survey: clusters drawn with replacement within strata.

use std::collections::BTreeMap;

use crate::refusal::Refusal;

/// Cluster and stratum of every unit; without them every unit is a cluster of one stratum.
#[derive(Clone, Copy, Debug, Default)]
pub struct Design<'a> {
    /// Primary sampling unit of each row.
    pub clusters: Option<&'a [String]>,
    /// Stratum of each row.
    pub strata: Option<&'a [String]>,
}

impl Design<'_> {
    /// Variance of the sum of the influences: Σ over strata of m/(m − 1)·Σ(cluster total − mean)².
    ///
    /// A stratum of a single cluster has no variance and is refused.
    pub fn variance(&self, influences: impl Iterator<Item = f64>) -> Result<f64, Refusal> {
        let mut totals: BTreeMap<&str, BTreeMap<&str, f64>> = BTreeMap::new();
        let mut own = Vec::new();
        for (row, influence) in influences.enumerate() {
            match (self.clusters, self.strata) {
                (None, None) => own.push(influence),
                (clusters, strata) => {
                    let stratum = strata.map_or("", |strata| strata[row].as_str());
                    let Some(clusters) = clusters else {
                        return Err(Refusal::MissingColumn { column: "cluster".to_owned() });
                    };
                    *totals.entry(stratum).or_default().entry(clusters[row].as_str()).or_default() += influence;
                }
            }
        }
        if self.clusters.is_none() {
            return scatter(&own);
        }
        totals.values().map(|clusters| scatter(&clusters.values().copied().collect::<Vec<f64>>())).sum()
    }
}

fn scatter(totals: &[f64]) -> Result<f64, Refusal> {
    if totals.len() < 2 {
        return Err(Refusal::TooFew { what: "clusters in a stratum", found: totals.len(), needed: 2 });
    }
    let count = totals.len() as f64;
    let mean = totals.iter().sum::<f64>() / count;
    Ok(count / (count - 1.0) * totals.iter().map(|total| (total - mean).powi(2)).sum::<f64>())
}
