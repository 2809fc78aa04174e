//! The gate: from exact counts to counts that may be shown.
//!
//! Views pass the gate together. Indicators that are counted in the same tables form one [`block::Block`], whose published
//! counts are sums of disjoint *classes* of readings; the policy withholds small counts, and the [`protect`] pass withholds
//! more until every one of them could be anything in the withheld range, whatever a reader works out of the rest
//! (decision record 0003).

#[cfg(test)]
mod attack;
mod block;
mod policy;
mod protect;
mod quality;
mod quantiles;
mod sharing;
mod sums;
mod tables;
#[cfg(test)]
mod tests;
mod window;
mod world;

use crate::cube::Cube;
use crate::dimension::Order;
use crate::error::CubeError;
use crate::exact::Exact;
use crate::release::{Releasable, Release};
use crate::sharing::Split;

pub(crate) use block::EIGHTEEN_WEEKS;
pub use policy::Policy;

/// Which tables to release. They pass the gate together: what one hides, no other gives away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Views {
    /// Id of the period dimension, if the cube has one and trends are wanted.
    pub period: Option<String>,
    /// Dimensions to break down by, one way each, and by period.
    pub by: Vec<String>,
    /// Pairs of dimensions to cross.
    pub pairs: Vec<(String, String)>,
    /// The change that everybody should share in; absent where it is not to be tested. A cube without periods has none.
    pub change: Option<Split>,
}

impl Exact<Cube> {
    /// Releases the views of every indicator under a policy. A view that no table of an indicator can serve (published
    /// tables broken down by one dimension only) is left out of that indicator.
    pub fn release(&self, policy: &Policy, views: &Views) -> Result<Releasable<Release>, CubeError> {
        let cube = &self.0;
        let wanted = views.resolve(cube)?;
        let mut blocks = block::blocks(cube, &wanted)?;
        quality::publish_universe(cube, &mut blocks);
        protect::protect(&mut blocks, policy);
        let quality = quality::release(cube, policy, &blocks);
        let (mut indicators, withheld) = tables::release(cube, policy, &blocks)?;
        let over_time = cube.dimensions.iter().any(|dimension| dimension.order == Order::Period);
        if let Some(split) = views.change.as_ref().filter(|_| over_time) {
            let by = views.broken_down(cube);
            for (place, (counted, released)) in cube.indicators.iter().zip(&mut indicators).enumerate() {
                let rate = sharing::rate(place, cube.indicators.len());
                released.sharing = Some(sharing::test(cube, counted, &by, policy, (split, rate)));
            }
        }
        let suppressed = withheld + quality::withheld(&quality);
        Ok(Releasable(Release {
            policy: policy.definition(),
            policy_sentence: policy.sentence_with(suppressed),
            suppressed,
            dimensions: cube.dimensions.clone(),
            indicators,
            quality,
            provenance: cube.provenance.clone(),
        }))
    }
}

impl Views {
    /// Positions of the dimensions to break down by.
    fn broken_down(&self, cube: &Cube) -> Vec<usize> {
        let position = |id: &String| cube.dimensions.iter().position(|dimension| dimension.id == *id);
        self.by.iter().filter_map(position).collect()
    }

    /// The views as positions of dimensions: the whole, the period, one way each, by period, pairs; each once.
    fn resolve(&self, cube: &Cube) -> Result<Vec<Vec<usize>>, CubeError> {
        let position = |id: &String| {
            cube.dimensions.iter().position(|dimension| dimension.id == *id).ok_or_else(|| {
                let known: Vec<_> = cube.dimensions.iter().map(|dimension| dimension.id.as_str()).collect();
                CubeError::NoDimension(id.clone(), known.join(", "))
            })
        };
        let period = self.period.as_ref().map(position).transpose()?;
        let by: Vec<usize> = self.by.iter().map(position).collect::<Result<_, _>>()?;
        let mut views: Vec<Vec<usize>> = vec![Vec::new()];
        let mut add = |view: Vec<usize>| {
            let known = views.iter().any(|own| own.len() == view.len() && view.iter().all(|part| own.contains(part)));
            if !known && (view.len() < 2 || view[0] != view[1]) {
                views.push(view);
            }
        };
        for dimension in period.iter().chain(&by) {
            add(vec![*dimension]);
        }
        for (first, second) in &self.pairs {
            let (first, second) = (position(first)?, position(second)?);
            add(vec![first]);
            add(vec![second]);
        }
        if let Some(period) = period {
            for dimension in &by {
                add(vec![period, *dimension]);
            }
        }
        for (first, second) in &self.pairs {
            let (first, second) = (position(first)?, position(second)?);
            add(if Some(second) == period { vec![second, first] } else { vec![first, second] });
        }
        Ok(views)
    }
}
