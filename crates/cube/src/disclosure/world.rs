//! Another world that a reader cannot tell from this one: single steps away from the true counts, and what they cost.

use super::block::Block;
use super::policy::Policy;

/// One row moved in a cell: a class that gains it and a class that loses it; either may be absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub gains: Option<usize>,
    pub loses: Option<usize>,
}

impl Step {
    pub fn reversed(self) -> Self {
        Self { gains: self.loses, loses: self.gains }
    }
}

/// Steps in cells (view, cell), and what must be withheld for a reader not to notice them.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    pub cost: u64,
    pub steps: Vec<(usize, usize, Step)>,
}

/// Sets that a step changes, and by how much.
type Changes = Vec<(usize, i64)>;

/// The true counts, the steps taken away from them, and what a reader knows.
pub(super) struct World<'a> {
    pub block: &'a mut Block,
    pub policy: &'a Policy,
    /// For each pair of gaining and losing class (see [`World::pair`]): the sets that a step changes, and by how much.
    changes: Vec<Changes>,
    /// Steps taken, summed: by view, then by cell and class.
    taken: Vec<Vec<i64>>,
    /// Where steps were taken: view, and cell and class. Asked millions of times whether there are any, so kept in order.
    touched: Vec<(usize, usize)>,
    /// Sets whose numerators must be withheld with them.
    above: Vec<Vec<usize>>,
}

impl<'a> World<'a> {
    pub fn new(block: &'a mut Block, policy: &'a Policy) -> Self {
        let classes: Vec<Option<usize>> = std::iter::once(None).chain((0..block.classes).map(Some)).collect();
        let mut changes = Vec::with_capacity(classes.len() * classes.len());
        for gains in &classes {
            for loses in &classes {
                let within =
                    |set: &[usize], class: &Option<usize>| i64::from(class.is_some_and(|own| set.contains(&own)));
                let changed = block
                    .sets
                    .iter()
                    .enumerate()
                    .map(|(set, classes)| (set, within(classes, gains) - within(classes, loses)))
                    .filter(|(_, change)| *change != 0)
                    .collect();
                changes.push(changed);
            }
        }
        let mut above = vec![Vec::new(); block.sets.len()];
        for member in &block.indicators {
            above[member.denominator].extend(std::iter::once(member.numerator).chain(member.over_52));
        }
        let taken = block.views.iter().map(|view| vec![0; view.counts.len()]).collect();
        Self { block, policy, changes, taken, touched: Vec::new(), above }
    }

    /// Position of a step in [`World::changes`].
    fn pair(&self, step: Step) -> usize {
        let place = |class: Option<usize>| class.map_or(0, |class| class + 1);
        place(step.gains) * (self.block.classes + 1) + place(step.loses)
    }

    /// Forgets the steps taken.
    pub fn reset(&mut self) {
        for (view, place) in self.touched.drain(..) {
            self.taken[view][place] = 0;
        }
    }

    /// Takes the steps of a plan, withholding what they need.
    pub fn take(&mut self, plan: &Plan) {
        for (view, cell, step) in &plan.steps {
            let noticed: Vec<usize> = self.noticed(*view, *cell, *step).map(|(set, _)| set).collect();
            for set in noticed {
                self.withhold(*view, *cell, set);
            }
            for (class, change) in [(step.gains, 1), (step.loses, -1)] {
                if let Some(class) = class {
                    let place = cell * self.block.classes + class;
                    self.taken[*view][place] += change;
                    self.touched.push((*view, place));
                }
            }
        }
    }

    /// What a step in a cell costs: the counts that would have to be withheld, plus one for each; 0 where a reader cannot
    /// notice it; `None` where it cannot be made.
    pub fn cost(&self, view: usize, cell: usize, step: Step) -> Option<u64> {
        if let Some(class) = step.loses {
            let place = cell * self.block.classes + class;
            let (own, taken) = (self.block.views[view].counts[place], self.taken[view][place]);
            if i64::try_from(own).unwrap_or(i64::MAX).saturating_add(taken) < 1 {
                return None;
            }
        }
        self.noticed(view, cell, step).map(|(_, count)| if count == 0 { None } else { Some(count + 1) }).sum()
    }

    /// Shown counts that would leave the interval in which a reader knows them to be, and their true values.
    fn noticed(&self, view: usize, cell: usize, step: Step) -> impl Iterator<Item = (usize, u64)> + use<'_> {
        self.changes[self.pair(step)].iter().filter_map(move |(set, change)| {
            if self.block.is_withheld(view, cell, *set) {
                return None;
            }
            let count = self.block.count(view, cell, *set);
            let (low, high) = self.policy.interval(count);
            let taken: i64 = if self.touched.is_empty() {
                0
            } else {
                let own = &self.taken[view][cell * self.block.classes..];
                self.block.sets[*set].iter().map(|class| own[*class]).sum()
            };
            let would = i64::try_from(count).unwrap_or(i64::MAX).saturating_add(taken + change);
            let fits = u64::try_from(would).is_ok_and(|would| (low..=high).contains(&would));
            (!fits).then_some((*set, count))
        })
    }

    /// Withholds a count, and the numerators of a denominator.
    pub fn withhold(&mut self, view: usize, cell: usize, set: usize) {
        let sets = self.block.sets.len();
        let above = &self.above[set];
        let withheld = &mut self.block.views[view].withheld[cell * sets..(cell + 1) * sets];
        withheld[set] = true;
        for numerator in above {
            withheld[*numerator] = true;
        }
    }

    /// The cheapest way to make a step in a cell go unnoticed with every total as it is.
    pub fn plan(&self, view: usize, cell: usize, step: Step) -> Option<Plan> {
        let own = self.cost(view, cell, step)?;
        let mut plan = match self.block.views[view].dimensions.len() {
            1 => self.exchange(view, cell, step)?,
            2 => self.rectangle(view, cell, step)?,
            _ => return None,
        };
        plan.cost += own;
        plan.steps.push((view, cell, step));
        Some(plan)
    }

    /// In a table of two dimensions: three other corners of a rectangle.
    fn rectangle(&self, view: usize, cell: usize, step: Step) -> Option<Plan> {
        let columns = self.block.views[view].sizes[1];
        let rows = self.block.views[view].sizes[0];
        let (row, column) = (cell / columns, cell % columns);
        let back = step.reversed();
        let mut in_column: Vec<(u64, usize)> = (0..rows)
            .filter(|other| *other != row)
            .filter_map(|other| Some((self.cost(view, other * columns + column, back)?, other)))
            .collect();
        let mut in_row: Vec<(u64, usize)> = (0..columns)
            .filter(|other| *other != column)
            .filter_map(|other| Some((self.cost(view, row * columns + other, back)?, other)))
            .collect();
        in_column.sort_unstable();
        in_row.sort_unstable();
        let mut best: Option<(u64, usize, usize)> = None;
        for (first, other_row) in &in_column {
            for (second, other_column) in &in_row {
                let so_far = first + second;
                if best.is_some_and(|(cost, _, _)| cost <= so_far) {
                    break;
                }
                let Some(corner) = self.cost(view, other_row * columns + other_column, step) else { continue };
                if best.is_none_or(|(cost, _, _)| so_far + corner < cost) {
                    best = Some((so_far + corner, *other_row, *other_column));
                }
            }
        }
        let (cost, other_row, other_column) = best?;
        let steps = vec![
            (view, other_row * columns + column, back),
            (view, row * columns + other_column, back),
            (view, other_row * columns + other_column, step),
        ];
        Some(Plan { cost, steps })
    }

    /// In a table of one dimension: another group gives what this one takes, in every table that has the dimension.
    fn exchange(&self, view: usize, group: usize, step: Step) -> Option<Plan> {
        let own = &self.block.views[view];
        let dimension = own.dimensions[0];
        let back = step.reversed();
        let crossed: Vec<usize> = (0..self.block.views.len())
            .filter(|other| {
                let dimensions = &self.block.views[*other].dimensions;
                dimensions.len() == 2 && dimensions.contains(&dimension)
            })
            .collect();
        let taking: Vec<Vec<(u64, usize)>> = crossed
            .iter()
            .map(|other| {
                let mut places: Vec<(u64, usize)> = (0..self.other_size(*other, dimension))
                    .filter_map(|place| {
                        Some((self.cost(*other, self.place(*other, dimension, group, place), step)?, place))
                    })
                    .collect();
                places.sort_unstable();
                places
            })
            .collect();
        let mut partners: Vec<(u64, usize)> = (0..own.cells)
            .filter(|partner| *partner != group)
            .filter_map(|partner| Some((self.cost(view, partner, back)?, partner)))
            .collect();
        partners.sort_unstable();
        let mut best: Option<Plan> = None;
        for (cost, partner) in partners {
            let limit = best.as_ref().map_or(u64::MAX, |plan| plan.cost);
            if cost >= limit {
                break;
            }
            let mut plan = Plan { cost, steps: vec![(view, partner, back)] };
            let whole = crossed.iter().zip(&taking).all(|(other, taking)| {
                let Some((cost, place)) = self.give(*other, dimension, partner, back, taking) else { return false };
                plan.cost += cost;
                plan.steps.push((*other, self.place(*other, dimension, group, place), step));
                plan.steps.push((*other, self.place(*other, dimension, partner, place), back));
                plan.cost < limit
            });
            if whole {
                best = Some(plan);
            }
        }
        best
    }

    /// The cheapest place at which a partner can give what is taken there.
    fn give(
        &self,
        view: usize,
        dimension: usize,
        partner: usize,
        back: Step,
        taking: &[(u64, usize)],
    ) -> Option<(u64, usize)> {
        let mut best: Option<(u64, usize)> = None;
        for (cost, place) in taking {
            if best.is_some_and(|(least, _)| least <= *cost) {
                break;
            }
            let Some(giving) = self.cost(view, self.place(view, dimension, partner, *place), back) else { continue };
            if best.is_none_or(|(least, _)| cost + giving < least) {
                best = Some((cost + giving, *place));
            }
        }
        best
    }

    fn other_size(&self, view: usize, dimension: usize) -> usize {
        let view = &self.block.views[view];
        view.sizes[usize::from(view.dimensions[0] == dimension)]
    }

    /// The cell of a two-way view where a group of `dimension` meets a group of the other.
    fn place(&self, view: usize, dimension: usize, group: usize, other: usize) -> usize {
        let view = &self.block.views[view];
        if view.dimensions[0] == dimension { view.cell(&[group, other]) } else { view.cell(&[other, group]) }
    }
}
