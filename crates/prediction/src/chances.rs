//! Chances of missing an appointment, locked: figures of many people and offers of help can be made of them, and nothing else.

/// The chance of each of some appointments. It has no way out of this crate: no `Debug`, `Display`, `Serialize`, and no
/// number that a caller could read, sort by or write beside a person.
///
/// ```compile_fail
/// fn print(chances: &evenly_prediction::Chances) { println!("{chances:?}"); }
/// ```
/// ```compile_fail
/// fn write(chances: &evenly_prediction::Chances) -> String { serde_json::to_string(chances).unwrap() }
/// ```
/// ```compile_fail
/// fn read(chances: &evenly_prediction::Chances) -> f64 { chances.values()[0] }
/// ```
/// ```compile_fail
/// fn open(chances: evenly_prediction::Chances) -> Vec<f64> { chances.0 }
/// ```
/// ```compile_fail
/// fn rank(chances: &evenly_prediction::Chances) -> bool { chances[0] > chances[1] }
/// ```
/// How many there are is no secret, and two sets can be the same:
///
/// ```
/// fn same(one: &evenly_prediction::Chances, other: &evenly_prediction::Chances) -> bool {
///     one.len() == other.len() && one == other
/// }
/// ```
#[derive(Clone, PartialEq)]
pub struct Chances(Vec<f64>);

impl Chances {
    pub(crate) fn new(values: Vec<f64>) -> Self {
        Self(values)
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.0
    }

    /// How many appointments.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
