//! Why nothing is predicted: what, where, and what to do.

use evenly_extract::count::ExtractError;
use evenly_stats::Refusal;

/// Why nothing is predicted.
#[derive(Debug, thiserror::Error)]
pub enum PredictError {
    /// The extract cannot be read.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// A figure has no answer.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A feature set cannot be used.
    #[error("{name}: {reason}")]
    Features {
        /// The file or id.
        name: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// The extract lacks what no prediction can do without.
    #[error("the extract has no field for {what}; the feature set `{features}` looks for {fields}")]
    NoField {
        /// What it is for.
        what: &'static str,
        /// Id of the feature set.
        features: String,
        /// The fields looked for.
        fields: String,
    },
    /// All appointments have the same outcome.
    #[error(
        "all {rows} appointments of the {part} were {outcome}: nothing can be learnt from one outcome. Check how the profile codes attendance, or give a longer period"
    )]
    OneClass {
        /// Fitting, calibration or test.
        part: &'static str,
        /// How many.
        rows: usize,
        /// Missed or attended.
        outcome: &'static str,
    },
    /// Too few appointments of one outcome.
    #[error(
        "the {part} has {found} {outcome} appointments, and {needed} are needed for figures that mean something; give a longer period"
    )]
    TooFew {
        /// Fitting, calibration or test.
        part: &'static str,
        /// How many there are.
        found: usize,
        /// Missed or attended.
        outcome: &'static str,
        /// How many are needed.
        needed: usize,
    },
    /// Outcomes of days that have not come yet.
    #[error(
        "{rows} appointments have an outcome though they take place after {today}: their dates or their outcomes are wrong, and history would hold what nobody can know. Correct them, or give --today if the extract is newer than this computer's clock"
    )]
    Future {
        /// How many.
        rows: usize,
        /// The day taken as today.
        today: String,
    },
    /// The appointments span too few days to be split by time.
    #[error(
        "the appointments span {days} days, and at least {needed} are needed to fit, calibrate and test on later days each"
    )]
    TooFewDays {
        /// How many.
        days: usize,
        /// How many are needed.
        needed: usize,
    },
    /// A feature changes with what happens later.
    #[error(
        "the feature \"{feature}\" changes with outcomes that were not known at its moment ({rows} appointments differ): it would leak the future"
    )]
    Leak {
        /// The feature.
        feature: String,
        /// How many appointments differ.
        rows: usize,
    },
    /// A feature knows the outcome.
    #[error(
        "the feature \"{feature}\" alone tells the outcome almost surely (AUROC {auroc:.3}): it is written down afterwards. Take it out of the feature set, or say in the profile which column holds what was known before"
    )]
    KnowsOutcome {
        /// The feature.
        feature: String,
        /// How well it tells.
        auroc: f64,
    },
    /// A value of a feature gives the outcome away.
    #[error(
        "of {rows} appointments with one value of the feature \"{feature}\" (or without one), {:.0} % were missed: it is written down afterwards for some. Take it out of the feature set, or say in the profile which column holds what was known before",
        .share * 100.0
    )]
    GivesAway {
        /// The feature.
        feature: String,
        /// How many appointments.
        rows: usize,
        /// Share of them that was missed.
        share: f64,
    },
    /// No feature can be made of the extract.
    #[error(
        "no feature of the set `{features}` can be made of this extract; see `evenly predict features` for what each needs"
    )]
    NoFeatures {
        /// Id of the feature set.
        features: String,
    },
    /// A model could not be fitted.
    #[error("the model cannot be fitted: {0}")]
    Fit(String),
    /// A model file cannot be used.
    #[error("{name}: {reason}")]
    Model {
        /// The file.
        name: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// No appointment of the day can be offered help.
    #[error(
        "no appointment of {day} can be offered help ({appointments} are in the file, cancelled, without a day of booking or without a reference); give an extract that holds the appointments to come, and their references"
    )]
    NoneToCome {
        /// The day.
        day: String,
        /// Appointments of the day.
        appointments: usize,
    },
    /// No appointment later than those of the model.
    #[error(
        "no appointment in the file is on or after {test}, the first day later than the model was made of; give later appointments"
    )]
    NothingLater {
        /// The day.
        test: String,
    },
    /// Nothing to compare later appointments with.
    #[error(
        "the file holds hardly an appointment of the days that the model was made of ({first} to the day before {test}); later ones are compared with them, and features look back: give the file with the history"
    )]
    NoReference {
        /// First day.
        first: String,
        /// The day after the last.
        test: String,
    },
    /// A dimension that the extract does not have.
    #[error("there is no dimension `{dimension}` here; see `evenly check` for those that there are")]
    NoDimension {
        /// The dimension.
        dimension: String,
    },
    /// A trial's design or list cannot be used.
    #[error("{name}: {reason}")]
    Trial {
        /// The file.
        name: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// Stopped on request.
    #[error("stopped on request; nothing was written")]
    Cancelled,
}
