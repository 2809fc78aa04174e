//! What stood in the way, for each missed appointment: the truth that interviews and calls try to learn.
//!
//! Shares of people without a particular need follow what patients said (gastroenterology clinic, Journal of the Royal Society
//! of Medicine 2002: forgot 30 %, clerical errors 10 %, felt better 8 %; general practice, BMC Family Practice 2005: forgot
//! more than 40 %, tried to cancel or time inconvenient about 25 %, family or illness 20 %). What a need adds is an assumption.

use crate::people::{Needs, Person};
use crate::random::Stream;
use crate::risk::Visit;

/// All barriers, as files name them.
pub const BARRIERS: [&str; 16] = [
    "forgot",
    "appointment letter never or late received",
    "wrong address or telephone number",
    "letter not understood or in the wrong language",
    "could not contact to change it",
    "clash with work",
    "clash with caring or school",
    "transport cost",
    "transport availability or access",
    "ill that day",
    "felt better",
    "did not think it needed",
    "fear, past bad experience or distrust",
    "digital exclusion",
    "no interpreter or support",
    "not brought by the person they depend on",
];

const USUAL: [f64; 16] = [30.0, 9.0, 4.0, 3.0, 9.0, 10.0, 5.0, 3.0, 4.0, 8.0, 7.0, 4.0, 4.0, 1.0, 0.0, 0.0];

/// Draws the barrier behind one missed visit; the number is a position in [`BARRIERS`].
pub fn draw(person: &Person, age: i32, old_address: bool, visit: &Visit, stream: &mut Stream) -> u8 {
    let mut weights = USUAL;
    let mut add = |barrier: usize, when: bool, weight: f64| {
        if when {
            weights[barrier] += weight;
        }
    };
    let needs = person.needs;
    add(2, old_address, 60.0);
    add(3, needs.has(Needs::INTERPRETER), 20.0);
    add(14, needs.has(Needs::INTERPRETER), 25.0);
    add(14, needs.has(Needs::LEARNING_DISABILITY), 20.0);
    add(6, needs.has(Needs::CARER), 25.0);
    add(2, needs.has(Needs::HOMELESS), 40.0);
    add(12, needs.has(Needs::MENTAL_ILLNESS), 25.0);
    add(13, visit.remote && needs.has(Needs::OFFLINE), 60.0);
    let far = !visit.remote && visit.miles > 4.0;
    add(7, far && needs.has(Needs::NO_CAR), 18.0);
    add(8, far, 6.0 + f64::from(visit.miles));
    add(8, needs.has(Needs::DISABLED) && !visit.remote, 6.0);
    if age < 16 {
        weights[15] = 60.0;
        weights[5] = 2.0;
    }
    if age >= 66 {
        weights[5] = 1.0;
    }
    let mut left = stream.unit() * weights.iter().sum::<f64>();
    for (barrier, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return u8::try_from(barrier).unwrap_or(0);
        }
    }
    0
}
