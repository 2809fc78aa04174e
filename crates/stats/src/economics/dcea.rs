//! Distributional cost-effectiveness: who gains health, who bears its cost, and what that is worth.

use super::welfare::{Aversion, Distribution};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

/// Who loses the health that the money would have bought elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// In proportion to given weights times population.
    Given,
    /// Every person the same.
    Equal,
    /// The group with the lowest baseline.
    Lowest,
    /// The group with the highest baseline.
    Highest,
}

/// One group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// People.
    pub population: f64,
    /// Lifetime health before, for example quality-adjusted life expectancy.
    pub baseline: f64,
    /// Health gained by a person, on average over the whole group.
    pub gain: f64,
    /// Weight in the opportunity cost ([`Sharing::Given`]).
    pub weight: f64,
}

/// The distribution of an intervention's net health.
#[derive(Clone, Debug, PartialEq)]
pub struct Dcea {
    /// Health lost by each group through the cost.
    pub opportunity_cost: Vec<f64>,
    /// Net health gained by a person of each group.
    pub net_per_person: Vec<f64>,
    /// Health before.
    pub before: Distribution,
    /// Health after.
    pub after: Distribution,
    /// Net health gained by all.
    pub net_total: f64,
    people: f64,
}

impl Dcea {
    /// Change of the equally distributed equivalent level, for one person.
    pub fn equivalent_gain(&self, aversion: Aversion) -> Result<f64, Refusal> {
        Ok(self.after.equivalent(aversion)? - self.before.equivalent(aversion)?)
    }

    /// What the change in inequality is worth, in health of all: the equivalent gain beyond the net gain.
    pub fn equity_impact(&self, aversion: Aversion) -> Result<f64, Refusal> {
        Ok(self.equivalent_gain(aversion)? * self.people - self.net_total)
    }
}

/// Distribution of net health: gains minus opportunity cost, `cost ÷ productivity` units of health shared out.
///
/// SOURCE: Cookson, Griffin, Norheim, Culyer (eds), *Distributional Cost-Effectiveness Analysis* (Oxford, 2021), chapters
/// 3, 11 and 14; Asaria, Griffin, Cookson, *Medical Decision Making* 36 (2016), p. 8.
pub fn dcea(groups: &[Group], cost: f64, productivity: f64, sharing: Sharing) -> Result<Dcea, Refusal> {
    if !cost.is_finite() {
        return Err(Refusal::option("cost", "a finite number"));
    }
    if !(productivity.is_finite() && productivity > 0.0) {
        return Err(Refusal::option("productivity", "the cost of one unit of health elsewhere, above 0"));
    }
    for (row, group) in groups.iter().enumerate() {
        if !group.gain.is_finite() {
            let must = "must be a finite number";
            return Err(Refusal::OutOfRange { column: "gain".to_owned(), row: row + 1, must });
        }
        crate::checks::not_negative(group.weight, "weight", row + 1)?;
    }
    let populations: Vec<f64> = groups.iter().map(|group| group.population).collect();
    let baselines: Vec<f64> = groups.iter().map(|group| group.baseline).collect();
    let before = Distribution::new(&baselines, &populations)?;
    let portions = portions(groups, sharing);
    let whole: f64 = portions.iter().sum();
    if whole <= 0.0 {
        return Err(Refusal::Undefined("no group bears the cost: at least one weight must be above 0".to_owned()));
    }
    let lost = cost / productivity;
    let opportunity_cost: Vec<f64> = portions.iter().map(|own| lost * own / whole).collect();
    let net = |(group, cost): (&Group, &f64)| group.gain - cost / group.population;
    let net_per_person: Vec<f64> = groups.iter().zip(&opportunity_cost).map(net).collect();
    let levels: Vec<f64> = baselines.iter().zip(&net_per_person).map(|(before, net)| before + net).collect();
    Ok(Dcea {
        after: Distribution::new(&levels, &populations)?,
        net_total: net_per_person.iter().zip(&populations).map(|(net, people)| net * people).sum(),
        people: populations.iter().sum(),
        opportunity_cost,
        net_per_person,
        before,
    })
}

fn portions(groups: &[Group], sharing: Sharing) -> Vec<f64> {
    let only = |chosen: Option<usize>| {
        (0..groups.len()).map(|place| if Some(place) == chosen { 1.0 } else { 0.0 }).collect::<Vec<f64>>()
    };
    let order = |one: &usize, other: &usize| groups[*one].baseline.total_cmp(&groups[*other].baseline);
    match sharing {
        Sharing::Given => groups.iter().map(|group| group.weight * group.population).collect(),
        Sharing::Equal => groups.iter().map(|group| group.population).collect(),
        Sharing::Lowest => only((0..groups.len()).min_by(order)),
        Sharing::Highest => only((0..groups.len()).rev().max_by(order)),
    }
}

/// The groups of a table, in the rows given.
pub(super) fn groups(table: &Table) -> Result<Vec<Group>, Refusal> {
    let (populations, baselines) = (table.numbers("population")?, table.numbers("baseline")?);
    let gains = table.numbers("gain")?;
    let weights = if table.has("weight") { table.numbers("weight")? } else { vec![1.0; gains.len()] };
    let rows = populations.into_iter().zip(baselines).zip(gains).zip(weights);
    Ok(rows.map(|(((population, baseline), gain), weight)| Group { population, baseline, gain, weight }).collect())
}

/// How the opportunity cost is shared, from the option `sharing`.
pub(super) fn sharing(options: &Options, weighted: bool) -> Result<Sharing, Refusal> {
    match options.text("sharing") {
        None | Some("") if weighted => Ok(Sharing::Given),
        None | Some("" | "equal") => Ok(Sharing::Equal),
        Some("given") => Ok(Sharing::Given),
        Some("lowest") => Ok(Sharing::Lowest),
        Some("highest") => Ok(Sharing::Highest),
        Some(_) => Err(Refusal::option("sharing", "given, equal, lowest or highest")),
    }
}

/// An option without which the method has no answer.
pub(super) fn needed(options: &Options, name: &str) -> Result<f64, Refusal> {
    match options.text(name) {
        None | Some("") => Err(Refusal::option(name, "given as a number, with a source you can name")),
        Some(_) => options.number(name, 0.0),
    }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let groups = groups(table)?;
    let sharing = sharing(options, table.has("weight"))?;
    let answer = dcea(&groups, needed(options, "cost")?, needed(options, "productivity")?, sharing)?;
    let aversions = [
        ("mean", Aversion::Atkinson(0.0)),
        ("atkinson", Aversion::Atkinson(options.number("atkinson", 10.0)?)),
        ("kolm", Aversion::Kolm(options.number("kolm", 0.15)?)),
        ("extended_gini", Aversion::ExtendedGini(options.number("gini", 2.0)?)),
    ];
    let mut rows = Vec::new();
    for (name, aversion) in aversions {
        rows.push(vec![
            ("part", format!("equivalent:{name}").into()),
            ("group", Value::Missing),
            ("before", answer.before.equivalent(aversion)?.into()),
            ("after", answer.after.equivalent(aversion)?.into()),
            ("net", answer.equivalent_gain(aversion)?.into()),
            ("opportunity_cost", Value::Missing),
        ]);
    }
    rows.push(vec![
        ("part", "total".into()),
        ("group", Value::Missing),
        ("before", Value::Missing),
        ("after", Value::Missing),
        ("net", answer.net_total.into()),
        ("opportunity_cost", answer.opportunity_cost.iter().sum::<f64>().into()),
    ]);
    let names =
        if table.has("group") { table.texts("group")? } else { (1..=groups.len()).map(|n| n.to_string()).collect() };
    for (place, name) in names.into_iter().enumerate() {
        rows.push(vec![
            ("part", "group".into()),
            ("group", name.into()),
            ("before", answer.before.levels()[place].into()),
            ("after", answer.after.levels()[place].into()),
            ("net", answer.net_per_person[place].into()),
            ("opportunity_cost", answer.opportunity_cost[place].into()),
        ]);
    }
    Ok(rows)
}

/// Columns that this method and the equity plane share.
pub(super) const COLUMNS: &[Column] = &[
    Column { name: "group", required: false, doc: "Name of the group." },
    Column { name: "population", required: true, doc: "People in the group." },
    Column { name: "baseline", required: true, doc: "Lifetime health of a person before, for example in QALYs." },
    Column { name: "gain", required: true, doc: "Health gained per person of the group, before opportunity cost." },
    Column { name: "weight", required: false, doc: "Weight of the group in the opportunity cost." },
];

/// Option: unit cost of health elsewhere.
pub(super) const PRODUCTIVITY: OptionSpec = OptionSpec {
    name: "productivity",
    default: "",
    doc: "Cost of one unit of health elsewhere (your own figure and source; nothing is built in).",
};
/// Option: who bears the opportunity cost.
pub(super) const SHARING: OptionSpec = OptionSpec {
    name: "sharing",
    default: "",
    doc: "Who loses the health that the money would have bought: given (by `weight`), equal, lowest or highest.",
};

/// Distributional cost-effectiveness.
pub const METHOD: Method = Method {
    id: "dcea",
    title: "Distributional cost-effectiveness: net health by group and its equal equivalent",
    family: Family::Economics,
    when_to_use: "To ask whether an improvement that helps some groups more is worth its cost when inequality counts. For \
        several ideas side by side use `equity-plane`; for what a gap costs today `cost-of-gap`.",
    doc: "Opportunity cost = cost ÷ productivity, shared out; net per person = gain − share/people. Equally distributed \
        equivalents before and after: Atkinson (Σp h^(1−ε))^(1/(1−ε)), Kolm −ln(Σp e^(−αh))/α, extended Gini \
        Σh[(1 − F_below)^ν − (1 − F)^ν] in the order of health. The difference of equivalents is the gain in social value for \
        one person. No prices and no aversion are right for everyone: defaults ε = 10, α = 0.15, ν = 2 are the values of \
        published English studies; report a range.\n\n**Source.** Cookson and others (eds), *Distributional \
        Cost-Effectiveness Analysis* (Oxford, 2021); Robson and others, *Health Economics* 26 (2017), p. 1328, for aversion \
        in England.",
    columns: COLUMNS,
    options: &[
        OptionSpec { name: "cost", default: "", doc: "Total cost, in the currency of `productivity`." },
        PRODUCTIVITY,
        SHARING,
        OptionSpec { name: "atkinson", default: "10", doc: "Relative aversion to inequality." },
        OptionSpec { name: "kolm", default: "0.15", doc: "Absolute aversion to inequality." },
        OptionSpec { name: "gini", default: "2", doc: "Parameter of the extended Gini." },
    ],
    example: "group,population,baseline,gain\nmost deprived,11000000,62.1,0.012\n2,11000000,66.0,0.010\n3,11000000,69.2,0.008\n\
        4,11000000,71.5,0.007\nleast deprived,11000000,74.0,0.006\n",
    run,
};
