//! Compares every group with a reference: a named group, the best-off group, or all the rest together.

mod difference;
mod evidence;
mod gap_count;
mod ratio;

pub use difference::{difference, difference_of};
pub use evidence::{evidence, one_sided, two_sided};
pub use gap_count::{BestOff, GapCount, METHOD as GAP_COUNT, gap_count};
pub use ratio::ratio;

use crate::checks::{self, DENOMINATOR, NUMERATOR};
use crate::interval::{BETTER, Better, CONFIDENCE, Confidence, Estimate};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};
use crate::{proportion, rate};

/// Events over those who could have had them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    /// Events, not negative.
    pub numerator: f64,
    /// People, appointments or person-time, above zero.
    pub denominator: f64,
}

/// What a numerator over a denominator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Each denominator unit has the event or not.
    Proportion,
    /// Events per person-time; the numerator may exceed the denominator.
    Rate,
}

impl Kind {
    fn from_options(options: &Options) -> Result<Self, Refusal> {
        match options.text(KIND.name) {
            None | Some("proportion") => Ok(Self::Proportion),
            Some("rate") => Ok(Self::Rate),
            Some(_) => Err(Refusal::option(KIND.name, "proportion or rate")),
        }
    }

    /// Refuses counts that cannot be of this kind.
    fn check(self, count: Count, row: usize) -> Result<(), Refusal> {
        match self {
            Self::Proportion => checks::proportion(count.numerator, count.denominator, row),
            Self::Rate => {
                checks::not_negative(count.numerator, NUMERATOR.name, row)?;
                checks::positive(count.denominator, DENOMINATOR.name, row).map(|_| ())
            }
        }
    }

    /// Value and interval of counts that were checked: Wilson for proportions, exact or Byar for rates.
    fn estimate(self, count: Count, confidence: Confidence) -> Estimate {
        match self {
            Self::Proportion => proportion::limits(count.numerator, count.denominator, confidence),
            Self::Rate => rate::count_limits(count.numerator, confidence).scaled(1.0 / count.denominator),
        }
    }
}

const KIND: OptionSpec = OptionSpec {
    name: "kind",
    default: "proportion",
    doc: "`proportion` (each unit has the event or not) or `rate` (events per person-time).",
};

const GROUP: Column = Column { name: "group", required: true, doc: "Name of the group, one row each." };

const DOC: &str = "\
For each group: its own value, the **difference** from the reference and the **ratio** to it, each with interval.

*Difference of proportions:* Newcombe's hybrid score interval (his method 10), from the Wilson limits *l, u* of both:
`d − √((p₁−l₁)² + (u₂−p₂)²)` to `d + √((u₁−p₁)² + (p₂−l₂)²)`. *Difference of rates:* the same with exact or Byar limits.

*Ratio of proportions:* Koopman's asymptotic score interval, found by bisection. *Ratio of rates:* Wilson's interval of
the group's share of all events, turned into a ratio, which is the score interval of two Poisson rates.

**Sources.** R. G. Newcombe, *Statistics in Medicine* 17 (1998), p. 873–890; G. Y. Zou and A. Donner, *Statistics in
Medicine* 27 (2008), p. 1693–1702; P. A. R. Koopman, *Biometrics* 40 (1984), p. 513–517; P. L. Graham, K. Mengersen and
A. P. Morton, *Statistics in Medicine* 22 (2003), p. 2071–2083; the choice follows M. W. Fagerland, S. Lydersen and
P. Laake, *Statistical Methods in Medical Research* 24 (2015), p. 224–254.

**Conventions.** The reference is `rest` (all other groups together), `best`, or a group's name. `best` is the group with
the best conservative limit (upper limit where lower is better), so that a tiny group with no events is not taken as the
best. The group that is the reference has no difference. A ratio to a reference without events is left empty, with a note.

**Limits.** Intervals are one group at a time: among many groups some differ by chance. Rows must not share people.";

/// `evenly measure compare`.
pub const METHOD: Method = Method {
    id: "compare",
    title: "Difference and ratio of every group against a reference, with intervals",
    family: Family::Estimates,
    when_to_use: "Two or more groups in no particular order, ethnic groups among them: who differs, by how much, are we \
                  sure? For one number over all groups see the Inequality chapter; for small numbers over several \
                  years, add the years up first.",
    doc: DOC,
    columns: &[GROUP, NUMERATOR, DENOMINATOR],
    options: &[
        KIND,
        OptionSpec {
            name: "reference",
            default: "rest",
            doc: "`rest`, `best`, or the name of the group to compare with.",
        },
        BETTER,
        CONFIDENCE,
        checks::MULTIPLIER,
    ],
    example: "group,numerator,denominator\nBangladeshi,52,310\nIndian,61,702\nWhite British,810,9400\n",
    run,
};

/// The group whose conservative limit is best; the first of equals.
fn surely_best(estimates: &[Estimate], better: Better) -> usize {
    let badness = |estimate: &Estimate| match better {
        Better::Lower => estimate.upper,
        Better::Higher => -estimate.lower,
    };
    let best = (0..estimates.len()).min_by(|a, b| badness(&estimates[*a]).total_cmp(&badness(&estimates[*b])));
    best.unwrap_or(0)
}

/// The group with the best observed value; the first of equals.
fn observed_best(estimates: &[Estimate], better: Better) -> usize {
    let badness = |estimate: &Estimate| better.sign() * estimate.value;
    let best = (0..estimates.len()).min_by(|a, b| badness(&estimates[*a]).total_cmp(&badness(&estimates[*b])));
    best.unwrap_or(0)
}

/// Reads one checked count per group, at least two groups, each named once.
fn read_groups(table: &Table, kind: Kind) -> Result<(Vec<String>, Vec<Count>), Refusal> {
    let labels = table.texts(GROUP.name)?;
    let mut seen = std::collections::HashSet::new();
    for (position, label) in labels.iter().enumerate() {
        if !seen.insert(label) {
            let must = "is a group that an earlier row names too; add its rows up first";
            return Err(Refusal::OutOfRange { column: GROUP.name.to_owned(), row: position + 1, must });
        }
    }
    let (numerators, denominators) = (table.numbers(NUMERATOR.name)?, table.numbers(DENOMINATOR.name)?);
    let mut counts = Vec::with_capacity(labels.len());
    for (position, (numerator, denominator)) in numerators.into_iter().zip(denominators).enumerate() {
        let count = Count { numerator, denominator };
        kind.check(count, position + 1)?;
        counts.push(count);
    }
    if counts.len() < 2 {
        return Err(Refusal::TooFew { what: "groups", found: counts.len(), needed: 2 });
    }
    Ok((labels, counts))
}

/// The position of the group that the option names; `None` stands for the rest.
fn reference_position(
    options: &Options,
    labels: &[String],
    estimates: &[Estimate],
    better: Better,
) -> Result<Option<usize>, Refusal> {
    match options.text("reference") {
        None | Some("rest") => Ok(None),
        Some("best") => Ok(Some(surely_best(estimates, better))),
        Some(name) => match labels.iter().position(|label| label == name) {
            Some(position) => Ok(Some(position)),
            None => Err(Refusal::option("reference", "`rest`, `best` or the name of a group of the table")),
        },
    }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let kind = Kind::from_options(options)?;
    let better = Better::from_options(options)?;
    let confidence = Confidence::from_options(options)?;
    let multiplier = checks::multiplier(options, 1.0)?;
    let (labels, counts) = read_groups(table, kind)?;
    let estimates: Vec<Estimate> = counts.iter().map(|count| kind.estimate(*count, confidence)).collect();
    let reference = reference_position(options, &labels, &estimates, better)?;
    let mut rows = Vec::with_capacity(labels.len());
    for (position, label) in labels.iter().enumerate() {
        let own = counts[position];
        let other = match reference {
            Some(reference) => counts[reference],
            None => all_but(&counts, position),
        };
        let mut row = vec![("group", Value::from(label.as_str()))];
        push(&mut row, ["value", "lower", "upper"], Some(estimates[position].scaled(multiplier)));
        row.push(("reference", Value::from(reference.map_or("rest", |reference| labels[reference].as_str()))));
        let is_reference = reference == Some(position);
        row.push(("reference_value", Value::from(other.numerator / other.denominator * multiplier)));
        let difference = (!is_reference).then(|| difference_of(estimates[position], kind.estimate(other, confidence)));
        let names = ["difference", "difference_lower", "difference_upper"];
        push(&mut row, names, difference.map(|estimate| estimate.scaled(multiplier)));
        let ratio = if is_reference { None } else { Some(ratio::ratio_at(kind, own, other, confidence)) };
        let names = ["ratio", "ratio_lower", "ratio_upper"];
        push(&mut row, names, ratio.as_ref().and_then(|result| result.as_ref().ok()).copied());
        let note = ratio.and_then(Result::err).map_or(Value::Missing, |refusal| Value::from(refusal.to_string()));
        row.push(("note", note));
        rows.push(row);
    }
    Ok(rows)
}

/// All the other groups together; added up rather than subtracted, so that one huge group does not swallow the rest.
fn all_but(counts: &[Count], position: usize) -> Count {
    let others = counts.iter().enumerate().filter(|(place, _)| *place != position);
    others.fold(Count { numerator: 0.0, denominator: 0.0 }, |sum, (_, own)| Count {
        numerator: sum.numerator + own.numerator,
        denominator: sum.denominator + own.denominator,
    })
}

fn push(row: &mut Row, names: [&'static str; 3], estimate: Option<Estimate>) {
    row.push((names[0], Value::maybe(estimate.map(|estimate| estimate.value))));
    row.push((names[1], Value::maybe(estimate.map(|estimate| estimate.lower))));
    row.push((names[2], Value::maybe(estimate.map(|estimate| estimate.upper))));
}
