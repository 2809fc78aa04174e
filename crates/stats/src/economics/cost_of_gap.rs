//! Cost of a gap: events beyond a benchmark, priced at a unit cost that the caller gives with its source.

use crate::interval::{BETTER, Better, CONFIDENCE, Confidence};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

/// What the groups are measured against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Benchmark {
    /// A rate set from outside, taken as known.
    Target(f64),
    /// The rate of the group at this position.
    Group(usize),
}

/// One group's counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counts {
    /// Events, for example missed appointments.
    pub numerator: f64,
    /// Out of so many.
    pub denominator: f64,
}

/// An excess of events with limits; cost is unit cost times this.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excess {
    /// Events beyond the benchmark (short of it, when higher is better); negative in groups that do better.
    pub events: f64,
    /// Standard error.
    pub se: f64,
}

impl Excess {
    /// Value and normal limits of the excess at this cost per event.
    pub fn cost(&self, unit_cost: f64, confidence: Confidence) -> [f64; 3] {
        let half = confidence.z() * self.se;
        [self.events * unit_cost, (self.events - half) * unit_cost, (self.events + half) * unit_cost]
    }
}

/// Excess of every group, and of the groups that do worse than the benchmark together.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// By group.
    pub groups: Vec<Excess>,
    /// Sum over groups that do worse.
    pub total: Excess,
}

/// Events that would not have happened (or would have) at the benchmark's rate: denominator × (rate − benchmark).
///
/// Binomial standard errors; a benchmark group's own error counts once for every event it is compared with. The total
/// sums groups chosen because they do worse, so with many small groups it is too large by chance.
pub fn excess(counts: &[Counts], benchmark: Benchmark, better: Better) -> Result<Gap, Refusal> {
    if counts.is_empty() {
        return Err(Refusal::Empty);
    }
    for (row, own) in counts.iter().enumerate() {
        crate::checks::proportion(own.numerator, own.denominator, row + 1)?;
    }
    let rate = |own: &Counts| own.numerator / own.denominator;
    let variance = |own: &Counts| rate(own) * (1.0 - rate(own)) / own.denominator;
    let (level, level_variance, reference) = match benchmark {
        Benchmark::Target(level) if (0.0..=1.0).contains(&level) => (level, 0.0, None),
        Benchmark::Target(_) => return Err(Refusal::option("target", "a rate from 0 to 1")),
        Benchmark::Group(place) => {
            let own = counts.get(place).ok_or_else(|| Refusal::option("reference", "one of the groups"))?;
            (rate(own), variance(own), Some(place))
        }
    };
    let (mut events, mut own_variance, mut people) = (0.0, 0.0, 0.0);
    let groups = counts
        .iter()
        .enumerate()
        .map(|(place, own)| {
            if reference == Some(place) {
                return Excess { events: 0.0, se: 0.0 };
            }
            let more = own.denominator * (rate(own) - level) * better.sign();
            let variance_here = own.denominator * own.denominator * variance(own);
            if more > 0.0 {
                events += more;
                own_variance += variance_here;
                people += own.denominator;
            }
            let se = (variance_here + own.denominator * own.denominator * level_variance).sqrt();
            Excess { events: more, se }
        })
        .collect();
    let total = Excess { events, se: (own_variance + people * people * level_variance).sqrt() };
    Ok(Gap { groups, total })
}

fn benchmark(counts: &[Counts], names: &[String], options: &Options, better: Better) -> Result<Benchmark, Refusal> {
    let given = |name: &str| options.text(name).filter(|text| !text.is_empty());
    if given("target").is_some() {
        return Ok(Benchmark::Target(options.number("target", 0.0)?));
    }
    if let Some(name) = given("reference") {
        let place = names.iter().position(|own| own == name);
        return place.map(Benchmark::Group).ok_or_else(|| Refusal::option("reference", "a name in column `group`"));
    }
    let rate = |place: &usize| better.sign() * counts[*place].numerator / counts[*place].denominator;
    let best = (0..counts.len()).min_by(|one, other| rate(one).total_cmp(&rate(other)));
    best.map(Benchmark::Group).ok_or(Refusal::Empty)
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let names = table.texts("group")?;
    let columns = table.numbers("numerator")?.into_iter().zip(table.numbers("denominator")?);
    let counts: Vec<Counts> = columns.map(|(numerator, denominator)| Counts { numerator, denominator }).collect();
    let unit_cost = super::dcea::needed(options, "unit-cost")?;
    let source = options.text("source").filter(|text| !text.trim().is_empty());
    let source = source.ok_or_else(|| Refusal::option("source", "given: where the unit cost comes from"))?;
    for (row, own) in counts.iter().enumerate() {
        crate::checks::proportion(own.numerator, own.denominator, row + 1)?;
    }
    let (better, confidence) = (Better::from_options(options)?, Confidence::from_options(options)?);
    let gap = excess(&counts, benchmark(&counts, &names, options, better)?, better)?;
    let row = |group: Value, excess: &Excess| -> Row {
        let [value, lower, upper] = excess.cost(unit_cost, confidence);
        let half = confidence.z() * excess.se;
        vec![
            ("group", group),
            ("excess", excess.events.into()),
            ("excess_lower", (excess.events - half).into()),
            ("excess_upper", (excess.events + half).into()),
            ("cost", value.into()),
            ("cost_lower", lower.min(upper).into()),
            ("cost_upper", lower.max(upper).into()),
            ("unit_cost_source", source.into()),
        ]
    };
    let mut rows = vec![row(Value::Missing, &gap.total)];
    rows.extend(names.into_iter().zip(&gap.groups).map(|(name, excess)| row(name.into(), excess)));
    Ok(rows)
}

/// Cost of a gap.
pub const METHOD: Method = Method {
    id: "cost-of-gap",
    title: "Cost of a gap: events beyond a benchmark, at your own unit cost",
    family: Family::Economics,
    when_to_use: "To say what a gap costs today: so many more missed appointments than at the benchmark's rate, at so much each. \
        It is not what an intervention would save: use `dcea` for that.",
    doc: "Excess = denominator × (rate − benchmark), signed so that positive is worse; the first row sums the groups that do \
        worse. The benchmark is `--target`, the group named by `--reference`, or the best group (which, among many small \
        groups, is best partly by chance). Binomial standard errors, the benchmark group's included; the unit cost is taken \
        as known and must be given with its source: none is built in.\n\n**Source.** Excess as in NHS England, *Core20PLUS5* \
        opportunity analyses; standard error by the delta method.",
    columns: &[
        Column { name: "group", required: true, doc: "Name of the group." },
        Column { name: "numerator", required: true, doc: "Events." },
        Column { name: "denominator", required: true, doc: "Out of so many." },
    ],
    options: &[
        OptionSpec { name: "unit-cost", default: "", doc: "Cost of one event." },
        OptionSpec { name: "source", default: "", doc: "Where the unit cost comes from; repeated in the answer." },
        OptionSpec { name: "target", default: "", doc: "A rate from 0 to 1 to measure against." },
        OptionSpec { name: "reference", default: "", doc: "Name of the group to measure against." },
        BETTER,
        CONFIDENCE,
    ],
    example: "group,numerator,denominator\nmost deprived fifth,1450,10200\n2,1100,9800\n3,880,9900\n4,720,9700\n\
        least deprived fifth,600,9900\n",
    run,
};
