//! Secondary suppression: withholding more until no withheld count can be worked out.
//!
//! A guarded count `c` in the withheld range `a..=b` is protected once there are worlds in which it is `a` and in which it is
//! `b`, that agree with everything shown (each shown count within the interval of counts shown alike), in which every table
//! adds up to its margins, and no count is negative. Such worlds are *built*, a row at a time ([`super::world`]), so that
//! protection is proved by example and not assumed; where none can be built for nothing, the cheapest counts that stand in
//! the way are withheld too.

use super::block::Block;
use super::policy::Policy;
use super::world::{Plan, Step, World};

/// A count that must not be worked out: a published one, or the difference of two of which one holds the other.
struct Guard {
    /// Its classes.
    classes: Vec<usize>,
    /// All others.
    outside: Vec<usize>,
    /// The published set itself, or the smaller of the two.
    published: usize,
    /// Whether it is a difference.
    difference: bool,
}

/// Withholds what the policy withholds in all blocks, and what would give it away.
pub(super) fn protect(blocks: &mut [Block], policy: &Policy) {
    if !policy.withholds_anything() {
        return;
    }
    for block in blocks.iter_mut() {
        primary(block, policy);
    }
    loop {
        for block in blocks.iter_mut() {
            let guards = guards(block);
            let mut world = World::new(block, policy);
            for view in 0..world.block.views.len() {
                for guard in &guards {
                    for cell in 0..world.block.views[view].cells {
                        secure(&mut world, guard, view, cell);
                    }
                }
            }
        }
        if !link(blocks) {
            return;
        }
    }
}

/// Withholds each count for its own size, and the numerators of withheld denominators.
fn primary(block: &mut Block, policy: &Policy) {
    let universe = block.universe();
    let mut world = World::new(block, policy);
    for view in 0..world.block.views.len() {
        for cell in 0..world.block.views[view].cells {
            for set in 0..world.block.sets.len() {
                let published = set != universe || world.block.views[view].universe[cell];
                let whole = set == universe && world.block.views[view].dimensions.is_empty();
                if !published || (policy.withholds(world.count(view, cell, set)) && !whole) {
                    world.withhold(view, cell, set);
                }
            }
        }
    }
}

fn guards(block: &Block) -> Vec<Guard> {
    let guard = |classes: Vec<usize>, published: usize, difference: bool| {
        let outside = (0..block.classes).filter(|class| !classes.contains(class)).collect();
        Guard { classes, outside, published, difference }
    };
    let mut guards: Vec<Guard> = Vec::new();
    for (set, classes) in block.sets.iter().enumerate() {
        guards.push(guard(classes.clone(), set, false));
    }
    for (set, larger) in block.sets.iter().enumerate().take(block.universe()) {
        for (smaller, part) in block.sets.iter().enumerate().take(block.universe()) {
            let classes: Vec<usize> = larger.iter().copied().filter(|class| !part.contains(class)).collect();
            let nested = set != smaller && part.iter().all(|class| larger.contains(class)) && !part.is_empty();
            if nested && !classes.is_empty() && guards.iter().all(|guard| guard.classes != classes) {
                guards.push(guard(classes, smaller, true));
            }
        }
    }
    guards
}

/// Makes sure that a guarded count in a cell could be anything in the withheld range.
fn secure(world: &mut World<'_>, guard: &Guard, view: usize, cell: usize) {
    let universe = guard.published == world.block.universe();
    if universe && !world.block.views[view].universe[cell] {
        return;
    }
    let counts = &world.block.views[view].counts[cell * world.block.classes..];
    let count: u64 = guard.classes.iter().map(|class| counts[*class]).sum();
    // A difference is not published: that it is nought tells of nobody.
    let least = if guard.difference { world.policy.suppress_from.max(1) } else { world.policy.suppress_from };
    if count < least || count > world.policy.suppress_to {
        return;
    }
    if world.block.views[view].dimensions.is_empty() {
        if !universe {
            withhold_everywhere(world, guard.published);
        }
        return;
    }
    for (rising, steps) in [(true, world.policy.suppress_to - count), (false, count - least)] {
        world.reset();
        for _ in 0..steps {
            let Some(plan) = cheapest(world, guard, view, cell, rising) else {
                // No other world can be built from this table, so it shows nothing of the kind. Rounded margins do not
                // give a whole withheld table away, but for the cell's own; exact ones would, and go with it.
                if world.policy.round_to > 1 {
                    withhold_view(world, guard.published, view);
                    withhold_margins(world, guard.published, view, cell);
                } else {
                    withhold_everywhere(world, guard.published);
                }
                return;
            };
            world.take(&plan);
        }
    }
}

/// The cheapest way to raise or lower a guarded count by one: a row of one of its classes comes or goes, by itself or in
/// exchange for one of another class. Only a class that the cell holds can lose a row.
fn cheapest(world: &World<'_>, guard: &Guard, view: usize, cell: usize, rising: bool) -> Option<Plan> {
    let held = |class: &usize| world.has(view, cell, *class);
    let (mut own, mut others) = (guard.classes.clone(), guard.outside.clone());
    if rising {
        others.retain(held);
    } else {
        own.retain(held);
    }
    let steps = || {
        std::iter::once(None).chain(others.iter().copied().map(Some)).flat_map(|other| {
            own.iter().map(move |own| {
                let step = Step { gains: Some(*own), loses: other };
                if rising { step } else { step.reversed() }
            })
        })
    };
    if let Some(plan) = steps().find_map(|step| world.free_plan(view, cell, step)) {
        return Some(plan);
    }
    let mut best: Option<Plan> = None;
    for step in steps() {
        let limit = best.as_ref().map_or(u64::MAX, |least| least.cost);
        if let Some(plan) = world.plan(view, cell, step, limit) {
            best = Some(plan);
        }
    }
    best
}

/// Withholds every count of a set that is not nought, in every view.
fn withhold_everywhere(world: &mut World<'_>, set: usize) {
    for view in 0..world.block.views.len() {
        withhold_view(world, set, view);
    }
}

/// Withholds every count of a set that is not nought, in one view.
fn withhold_view(world: &mut World<'_>, set: usize, view: usize) {
    // The number of rows counted is exact in the rows equation, whatever is withheld.
    if set == world.block.universe() && world.block.views[view].dimensions.is_empty() {
        return;
    }
    for cell in 0..world.block.views[view].cells {
        if world.count(view, cell, set) > 0 {
            world.withhold(view, cell, set);
        }
    }
}

/// Withholds a set in the margins of a crossed cell: everybody in each of its groups.
fn withhold_margins(world: &mut World<'_>, set: usize, view: usize, cell: usize) {
    let own = &world.block.views[view];
    if own.dimensions.len() < 2 {
        return;
    }
    let groups: Vec<(usize, usize)> = own.dimensions.iter().copied().zip(own.groups(cell)).collect();
    for (dimension, group) in groups {
        if let Some(margin) = world.block.view(&[dimension]) {
            world.withhold(margin, group, set);
        }
    }
}

/// Counts of different blocks that are equal in the same cell may be the same count: withheld in one, withheld in all.
/// Whether anything changed.
fn link(blocks: &mut [Block]) -> bool {
    let mut changed = false;
    for first in 0..blocks.len() {
        for second in 0..blocks.len() {
            if first != second {
                changed |= link_pair(blocks, first, second);
            }
        }
    }
    changed
}

fn link_pair(blocks: &mut [Block], from: usize, to: usize) -> bool {
    let mut changes = Vec::new();
    let (source, target) = (&blocks[from], &blocks[to]);
    for (view, own) in source.views.iter().enumerate() {
        let Some(other) = target.views.iter().position(|other| other.dimensions == own.dimensions) else { continue };
        for cell in 0..own.cells {
            let hidden: Vec<u64> = (0..source.universe())
                .filter(|set| source.is_withheld(view, cell, *set))
                .map(|set| source.count(view, cell, set))
                .filter(|count| *count > 0)
                .collect();
            for set in 0..target.universe() {
                if !target.is_withheld(other, cell, set) && hidden.contains(&target.count(other, cell, set)) {
                    changes.push((other, cell, set));
                }
            }
        }
    }
    let sets = blocks[to].sets.len();
    for (view, cell, set) in &changes {
        blocks[to].views[*view].withheld[cell * sets + set] = true;
    }
    !changes.is_empty()
}
