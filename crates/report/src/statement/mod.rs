//! The statement pack: what NHS England's statement on information on health inequalities asks for, out of one or more extracts.
//!
//! One list of blocks ([`crate::blocks`]) is the content of page and PDF; tables, workbook, JSON and the metrics library's schema are
//! made of the same analyses, so that no two documents can disagree.

mod build;
mod cml;
mod content;
mod html;
mod json;
mod method;
#[cfg(feature = "pdf")]
mod pdf;
mod text;
mod xlsx;

use evenly_cube::statement::{Actions, Domain, DomainIndicator, ReportingPeriod};
use evenly_cube::{Definition, Group, PlainTable, Releasable, Release};
use maud::Markup;
use serde::Serialize;

use crate::analysis::{Analysis, Breakdown, Heading, IndicatorAnalysis};
use crate::documents::DocumentError;
use crate::findings::words::statement as words;
pub use build::StatementError;

/// What a pack is made of.
pub struct StatementParts {
    /// Name of the organisation and day of the pack.
    pub heading: Heading,
    /// Code of the organisation (ODS), if it is to stand in the metrics library's tables.
    pub code: Option<String>,
    /// The time reported on.
    pub period: ReportingPeriod,
    /// What the statement asks for.
    pub domains: Vec<Domain>,
    /// What there is, in the order given; an indicator that two hold is shown from the first.
    pub extracts: Vec<StatementExtract>,
    /// Whether the policy, which is one for all, withholds or rounds anything.
    pub protected: bool,
    /// What is done about it.
    pub actions: Actions,
}

/// What a person wrote about one part of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementCommentary {
    /// Id of the part.
    pub part: String,
    /// What it says; an empty line begins a paragraph.
    pub text: String,
}

/// A part of a pack on a page.
pub struct StatementPart {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What stands under the title.
    pub body: Markup,
}

/// One extract, limited to the time reported on and past the gate.
pub struct StatementExtract {
    /// What it is called: the folder of its report.
    pub name: String,
    /// Its counts.
    pub release: Releasable<Release>,
    /// The periods that are counted.
    pub periods: Vec<Group>,
    /// Whether only the latest period counts.
    pub snapshot: bool,
    /// Whether nothing was cut off.
    pub whole: bool,
    /// Ids of indicators that could not be limited to the time.
    pub lost: Vec<String>,
}

/// A pack, ready to be written.
#[derive(Clone, Debug)]
pub struct Statement {
    heading: Heading,
    code: Option<String>,
    period: ReportingPeriod,
    policy: Definition,
    policy_sentences: Vec<String>,
    protected: bool,
    extracts: Vec<Extract>,
    sections: Vec<Section>,
    actions: Actions,
    commentary: Vec<StatementCommentary>,
}

/// An extract with what was worked out of it.
#[derive(Clone, Debug)]
struct Extract {
    name: String,
    analysis: Analysis,
    periods: Vec<Group>,
    snapshot: bool,
    whole: bool,
    lost: Vec<String>,
}

/// A domain, or (without one) what no domain asks for.
#[derive(Clone, Debug)]
struct Section {
    domain: Option<Domain>,
    entries: Vec<Entry>,
}

/// An indicator of a section.
#[derive(Clone, Debug)]
struct Entry {
    /// What the statement asks for; absent for the organisation's other indicators.
    asked: Option<DomainIndicator>,
    /// Extract and indicator by position, where it is available.
    shown: Option<(usize, usize)>,
}

/// The four dimensions that the statement asks for at a minimum: name, and what the id of such a dimension begins with.
const MINIMUM: [(&str, &[&str]); 4] = [
    ("deprivation", &["deprivation", "imd"]),
    ("ethnicity", &["ethnic"]),
    ("sex", &["sex", "gender"]),
    ("age", &["age"]),
];

impl Statement {
    /// The same pack with what people wrote about its parts.
    #[must_use]
    pub fn with_commentary(mut self, commentary: Vec<StatementCommentary>) -> Self {
        self.commentary = commentary;
        self
    }

    /// The parts, in order, for pages that show them one by one.
    pub fn parts(&self) -> Vec<StatementPart> {
        html::parts_of(self)
    }

    /// The page, readable without JavaScript, printable.
    pub fn html(&self) -> String {
        html::document(self)
    }

    /// The pack as tagged PDF (PDF/UA-1), A4, with its fonts: the page's content, set for a board.
    #[cfg(feature = "pdf")]
    pub fn pdf(&self) -> Result<Vec<u8>, DocumentError> {
        pdf::document(self)
    }

    /// The pack as plain text.
    pub fn text(&self) -> String {
        text::document(self)
    }

    /// `statement.json`, on the paths of `docs/reference/statement.schema.json`.
    pub fn json(&self) -> Result<String, DocumentError> {
        json::document(self)
    }

    /// The workbook: contents, a sheet for each domain, actions, method.
    pub fn xlsx(&self) -> Result<Vec<u8>, DocumentError> {
        xlsx::document(self)
    }

    /// The tables of NHS England's Central Metrics Library.
    pub fn cml(&self) -> Vec<PlainTable> {
        cml::tables(self)
    }

    /// A table of the metrics library as CSV.
    pub fn cml_csv(table: &PlainTable) -> Result<String, DocumentError> {
        cml::csv(table)
    }

    /// How many of the statement's indicators are shown, out of how many.
    pub fn available(&self) -> (usize, usize) {
        let asked = || self.sections.iter().filter(|own| own.domain.is_some()).flat_map(|own| &own.entries);
        (asked().filter(|own| own.shown.is_some()).count(), asked().count())
    }

    /// How many of the organisation's other indicators are shown.
    pub fn others(&self) -> usize {
        self.sections.iter().filter(|own| own.domain.is_none()).map(|own| own.entries.len()).sum()
    }

    /// Title of the pack.
    fn title(&self) -> String {
        self.heading.title.clone().unwrap_or_else(|| words::title(&self.period))
    }

    /// Version of Evenly that counted the first extract.
    fn evenly(&self) -> &str {
        self.extracts.first().map_or("", |own| own.analysis.release.provenance.evenly.as_str())
    }

    fn indicator(&self, (extract, indicator): (usize, usize)) -> &IndicatorAnalysis {
        &self.extracts[extract].analysis.indicators[indicator]
    }

    /// The breakdowns that are shown, the four of the minimum first.
    fn breakdowns(&self, shown: (usize, usize)) -> Vec<&Breakdown> {
        let analysis = &self.extracts[shown.0].analysis;
        let place = |own: &&Breakdown| {
            let id = analysis.dimension(own.dimension).id.as_str();
            MINIMUM
                .iter()
                .position(|(_, starts)| starts.iter().any(|start| id.starts_with(start)))
                .unwrap_or(MINIMUM.len())
        };
        let mut own: Vec<&Breakdown> = self.indicator(shown).breakdowns.iter().collect();
        own.retain(|own| analysis.dimension(own.dimension).about != evenly_cube::About::Service);
        own.sort_by_key(place);
        own
    }

    /// Names of the dimensions of the minimum that are missing.
    fn missing(&self, shown: (usize, usize)) -> Vec<&'static str> {
        let analysis = &self.extracts[shown.0].analysis;
        let has = |starts: &[&str]| {
            let mut breakdowns = self.indicator(shown).breakdowns.iter();
            breakdowns.any(|own| starts.iter().any(|start| analysis.dimension(own.dimension).id.starts_with(start)))
        };
        MINIMUM.iter().filter(|(_, starts)| !has(starts)).map(|(name, _)| *name).collect()
    }
}

/// Those of whom a group is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unknown {
    /// So many, out of so many.
    Counted(u64, u64),
    /// A count behind it is withheld.
    Withheld,
    /// The extract has no group for them.
    NoGroup,
}
