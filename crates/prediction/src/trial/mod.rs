//! A trial of help, chosen at the start: who is offered help, and who waits, so that the trust learns whether help helps.

mod design;
mod effect;
mod evaluate;
mod iso;
mod sealed;
mod words;

pub use design::{Arm, Design, Plan, Step};
pub use effect::{Effect, GroupEffect};
pub use evaluate::{Evaluation, evaluate};
pub use sealed::Sealed;
pub use words::evaluation_text;
