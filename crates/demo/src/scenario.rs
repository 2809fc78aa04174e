//! What is planted: each scenario is a set of switches, and `null` has them all off.

use std::fmt;
use std::str::FromStr;

use crate::error::DemoError;

/// A choice of what is planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Everything at once, on published gradients.
    Default,
    /// Nothing at all: everybody has the same chances, before and after.
    Null,
    /// Published gradients and a reminder project that helps everybody equally: nothing is masked.
    Even,
    /// The whole improves, one three-way stratum gets worse.
    Masked,
    /// The gap between men and women is only a matter of which clinics they go to.
    Mix,
    /// One gap is explained by distance.
    Distance,
    /// One ethnic group does better in nearly every clinic and worse overall.
    Reversal,
    /// Ethnicity is asked on arrival, so that "not known" holds those who did not arrive.
    Artefact,
    /// The project improves attendance, and discharges more people of the most deprived fifth after one missed appointment.
    Balancing,
}

/// The switches.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a table of switches")]
pub struct Planted {
    /// Chances differ by deprivation, age, sex, ethnic group, clinic and the rest, as published.
    pub gradients: bool,
    /// A reminder project at [`crate::calendar::PROJECT_DAY`] lowers the chance of missing an appointment.
    pub reminders: bool,
    /// The stratum of [`crate::risk::STRATUM`] does not share in it.
    pub masked: bool,
    /// Maternity clinics are hardly missed, and men and women are no different within clinics.
    pub mix: bool,
    /// Eye clinics are held at the outlying hospital, and only the distance makes people miss them.
    pub distance: bool,
    /// Asian patients miss less within clinics, and go more often to clinics that everybody misses.
    pub reversal: bool,
    /// Ethnicity is asked on arrival.
    pub artefact: bool,
    /// Discharges after one missed appointment rise in the most deprived fifth.
    pub balancing: bool,
}

impl Scenario {
    /// All scenarios.
    pub const ALL: [Self; 9] = [
        Self::Default,
        Self::Null,
        Self::Even,
        Self::Masked,
        Self::Mix,
        Self::Distance,
        Self::Reversal,
        Self::Artefact,
        Self::Balancing,
    ];

    /// Its name on the command line and in `truth.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Null => "null",
            Self::Even => "even",
            Self::Masked => "masked",
            Self::Mix => "mix",
            Self::Distance => "distance",
            Self::Reversal => "reversal",
            Self::Artefact => "artefact",
            Self::Balancing => "balancing",
        }
    }

    /// The switches it sets.
    pub fn planted(self) -> Planted {
        let is = |own: Self| self == own || self == Self::Default;
        Planted {
            gradients: self != Self::Null,
            reminders: self != Self::Null,
            masked: is(Self::Masked),
            mix: is(Self::Mix),
            distance: is(Self::Distance),
            reversal: is(Self::Reversal),
            artefact: is(Self::Artefact),
            balancing: is(Self::Balancing),
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scenario {
    type Err = DemoError;

    fn from_str(name: &str) -> Result<Self, DemoError> {
        let found = Self::ALL.into_iter().find(|scenario| scenario.name() == name);
        found.ok_or_else(|| DemoError::Scenario { name: name.to_owned(), known: Self::ALL.map(Self::name).join(", ") })
    }
}
