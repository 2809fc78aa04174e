//! Indicators that are counted in the same tables, and their views, as counts of disjoint classes of readings.

use std::collections::HashMap;

use crate::cube::{Cube, Membership, Reading};
use crate::error::CubeError;

/// Whole weeks from which a wait counts as beyond 18 weeks: the national standard for referral to treatment.
pub(crate) const EIGHTEEN_WEEKS: u32 = 18;
/// Whole weeks from which a wait counts as beyond a year.
const FIFTY_TWO_WEEKS: u32 = 52;

/// Indicators that share tables. Every count that they publish is a sum of classes, and classes do not overlap.
pub(super) struct Block {
    /// The indicators.
    pub indicators: Vec<Member>,
    /// The distinct sets of classes that are published: a set is a list of classes. The last is the universe: every row
    /// counted, whatever its reading; it is published only where [`View::universe`] says.
    pub sets: Vec<Vec<usize>>,
    /// Number of classes.
    pub classes: usize,
    /// The views.
    pub views: Vec<View>,
}

/// An indicator of a block, and which sets it publishes.
pub(super) struct Member {
    /// Position in [`Cube::indicators`].
    pub indicator: usize,
    /// Position in [`Block::sets`] of its numerator.
    pub numerator: usize,
    /// Of its denominator.
    pub denominator: usize,
    /// Of the rows beyond 52 weeks, for waits.
    pub over_52: Option<usize>,
}

/// A view of a block.
pub(super) struct View {
    /// Positions in [`Cube::dimensions`]; none for the whole.
    pub dimensions: Vec<usize>,
    /// Numbers of groups.
    pub sizes: Vec<usize>,
    /// Number of cells.
    pub cells: usize,
    /// Counts by cell and class.
    pub counts: Vec<u64>,
    /// Counts by cell and reading, as they were rolled up.
    pub readings: Vec<u64>,
    /// Whether a count is withheld (or, for the universe, not published at all), by cell and set.
    pub withheld: Vec<bool>,
    /// Cells whose universe is published, as data quality or as the number of rows counted.
    pub universe: Vec<bool>,
}

impl Block {
    /// Count of a set in a cell.
    pub fn count(&self, view: usize, cell: usize, set: usize) -> u64 {
        let counts = &self.views[view].counts[cell * self.classes..];
        self.sets[set].iter().map(|class| counts[*class]).sum()
    }

    /// Position of the universe in [`Block::sets`].
    pub fn universe(&self) -> usize {
        self.sets.len() - 1
    }

    /// The view crossed by exactly these dimensions, in either order.
    pub fn view(&self, dimensions: &[usize]) -> Option<usize> {
        self.views.iter().position(|view| {
            view.dimensions.len() == dimensions.len() && dimensions.iter().all(|own| view.dimensions.contains(own))
        })
    }

    /// Whether a set's count in a cell is withheld.
    pub fn is_withheld(&self, view: usize, cell: usize, set: usize) -> bool {
        self.views[view].withheld[cell * self.sets.len() + set]
    }
}

impl View {
    /// The cell of some groups, given in the order of the view's dimensions.
    pub fn cell(&self, groups: &[usize]) -> usize {
        groups.iter().zip(&self.sizes).fold(0, |cell, (group, size)| cell * size + group)
    }

    /// Positions of the groups of a cell.
    pub fn groups(&self, cell: usize) -> Vec<usize> {
        groups_of(cell, &self.sizes)
    }
}

/// Positions of the groups of a cell of a dense table with so many groups in each dimension.
pub(super) fn groups_of(mut cell: usize, sizes: &[usize]) -> Vec<usize> {
    let mut groups = vec![0; sizes.len()];
    for (group, size) in groups.iter_mut().zip(sizes).rev() {
        *group = cell % size;
        cell /= size;
    }
    groups
}

/// Groups the cube's indicators into blocks and rolls their tables up to the views wanted.
pub(super) fn blocks(cube: &Cube, wanted: &[Vec<usize>]) -> Result<Vec<Block>, CubeError> {
    let mut members: Vec<(&[usize], usize, Vec<usize>)> = Vec::new();
    for (position, indicator) in cube.indicators.iter().enumerate() {
        let codes = indicator.reading.codes();
        match members.iter_mut().find(|(tables, own, _)| *tables == indicator.tables && *own == codes) {
            Some((_, _, block)) => block.push(position),
            None => members.push((&indicator.tables, codes, vec![position])),
        }
    }
    members.into_iter().map(|(tables, codes, members)| block(cube, tables, codes, &members, wanted)).collect()
}

fn block(
    cube: &Cube,
    tables: &[usize],
    codes: usize,
    members: &[usize],
    wanted: &[Vec<usize>],
) -> Result<Block, CubeError> {
    for table in tables {
        if cube.tables.get(*table).is_none_or(|table| table.readings as usize != codes) {
            return Err(CubeError::Definition {
                name: cube.indicators[members[0]].definition.id.clone(),
                reason: "its readings do not fit its table".to_owned(),
            });
        }
    }
    // States that every published count treats alike are one class.
    let published: Vec<Vec<Vec<bool>>> =
        members.iter().map(|member| cube.indicators[*member].reading.published()).collect();
    let mut classes: HashMap<Vec<bool>, usize> = HashMap::new();
    let class_of: Vec<usize> = (0..codes)
        .map(|code| {
            let signature = published.iter().flatten().map(|set| set[code]).collect();
            let next = classes.len();
            *classes.entry(signature).or_insert(next)
        })
        .collect();
    let mut sets: Vec<Vec<usize>> = Vec::new();
    let mut set_of = |codes: &[bool]| {
        let mut set: Vec<usize> = codes.iter().zip(&class_of).filter(|(inside, _)| **inside).map(|(_, c)| *c).collect();
        set.sort_unstable();
        set.dedup();
        sets.iter().position(|own| *own == set).unwrap_or_else(|| {
            sets.push(set);
            sets.len() - 1
        })
    };
    let indicators = members
        .iter()
        .zip(&published)
        .map(|(indicator, published)| Member {
            indicator: *indicator,
            numerator: set_of(&published[0]),
            denominator: set_of(&published[1]),
            over_52: published.get(2).map(|set| set_of(set)),
        })
        .collect();
    // The universe stands apart even where a denominator has the same classes, because it is published elsewhere.
    sets.push((0..classes.len()).collect());
    let views = views(cube, tables, wanted, codes, &class_of, classes.len(), sets.len())?;
    Ok(Block { indicators, sets, classes: classes.len(), views })
}

/// Rolls up, each table once for all the views that it is the first to serve.
fn views(
    cube: &Cube,
    tables: &[usize],
    wanted: &[Vec<usize>],
    codes: usize,
    class_of: &[usize],
    classes: usize,
    sets: usize,
) -> Result<Vec<View>, CubeError> {
    let serves = |table: &usize, view: &Vec<usize>| {
        view.iter().all(|dimension| cube.tables[*table].dimensions.contains(dimension))
    };
    let mut rolled: Vec<Option<Vec<u64>>> = vec![None; wanted.len()];
    for table in tables {
        let own: Vec<usize> = (0..wanted.len())
            .filter(|view| tables.iter().find(|table| serves(table, &wanted[*view])) == Some(table))
            .collect();
        let dimensions: Vec<Vec<usize>> = own.iter().map(|view| wanted[*view].clone()).collect();
        for (view, counts) in own.into_iter().zip(cube.slice(*table, &dimensions)?) {
            rolled[view] = Some(counts);
        }
    }
    let views = wanted.iter().zip(rolled).filter_map(|(dimensions, readings)| {
        let readings = readings?;
        let sizes: Vec<usize> = dimensions.iter().map(|place| cube.dimensions[*place].groups.len()).collect();
        let cells = sizes.iter().product();
        let mut counts = vec![0; cells * classes];
        for (key, count) in readings.iter().enumerate() {
            counts[key / codes * classes + class_of[key % codes]] += count;
        }
        let withheld = vec![false; cells * sets];
        let universe = vec![false; cells];
        Some(View { dimensions: dimensions.clone(), sizes, cells, counts, readings, withheld, universe })
    });
    Ok(views.collect())
}

impl Reading {
    /// For each published count (numerator, denominator, for waits beyond 52 weeks): which codes are in it.
    fn published(&self) -> Vec<Vec<bool>> {
        match self {
            Self::Membership(states) => vec![
                states.iter().map(|state| *state == Membership::Numerator).collect(),
                states.iter().map(|state| *state != Membership::Outside).collect(),
            ],
            Self::Weeks(weeks) => vec![
                weeks.iter().map(|week| week.is_some_and(|week| week >= EIGHTEEN_WEEKS)).collect(),
                weeks.iter().map(Option::is_some).collect(),
                weeks.iter().map(|week| week.is_some_and(|week| week >= FIFTY_TWO_WEEKS)).collect(),
            ],
        }
    }
}
