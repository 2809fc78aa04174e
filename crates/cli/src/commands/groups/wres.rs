//! `evenly groups wres`: the relative likelihoods of the Workforce Race Equality Standard, with how far ethnicity is declared.
//!
//! SOURCE: NHS England, Workforce Race Equality Standard, indicators 2 (appointed from the shortlist), 3 (entering the formal
//! disciplinary process) and 4 (non-mandatory training): how likely staff of one of two groups are, divided by how likely
//! those of the other are. The standard sets white over minority ethnic staff for 2 and 4, and the other way round for 3; here
//! it is white over minority ethnic for all three, so that they read alike.

use anyhow::bail;
use evenly_cube::{Release, ReleasedCell, Views};
use evenly_stats::Estimate;
use evenly_stats::compare::{Count, Kind, ratio};
use serde_json::json;

use super::OfExtract;
use crate::counting::Counting;
use crate::interrupt;
use crate::show::{self, Format};

/// Indicators of the standard, by their number in it.
const INDICATORS: [(u8, &str); 3] =
    [(2, "staff-appointed-from-shortlist"), (3, "staff-disciplinary"), (4, "staff-training")];
const DECLARED: &str = "staff-ethnicity-declared";
const GROUPS: &str = "wres_group";
const CONFIDENCE: f64 = 0.95;

/// Runs it.
pub(super) fn run(of: &OfExtract) -> anyhow::Result<()> {
    interrupt::listen();
    let mut counting = Counting::prepare(&of.counting)?;
    let policy = counting.policy(of.policy.as_deref())?;
    let there = counting.fields()?;
    let definitions = &counting.options().definitions;
    let can = |id: &str| {
        let own = definitions.iter().find(|own| own.id == id);
        own.filter(|own| own.fields().iter().all(|field| there.iter().any(|name| name == field))).cloned()
    };
    let indicators: Vec<_> = INDICATORS.iter().filter_map(|(_, id)| can(id)).chain(can(DECLARED)).collect();
    if indicators.len() < 2 || !there.iter().any(|name| name == GROUPS) {
        bail!(
            "this extract has none of the standard's three ratios: they need the field `{GROUPS}` and one of `appointed`, \
             `disciplinary` and `training`, as the profiles esr-staff and staff-recruitment have them"
        );
    }
    let counted = counting.count_only(&[GROUPS], indicators)?;
    let views = Views { period: None, by: vec![GROUPS.to_owned()], pairs: Vec::new(), change: None };
    let release = counted.cube.release(&policy, &views)?;
    let rows: Vec<Likelihood> = INDICATORS.iter().filter_map(|own| Likelihood::of(own, &release)).collect();
    let declared = cell(&release, DECLARED, None).and_then(counts);
    if of.format == Format::Json {
        let declared = declared.map(|own| json!({"numerator": own.numerator, "denominator": own.denominator}));
        let rows: Vec<_> = rows.iter().map(Likelihood::json).collect();
        return show::print_json(&json!({"policy": release.policy.id, "declared": declared, "indicators": rows}));
    }
    let mut lines =
        vec![["", "white", "minority ethnic", "white : minority ethnic", "likely between"].map(str::to_owned).to_vec()];
    lines.extend(rows.iter().map(Likelihood::line));
    let known = declared.map_or_else(|| "withheld".to_owned(), share);
    Ok(show::print(&format!(
        "Relative likelihoods of the Workforce Race Equality Standard\n{}\nEthnicity is declared in {known} of rows: who declares is \
         not a random part of staff.\n1 is alike; above 1 it is likelier for white staff. The standard itself sets indicator 3 the \
         other way round. Its two groups hide differences within them: read the ethnic groups of a report beside them.\n{}\n",
        show::columns(&lines),
        release.policy_sentence
    ))?)
}

/// One indicator of the standard.
struct Likelihood {
    number: u8,
    id: String,
    title: String,
    white: Option<Count>,
    minority: Option<Count>,
    ratio: Option<Estimate>,
}

impl Likelihood {
    fn of((number, id): &(u8, &str), release: &Release) -> Option<Self> {
        let own = release.indicators.iter().find(|own| own.definition.id == *id)?;
        let [white, minority] = ["white", "bme"].map(|group| cell(release, id, Some(group)).and_then(counts));
        let both = white.zip(minority);
        let estimate = both.and_then(|(white, minority)| ratio(Kind::Proportion, white, minority, CONFIDENCE).ok());
        let ratio = estimate.filter(|own| own.upper.is_finite());
        let title = own.definition.title.clone();
        Some(Self { number: *number, id: (*id).to_owned(), title, white, minority, ratio })
    }

    fn line(&self) -> Vec<String> {
        let shown = |own: Option<Count>| own.map_or_else(|| "withheld".to_owned(), share);
        let (value, limits) = match self.ratio {
            Some(ratio) => (format!("{:.2}", ratio.value), format!("{:.2} and {:.2}", ratio.lower, ratio.upper)),
            None => ("not given".to_owned(), "–".to_owned()),
        };
        vec![format!("{} {}", self.number, self.title), shown(self.white), shown(self.minority), value, limits]
    }

    fn json(&self) -> serde_json::Value {
        let counts =
            |own: Option<Count>| own.map(|own| json!({"numerator": own.numerator, "denominator": own.denominator}));
        let ratio = self.ratio.map(|own| json!({"value": own.value, "lower": own.lower, "upper": own.upper}));
        json!({"wres": self.number, "id": self.id, "white": counts(self.white), "minority_ethnic": counts(self.minority),
            "white_to_minority_ethnic": ratio})
    }
}

/// The cell of a group, or of everybody.
fn cell<'a>(release: &'a Release, indicator: &str, group: Option<&str>) -> Option<&'a ReleasedCell> {
    let own = release.indicators.iter().find(|own| own.definition.id == indicator)?;
    match group {
        None => own.table(&[])?.cells.first(),
        Some(id) => {
            let position = release.dimension(GROUPS)?.position(id)?;
            own.table(&[GROUPS])?.cells.iter().find(|cell| cell.groups == [position])
        }
    }
}

fn counts(cell: &ReleasedCell) -> Option<Count> {
    let (top, bottom) = (cell.numerator.shown()?, cell.denominator.shown()?);
    (bottom > 0).then_some(Count { numerator: top as f64, denominator: bottom as f64 })
}

/// `21.0 % (1,020 of 4,857)`.
fn share(own: Count) -> String {
    let whole = |number: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
        show::thousands(number as u64)
    };
    let percent = 100.0 * own.numerator / own.denominator;
    format!("{percent:.2} % ({} of {})", whole(own.numerator), whole(own.denominator))
}
