//! `truth.json`: what was planted, in the words of Evenly's dimensions and findings, with the true rates that came of it.

use serde::{Deserialize, Serialize};

use crate::calendar;
use crate::clinics::{CLINICS, MATERNITY, MISSED_MORE, SKIN};
use crate::place::EthnicGroup;
use crate::risk::{BAND_IDS, STRATUM};
use crate::scenario::Scenario;
use crate::tallies::{Sum, Tallies};

/// The truth about one made-up trust.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// Name of the scenario.
    pub scenario: String,
    /// Seed.
    pub seed: u64,
    /// People of the trust.
    pub people: u64,
    /// First and last day of the three years.
    pub first_day: String,
    /// Last day.
    pub last_day: String,
    /// The reminder project's first day; in `null` nothing happens on it.
    pub project_day: String,
    /// The first month after the change, as `evenly measure masked --split` wants it.
    pub project_month: String,
    /// Rows of each file, by its path in the folder.
    pub rows: Vec<FileRows>,
    /// All appointments attended or missed, before the project and since.
    pub whole: BeforeAfter,
    /// What was planted; empty in `null` and `even`.
    pub planted: Vec<Planted>,
    /// Indicators in which no group differs from another.
    pub flat: Vec<String>,
    /// Indicators in which nothing changes over time.
    pub steady: Vec<String>,
    /// Indicators that get no worse for anybody who is not named under `planted`.
    pub not_worse: Vec<String>,
}

/// Rows of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRows {
    /// Path in the folder.
    pub file: String,
    /// Rows.
    pub rows: u64,
}

/// A rate and what is behind it. Rates are of appointments missed out of those attended or missed, unless the planted thing
/// names another indicator.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Out of.
    pub denominator: u64,
    /// Happened.
    pub numerator: u64,
    /// Share that happened.
    pub observed: f64,
    /// Mean of the true chances, where chances were made.
    pub chance: Option<f64>,
}

/// Before the project and since.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeforeAfter {
    /// Before.
    pub before: Rate,
    /// Since.
    pub after: Rate,
}

/// One dimension and one of its groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DimensionGroup {
    /// Dimension of Evenly.
    pub dimension: String,
    /// Group of it.
    pub group: String,
}

/// One planted thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Planted {
    /// Which: the name of the scenario that plants only this.
    pub id: String,
    /// Kind of finding that it should lead to; `data_quality` must not be told as a gap between people.
    pub kind: String,
    /// Indicator it shows in.
    pub indicator: String,
    /// Who: one group, or a stratum of several dimensions.
    pub stratum: Vec<DimensionGroup>,
    /// In one sentence.
    pub sentence: String,
    /// Share of all appointments that are theirs.
    pub share: f64,
    /// Their rate.
    pub own: BeforeAfter,
    /// Everybody else's.
    pub others: BeforeAfter,
    /// What explains the gap, for gaps that something explains: a dimension or field.
    pub explained_by: Option<String>,
    /// The gap in true chances (theirs less the others'), as it looks.
    pub gap: f64,
    /// The gap that is left when the explanation is taken into account, in true chances.
    pub gap_left: Option<f64>,
    /// In how many groups of `explained_by` their chance is lower than the others'.
    pub lower_in: Option<u32>,
}

type Make = fn(&Tallies) -> Planted;
type Asked<'a> = &'a dyn Fn(bool, u8, bool, usize, EthnicGroup) -> bool;

/// Works out the truth from the sums.
pub fn truth(scenario: Scenario, seed: u64, people: u64, tallies: &Tallies, rows: Vec<FileRows>) -> Truth {
    let switches = scenario.planted();
    let makers: [(bool, Make); 6] = [
        (switches.masked, masked),
        (switches.mix, mix),
        (switches.distance, distance),
        (switches.reversal, reversal),
        (switches.artefact, artefact),
        (switches.balancing, balancing),
    ];
    Truth {
        scenario: scenario.name().to_owned(),
        seed,
        people,
        first_day: calendar::written(0),
        last_day: calendar::written(calendar::DAYS - 1),
        project_day: calendar::written(calendar::PROJECT_DAY),
        project_month: calendar::PROJECT_MONTH.to_owned(),
        rows,
        whole: around(tallies, &|_, _, _, _, _| true),
        planted: makers.iter().filter(|(on, _)| *on).map(|(_, make)| make(tallies)).collect(),
        // Asked on arrival, ethnicity is not known of those who cancel, and of some groups more: so cancellations differ by it.
        flat: named(
            CANCELLED.iter().filter(|_| !switches.artefact).chain(DISCHARGED.iter().filter(|_| !switches.balancing)),
        ),
        steady: named(CANCELLED.iter().chain(&NOT_MISSED).chain(DISCHARGED.iter().filter(|_| !switches.balancing))),
        not_worse: named(MISSED.iter()),
    }
}

/// Who cancels is the same chance for everybody at any time; so is a discharge after a missed appointment, but where a harm is
/// planted.
const CANCELLED: [&str; 2] = ["cancelled-by-hospital", "cancelled-by-patient"];
const DISCHARGED: [&str; 1] = ["discharged-after-did-not-attend"];
/// Clinics differ in these, and so do groups; nothing about them changes over time.
const NOT_MISSED: [&str; 3] = ["virtual-share", "waits", "over-18-weeks"];
/// Reminders make these better or leave them.
const MISSED: [&str; 3] = ["did-not-attend", "was-not-brought", "late-and-not-seen"];

fn named<'a>(ids: impl Iterator<Item = &'a &'a str>) -> Vec<String> {
    ids.map(|id| (*id).to_owned()).collect()
}

fn rate(sum: &Sum) -> Rate {
    Rate { denominator: sum.appointments, numerator: sum.missed, observed: sum.observed(), chance: Some(sum.chance()) }
}

fn around(tallies: &Tallies, asked: Asked) -> BeforeAfter {
    let at = |period: bool| {
        rate(&tallies.over(|after, fifth, male, band, group| after == period && asked(after, fifth, male, band, group)))
    };
    BeforeAfter { before: at(false), after: at(true) }
}

fn of(dimension: &str, group: &str) -> DimensionGroup {
    DimensionGroup { dimension: dimension.to_owned(), group: group.to_owned() }
}

/// A planted thing about the people who are asked for, with their rates and everybody else's.
fn about(tallies: &Tallies, id: &str, kind: &str, stratum: Vec<DimensionGroup>, asked: Asked) -> Planted {
    let whole = tallies.over(|_, _, _, _, _| true);
    let own = tallies.over(asked);
    let others = tallies.over(|after, fifth, male, band, group| !asked(after, fifth, male, band, group));
    Planted {
        id: id.to_owned(),
        kind: kind.to_owned(),
        indicator: "did-not-attend".to_owned(),
        stratum,
        sentence: String::new(),
        share: own.appointments as f64 / whole.appointments.max(1) as f64,
        own: around(tallies, asked),
        others: around(tallies, &|after, fifth, male, band, group| !asked(after, fifth, male, band, group)),
        explained_by: None,
        gap: own.chance() - others.chance(),
        gap_left: None,
        lower_in: None,
    }
}

fn masked(tallies: &Tallies) -> Planted {
    let stratum = vec![
        of("deprivation", &STRATUM.fifth.to_string()),
        of("sex", if STRATUM.male { "1" } else { "2" }),
        of("age_band", BAND_IDS[STRATUM.band]),
    ];
    let found =
        about(tallies, "masked", "masked", stratum, &|_, fifth, male, band, _| STRATUM.holds(fifth, male, band));
    let percent = |rate: Rate| 100.0 * rate.observed;
    let sentence = format!(
        "Since the reminders began, everybody else misses fewer appointments ({:.1} % to {:.1} %), but not women of 35 to 49 in \
         the most deprived fifth ({:.1} % to {:.1} %).",
        percent(found.others.before),
        percent(found.others.after),
        percent(found.own.before),
        percent(found.own.after),
    );
    Planted { sentence, ..found }
}

/// What is left of a gap between two kinds of people among those in the same clinic: their mean chance less the one they would
/// have with the others' chances in their own mix of clinics. Clinics that the others do not go to cannot be compared.
fn left_within_clinics(
    tallies: &Tallies,
    own: impl Fn(bool, EthnicGroup) -> bool,
    other: impl Fn(bool, EthnicGroup) -> bool,
) -> (f64, u32) {
    let (mut people, mut difference, mut lower) = (0.0, 0.0, 0);
    for clinic in 0..CLINICS.len() {
        let theirs = tallies.over_clinics(|its, male, group| its == clinic && own(male, group));
        let others = tallies.over_clinics(|its, male, group| its == clinic && other(male, group));
        if theirs.appointments > 0 && others.appointments > 0 {
            people += theirs.appointments as f64;
            difference += theirs.appointments as f64 * (theirs.chance() - others.chance());
            lower += u32::from(theirs.chance() < others.chance());
        }
    }
    (difference / people.max(1.0), lower)
}

fn mix(tallies: &Tallies) -> Planted {
    let found = about(tallies, "mix", "mix", vec![of("sex", "1")], &|_, _, male, _, _| male);
    let (left, lower) = left_within_clinics(tallies, |male, _| male, |male, _| !male);
    Planted {
        sentence: format!(
            "Men miss more appointments than women only because women's maternity appointments ({}) are hardly ever missed; in \
             the same clinic they miss no more.",
            MATERNITY.map(|clinic| CLINICS[clinic].code).join(", ")
        ),
        explained_by: Some("treatment_function".to_owned()),
        gap_left: Some(left),
        lower_in: Some(lower),
        ..found
    }
}

fn distance(tallies: &Tallies) -> Planted {
    let skin = tallies.over_clinics(|clinic, _, _| clinic == SKIN);
    let others = tallies.over_clinics(|clinic, _, _| clinic != SKIN);
    let whole = tallies.over(|_, _, _, _, _| true);
    let both = |sum: &Sum| BeforeAfter { before: rate(sum), after: rate(sum) };
    Planted {
        id: "distance".to_owned(),
        kind: "mix".to_owned(),
        indicator: "did-not-attend".to_owned(),
        stratum: vec![of("treatment_function", CLINICS[SKIN].code)],
        sentence: "The skin clinic is missed more because it is held at the outlying hospital; at the same distance it would not \
                   be. (Its rates here are of all three years.)"
            .to_owned(),
        share: skin.appointments as f64 / whole.appointments.max(1) as f64,
        own: both(&skin),
        others: both(&others),
        explained_by: Some("distance_band".to_owned()),
        gap: skin.chance() - others.chance(),
        gap_left: Some(skin.without_distance() - others.without_distance()),
        lower_in: None,
    }
}

fn reversal(tallies: &Tallies) -> Planted {
    let (asian, white) = (EthnicGroup::Asian, EthnicGroup::White);
    let found =
        about(tallies, "reversal", "mix", vec![of("ethnic_group", asian.id())], &|_, _, _, _, group| group == asian);
    let overall = |own: EthnicGroup| tallies.over(|_, _, _, _, group| group == own);
    let others = around(tallies, &|_, _, _, _, group| group == white);
    let (left, lower) = left_within_clinics(tallies, |_, group| group == asian, |_, group| group == white);
    Planted {
        sentence: format!(
            "Asian patients miss more appointments than White patients overall and fewer in nearly every clinic, because more of \
             theirs are in clinics that everybody misses more ({}). (The others here are White patients.)",
            MISSED_MORE.map(|clinic| CLINICS[clinic].code).join(", ")
        ),
        explained_by: Some("treatment_function".to_owned()),
        gap: overall(asian).chance() - overall(white).chance(),
        gap_left: Some(left),
        lower_in: Some(lower),
        others,
        ..found
    }
}

fn artefact(tallies: &Tallies) -> Planted {
    let found =
        about(tallies, "artefact", "data_quality", vec![of("ethnic_group", "not-known")], &|_, _, _, _, _| false);
    Planted {
        sentence: "Ethnicity is asked on arrival, so that \"not known\" holds people because they did not arrive: its high rate is \
                   no gap between people."
            .to_owned(),
        ..found
    }
}

fn balancing(tallies: &Tallies) -> Planted {
    let found = about(tallies, "balancing", "worse", vec![of("deprivation", "1")], &|_, fifth, _, _, _| fifth == 1);
    let sum = |after: bool, fifths: &[u8]| {
        let cells = fifths.iter().map(|fifth| tallies.discharges(after, *fifth));
        let (missed, discharged) = cells.fold((0, 0), |sum, cell| (sum.0 + cell.missed, sum.1 + cell.discharged));
        let observed = discharged as f64 / missed.max(1) as f64;
        Rate { denominator: missed, numerator: discharged, observed, chance: None }
    };
    let both = |fifths: &[u8]| BeforeAfter { before: sum(false, fifths), after: sum(true, fifths) };
    let (own, others) = (both(&[1]), both(&[2, 3, 4, 5]));
    Planted {
        indicator: "discharged-after-did-not-attend".to_owned(),
        sentence: "Since the project, more people of the most deprived fifth are discharged after one missed appointment, and \
                   nobody else is."
            .to_owned(),
        gap: own.after.observed - others.after.observed,
        own,
        others,
        ..found
    }
}
