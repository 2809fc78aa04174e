//! Feature sets: versioned TOML that says what is looked at, in plain words, and which barrier each feature hints at.

use evenly_cube::Condition;
use serde::{Deserialize, Serialize};

use crate::PredictError;
use crate::appointments::Outcome;

macro_rules! shipped {
    ($($id:literal),* $(,)?) => {
        [$(($id, include_str!(concat!("../../../../definitions/features/", $id, ".toml")))),*]
    };
}

/// Id and text of every shipped feature set.
const SHIPPED: [(&str, &str); 1] = shipped!["missed-appointments"];

/// What is looked at, as of when, to say what.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSet {
    /// Name in commands.
    pub id: String,
    /// Counts up when the meaning changes.
    pub version: u32,
    /// Title for a reader.
    pub title: String,
    /// Where it comes from.
    pub source: String,
    /// Day it was written or checked, ISO.
    pub date: String,
    /// The moment as of which features are worked out.
    pub moment: Moment,
    /// What counts as which outcome.
    pub outcome: OutcomeRules,
    /// What may stand in the way, and what helps.
    #[serde(default)]
    pub barrier: Vec<Barrier>,
    /// The features.
    pub feature: Vec<Feature>,
    /// Dimensions whose groups' chances are put right, each group's by its own.
    #[serde(default)]
    pub calibrate_by: Vec<CalibrateBy>,
}

/// A dimension whose groups' chances are put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrateBy {
    /// The dimension.
    pub dimension: String,
    /// Whether it is a protected characteristic (Equality Act 2010).
    #[serde(default)]
    pub protected: bool,
    /// Why a protected characteristic is used; without this it is only for audit.
    #[serde(default)]
    pub why: Option<String>,
    /// Whether it is taken from the person's latest appointment that has it where one does not, as is needed for what is asked on arrival.
    #[serde(default)]
    pub of_person: bool,
}

/// The moment as of which features are worked out: the day of booking, or so many days before the appointment if that is later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// Fields that may hold the day of booking, the first that is there is used.
    pub booked: Vec<String>,
    /// The field that holds the day of the appointment.
    pub appointment: String,
    /// The identifier of a person.
    pub person: String,
    /// Days before the appointment; the day of booking if not given.
    #[serde(default)]
    pub days_before: Option<u16>,
}

/// Conditions for the outcomes; an appointment that meets none is neither predicted nor part of a history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeRules {
    /// The person did not attend, or came too late to be seen.
    pub missed: String,
    /// The person was seen.
    pub attended: String,
    /// The person cancelled.
    pub cancelled: String,
    /// The service called it off, so that nobody is awaited; such an appointment gets no offer.
    #[serde(default)]
    pub called_off: Option<String>,
}

/// What may stand in the way of attending, and what helps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Barrier {
    /// Name in features.
    pub id: String,
    /// What may stand in the way, as one would say it to the person.
    pub words: String,
    /// The help to offer.
    pub offer: String,
}

/// One feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// Name of the column.
    pub id: String,
    /// Plain name.
    pub title: String,
    /// How it is worked out.
    #[serde(flatten)]
    pub kind: Kind,
    /// Id of the barrier it hints at.
    #[serde(default)]
    pub barrier: Option<String>,
    /// The barrier is named only for values above this, where the words hold for those alone.
    #[serde(default)]
    pub hints_above: Option<f64>,
    /// The barrier is named only for values up to this.
    #[serde(default)]
    pub hints_up_to: Option<f64>,
    /// The barrier in closer words, for values up to so much; the first that fits.
    #[serde(default)]
    pub says: Vec<Says>,
    /// Which way the risk may go as it grows, where only one way makes sense.
    #[serde(default)]
    pub risk: Option<Direction>,
    /// Whether the linear model takes its logarithm (of one more), because twice as much matters about the same anywhere.
    #[serde(default)]
    pub log: bool,
    /// Why a protected characteristic is used; without this a protected feature is only for audit.
    #[serde(default)]
    pub why: Option<String>,
    /// Whether it is a protected characteristic (Equality Act 2010).
    #[serde(default)]
    pub protected: bool,
    /// Days before the appointment from which it is known, where it is not known at booking (a reminder sent).
    #[serde(default)]
    pub known_days_before: Option<u16>,
}

/// A barrier in closer words for some values of a feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Says {
    /// Values up to this; all if not given.
    #[serde(default)]
    pub up_to: Option<f64>,
    /// What may stand in the way.
    pub words: String,
}

/// Which way the risk may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More of it, more risk.
    Rises,
    /// More of it, less risk.
    Falls,
}

/// How a feature is worked out. History is the person's appointments that took place before the moment's day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Kind {
    /// How many of an outcome.
    HistoryCount {
        /// The outcome.
        of: Outcome,
    },
    /// Share of an outcome among missed and attended; unknown without any.
    HistoryShare {
        /// The outcome.
        of: Outcome,
    },
    /// Days since the last of an outcome; unknown without any.
    HistoryDaysSince {
        /// The outcome.
        of: Outcome,
    },
    /// How many of an outcome, each worth half as much after so many days.
    HistoryDecayed {
        /// The outcome.
        of: Outcome,
        /// Days to half.
        half_life_days: f64,
    },
    /// Other appointments of the person that were booked before the moment's day and are still to come.
    AlreadyBooked,
    /// Those of them that are on the same day.
    SameDay,
    /// Days from the day of booking to the appointment.
    Lead,
    /// A number.
    Number {
        /// The field.
        field: String,
    },
    /// The place of a group in its dimension's order.
    Group {
        /// The dimension.
        dimension: String,
    },
    /// Whether a condition holds.
    Flag {
        /// SQL over fields.
        when: String,
    },
    /// Day of the week of a date, Monday 1.
    Weekday {
        /// The field.
        field: String,
    },
    /// Month of a date.
    Month {
        /// The field.
        field: String,
    },
    /// Hour of the day of a date with a time.
    Hour {
        /// The field.
        field: String,
    },
    /// Share missed among all appointments of the same service that took place before the moment's day, drawn towards the
    /// share of all services.
    ServiceShare {
        /// The field that names the service.
        field: String,
        /// Appointments that the share of all services counts for.
        weight: f64,
    },
}

impl Kind {
    /// Whether it looks back at the person's own appointments, so that it grows with the history that an extract holds.
    pub fn is_history(&self) -> bool {
        matches!(
            self,
            Self::HistoryCount { .. }
                | Self::HistoryShare { .. }
                | Self::HistoryDaysSince { .. }
                | Self::HistoryDecayed { .. }
        )
    }
}

impl FeatureSet {
    /// Reads and checks a set; `name` is the file or id that errors name.
    pub fn parse(name: &str, toml: &str) -> Result<Self, PredictError> {
        let wrong = |reason: String| PredictError::Features { name: name.to_owned(), reason };
        let set: Self = toml::from_str(toml).map_err(|error| wrong(error.to_string().trim().to_owned()))?;
        if let Some((feature, key)) = unknown_key(toml, &set) {
            return Err(wrong(format!("the feature `{feature}` has a key `{key}` that its kind does not take")));
        }
        for (key, text) in [
            ("missed", &set.outcome.missed),
            ("attended", &set.outcome.attended),
            ("cancelled", &set.outcome.cancelled),
        ] {
            Condition::parse(text).map_err(|error| wrong(format!("outcome.{key}: {error}")))?;
        }
        if let Some(text) = &set.outcome.called_off {
            Condition::parse(text).map_err(|error| wrong(format!("outcome.called_off: {error}")))?;
        }
        for (position, feature) in set.feature.iter().enumerate() {
            if set.feature[..position].iter().any(|other| other.id == feature.id) {
                return Err(wrong(format!("the feature `{}` is defined twice", feature.id)));
            }
            if let Some(barrier) = &feature.barrier
                && !set.barrier.iter().any(|own| own.id == *barrier)
            {
                return Err(wrong(format!(
                    "the feature `{}` hints at the barrier `{barrier}`, which is not defined",
                    feature.id
                )));
            }
            match &feature.kind {
                Kind::Flag { when } => {
                    Condition::parse(when).map_err(|error| wrong(format!("the feature `{}`: {error}", feature.id)))?;
                }
                Kind::HistoryDecayed { half_life_days: number, .. } | Kind::ServiceShare { weight: number, .. }
                    if !(*number > 0.0 && number.is_finite()) =>
                {
                    return Err(wrong(format!("the feature `{}` needs a number above zero", feature.id)));
                }
                _ => {}
            }
        }
        Ok(set)
    }

    /// The features that may be predicted with: all but protected ones without a reason, and those not known at the moment.
    pub fn usable(&self) -> impl Iterator<Item = &Feature> {
        self.feature.iter().filter(|feature| {
            let in_time = match (feature.known_days_before, self.moment.days_before) {
                (None, _) => true,
                (Some(known), Some(days)) => days <= known,
                (Some(_), None) => false,
            };
            in_time && (!feature.protected || feature.why.is_some())
        })
    }

    /// Dimensions that chances are put right by: all but protected ones without a reason.
    pub fn calibrated_by(&self) -> impl Iterator<Item = &str> {
        self.calibrate_by.iter().filter(|own| !own.protected || own.why.is_some()).map(|own| own.dimension.as_str())
    }

    /// A barrier by its id.
    pub fn barrier(&self, id: &str) -> Option<&Barrier> {
        self.barrier.iter().find(|barrier| barrier.id == id)
    }
}

impl Feature {
    /// Whether a value bears out the words of the feature's barrier; one that is not known bears out nothing.
    pub fn hints(&self, value: f64) -> bool {
        !value.is_nan()
            && self.hints_above.is_none_or(|above| value > above)
            && self.hints_up_to.is_none_or(|most| value <= most)
    }

    /// Whether its barrier is named only for some values.
    pub(crate) fn has_limits(&self) -> bool {
        self.hints_above.is_some() || self.hints_up_to.is_some()
    }

    /// The barrier in closer words for a value, where there are some.
    pub fn words(&self, value: f64) -> Option<&str> {
        let fits = |own: &&Says| own.up_to.is_none_or(|most| value <= most);
        self.says.iter().find(fits).filter(|_| !value.is_nan()).map(|own| own.words.as_str())
    }
}

/// A key of a feature that nothing was made of: what was understood is written again and compared.
fn unknown_key(toml: &str, set: &FeatureSet) -> Option<(String, String)> {
    let given: toml::Table = toml.parse().ok()?;
    let given = given.get("feature")?.as_array()?;
    given.iter().zip(&set.feature).find_map(|(given, feature)| {
        let understood = toml::Table::try_from(feature).ok()?;
        let key = given.as_table()?.keys().find(|key| !understood.contains_key(*key))?;
        Some((feature.id.clone(), key.clone()))
    })
}

/// Ids of the shipped feature sets.
pub fn shipped_set_ids() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(id, _)| *id)
}

/// Text of a shipped feature set.
pub fn shipped_set_text(id: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(own, _)| *own == id).map(|(_, toml)| *toml)
}

/// A shipped feature set.
pub fn shipped_set(id: &str) -> Result<FeatureSet, PredictError> {
    let unknown = || PredictError::Features {
        name: id.to_owned(),
        reason: format!("it is neither a file nor one of {}", shipped_set_ids().collect::<Vec<_>>().join(", ")),
    };
    FeatureSet::parse(id, shipped_set_text(id).ok_or_else(unknown)?)
}

#[cfg(test)]
mod tests {
    use super::{FeatureSet, shipped_set, shipped_set_ids, shipped_set_text};

    #[test]
    fn shipped_sets_are_usable_and_survive_a_round_trip() {
        for id in shipped_set_ids() {
            let set = shipped_set(id).unwrap();
            assert_eq!(set.id, id);
            let again: FeatureSet = serde_json::from_str(&serde_json::to_string(&set).unwrap()).unwrap();
            assert_eq!(again.feature, set.feature);
            for feature in set.feature.iter().filter(|feature| feature.protected && feature.why.is_some()) {
                assert!(feature.why.as_ref().is_some_and(|why| why.len() > 40), "{}", feature.id);
            }
            assert!(set.feature.iter().all(|feature| feature.id != "sex" && feature.id != "ethnicity"));
        }
    }

    #[test]
    fn closer_words_go_by_the_value() {
        let set = shipped_set("missed-appointments").unwrap();
        let age = set.feature.iter().find(|feature| feature.id == "age").unwrap();
        let said: Vec<&str> = [4.0, 15.0, 16.0, 64.0, 65.0].into_iter().filter_map(|value| age.words(value)).collect();
        assert!(said.len() == 5 && said[0] == said[1] && said[1] != said[2] && said[3] != said[4], "{said:?}");
        assert_eq!(age.words(f64::NAN), None);
    }

    #[test]
    fn a_reminder_is_no_feature_at_booking() {
        let mut set = shipped_set("missed-appointments").unwrap();
        let has = |set: &FeatureSet| set.usable().any(|feature| feature.id == "reminder_sent");
        assert!(!has(&set));
        set.moment.days_before = Some(1);
        assert!(has(&set));
        set.moment.days_before = Some(30);
        assert!(!has(&set));
    }

    #[test]
    fn mistakes_are_named() {
        let text = shipped_set_text("missed-appointments").unwrap();
        for (from, to, expected) in [
            ("attendance IN ('3', '7')", "attendance IN (", "outcome.missed"),
            ("kind = \"already-booked\"", "kind = \"crystal-ball\"", "crystal-ball"),
            ("half_life_days = ", "half_life_days = -", "above zero"),
            ("barrier = \"long-wait\"", "barrier = \"nobody\"", "`nobody`"),
            ("kind = \"same-day\"", "kind = \"same-day\"\ncolour = \"blue\"", "`colour`"),
        ] {
            assert!(text.contains(from), "{from}");
            let error = FeatureSet::parse("own.toml", &text.replace(from, to)).unwrap_err().to_string();
            assert!(error.starts_with("own.toml") && error.contains(expected), "{error}");
        }
    }
}
