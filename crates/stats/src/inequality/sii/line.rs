//! The line of the slope index: least squares of the groups' values on their mid-rank, weighted by population.

/// Most groups that a slope index takes; keeps every working array on the stack.
pub const MOST_GROUPS: usize = 100;

/// Places of the groups on the scale from worst-off (0) to best-off (1) and what the line takes from each group.
///
/// The slope is Σ `slope[i]`·value, the value at the worst-off end Σ `start[i]`·value: both are linear in the values, which
/// is why their intervals can be had without simulation.
pub struct Line {
    count: usize,
    share: [f64; MOST_GROUPS],
    middle: [f64; MOST_GROUPS],
    slope: [f64; MOST_GROUPS],
    start: [f64; MOST_GROUPS],
}

impl Line {
    /// The line through groups of these populations (positive, at most [`MOST_GROUPS`]), in order from the worst-off.
    pub fn new(populations: impl Iterator<Item = f64>) -> Self {
        let zero = [0.0; MOST_GROUPS];
        let mut line = Self { count: 0, share: zero, middle: zero, slope: zero, start: zero };
        for population in populations.take(MOST_GROUPS) {
            line.share[line.count] = population;
            line.count += 1;
        }
        line.place();
        line
    }

    /// Slope of the line through these values without one of the groups, the others keeping their order.
    ///
    /// Mid-ranks weighted by population always have the mean ½, so one pass is enough.
    pub fn slope_without(&self, left_out: usize, values: &[f64]) -> f64 {
        let kept = 1.0 - self.share[left_out];
        let (mut below, mut cross, mut spread) = (0.0, 0.0, 0.0);
        for (position, (share, value)) in self.shares().iter().zip(values).enumerate() {
            if position == left_out {
                continue;
            }
            let share = share / kept;
            let place = below + share / 2.0 - 0.5;
            below += share;
            cross += share * place * value;
            spread += share * place * place;
        }
        cross / spread
    }

    fn place(&mut self) {
        let count = self.count;
        let total: f64 = self.share[..count].iter().sum();
        let mut below = 0.0;
        for position in 0..count {
            self.share[position] /= total;
            self.middle[position] = below + self.share[position] / 2.0;
            below += self.share[position];
        }
        let centre: f64 = (0..count).map(|i| self.share[i] * self.middle[i]).sum();
        let spread: f64 = (0..count).map(|i| self.share[i] * (self.middle[i] - centre).powi(2)).sum();
        for position in 0..count {
            self.slope[position] = self.share[position] * (self.middle[position] - centre) / spread;
            self.start[position] = self.share[position] - centre * self.slope[position];
        }
    }

    /// Number of groups.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Shares of the population; they add to 1.
    pub fn shares(&self) -> &[f64] {
        &self.share[..self.count]
    }

    /// Cumulative share of the population at the middle of each group.
    pub fn middles(&self) -> &[f64] {
        &self.middle[..self.count]
    }

    /// What the slope takes from each group.
    pub fn slope_weights(&self) -> &[f64] {
        &self.slope[..self.count]
    }

    /// What the value at the worst-off end takes from each group.
    pub fn start_weights(&self) -> &[f64] {
        &self.start[..self.count]
    }

    /// Slope of the line through these values.
    pub fn slope(&self, values: &[f64]) -> f64 {
        self.slope_weights().iter().zip(values).map(|(weight, value)| weight * value).sum()
    }

    /// Value of the line at the worst-off end.
    pub fn start(&self, values: &[f64]) -> f64 {
        self.start_weights().iter().zip(values).map(|(weight, value)| weight * value).sum()
    }
}
