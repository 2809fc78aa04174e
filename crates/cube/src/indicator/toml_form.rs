//! An indicator as it stands in TOML: flat, so that an unknown key can be named.

use serde::Deserialize;

use super::{Better, Indicator, Kind, Words};
use crate::condition::Condition;

/// Every key that a definition may have. (serde cannot flatten an enum and deny unknown keys at the same time.)
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TomlForm {
    id: String,
    title: String,
    version: u32,
    better: Better,
    unit: String,
    kind: String,
    numerator: Option<Condition>,
    denominator: Option<Condition>,
    field: Option<String>,
    sum: Option<String>,
    over: Option<String>,
    last_week: Option<u32>,
    words: Words,
    source: String,
    date: String,
    #[serde(default)]
    notes: Vec<String>,
}

impl TryFrom<TomlForm> for Indicator {
    type Error = String;

    fn try_from(form: TomlForm) -> Result<Self, String> {
        let given = [
            ("numerator", form.numerator.is_some()),
            ("denominator", form.denominator.is_some()),
            ("field", form.field.is_some()),
            ("sum", form.sum.is_some()),
            ("over", form.over.is_some()),
            ("last_week", form.last_week.is_some()),
        ];
        let (allowed, unit): (&[&str], &str) = match form.kind.as_str() {
            "proportion" => (&["numerator", "denominator"], "proportion"),
            "waits" => (&["denominator", "field", "last_week"], "weeks"),
            "sums" => (&["sum", "over", "denominator"], "proportion"),
            "counted" => (&[], "proportion"),
            other => {
                return Err(format!(
                    "unknown kind `{other}`, expected one of `proportion`, `waits`, `sums`, `counted`"
                ));
            }
        };
        for (key, is_given) in given {
            if is_given && !allowed.contains(&key) {
                return Err(format!("the key `{key}` has no meaning for the kind `{}`", form.kind));
            }
        }
        if form.unit != unit {
            return Err(format!("the unit of the kind `{}` is `{unit}`, not `{}`", form.kind, form.unit));
        }
        let missing = |key: &str| format!("the kind `{}` needs the key `{key}`", form.kind);
        let kind = match form.kind.as_str() {
            "proportion" => Kind::Proportion {
                numerator: form.numerator.ok_or_else(|| missing("numerator"))?,
                denominator: form.denominator.ok_or_else(|| missing("denominator"))?,
            },
            "waits" => Kind::Waits {
                field: form.field.ok_or_else(|| missing("field"))?,
                denominator: form.denominator.ok_or_else(|| missing("denominator"))?,
                last_week: form
                    .last_week
                    .filter(|week| (1..=1040).contains(week))
                    .ok_or_else(|| format!("the kind `{}` needs the key `last_week`, from 1 to 1040", form.kind))?,
            },
            "sums" => Kind::Sums {
                sum: form.sum.ok_or_else(|| missing("sum"))?,
                over: form.over.ok_or_else(|| missing("over"))?,
                denominator: form.denominator.ok_or_else(|| missing("denominator"))?,
            },
            _ => Kind::Counted,
        };
        kind.memberships().map_err(|error| error.to_string())?;
        Ok(Self {
            id: form.id,
            title: form.title,
            version: form.version,
            better: form.better,
            unit: form.unit,
            kind,
            words: form.words,
            source: form.source,
            date: form.date,
            notes: form.notes,
        })
    }
}
