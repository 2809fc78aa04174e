//! Equity impact plane: net health and equity impact of change ideas, side by side.

use super::dcea::{self, Dcea, Group, Sharing, dcea};
use super::welfare::Aversion;
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// Where an idea lies on the plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quadrant {
    /// More health and less inequality.
    WinWin,
    /// More health, more inequality.
    WinLose,
    /// Less health, less inequality.
    LoseWin,
    /// Less health and more inequality.
    LoseLose,
}

impl Quadrant {
    fn of(net: f64, equity: f64) -> Self {
        match (net >= 0.0, equity >= 0.0) {
            (true, true) => Self::WinWin,
            (true, false) => Self::WinLose,
            (false, true) => Self::LoseWin,
            (false, false) => Self::LoseLose,
        }
    }

    /// The words for a reader.
    pub fn words(self) -> &'static str {
        match self {
            Self::WinWin => "more health, less inequality",
            Self::WinLose => "more health, more inequality",
            Self::LoseWin => "less health, less inequality",
            Self::LoseLose => "less health, more inequality",
        }
    }
}

/// An idea's place on the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Net health of all after opportunity cost.
    pub net_health: f64,
    /// What the change in inequality is worth, in health of all.
    pub equity_impact: f64,
    /// Where that lies.
    pub quadrant: Quadrant,
}

/// The place of one idea.
///
/// SOURCE: Cookson, Mirelman, Griffin and others, "Using cost-effectiveness analysis to address health equity concerns",
/// *Value in Health* 20 (2017), p. 206–212, figure 1.
pub fn point(
    groups: &[Group],
    cost: f64,
    productivity: f64,
    sharing: Sharing,
    aversion: Aversion,
) -> Result<Point, Refusal> {
    let answer: Dcea = dcea(groups, cost, productivity, sharing)?;
    let equity_impact = answer.equity_impact(aversion)?;
    let quadrant = Quadrant::of(answer.net_total, equity_impact);
    Ok(Point { net_health: answer.net_total, equity_impact, quadrant })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let groups = dcea::groups(table)?;
    let costs = table.numbers("cost")?;
    let productivity = dcea::needed(options, "productivity")?;
    let sharing = dcea::sharing(options, table.has("weight"))?;
    let aversion = Aversion::Atkinson(options.number("atkinson", 10.0)?);
    let ideas = crate::checks::groups(&table.texts("idea")?);
    ideas
        .into_iter()
        .map(|(idea, rows)| {
            if let Some(row) = rows.iter().find(|row| costs[**row].total_cmp(&costs[rows[0]]).is_ne()) {
                let must = "must be the idea's total cost, the same in all its rows";
                return Err(Refusal::OutOfRange { column: "cost".to_owned(), row: row + 1, must });
            }
            let own: Vec<Group> = rows.iter().map(|row| groups[*row]).collect();
            let point = point(&own, costs[rows[0]], productivity, sharing, aversion)?;
            Ok(vec![
                ("idea", idea.into()),
                ("net_health", point.net_health.into()),
                ("equity_impact", point.equity_impact.into()),
                ("social_value", (point.net_health + point.equity_impact).into()),
                ("quadrant", point.quadrant.words().into()),
            ])
        })
        .collect()
}

/// Equity impact plane.
pub const METHOD: Method = Method {
    id: "equity-plane",
    title: "Equity impact plane: net health against equity impact of several ideas",
    family: Family::Economics,
    when_to_use: "To lay change ideas side by side: which give more health, which less inequality, which both.",
    doc: "Net health = Σ people·(gain − opportunity cost). Equity impact = (change of Atkinson's equally distributed equivalent) × \
        people − net health: the health that one would give up for the change in inequality. Their sum is the social \
        value.\n\n**Source.** Cookson and others, *Value in Health* 20 (2017), p. 206.",
    columns: &[
        Column { name: "idea", required: true, doc: "Name of the change idea; several rows, one a group." },
        Column { name: "cost", required: true, doc: "Total cost of the idea, the same in all its rows." },
        dcea::COLUMNS[0],
        dcea::COLUMNS[1],
        dcea::COLUMNS[2],
        dcea::COLUMNS[3],
        dcea::COLUMNS[4],
    ],
    options: &[
        dcea::PRODUCTIVITY,
        dcea::SHARING,
        OptionSpec { name: "atkinson", default: "10", doc: "Relative aversion to inequality." },
    ],
    example: "idea,cost,group,population,baseline,gain\ntext reminders,20000,deprived,50000,62,0.0001\n\
        text reminders,20000,other,150000,70,0.0004\ncalls and transport,60000,deprived,50000,62,0.0012\n\
        calls and transport,60000,other,150000,70,0.0001\n",
    run,
};
