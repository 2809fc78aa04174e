//! One cell of counts becomes a value with its interval.

use evenly_cube::{Better as CubeBetter, Indicator, Kind, ReleasedCell};
use evenly_stats::{Better, Estimate, proportion};

use crate::analysis::Reading;

/// Level of every interval in a report.
pub const CONFIDENCE: f64 = 0.95;

/// The reading of a cell: a share with Wilson's interval, or the median wait with its own.
pub fn reading(cell: &ReleasedCell, definition: &Indicator) -> Reading {
    let mut reading = Reading {
        value: None,
        p90: None,
        over_52_weeks: None,
        numerator: cell.numerator,
        denominator: cell.denominator,
        design_effect: cell.design_effect,
    };
    if is_waits(definition) {
        if let Some(quantiles) = &cell.quantiles {
            reading.value = Some(from_limits(quantiles.median));
            reading.p90 = Some(from_limits(quantiles.p90));
            reading.over_52_weeks = Some(quantiles.over_52_weeks);
        }
    } else if let Some(counts) = reading.counts() {
        // Counts rounded apart may cross each other; such a cell has no share.
        reading.value = proportion::wilson(counts.numerator, counts.denominator, CONFIDENCE).ok();
    }
    reading
}

/// Whether the indicator measures how long people wait.
pub fn is_waits(definition: &Indicator) -> bool {
    matches!(definition.kind, Kind::Waits { .. })
}

/// The good direction, as the statistics spell it.
pub fn better(definition: &Indicator) -> Better {
    match definition.better {
        CubeBetter::Lower => Better::Lower,
        CubeBetter::Higher => Better::Higher,
    }
}

fn from_limits([value, lower, upper]: [f64; 3]) -> Estimate {
    Estimate { value, lower, upper }
}
