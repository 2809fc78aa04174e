//! What the tables of all charts have in common: periods, options, rows of an answer.

use super::chart::{Chart, ChartOptions, Rebase};
use super::rules::RuleSet;
use crate::interval::Better;
use crate::method::{Column, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

/// The column that puts points in order.
pub const PERIOD: Column = Column {
    name: "period",
    required: false,
    doc: "ISO date or month, each once; puts the points in order. Without it the rows are in order.",
};

/// The options of every Making Data Count chart.
pub const CHART_OPTIONS: &[OptionSpec] = &[
    OptionSpec { name: "better", default: "none", doc: "Which way is better: lower, higher or none." },
    OptionSpec { name: "target", default: "", doc: "Target, in the unit of the values." },
    OptionSpec { name: "screen", default: "yes", doc: "Leave outlying moving ranges out of the limits: yes or no." },
    OptionSpec { name: "fix-after", default: "", doc: "Points of each phase that set its lines, at least 12." },
    OptionSpec { name: "rebase", default: "", doc: "New phases as PERIOD=REASON, separated by semicolons." },
    OptionSpec { name: "rules", default: "plot-the-dots", doc: "Rule set: plot-the-dots or nhs-england-2023." },
    OptionSpec { name: "points", default: "7", doc: "Points of a run or trend: 6 or 7." },
];

/// The order of a table's rows in time.
pub struct Series {
    /// Period of each point, in order of time; row numbers where the table has no periods.
    pub periods: Vec<Value>,
    order: Vec<usize>,
}

impl Series {
    /// Reads the periods of a table; refuses a period that is missing or comes twice.
    pub fn read(table: &Table) -> Result<Self, Refusal> {
        let mut order: Vec<usize> = (0..table.rows()).collect();
        if !table.has(PERIOD.name) {
            let periods = order.iter().map(|row| Value::number((row + 1) as f64)).collect();
            return Ok(Self { periods, order });
        }
        let texts = table.texts(PERIOD.name)?;
        if let Some(row) = texts.iter().position(|text| text.trim().is_empty()) {
            return Err(Refusal::MissingValue { column: PERIOD.name.into(), row: row + 1 });
        }
        let numbers: Option<Vec<f64>> = texts.iter().map(|text| text.parse().ok()).collect();
        match &numbers {
            Some(numbers) => order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b])),
            None => order.sort_by(|a, b| texts[*a].cmp(&texts[*b])),
        }
        if let Some(pair) = order.windows(2).find(|pair| texts[pair[0]] == texts[pair[1]]) {
            let row = pair[0].max(pair[1]) + 1;
            return Err(Refusal::OutOfRange { column: PERIOD.name.into(), row, must: "must not come twice" });
        }
        let column = table.column(PERIOD.name)?;
        Ok(Self { periods: order.iter().map(|row| column[*row].clone()).collect(), order })
    }

    /// A column's values in order of time.
    pub fn sorted<T: Clone>(&self, values: &[T]) -> Vec<T> {
        self.order.iter().map(|row| values[*row].clone()).collect()
    }

    /// The index of the point of a period as typed.
    pub fn position(&self, period: &str) -> Option<usize> {
        self.periods.iter().position(|own| match own {
            Value::Number(number) => number.to_string() == period,
            Value::Text(text) => text == period,
            Value::Flag(_) | Value::Groups(_) | Value::Missing => false,
        })
    }
}

/// An option that counts points.
pub fn count_option(options: &Options, name: &str) -> Result<Option<usize>, Refusal> {
    let parsed = options.text(name).filter(|text| !text.is_empty()).map(str::parse::<usize>);
    parsed.transpose().map_err(|_| Refusal::option(name, "a whole number"))
}

/// A number that need not be given.
pub fn maybe_number(options: &Options, name: &str) -> Result<Option<f64>, Refusal> {
    match options.text(name) {
        None | Some("") => Ok(None),
        Some(_) => options.number(name, 0.0).map(Some),
    }
}

/// Chart options as typed.
pub fn chart_options(options: &Options, series: &Series) -> Result<ChartOptions, Refusal> {
    let better = match options.text("better") {
        Some("lower") => Some(Better::Lower),
        Some("higher") => Some(Better::Higher),
        None | Some("none") => None,
        Some(_) => return Err(Refusal::option("better", "lower, higher or none")),
    };
    let name = options.text("rules").unwrap_or(RuleSet::PLOT_THE_DOTS.name);
    let Some(rules) = RuleSet::ALL.into_iter().find(|rules| rules.name == name) else {
        return Err(Refusal::option("rules", "plot-the-dots or nhs-england-2023"));
    };
    let points = match count_option(options, "points")? {
        None => 7,
        Some(points @ 6..=7) => points,
        Some(_) => return Err(Refusal::option("points", "6 or 7")),
    };
    Ok(ChartOptions {
        better,
        target: maybe_number(options, "target")?,
        screen_outliers: options.flag("screen", true)?,
        fix_after: count_option(options, "fix-after")?,
        rebases: rebases(options, series)?,
        rules: rules.with_points(points),
    })
}

fn rebases(options: &Options, series: &Series) -> Result<Vec<Rebase>, Refusal> {
    let typed = options.text("rebase").unwrap_or_default();
    let parts = typed.split(';').filter(|part| !part.trim().is_empty());
    let mut rebases = parts
        .map(|part| {
            let (period, reason) = part
                .split_once('=')
                .ok_or_else(|| Refusal::option("rebase", "PERIOD=REASON, several separated by semicolons"))?;
            let start = series
                .position(period.trim())
                .ok_or_else(|| Refusal::option("rebase", "a period of the table: the first point of the new phase"))?;
            Ok(Rebase { start, reason: reason.trim().to_owned() })
        })
        .collect::<Result<Vec<_>, Refusal>>()?;
    rebases.sort_by_key(|rebase| rebase.start);
    Ok(rebases)
}

/// One row per point; the icons stand on every row, since they belong to the whole chart.
pub fn chart_rows(series: &Series, chart: &Chart) -> Vec<Row> {
    let mut rows = Vec::with_capacity(chart.points.len());
    for (number, phase) in chart.phases.iter().enumerate() {
        for index in phase.points.clone() {
            let point = &chart.points[index];
            rows.push(vec![
                ("period", series.periods[index].clone()),
                ("value", Value::maybe(point.value)),
                ("centre", Value::number(point.centre)),
                ("lower", Value::maybe(point.lower)),
                ("upper", Value::maybe(point.upper)),
                ("near_lower", Value::maybe(point.near_lower)),
                ("near_upper", Value::maybe(point.near_upper)),
                ("signal", point.signal.map_or(Value::Missing, |signal| signal.words().into())),
                ("kind", point.kind.id().into()),
                ("phase", Value::number((number + 1) as f64)),
                ("phase_reason", phase.reason.clone().map_or(Value::Missing, Value::Text)),
                ("trial_limits", phase.trial_limits.into()),
                ("variation", chart.variation.id().into()),
                ("assurance", chart.assurance.id().into()),
            ]);
        }
    }
    rows
}
