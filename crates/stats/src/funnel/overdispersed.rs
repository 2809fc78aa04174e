//! Funnel limits for units that differ by more than chance (Spiegelhalter's additive random effects).

use crate::checks;
use crate::funnel::limits::{ControlLimits, INNER_TAIL, OUTER_TAIL};
use crate::funnel::transform::Transform;
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::numeric::{compensated_sum, normal_quantile};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

const DOC: &str = "\
Each unit's distance from the target on a scale of even spread is `z = (y − target)/s`. After extreme units are drawn in (or,
on the log scale, left out), `φ = Σz²/n` says how much more units vary than chance allows, and
`τ² = max(0, (nφ − (n−1)) / (Σw − Σw²/Σw))`, `w = 1/s²`, is the variance between units. Limits: `target ± z√(s² + τ²)`,
turned back to the unit's own scale.

| `scale` | value *y* | *s* | for |
|---|---|---|---|
| `log` | ln(O/E) | 1/√E | standardised ratios, as the SHMI |
| `root` | √(O/E) | 1/(2√E) | standardised ratios, as the CQC; units may have no events |
| `proportion` | asin √p | 1/(2√n) | proportions |
| `count-ratio` | ln((O+½)/(E+½)) | √(O/(O+½)² + E/(E+½)²) | ratios of two counts |

**Source.** D. J. Spiegelhalter, *Quality and Safety in Health Care* 14 (2005), p. 347–351; D. J. Spiegelhalter and others,
*Journal of the Royal Statistical Society A* 175 (2012), p. 1–47; FunnelPlotR 0.6.0, whose φ and τ² these are. Its limits of
`root` (left on the root scale) and `count-ratio` (made with another *s* than *z*) are not followed.

**Conventions.** Rows of the same group are added up. `trim` is the share at each end that counts as extreme. τ² is 0 where
`nφ < n − 1`. Limits without over-dispersion stand beside: exact Poisson for ratios.

**Limits.** Over-dispersion may hide real differences: look for its causes (case mix, coding) before accepting it. Needs
ten units or more to say much.";

const GROUP: Column = Column { name: "group", required: true, doc: "Name of the unit; rows of one unit are added up." };
const NUMERATOR: Column = Column { name: "numerator", required: true, doc: "Observed events, not negative." };
const DENOMINATOR: Column =
    Column { name: "denominator", required: true, doc: "Expected events, people, or the other count; above zero." };

/// `evenly measure funnel-overdispersed`.
pub const METHOD: Method = Method {
    id: "funnel-overdispersed",
    title: "Funnel plot with limits for units that differ by more than chance",
    family: Family::Funnels,
    when_to_use: "As `funnel`, where many large units lie outside its limits, as is usual for hospitals.",
    doc: DOC,
    columns: &[GROUP, NUMERATOR, DENOMINATOR],
    options: &[
        OptionSpec { name: "scale", default: "log", doc: "`log`, `root`, `proportion` or `count-ratio`." },
        OptionSpec {
            name: "trim",
            default: "0.1",
            doc: "Share of units at each end that count as extreme, below 0.5.",
        },
        checks::MULTIPLIER,
    ],
    example: "group,numerator,denominator\nA,120,101.2\nB,98,110.5\nC,310,288\nD,45,61.3\nE,210,190.1\nF,77,80\nG,150,118\n\
              H,64,70.2\nI,133,140\nJ,250,241.7\n",
    run,
};

/// How an over-dispersed funnel is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverdispersedOptions {
    /// The scale of comparison.
    pub transform: Transform,
    /// Share of units at each end that count as extreme, in [0, 0.5).
    pub trim: f64,
    /// Whether over-dispersion is allowed for; without, τ² is 0.
    pub adjust: bool,
    /// Standard normal quantiles of the inner and the outer limits.
    pub z: (f64, f64),
}

impl OverdispersedOptions {
    /// The usual way on a scale: a tenth trimmed at each end, limits at 95 % and 99.8 %.
    pub fn new(transform: Transform) -> Self {
        let z = (normal_quantile(1.0 - INNER_TAIL), normal_quantile(1.0 - OUTER_TAIL));
        Self { transform, trim: 0.1, adjust: true, z }
    }
}

/// A unit on the funnel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FunnelUnit {
    /// Numerator over denominator.
    pub value: f64,
    /// On the scale of comparison; −∞ for a log ratio without events.
    pub transformed: f64,
    /// Distance from the target in standard errors.
    pub z: f64,
    /// The distance that counts towards φ: drawn in where extreme; none where left out.
    pub kept_z: Option<f64>,
    /// Whether the unit is extreme.
    pub extreme: bool,
    /// Limits with over-dispersion.
    pub adjusted: ControlLimits,
    /// Limits without.
    pub plain: ControlLimits,
}

/// A funnel with over-dispersion.
#[derive(Clone, Debug, PartialEq)]
pub struct Funnel {
    /// The target on the scale of comparison.
    pub target: f64,
    /// Mean square of the kept distances: 1 is chance alone.
    pub phi: f64,
    /// Variance between units on the scale of comparison.
    pub tau_squared: f64,
    /// The units in the order given.
    pub units: Vec<FunnelUnit>,
}

impl Funnel {
    /// Limits at a size that no unit need have, to draw them as lines: `denominator` above zero, on a scale whose spread hangs on
    /// it alone (all but `LogCountRatio`).
    pub fn limits_at(&self, denominator: f64, options: &OverdispersedOptions) -> ControlLimits {
        let error = options.transform.error((0.0, denominator));
        options.transform.limits(self.target, (error * error + self.tau_squared).sqrt(), options.z)
    }

    /// The target on the units' own scale.
    pub fn target_value(&self, options: &OverdispersedOptions) -> f64 {
        options.transform.back(self.target)
    }
}

/// Over-dispersion of units (numerator, denominator) and the limits that allow for it.
pub fn overdispersed(units: &[(f64, f64)], options: &OverdispersedOptions) -> Result<Funnel, Refusal> {
    let transform = options.transform;
    check(units, transform)?;
    if !(0.0..0.5).contains(&options.trim) {
        return Err(Refusal::option("trim", "at least 0 and below 0.5"));
    }
    let target = transform.target(units);
    let transformed: Vec<f64> = units.iter().map(|unit| transform.value(*unit)).collect();
    let errors: Vec<f64> = units.iter().map(|unit| transform.error(*unit)).collect();
    let distances: Vec<f64> = transformed.iter().zip(&errors).map(|(value, error)| (value - target) / error).collect();
    let kept =
        if transform.leaves_out() { left_out(&distances, options.trim) } else { drawn_in(&distances, options.trim) };
    if kept.iter().flatten().any(|z| z.is_infinite()) {
        let text = "a unit without events has no logarithm and is not among those left out: use the root scale";
        return Err(Refusal::Undefined(text.to_owned()));
    }
    let (phi, tau_squared) = if options.adjust { dispersion(&kept, &errors) } else { (0.0, 0.0) };
    let units = (0..units.len())
        .map(|place| FunnelUnit {
            value: units[place].0 / units[place].1,
            transformed: transformed[place],
            z: distances[place],
            kept_z: kept[place],
            extreme: kept[place].is_none_or(|z| z.total_cmp(&distances[place]).is_ne()),
            adjusted: transform.limits(target, (errors[place].powi(2) + tau_squared).sqrt(), options.z),
            plain: transform.plain_limits(units[place], target, options.z),
        })
        .collect();
    Ok(Funnel { target, phi, tau_squared, units })
}

fn check(units: &[(f64, f64)], transform: Transform) -> Result<(), Refusal> {
    if units.len() < 2 {
        return Err(Refusal::TooFew { what: "units", found: units.len(), needed: 2 });
    }
    for (row, (above, below)) in units.iter().enumerate() {
        if transform == Transform::ArcsineProportion {
            checks::proportion(*above, *below, row + 1)?;
        }
        checks::not_negative(*above, NUMERATOR.name, row + 1)?;
        checks::positive(*below, DENOMINATOR.name, row + 1)?;
    }
    if units.iter().all(|unit| unit.0 <= 0.0) {
        return Err(Refusal::Undefined("no unit has an event".to_owned()));
    }
    Ok(())
}

/// φ and τ² of the kept distances.
fn dispersion(kept: &[Option<f64>], errors: &[f64]) -> (f64, f64) {
    let distances: Vec<f64> = kept.iter().flatten().copied().collect();
    let count = distances.len() as f64;
    if distances.len() < 2 {
        return (0.0, 0.0);
    }
    let phi = compensated_sum(distances.iter().map(|z| z * z)) / count;
    let weights = || kept.iter().zip(errors).filter(|(z, _)| z.is_some()).map(|(_, error)| 1.0 / (error * error));
    let sum = compensated_sum(weights());
    let squares = compensated_sum(weights().map(|weight| weight * weight));
    let excess = count * phi - (count - 1.0);
    (phi, if excess < 0.0 { 0.0 } else { (excess / (sum - squares / sum)).max(0.0) })
}

/// Distances beyond the trimmed quantiles are drawn in to them (quantiles interpolated between order statistics).
fn drawn_in(distances: &[f64], trim: f64) -> Vec<Option<f64>> {
    let mut sorted = distances.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quantile = |share: f64| {
        let place = share * (sorted.len() - 1) as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the sorted distances")]
        let below = (place.floor() as usize).min(sorted.len() - 1);
        let above = (below + 1).min(sorted.len() - 1);
        sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below])
    };
    let (low, high) = (quantile(trim), quantile(1.0 - trim));
    distances.iter().map(|z| Some(z.clamp(low, high))).collect()
}

/// Distances in the first and last of `1/trim` groups of ranks are left out; equal distances share their mean rank.
fn left_out(distances: &[f64], trim: f64) -> Vec<Option<f64>> {
    if trim <= 0.0 {
        return distances.iter().map(|z| Some(*z)).collect();
    }
    let groups = 1.0 / trim;
    let mut sorted = distances.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = |z: f64| {
        let below = sorted.partition_point(|other| other.total_cmp(&z).is_lt());
        let up_to = sorted.partition_point(|other| other.total_cmp(&z).is_le());
        let rank = (below + 1 + up_to) as f64 / 2.0;
        (rank * groups / (sorted.len() + 1) as f64).floor()
    };
    distances.iter().map(|z| (place(*z) > 0.0 && place(*z) < groups - 1.0).then_some(*z)).collect()
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let transform = match options.text("scale") {
        None | Some("log") => Transform::LogRatio,
        Some("root") => Transform::RootRatio,
        Some("proportion") => Transform::ArcsineProportion,
        Some("count-ratio") => Transform::LogCountRatio,
        Some(_) => return Err(Refusal::option("scale", "log, root, proportion or count-ratio")),
    };
    let settings = OverdispersedOptions { trim: options.number("trim", 0.1)?, ..OverdispersedOptions::new(transform) };
    let multiplier = checks::multiplier(options, 1.0)?;
    let (above, below) = (table.numbers(NUMERATOR.name)?, table.numbers(DENOMINATOR.name)?);
    for row in 0..above.len() {
        checks::not_negative(above[row], NUMERATOR.name, row + 1)?;
        checks::not_negative(below[row], DENOMINATOR.name, row + 1)?;
    }
    let groups = checks::groups(&table.texts(GROUP.name)?);
    let sum = |column: &[f64], places: &[usize]| compensated_sum(places.iter().map(|place| column[*place]));
    let units: Vec<(f64, f64)> = groups.iter().map(|(_, places)| (sum(&above, places), sum(&below, places))).collect();
    let funnel = overdispersed(&units, &settings)?;
    let place = |value: f64, limits: ControlLimits| {
        if value > limits.upper998 {
            "high"
        } else if value < limits.lower998 {
            "low"
        } else {
            "within"
        }
    };
    let rows = groups.iter().zip(&units).zip(&funnel.units);
    Ok(rows
        .map(|(((label, _), own), unit)| {
            let (adjusted, plain) = (unit.adjusted.scaled(multiplier), unit.plain.scaled(multiplier));
            vec![
                ("group", Value::from(label.as_str())),
                ("value", Value::from(unit.value * multiplier)),
                ("target", Value::from(transform.back(funnel.target) * multiplier)),
                ("lower95", Value::from(adjusted.lower95)),
                ("upper95", Value::from(adjusted.upper95)),
                ("lower998", Value::from(adjusted.lower998)),
                ("upper998", Value::from(adjusted.upper998)),
                ("place", Value::from(place(unit.value, unit.adjusted))),
                ("plain_lower998", Value::from(plain.lower998)),
                ("plain_upper998", Value::from(plain.upper998)),
                ("z", Value::number(unit.z)),
                ("phi", Value::from(funnel.phi)),
                ("tau_squared", Value::from(funnel.tau_squared)),
                ("numerator", Value::from(own.0)),
                ("denominator", Value::from(own.1)),
            ]
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_distr::{Distribution, Normal, Poisson};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::{OverdispersedOptions, Transform, overdispersed};

    /// Units that differ by chance and by a random effect, without a single real outlier.
    fn flagged(transform: Transform, between: f64, seed: u64) -> f64 {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let effect = Normal::new(0.0, between).unwrap();
        let mut draw = |mean: f64| Poisson::new(mean).unwrap().sample(&mut random);
        let (mut out, mut all) = (0.0, 0.0);
        for world in 0..60 {
            let mut effects = Xoshiro256PlusPlus::seed_from_u64(seed + 1000 + world);
            let units: Vec<(f64, f64)> = (0..80)
                .map(|unit| {
                    let expected = 40.0 + 7.0 * f64::from(unit);
                    let mean = expected * effect.sample(&mut effects).exp();
                    let below = if transform == Transform::LogCountRatio { draw(expected) } else { expected };
                    (draw(mean), below)
                })
                .collect();
            let funnel = overdispersed(&units, &OverdispersedOptions::new(transform)).unwrap();
            for unit in &funnel.units {
                out += f64::from(u8::from(unit.value < unit.adjusted.lower998 || unit.value > unit.adjusted.upper998));
                all += 1.0;
            }
        }
        out / all
    }

    /// The reference flags 25 % (root) and 22.5 % (ratio of counts) of such units at "99.8 %".
    #[test]
    fn units_without_outliers_are_seldom_flagged() {
        for transform in [Transform::LogRatio, Transform::RootRatio, Transform::LogCountRatio] {
            assert!(flagged(transform, 0.0, 7) < 0.01, "{transform:?} by chance alone");
            assert!(flagged(transform, 0.2, 7) < 0.06, "{transform:?} over-dispersed");
        }
    }

    #[test]
    fn lines_pass_through_the_limits_of_units() {
        let units: Vec<(f64, f64)> =
            (1..=20).map(|unit| (f64::from(unit % 5 + 1) * 9.0, f64::from(unit) * 50.0)).collect();
        let options = OverdispersedOptions::new(Transform::ArcsineProportion);
        let funnel = overdispersed(&units, &options).unwrap();
        for (unit, own) in units.iter().zip(&funnel.units) {
            assert_eq!(funnel.limits_at(unit.1, &options), own.adjusted);
        }
        let (above, below) = units.iter().fold((0.0, 0.0), |sum, unit| (sum.0 + unit.0, sum.1 + unit.1));
        assert!((funnel.target_value(&options) - above / below).abs() < 1e-12);
    }

    #[test]
    fn what_makes_no_funnel_is_refused() {
        let log = OverdispersedOptions::new(Transform::LogRatio);
        assert!(overdispersed(&[(1.0, 2.0)], &log).is_err(), "one unit");
        assert!(overdispersed(&[(1.0, 2.0), (-1.0, 2.0)], &log).is_err());
        assert!(overdispersed(&[(1.0, 2.0), (1.0, 0.0)], &log).is_err());
        assert!(overdispersed(&[(0.0, 2.0), (0.0, 3.0)], &log).is_err());
        let share = OverdispersedOptions::new(Transform::ArcsineProportion);
        assert!(overdispersed(&[(1.0, 2.0), (4.0, 3.0)], &share).is_err());
        assert!(overdispersed(&[(1.0, 2.0), (1.0, 3.0)], &OverdispersedOptions { trim: 0.5, ..log }).is_err());
    }

    #[test]
    fn a_unit_without_events_is_refused_on_the_log_scale_unless_left_out() {
        let mut units: Vec<(f64, f64)> =
            (1..=30).map(|unit| (f64::from(unit) * 10.0 + 3.0, f64::from(unit) * 10.0)).collect();
        units[4].0 = 0.0;
        let log = OverdispersedOptions::new(Transform::LogRatio);
        assert!(overdispersed(&units, &log).is_ok(), "left out as extreme");
        assert!(overdispersed(&units, &OverdispersedOptions { trim: 0.0, ..log }).is_err());
    }
}
