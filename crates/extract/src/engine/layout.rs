//! A plan made ready for the pass: every table of cells becomes a sum of look-ups, one for each column it depends on.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::plan::{CheckKind, Coder, EngineError, Plan, Weight};

/// Most codes of one combined axis: its table lies in memory.
const COMBINED_CELLS: u64 = 1 << 28;

/// What a look-up is indexed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The ids of a column.
    Column(usize),
    /// The codes of an axis that is worked out for every row.
    Axis(usize),
}

/// One look-up of a sum: what all digits that depend on one source add to the key.
#[derive(Clone, Debug)]
pub struct Part {
    /// Whose ids or codes are looked up.
    pub source: Source,
    /// Axes and the weight of their digit in the key.
    pub digits: Vec<(usize, u64)>,
}

/// A mixed-radix key as a sum of look-ups.
#[derive(Clone, Debug)]
pub struct Sum {
    /// Its parts, one for each source.
    pub parts: Vec<Part>,
    /// Possible keys: `0..cells`.
    pub cells: u64,
    /// Codes of the last axis if its digit has been moved to the slow end of the key, else 1.
    pub planes: u64,
}

/// Most codes of a last axis that is worth a plane of its own for each.
const PLANES: u64 = 16;

impl Sum {
    /// Gives every code of the last axis (the reading axis, of which one code takes most rows) a plane of its own, so that
    /// the cells that most rows fall into lie beside each other and fill whole cache lines.
    pub fn split_into_planes(&mut self, last_axis_size: u64) {
        if !(2..=PLANES).contains(&last_axis_size) {
            return;
        }
        self.planes = last_axis_size;
        let plane = self.cells / last_axis_size;
        for (_, stride) in self.parts.iter_mut().flat_map(|part| &mut part.digits) {
            // Only the last axis has stride 1: those before it are multiplied by its size.
            *stride = if *stride == 1 { plane } else { *stride / last_axis_size };
        }
    }
}

/// Checks that look at the same source.
#[derive(Clone, Debug)]
pub struct CheckGroup {
    /// The source.
    pub source: Source,
    /// Positions in [`Plan::checks`].
    pub checks: Vec<usize>,
}

/// The plan, compiled.
pub struct Layout<'a> {
    /// As it was given.
    pub plan: &'a Plan,
    /// A key for every tally.
    pub tallies: Vec<Sum>,
    /// Axes that are worked out for every row, in the order to do it, with the sum for those that combine others.
    pub worked_out: Vec<(usize, Option<Sum>)>,
    /// Checks by source.
    pub checks: Vec<CheckGroup>,
}

impl<'a> Layout<'a> {
    /// Checks that the plan is consistent and compiles it.
    pub fn new(plan: &'a Plan) -> Result<Self, EngineError> {
        validate(plan)?;
        let tallies = plan.tallies.iter().map(|tally| sum(plan, &tally.axes)).collect::<Result<Vec<_>, _>>()?;
        let mut checks: Vec<CheckGroup> = Vec::new();
        for (position, check) in plan.checks.iter().enumerate() {
            let source = source(plan, check.axis);
            match checks.iter_mut().find(|group| group.source == source) {
                Some(group) => group.checks.push(position),
                None => checks.push(CheckGroup { source, checks: vec![position] }),
            }
        }
        let used = plan.tallies.iter().flat_map(|tally| tally.axes.iter().copied());
        let used = used.chain(plan.followed.iter().flat_map(|followed| followed.by.iter().flatten().copied()));
        let used = used.chain(plan.checks.iter().map(|check| check.axis));
        let used = used.chain(
            plan.quality.iter().flat_map(|quality| std::iter::once(quality.state).chain(quality.by.iter().copied())),
        );
        let mut needed: BTreeSet<usize> = BTreeSet::new();
        let mut open: Vec<usize> = used.collect();
        while let Some(axis) = open.pop() {
            if matches!(source(plan, axis), Source::Axis(_))
                && needed.insert(axis)
                && let Coder::Combined { axes, .. } = &plan.axes[axis].coder
            {
                open.extend(axes);
            }
        }
        // An axis only combines axes before it, so ascending order is the order of work.
        let worked_out = needed
            .into_iter()
            .map(|axis| match &plan.axes[axis].coder {
                Coder::Combined { axes, .. } => Ok((axis, Some(sum(plan, axes)?))),
                _ => Ok((axis, None)),
            })
            .collect::<Result<_, EngineError>>()?;
        Ok(Self { plan, tallies, worked_out, checks })
    }
}

/// What the code of an axis is looked up by.
pub fn source(plan: &Plan, axis: usize) -> Source {
    match plan.axes[axis].coder {
        Coder::Value { column, .. } => Source::Column(column),
        Coder::DaysBetween { .. } | Coder::Combined { .. } => Source::Axis(axis),
    }
}

fn sum(plan: &Plan, axes: &[usize]) -> Result<Sum, EngineError> {
    let mut parts: Vec<Part> = Vec::new();
    let mut cells = 1u64;
    for &axis in axes.iter().rev() {
        let source = source(plan, axis);
        match parts.iter_mut().find(|part| part.source == source) {
            Some(part) => part.digits.push((axis, cells)),
            None => parts.push(Part { source, digits: vec![(axis, cells)] }),
        }
        cells = cells
            .checked_mul(plan.axes[axis].size.into())
            .filter(|cells| *cells < u64::MAX)
            .ok_or(EngineError::TooManyCells { cells: u64::MAX, limit: u64::MAX - 1 })?;
    }
    Ok(Sum { parts, cells, planes: 1 })
}

fn wrong(what: String) -> EngineError {
    EngineError::Plan(what)
}

fn validate(plan: &Plan) -> Result<(), EngineError> {
    let column = |position: usize, axis: &str| {
        if position < plan.columns.len() {
            return Ok(());
        }
        Err(wrong(format!("axis `{axis}` reads column {position} of {}", plan.columns.len())))
    };
    for (position, axis) in plan.axes.iter().enumerate() {
        if axis.size == 0 {
            return Err(wrong(format!("axis `{}` has no codes", axis.name)));
        }
        match &axis.coder {
            Coder::Value { column: of, .. } => column(*of, &axis.name)?,
            Coder::DaysBetween { from, to, .. } => {
                column(*from, &axis.name)?;
                column(*to, &axis.name)?;
            }
            Coder::Combined { axes, table } => validate_combined(plan, position, axes, table)?,
        }
    }
    let axis = |position: usize| {
        let there = plan.axes.get(position);
        there.ok_or_else(|| wrong(format!("axis {position} of {} was asked for", plan.axes.len())))
    };
    for check in &plan.checks {
        let axis = axis(check.axis)?;
        if check.hit.len() != axis.size as usize {
            return Err(wrong(format!("a check of axis `{}` knows {} of its codes", axis.name, check.hit.len())));
        }
        if let CheckKind::Reject { column: of, .. } = &check.kind {
            column(*of, &axis.name)?;
        }
    }
    for &position in plan.tallies.iter().flat_map(|tally| &tally.axes) {
        axis(position)?;
    }
    for position in plan.tallies.iter().flat_map(|tally| tally.adds.columns()) {
        column(position, "sum")?;
    }
    if let Some(followed) = &plan.followed {
        column(followed.column, "people")?;
        for by in &followed.by {
            by.iter().try_for_each(|own| axis(*own).map(drop))?;
            sum(plan, by)?;
        }
    }
    for quality in &plan.quality {
        let state = axis(quality.state)?;
        if state.size > 5 {
            return Err(wrong(format!("axis `{}` is asked for states and has {} codes", state.name, state.size)));
        }
        quality.by.iter().try_for_each(|by| axis(*by).map(drop))?;
    }
    if plan.checks.len() >= usize::from(u16::MAX) {
        return Err(wrong(format!("there are {} checks", plan.checks.len())));
    }
    match plan.weight {
        Weight::Column(position) => column(position, "weight"),
        Weight::One => Ok(()),
    }
}

fn validate_combined(plan: &Plan, position: usize, axes: &[usize], table: &Arc<[u32]>) -> Result<(), EngineError> {
    let name = &plan.axes[position].name;
    if let Some(late) = axes.iter().find(|axis| **axis >= position) {
        return Err(wrong(format!("axis `{name}` combines axis {late}, which does not come before it")));
    }
    let cells = sum(plan, axes)?.cells;
    if cells > COMBINED_CELLS || cells != table.len() as u64 {
        return Err(wrong(format!("axis `{name}` combines {cells} cells with a table of {}", table.len())));
    }
    match table.iter().find(|code| **code >= plan.axes[position].size) {
        Some(code) => Err(wrong(format!("axis `{name}` gives code {code} of {}", plan.axes[position].size))),
        None => Ok(()),
    }
}
