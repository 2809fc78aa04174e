//! What the command and the worker share of a statement: one policy for all, no row twice, each extract limited to its time and
//! taken through the gate.

use anyhow::bail;
use evenly_cube::statement::{Domain, ReportingPeriod, Take};
use evenly_cube::{Cube, Exact, Order, Policy, Views};
use evenly_report::StatementExtract;

use crate::counting;
use crate::exit::Usage;

/// An extract's exact counts and what it is called.
pub struct Source {
    /// What it is called.
    pub name: String,
    /// Its counts.
    pub cube: Exact<Cube>,
}

/// The disclosure policy that a report was made under.
pub struct MadeUnder {
    /// The report, as a reader knows it.
    pub report: String,
    /// Id of the policy.
    pub id: String,
    /// Its version.
    pub version: u32,
}

/// The policy that all reports share. Policies are not ranked by how much they withhold: one may withhold noughts and the other
/// more ones, so that a choice between them is a person's, and `how` says how it is made.
pub fn shared<'a>(made: &'a [MadeUnder], how: &str) -> anyhow::Result<&'a MadeUnder> {
    let Some(first) = made.first() else { bail!("no report is given") };
    match made.iter().find(|other| (&other.id, other.version) != (&first.id, first.version)) {
        None => Ok(first),
        Some(other) => Err(Usage(format!(
            "{} was made under the disclosure policy `{}` (version {}) and {} under `{}` (version {}); a statement has one: {how}",
            first.report, first.id, first.version, other.report, other.id, other.version
        ))
        .into()),
    }
}

/// Rows that two extracts counted would be released twice, by two gates: that is refused.
pub fn refuse_rows_twice(sources: &[Source]) -> anyhow::Result<()> {
    for (place, source) in sources.iter().enumerate() {
        for other in &sources[..place] {
            let shared = |hash: &String| other.cube.provenance().sources.iter().any(|own| own.sha256 == *hash);
            if let Some(own) = source.cube.provenance().sources.iter().find(|own| shared(&own.sha256)) {
                bail!(
                    "{} and {} both counted the file {}: what one withholds the other could give away. Count it once, with all \
                     indicators that are wanted",
                    other.name,
                    source.name,
                    own.file
                );
            }
        }
    }
    Ok(())
}

/// Limits a cube to the period and takes it through the gate.
pub fn extract(
    source: &Source,
    period: &ReportingPeriod,
    domains: &[Domain],
    policy: &Policy,
) -> anyhow::Result<StatementExtract> {
    let pictures: Vec<&str> = domains
        .iter()
        .flat_map(|domain| &domain.indicators)
        .filter(|own| own.snapshot)
        .filter_map(|own| own.indicator.as_deref())
        .collect();
    let held = source.cube.indicator_ids();
    let snapshot = held.iter().any(|id| pictures.contains(id));
    let take = if snapshot { Take::Latest } else { Take::All };
    let within = source.cube.within(period, take)?;
    let release = within.cube.release(policy, &views(&within.cube))?;
    Ok(StatementExtract {
        name: source.name.clone(),
        release,
        periods: within.periods,
        snapshot,
        whole: within.whole,
        lost: within.lost,
    })
}

/// The same tables as in the extract's own report: where the cube is the year alone, both pass the gate alike and withhold the
/// same counts, so that the two can be published beside each other.
fn views(cube: &Exact<Cube>) -> Views {
    let dimensions = cube.dimensions();
    let (periods, by): (Vec<_>, Vec<_>) = dimensions.iter().partition(|own| own.order == Order::Period);
    let period = periods.first().map(|own| own.id.clone());
    counting::tables(dimensions, period, by.into_iter().map(|own| own.id.clone()).collect())
}
