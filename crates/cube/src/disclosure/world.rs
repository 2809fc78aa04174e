//! Another world that a reader cannot tell from this one: single steps away from the true counts, and what they cost.
//!
//! Whether a step is noticed is asked millions of times. What a reader would notice is therefore kept as bits, one for each
//! set of a cell: whether it may gain a row unnoticed, and whether it may lose one.

mod plan;

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

/// Sets of one cell, one bit each, in as many words as it takes.
type Bits = Vec<u64>;
/// Bits of a word.
const WORD: usize = u64::BITS as usize;

/// What is known of one view while worlds are built.
struct Known {
    /// True counts, by cell and set.
    counts: Vec<u64>,
    /// Steps taken, summed, by cell and class.
    taken: Vec<i64>,
    /// Steps taken, summed, by cell and set.
    moved: Vec<i64>,
    /// Sets that may gain a row unnoticed: words by cell.
    may_gain: Bits,
    /// Sets that may lose one.
    may_lose: Bits,
}

/// The true counts, the steps taken away from them, and what a reader knows.
pub(super) struct World<'a> {
    pub block: &'a mut Block,
    pub policy: &'a Policy,
    /// The sets that each class is in: words by class.
    sets_of: Bits,
    /// By view.
    known: Vec<Known>,
    /// Cells in which steps were taken: view and cell.
    touched: Vec<(usize, usize)>,
    /// Sets whose numerators must be withheld with them.
    above: Vec<Vec<usize>>,
    /// Words that the bits of a cell take.
    words: usize,
}

impl<'a> World<'a> {
    pub fn new(block: &'a mut Block, policy: &'a Policy) -> Self {
        let words = block.sets.len().div_ceil(WORD);
        let mut above = vec![Vec::new(); block.sets.len()];
        for member in &block.indicators {
            above[member.denominator].extend(std::iter::once(member.numerator).chain(member.over_52));
        }
        let sets_of = sets_of(block, words);
        let known = (0..block.views.len()).map(|view| Known::new(block, view, words)).collect();
        let mut world = Self { block, policy, sets_of, known, touched: Vec::new(), above, words };
        for view in 0..world.known.len() {
            for cell in 0..world.block.views[view].cells {
                world.look(view, cell);
            }
        }
        world
    }

    /// Works out anew which sets of a cell may gain or lose a row unnoticed.
    fn look(&mut self, view: usize, cell: usize) {
        let sets = self.block.sets.len();
        for set in 0..sets {
            let place = cell * sets + set;
            let known = &self.known[view];
            let withheld = self.block.views[view].withheld[place];
            let (low, high) = self.policy.interval(known.counts[place]);
            let now = i128::from(known.counts[place]) + i128::from(known.moved[place]);
            let gains = withheld || (i128::from(low)..=i128::from(high)).contains(&(now + 1));
            let loses = withheld || (i128::from(low)..=i128::from(high)).contains(&(now - 1));
            self.mark(view, cell, set, [gains, loses]);
        }
    }

    fn mark(&mut self, view: usize, cell: usize, set: usize, [gains, loses]: [bool; 2]) {
        let (word, bit) = (cell * self.words + set / WORD, 1_u64 << (set % WORD));
        let known = &mut self.known[view];
        for (bits, yes) in [(&mut known.may_gain, gains), (&mut known.may_lose, loses)] {
            if yes {
                bits[word] |= bit;
            } else {
                bits[word] &= !bit;
            }
        }
    }

    /// Forgets the steps taken.
    pub fn reset(&mut self) {
        let (classes, sets) = (self.block.classes, self.block.sets.len());
        for (view, cell) in std::mem::take(&mut self.touched) {
            let known = &mut self.known[view];
            known.taken[cell * classes..(cell + 1) * classes].fill(0);
            known.moved[cell * sets..(cell + 1) * sets].fill(0);
            self.look(view, cell);
        }
    }

    /// Takes the steps of a plan, withholding what they need.
    pub fn take(&mut self, plan: &Plan) {
        for (view, cell, step) in &plan.steps {
            let noticed: Vec<usize> = self.noticed(*view, *cell, *step).collect();
            for set in noticed {
                self.withhold(*view, *cell, set);
            }
            self.step(*view, *cell, *step);
        }
    }

    fn step(&mut self, view: usize, cell: usize, step: Step) {
        let (classes, sets) = (self.block.classes, self.block.sets.len());
        let known = &mut self.known[view];
        for (class, change) in [(step.gains, 1), (step.loses, -1)] {
            let Some(class) = class else { continue };
            known.taken[cell * classes + class] += change;
            for set in 0..sets {
                let within = self.sets_of[class * self.words + set / WORD] >> (set % WORD) & 1 == 1;
                known.moved[cell * sets + set] += if within { change } else { 0 };
            }
        }
        self.touched.push((view, cell));
        self.look(view, cell);
    }

    /// What a step in a cell costs: the counts that would have to be withheld, plus one for each; 0 where a reader cannot
    /// notice it; `None` where it cannot be made.
    pub fn cost(&self, view: usize, cell: usize, step: Step) -> Option<u64> {
        if !self.can(view, cell, step) {
            return None;
        }
        let counts = &self.known[view].counts[cell * self.block.sets.len()..];
        self.noticed(view, cell, step).map(|set| if counts[set] == 0 { None } else { Some(counts[set] + 1) }).sum()
    }

    /// Whether a step can be made and nobody would notice.
    fn is_free(&self, view: usize, cell: usize, step: Step) -> bool {
        self.can(view, cell, step) && (0..self.words).all(|word| self.noticed_in(view, cell, step, word) == 0)
    }

    /// Whether there is a row to lose.
    fn can(&self, view: usize, cell: usize, step: Step) -> bool {
        step.loses.is_none_or(|class| self.has(view, cell, class))
    }

    /// Whether a cell holds a row of a class.
    pub fn has(&self, view: usize, cell: usize, class: usize) -> bool {
        let place = cell * self.block.classes + class;
        let own = self.block.views[view].counts[place];
        i64::try_from(own).unwrap_or(i64::MAX).saturating_add(self.known[view].taken[place]) >= 1
    }

    /// Shown counts that would leave the interval in which a reader knows them to be.
    fn noticed(&self, view: usize, cell: usize, step: Step) -> impl Iterator<Item = usize> + use<'_> {
        (0..self.words).flat_map(move |word| {
            let bits = self.noticed_in(view, cell, step, word);
            (0..WORD).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * WORD + bit)
        })
    }

    fn noticed_in(&self, view: usize, cell: usize, step: Step, word: usize) -> u64 {
        let sets = |class: Option<usize>| class.map_or(0, |class| self.sets_of[class * self.words + word]);
        let (gains, loses) = (sets(step.gains), sets(step.loses));
        let (known, place) = (&self.known[view], cell * self.words + word);
        gains & !loses & !known.may_gain[place] | loses & !gains & !known.may_lose[place]
    }

    /// Withholds a count, and the numerators of a denominator.
    pub fn withhold(&mut self, view: usize, cell: usize, set: usize) {
        let sets = self.block.sets.len();
        let both: Vec<usize> = std::iter::once(set).chain(self.above[set].iter().copied()).collect();
        for set in both {
            self.block.views[view].withheld[cell * sets + set] = true;
            self.mark(view, cell, set, [true, true]);
        }
    }

    /// The true count of a set in a cell.
    pub fn count(&self, view: usize, cell: usize, set: usize) -> u64 {
        self.known[view].counts[cell * self.block.sets.len() + set]
    }
}

impl Known {
    fn new(block: &Block, view: usize, words: usize) -> Self {
        let (cells, sets) = (block.views[view].cells, block.sets.len());
        let counts = (0..cells).flat_map(|cell| (0..sets).map(move |set| block.count(view, cell, set))).collect();
        Self {
            counts,
            taken: vec![0; cells * block.classes],
            moved: vec![0; cells * sets],
            may_gain: vec![0; cells * words],
            may_lose: vec![0; cells * words],
        }
    }
}

/// The sets that each class is in.
fn sets_of(block: &Block, words: usize) -> Bits {
    let mut bits = vec![0; block.classes * words];
    for (set, members) in block.sets.iter().enumerate() {
        for class in members {
            bits[class * words + set / WORD] |= 1_u64 << (set % WORD);
        }
    }
    bits
}
