//! The cheapest steps in other cells that keep every total as it is.
//!
//! Most searches end with steps that nobody notices, so those are looked for first, without weighing anything.

use super::{Plan, Step, World};

/// Places of a plan: views, cells and steps.
type Steps = Vec<(usize, usize, Step)>;

impl World<'_> {
    /// A way to make a step in a cell that goes unnoticed as things stand.
    pub fn free_plan(&self, view: usize, cell: usize, step: Step) -> Option<Plan> {
        if !self.is_free(view, cell, step) {
            return None;
        }
        let mut steps = match self.block.views[view].dimensions.len() {
            1 => self.free_exchange(view, cell, step)?,
            2 => self.free_rectangle(view, cell, step)?,
            _ => return None,
        };
        steps.push((view, cell, step));
        Some(Plan { cost: 0, steps })
    }

    /// The cheapest way to make a step in a cell go unnoticed with every total as it is, where it costs less than `limit`.
    pub fn plan(&self, view: usize, cell: usize, step: Step, limit: u64) -> Option<Plan> {
        let own = self.cost(view, cell, step).filter(|own| *own < limit)?;
        let mut plan = match self.block.views[view].dimensions.len() {
            1 => self.exchange(view, cell, step, limit - own)?,
            2 => self.rectangle(view, cell, step, limit - own)?,
            _ => return None,
        };
        plan.cost += own;
        plan.steps.push((view, cell, step));
        Some(plan)
    }

    /// In a table of two dimensions: three other corners of a rectangle.
    fn rectangle(&self, view: usize, cell: usize, step: Step, limit: u64) -> Option<Plan> {
        let [rows, columns] = self.block.views[view].sizes[..] else { return None };
        let (row, column) = (cell / columns, cell % columns);
        let back = step.reversed();
        let costs = |places: std::ops::Range<usize>, own: usize, cell: &dyn Fn(usize) -> usize| {
            let mut costs: Vec<(u64, usize)> = places
                .filter(|other| *other != own)
                .filter_map(|other| Some((self.cost(view, cell(other), back).filter(|cost| *cost < limit)?, other)))
                .collect();
            costs.sort_unstable();
            costs
        };
        let in_column = costs(0..rows, row, &|other| other * columns + column);
        let in_row = costs(0..columns, column, &|other| row * columns + other);
        let (mut least, mut best) = (limit, None);
        for (first, other_row) in &in_column {
            for (second, other_column) in &in_row {
                let so_far = first + second;
                if so_far >= least {
                    break;
                }
                let Some(corner) = self.cost(view, other_row * columns + other_column, step) else { continue };
                if so_far + corner < least {
                    least = so_far + corner;
                    best = Some((*other_row, *other_column));
                }
            }
        }
        let other = best?;
        Some(Plan { cost: least, steps: self.corners(view, cell, step, other) })
    }

    /// The other corners of the rectangle that a cell makes with another row and column.
    fn corners(&self, view: usize, cell: usize, step: Step, (other_row, other_column): (usize, usize)) -> Steps {
        let columns = self.block.views[view].sizes[1];
        let (row, column) = (cell / columns, cell % columns);
        vec![
            (view, other_row * columns + column, step.reversed()),
            (view, row * columns + other_column, step.reversed()),
            (view, other_row * columns + other_column, step),
        ]
    }

    /// The first rectangle whose other corners nobody notices.
    fn free_rectangle(&self, view: usize, cell: usize, step: Step) -> Option<Steps> {
        let [rows, columns] = self.block.views[view].sizes[..] else { return None };
        let (row, column) = (cell / columns, cell % columns);
        let back = step.reversed();
        let free_rows = (0..rows).filter(|other| *other != row && self.is_free(view, other * columns + column, back));
        let found = free_rows.into_iter().find_map(|other| {
            let corner = (0..columns).find(|place| {
                *place != column
                    && self.is_free(view, row * columns + place, back)
                    && self.is_free(view, other * columns + place, step)
            })?;
            Some((other, corner))
        });
        Some(self.corners(view, cell, step, found?))
    }

    /// In a table of one dimension: another group gives what this one takes, in every table that has the dimension.
    fn exchange(&self, view: usize, group: usize, step: Step, limit: u64) -> Option<Plan> {
        let own = &self.block.views[view];
        let dimension = own.dimensions[0];
        let back = step.reversed();
        let mut partners: Vec<(u64, usize)> = (0..own.cells)
            .filter(|partner| *partner != group)
            .filter_map(|partner| Some((self.cost(view, partner, back).filter(|cost| *cost < limit)?, partner)))
            .collect();
        if partners.is_empty() {
            return None;
        }
        partners.sort_unstable();
        let crossed: Vec<usize> = self.crossed(dimension).collect();
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
        let mut best: Option<Plan> = None;
        for (cost, partner) in partners {
            let limit = best.as_ref().map_or(limit, |plan| plan.cost);
            if cost >= limit {
                break;
            }
            let mut plan = Plan { cost, steps: vec![(view, partner, back)] };
            let whole = crossed.iter().zip(&taking).all(|(other, taking)| {
                let Some((cost, place)) = self.give(*other, dimension, partner, back, taking) else { return false };
                plan.cost += cost;
                plan.steps.extend(self.swap(*other, dimension, [group, partner], place, step));
                plan.cost < limit
            });
            if whole {
                best = Some(plan);
            }
        }
        best
    }

    /// The first group that can give what this one takes without anybody noticing.
    fn free_exchange(&self, view: usize, group: usize, step: Step) -> Option<Steps> {
        let own = &self.block.views[view];
        let dimension = own.dimensions[0];
        let back = step.reversed();
        (0..own.cells).filter(|partner| *partner != group && self.is_free(view, *partner, back)).find_map(|partner| {
            let mut steps = vec![(view, partner, back)];
            for other in self.crossed(dimension) {
                let place = (0..self.other_size(other, dimension)).find(|place| {
                    self.is_free(other, self.place(other, dimension, group, *place), step)
                        && self.is_free(other, self.place(other, dimension, partner, *place), back)
                })?;
                steps.extend(self.swap(other, dimension, [group, partner], place, step));
            }
            Some(steps)
        })
    }

    /// A group takes and its partner gives, at the same place of a crossed table.
    fn swap(&self, view: usize, dimension: usize, [group, partner]: [usize; 2], place: usize, step: Step) -> Steps {
        vec![
            (view, self.place(view, dimension, group, place), step),
            (view, self.place(view, dimension, partner, place), step.reversed()),
        ]
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

    /// Views that cross a dimension with another.
    fn crossed(&self, dimension: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.block.views.len()).filter(move |other| {
            let dimensions = &self.block.views[*other].dimensions;
            dimensions.len() == 2 && dimensions.contains(&dimension)
        })
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
