//! Who is offered help under different rules at the same capacity.

use evenly_cube::{Group, GroupState};
use evenly_extract::rows::Groups;
use evenly_stats::discrimination::Ranking;
use serde::{Deserialize, Serialize};

use super::{AuditOptions, too_small};
use crate::PredictError;
use crate::appointments::Appointments;

/// How offers are given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The highest chances of missing first.
    Risk,
    /// The most appointments kept by helping first: chance times the part of it that help prevents.
    RiskTimesBenefit,
    /// By risk, after every group has got its floor of expected reach.
    FloorPerGroup,
}

/// How much of the risk help prevents, by group of one dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct Benefit {
    /// The dimension.
    pub dimension: String,
    /// Share of the risk that help prevents (0–1), by id of the group.
    pub by_group: Vec<(String, f64)>,
    /// The share for other groups.
    pub otherwise: f64,
}

/// Who is reached under a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Allocation {
    /// The rule.
    pub rule: Rule,
    /// Why it could not be applied, if so.
    pub refused: Option<String>,
    /// The dimension whose groups have a floor, or whose benefit differs.
    pub dimension: Option<String>,
    /// Offers.
    pub offers: usize,
    /// Share of the missed appointments with an offer.
    pub reach: Option<f64>,
    /// Share of the offers whose appointment was missed.
    pub precision: Option<f64>,
    /// By group.
    pub by_group: Vec<Offered>,
}

/// What a group gets under a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    /// Id of the dimension.
    pub dimension: String,
    /// Id of the group.
    pub group: String,
    /// Label of the group.
    pub label: String,
    /// Share of the offers.
    pub share_of_offers: f64,
    /// Share of the appointments.
    pub share_of_appointments: f64,
    /// Share of its missed appointments with an offer.
    pub reach: f64,
}

/// Rows, chances and outcomes.
struct Case<'a> {
    appointments: &'a Appointments,
    rows: &'a [usize],
    chances: &'a [f64],
    missed: &'a [bool],
    offers: usize,
}

/// What the offers of one list are given out by.
#[derive(Clone, Copy)]
pub(crate) enum Choice<'a> {
    /// [`Rule::Risk`].
    Risk,
    /// [`Rule::RiskTimesBenefit`].
    Benefit(&'a Groups, &'a Benefit),
    /// [`Rule::FloorPerGroup`] with the part of the whole's expected reach that each group gets.
    Floor(&'a Groups, f64),
}

/// Which of some rows get the offers.
pub(crate) fn choose(
    rows: &[usize],
    chances: &[f64],
    offers: usize,
    choice: Choice<'_>,
) -> Result<Vec<bool>, PredictError> {
    match choice {
        Choice::Risk => first(chances, offers),
        Choice::Benefit(groups, benefit) => {
            let prevents = benefit.of_groups(groups);
            let kept: Vec<f64> =
                rows.iter().zip(chances).map(|(row, chance)| chance * prevents[groups.codes[*row] as usize]).collect();
            first(&kept, offers)
        }
        Choice::Floor(groups, floor) => {
            let codes: Vec<u32> = rows.iter().map(|row| groups.codes[*row]).collect();
            with_floor(chances, &codes, &first(chances, offers)?, offers, floor)
        }
    }
}

impl Benefit {
    /// The share of the risk that help prevents, for each group of the dimension.
    fn of_groups(&self, groups: &Groups) -> Vec<f64> {
        let own = |group: &Group| self.by_group.iter().find(|(id, _)| *id == group.id);
        let of = |group: &Group| own(group).map_or(self.otherwise, |(_, share)| *share);
        groups.dimension.groups.iter().map(of).collect()
    }
}

/// Applies every rule.
pub(super) fn rules(
    appointments: &Appointments,
    rows: &[usize],
    chances: &[f64],
    missed: &[bool],
    options: &AuditOptions<'_>,
) -> Result<Vec<Allocation>, PredictError> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the rows")]
    let offers = ((options.capacity * rows.len() as f64).ceil() as usize).min(rows.len());
    let case = Case { appointments, rows, chances, missed, offers };
    let by_risk = choose(rows, chances, offers, Choice::Risk)?;
    let mut all = vec![case.allocation(Rule::Risk, None, &by_risk)];
    all.push(match options.benefit {
        None => refused(
            Rule::RiskTimesBenefit,
            "no benefit of help by group was given (--benefit); where help prevents the same share of the risk for everybody, this is the rule by risk",
        ),
        Some(benefit) => case.by_benefit(benefit)?,
    });
    for groups in &appointments.rows.groups {
        let chosen = choose(rows, chances, offers, Choice::Floor(groups, options.floor))?;
        all.push(case.allocation(Rule::FloorPerGroup, Some(&groups.dimension.id), &chosen));
    }
    Ok(all)
}

/// The first so many by score; equals in the order of rows.
fn first(scores: &[f64], offers: usize) -> Result<Vec<bool>, PredictError> {
    let mut chosen = vec![false; scores.len()];
    for row in Ranking::new(scores)?.rows().take(offers) {
        chosen[row] = true;
    }
    Ok(chosen)
}

/// Every group first gets offers, its highest chances first, until its expected reach is `floor` times the whole's by risk;
/// what is left goes by risk. Where the floors need more than there is, all are lowered alike.
fn with_floor(
    chances: &[f64],
    codes: &[u32],
    by_risk: &[bool],
    offers: usize,
    floor: f64,
) -> Result<Vec<bool>, PredictError> {
    let expected: f64 = chances.iter().sum();
    let reached: f64 = chances.iter().zip(by_risk).filter(|(_, chosen)| **chosen).map(|(chance, _)| chance).sum();
    let target = floor * reached / expected;
    let order: Vec<usize> = Ranking::new(chances)?.rows().collect();
    let groups = codes.iter().max().map_or(0, |most| *most as usize + 1);
    let mut totals = vec![0.0; groups];
    for (chance, code) in chances.iter().zip(codes) {
        totals[*code as usize] += chance;
    }
    let floors = |target: f64| {
        let mut chosen = vec![false; chances.len()];
        let (mut got, mut count) = (vec![0.0; groups], 0);
        for row in &order {
            let code = codes[*row] as usize;
            if got[code] < target * totals[code] {
                chosen[*row] = true;
                got[code] += chances[*row];
                count += 1;
            }
        }
        (chosen, count)
    };
    let mut lowered = target;
    let (mut chosen, mut count) = floors(lowered);
    while count > offers && lowered > 1e-6 {
        lowered *= 0.95;
        (chosen, count) = floors(lowered);
    }
    for row in &order {
        if count < offers && !chosen[*row] {
            chosen[*row] = true;
            count += 1;
        }
    }
    Ok(chosen)
}

fn refused(rule: Rule, reason: &str) -> Allocation {
    let refused = Some(reason.to_owned());
    Allocation { rule, refused, dimension: None, offers: 0, reach: None, precision: None, by_group: Vec::new() }
}

impl Case<'_> {
    fn by_benefit(&self, benefit: &Benefit) -> Result<Allocation, PredictError> {
        let found = self.appointments.rows.groups.iter().find(|groups| groups.dimension.id == benefit.dimension);
        let Some(groups) = found else {
            return Ok(refused(Rule::RiskTimesBenefit, &format!("there is no dimension `{}` here", benefit.dimension)));
        };
        let chosen = choose(self.rows, self.chances, self.offers, Choice::Benefit(groups, benefit))?;
        Ok(self.allocation(Rule::RiskTimesBenefit, Some(&benefit.dimension), &chosen))
    }

    fn allocation(&self, rule: Rule, dimension: Option<&str>, chosen: &[bool]) -> Allocation {
        let offers = chosen.iter().filter(|chosen| **chosen).count();
        let all = self.missed.iter().filter(|missed| **missed).count();
        let hits = self.missed.iter().zip(chosen).filter(|(missed, chosen)| **missed && **chosen).count();
        let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
        Allocation {
            rule,
            refused: None,
            dimension: dimension.map(str::to_owned),
            offers,
            reach: share(hits, all),
            precision: share(hits, offers),
            by_group: self.by_group(chosen, offers),
        }
    }

    fn by_group(&self, chosen: &[bool], offers: usize) -> Vec<Offered> {
        let mut all = Vec::new();
        for groups in &self.appointments.rows.groups {
            for (code, group) in groups.dimension.groups.iter().enumerate() {
                let is_inside = |place: &usize| groups.codes[self.rows[*place]] as usize == code;
                let inside: Vec<usize> = (0..self.rows.len()).filter(is_inside).collect();
                if group.state != GroupState::Known || inside.is_empty() || too_small(self.missed, &inside).is_some() {
                    continue;
                }
                let count = |keep: &dyn Fn(usize) -> bool| inside.iter().filter(|place| keep(**place)).count() as f64;
                all.push(Offered {
                    dimension: groups.dimension.id.clone(),
                    group: group.id.clone(),
                    label: group.label.clone(),
                    share_of_offers: count(&|place| chosen[place]) / offers.max(1) as f64,
                    share_of_appointments: inside.len() as f64 / self.rows.len() as f64,
                    reach: count(&|place| chosen[place] && self.missed[place]) / count(&|place| self.missed[place]),
                });
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{first, with_floor};

    proptest! {
        #[test]
        fn a_floor_gives_every_group_its_part_and_never_more_offers(
            rows in prop::collection::vec((0.01..0.9_f64, 0_u32..3), 30..120),
            share in 0.1..0.6_f64,
        ) {
            let chances: Vec<f64> = rows.iter().map(|(chance, _)| *chance).collect();
            let codes: Vec<u32> = rows.iter().map(|(_, code)| *code).collect();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the rows")]
            let offers = (share * chances.len() as f64) as usize;
            let by_risk = first(&chances, offers).unwrap();
            let chosen = with_floor(&chances, &codes, &by_risk, offers, 0.8).unwrap();
            prop_assert_eq!(chosen.iter().filter(|chosen| **chosen).count(), offers);
            let expected = |pick: &[bool], group: Option<u32>| -> f64 {
                let own = |row: &usize| pick[*row] && group.is_none_or(|group| codes[*row] == group);
                (0..chances.len()).filter(own).map(|row| chances[row]).sum()
            };
            // By risk has the highest expected reach; the floor never beats it.
            prop_assert!(expected(&chosen, None) <= expected(&by_risk, None) + 1e-9);
            let everyone = vec![true; chances.len()];
            let least = |pick: &[bool]| {
                (0..3).filter(|group| expected(&everyone, Some(*group)) > 0.0)
                    .map(|group| expected(pick, Some(group)) / expected(&everyone, Some(group)))
                    .fold(f64::INFINITY, f64::min)
            };
            prop_assert!(least(&chosen) >= least(&by_risk) - 0.35);
        }
    }

    #[test]
    fn a_group_that_risk_alone_leaves_out_is_reached() {
        let chances: Vec<f64> = (0..100).map(|row| if row < 50 { 0.5 } else { 0.2 }).collect();
        let codes: Vec<u32> = (0..100).map(|row| u32::from(row >= 50)).collect();
        let by_risk = first(&chances, 20).unwrap();
        assert!(!by_risk[50..].iter().any(|chosen| *chosen));
        let chosen = with_floor(&chances, &codes, &by_risk, 20, 0.5).unwrap();
        let second = chosen[50..].iter().filter(|chosen| **chosen).count();
        // Half of the expected reach by risk, 10 of 35, of the ten expected there: 1.43, eight people.
        assert_eq!((second, chosen.iter().filter(|chosen| **chosen).count()), (8, 20));
    }
}
