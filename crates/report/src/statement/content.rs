//! The content of the pack, part by part: what stands out, the domains, what is done, how it was made.

use evenly_cube::statement::DomainIndicator;
use evenly_cube::{About, GroupState, Kind};

use super::build::unknown;
use super::{Entry, Extract, Section, Statement, Unknown};
use crate::analysis::{Breakdown, Finding, FindingKind, IndicatorAnalysis, Reading};
use crate::blocks::{Block, Figure, Part, Table, WITHHELD};
use crate::documents::html::indicator::groups;
use crate::documents::html::tables;
use crate::findings::is_waits;
use crate::findings::numbers::{count, day, decimal};
use crate::findings::words::{self, statement as say};

/// The most sentences at the head.
const HEADLINES: usize = 7;

/// Every part, in order.
pub fn parts(statement: &Statement) -> Vec<Part> {
    let mut parts = vec![overview(statement)];
    parts.extend(statement.sections.iter().map(|own| section(statement, own)));
    parts.push(actions(statement));
    parts.push(super::method::method(statement));
    for part in &mut parts {
        part.blocks.splice(0..0, in_our_words(statement, &part.id));
    }
    parts
}

/// What people wrote about a part, under a heading.
fn in_our_words(statement: &Statement, part: &str) -> Vec<Block> {
    let texts = paragraphs(statement, part);
    let heading = (!texts.is_empty()).then(|| Block::Heading(3, "In our words".to_owned()));
    heading.into_iter().chain(texts).collect()
}

/// A paragraph a block.
fn paragraphs(statement: &Statement, part: &str) -> Vec<Block> {
    let own = statement.commentary.iter().filter(|own| own.part == part);
    let paragraphs = own.flat_map(|own| own.text.split("\n\n")).map(str::trim).filter(|text| !text.is_empty());
    paragraphs.map(|text| Block::Text(text.replace('\n', " "))).collect()
}

/// What people wrote about every part, for the workbook, whose sheets are tables.
pub fn all_in_our_words(statement: &Statement) -> Part {
    let each = parts(statement).into_iter().flat_map(|part| {
        let texts = paragraphs(statement, &part.id);
        let heading = (!texts.is_empty()).then_some(Block::Heading(3, part.title));
        heading.into_iter().chain(texts)
    });
    Part { id: "in-our-words".to_owned(), title: "In our words".to_owned(), blocks: each.collect() }
}

fn overview(statement: &Statement) -> Part {
    let (shown, asked) = statement.available();
    let mut blocks = vec![Block::Text(say::PURPOSE.to_owned())];
    let mut facts = vec![
        ("Time reported on".to_owned(), say::span(&statement.period)),
        ("Indicators of the statement shown".to_owned(), format!("{shown} of {asked}")),
    ];
    if statement.others() > 0 {
        facts.push(("Other indicators shown".to_owned(), count(statement.others() as u64)));
    }
    facts.push(("Protecting small groups".to_owned(), statement.policy.title.clone()));
    blocks.push(Block::Facts(facts));
    blocks.push(Block::Heading(3, "What stands out".to_owned()));
    let told = headlines(statement);
    if told.is_empty() {
        blocks.push(Block::Text(say::NOTHING.to_owned()));
    }
    blocks.extend(told.into_iter().map(|finding| Block::Said(finding.sentence.clone())));
    blocks.push(Block::Heading(3, "The domains at a glance".to_owned()));
    blocks.push(Block::Table(glance(statement)));
    blocks.push(Block::Aside(say::DOMAINS_NOTE.to_owned()));
    Part { id: "overview".to_owned(), title: "Overview".to_owned(), blocks }
}

/// The headlines of each extract in turn, those about people and areas; what the statement asks for comes first.
fn headlines(statement: &Statement) -> Vec<&Finding> {
    let asked: Vec<(usize, usize)> = statement
        .sections
        .iter()
        .flat_map(|own| &own.entries)
        .filter(|own| own.asked.is_some())
        .filter_map(|own| own.shown)
        .collect();
    let is_asked = |place: usize, finding: &Finding| finding.indicator.is_some_and(|own| asked.contains(&(place, own)));
    let mut told = in_turn(statement, &is_asked);
    told.extend(in_turn(statement, &|place, finding| !is_asked(place, finding)));
    told.truncate(HEADLINES);
    told
}

fn in_turn<'a>(statement: &'a Statement, wanted: &dyn Fn(usize, &Finding) -> bool) -> Vec<&'a Finding> {
    let mut each: Vec<std::vec::IntoIter<&Finding>> = Vec::new();
    for (place, own) in statement.extracts.iter().enumerate() {
        let mut told = own.analysis.headlines();
        told.retain(|finding| is_told(own, finding) && wanted(place, finding));
        each.push(told.into_iter());
    }
    let mut told = Vec::new();
    while told.len() < HEADLINES {
        let round: Vec<&Finding> = each.iter_mut().filter_map(Iterator::next).collect();
        if round.is_empty() {
            break;
        }
        told.extend(round);
    }
    told
}

/// Whether a finding is about an indicator and about people or areas alone.
fn is_told(extract: &Extract, finding: &Finding) -> bool {
    let service =
        |(dimension, _): &(usize, Option<usize>)| extract.analysis.dimension(*dimension).about == About::Service;
    finding.kind != FindingKind::DataQuality && !finding.groups.iter().any(service)
}

fn glance(statement: &Statement) -> Table {
    let rows = statement.sections.iter().map(|own| {
        let shown = own.entries.iter().filter(|entry| entry.shown.is_some()).count();
        let unchecked =
            own.entries.iter().filter(|entry| entry.asked.as_ref().is_some_and(|asked| !asked.checked)).count();
        let asked = if own.domain.is_some() { count(own.entries.len() as u64) } else { "–".to_owned() };
        vec![title(own), asked, count(shown as u64), count(unchecked as u64)]
    });
    let heads = [("Domain", false), ("Indicators asked for", true), ("Shown", true), ("Wording not checked", true)];
    Table {
        caption: "Indicators by domain: asked for, shown, not checked".to_owned(),
        heads: heads.map(|(name, number)| (name.to_owned(), number)).into(),
        rows: rows.collect(),
        total: false,
    }
}

/// Title of a section.
pub fn title(section: &Section) -> String {
    section.domain.as_ref().map_or_else(|| say::OTHERS.to_owned(), |own| own.title.clone())
}

/// Id of a section.
pub fn section_id(section: &Section) -> String {
    section.domain.as_ref().map_or_else(|| "other-indicators".to_owned(), |own| own.id.clone())
}

fn section(statement: &Statement, section: &Section) -> Part {
    if section.domain.is_none() {
        return Part { id: section_id(section), title: title(section), blocks: others(statement, section) };
    }
    let mut blocks = Vec::new();
    let (shown, absent): (Vec<&Entry>, Vec<&Entry>) = section.entries.iter().partition(|own| own.shown.is_some());
    for entry in &shown {
        blocks.extend(entry_blocks(statement, entry));
    }
    if !absent.is_empty() {
        if shown.is_empty() {
            blocks.push(Block::Text(say::NONE_AVAILABLE.to_owned()));
        } else {
            blocks.push(Block::Heading(3, "Asked for and not available".to_owned()));
        }
        blocks.push(Block::Table(absent_table(&title(section), &absent)));
    }
    Part { id: section_id(section), title: title(section), blocks }
}

/// Title of an entry: the statement's, else the indicator's.
pub fn entry_title(statement: &Statement, entry: &Entry) -> String {
    match (&entry.asked, entry.shown) {
        (Some(asked), _) => asked.title.clone(),
        (None, Some(shown)) => statement.indicator(shown).definition.title.clone(),
        (None, None) => String::new(),
    }
}

/// What no domain asks for, in words alone: its charts are in each extract's report, its tables in the workbook.
fn others(statement: &Statement, section: &Section) -> Vec<Block> {
    let mut blocks = vec![Block::Aside(say::OTHERS_NOTE.to_owned())];
    let mut of = None;
    for shown in section.entries.iter().filter_map(|entry| entry.shown) {
        let (extract, own) = (&statement.extracts[shown.0], statement.indicator(shown));
        if of != Some(shown.0) {
            of = Some(shown.0);
            blocks.push(Block::Heading(3, say::of_extract(&extract.name)));
            blocks.push(Block::Aside(covered(statement, extract)));
        }
        blocks.push(Block::Heading(4, own.definition.title.clone()));
        blocks.push(Block::Bullets(commentary(statement, shown)));
        let shares = statement.breakdowns(shown).into_iter().map(|breakdown| {
            let share = match unknown(extract, own, breakdown) {
                Unknown::Counted(rows, all) => Some(Some((rows, all))),
                Unknown::Withheld => Some(None),
                Unknown::NoGroup => None,
            };
            (extract.analysis.dimension(breakdown.dimension), share)
        });
        blocks.push(Block::Aside(say::unknown_shares(&own.definition, shares)));
    }
    blocks
}

/// What a domain asks for and no extract shows.
fn absent_table(domain: &str, absent: &[&Entry]) -> Table {
    let row = |asked: &DomainIndicator| {
        vec![
            asked.title.clone(),
            say::marked(asked),
            format!("{}.", tables::first_upper(asked.needs.trim_end_matches('.'))),
        ]
    };
    Table {
        caption: format!("{domain}: asked for and not available"),
        heads: ["Indicator", "What the statement asks for", "What is needed to show it"]
            .map(|name| (name.to_owned(), false))
            .into(),
        rows: absent.iter().filter_map(|entry| entry.asked.as_ref()).map(row).collect(),
        total: false,
    }
}

fn entry_blocks(statement: &Statement, entry: &Entry) -> Vec<Block> {
    let Some(shown) = entry.shown else { return Vec::new() };
    let mut blocks = vec![Block::Heading(3, entry_title(statement, entry))];
    if let Some(asked) = &entry.asked {
        blocks.push(Block::Aside(say::wording(asked)));
        blocks.extend(say::checked(asked).filter(|_| !asked.checked).map(Block::Warning));
    }
    let (extract, own) = (&statement.extracts[shown.0], statement.indicator(shown));
    blocks.extend(entry.asked.as_ref().and_then(say::differs).map(Block::Warning));
    blocks.extend(commentary(statement, shown).into_iter().map(Block::Said));
    blocks.push(Block::Aside(covered(statement, extract)));
    for breakdown in statement.breakdowns(shown) {
        let dimension = extract.analysis.dimension(breakdown.dimension);
        blocks.push(figure(extract, own, breakdown));
        blocks.push(Block::Text(unknown_sentence(extract, own, breakdown)));
        blocks.extend(dimension.note.clone().map(Block::Aside));
    }
    blocks.extend(statement.missing(shown).into_iter().map(|name| Block::Warning(say::missing(name))));
    blocks.push(Block::Aside(definition(own)));
    blocks
}

/// Which periods an extract counts.
pub fn covered(statement: &Statement, extract: &Extract) -> String {
    let grain = extract.analysis.release.dimensions.iter().find(|own| own.order == evenly_cube::Order::Period);
    let grain = grain.map_or("", |own| own.id.as_str());
    say::covered(&statement.period, &extract.periods, extract.snapshot, grain)
}

/// The plain sentences of an indicator: the whole, the gap of each dimension that has one, those that have none, then what else
/// was found.
pub fn commentary(statement: &Statement, shown: (usize, usize)) -> Vec<String> {
    let (extract, own) = (&statement.extracts[shown.0], statement.indicator(shown));
    let breakdowns = statement.breakdowns(shown);
    let dimensions: Vec<usize> = breakdowns.iter().map(|own| own.dimension).collect();
    let mut findings: Vec<&Finding> = extract
        .analysis
        .findings
        .iter()
        .filter(|finding| finding.indicator == Some(shown.1) && is_told(extract, finding))
        .filter(|finding| finding.groups.iter().all(|(dimension, _)| dimensions.contains(dimension)))
        .collect();
    let mut sentences = vec![words::overall(&own.definition, &own.overall)];
    let (mut alike, mut not_compared, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for breakdown in breakdowns {
        let gap = |finding: &&Finding| {
            finding.kind == FindingKind::Gap
                && finding.groups.iter().any(|own| own.0 == breakdown.dimension)
                && finding.groups.len() == 1
        };
        let dimension = extract.analysis.dimension(breakdown.dimension);
        if let Some(place) = findings.iter().position(gap) {
            sentences.push(findings.remove(place).sentence.clone());
        } else if breakdown.comparison.is_some() {
            alike.push(dimension);
        } else if breakdown.groups.iter().filter(|own| dimension.groups[own.group].state == GroupState::Known).count()
            < 2
        {
            alone.push(dimension);
        } else {
            not_compared.push(dimension);
        }
    }
    let dimensions = [(alike, say::ALIKE), (not_compared, say::NOT_COMPARED), (alone, say::ALONE)];
    sentences.extend(dimensions.iter().filter(|own| !own.0.is_empty()).map(|(own, what)| say::by(own, what)));
    sentences.extend(findings.into_iter().map(|finding| finding.sentence.clone()));
    sentences
}

/// How often a dimension is not known, in words.
pub fn unknown_sentence(extract: &Extract, own: &IndicatorAnalysis, breakdown: &Breakdown) -> String {
    let dimension = extract.analysis.dimension(breakdown.dimension);
    match unknown(extract, own, breakdown) {
        Unknown::Counted(rows, all) => say::unknown(&own.definition, dimension, Some((rows, all))),
        Unknown::Withheld => say::unknown(&own.definition, dimension, None),
        Unknown::NoGroup => say::no_unknown(dimension),
    }
}

/// The chart of an indicator by the groups of one dimension, with its table.
fn figure(extract: &Extract, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Block {
    let chart = groups::chart(&extract.analysis, own, breakdown);
    Block::Figure(Box::new(Figure {
        title: chart.title,
        description: groups::DESCRIPTION,
        note: chart.note,
        drawing: chart.drawing,
        table: table(extract, own, breakdown),
        compact: groups::many(&extract.analysis),
    }))
}

fn table(extract: &Extract, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Table {
    let (dimension, definition) = (extract.analysis.dimension(breakdown.dimension), &own.definition);
    let waits = is_waits(definition);
    let numerator = if waits { "Over 18 weeks".to_owned() } else { tables::first_upper(&definition.words.events) };
    let mut rows: Vec<Vec<String>> =
        breakdown.groups.iter().map(|group| row(own, &dimension.groups[group.group].label, &group.reading)).collect();
    rows.push(row(own, "Everybody", &own.overall));
    let name = words::dimension_name(dimension);
    let mut heads = vec![
        (name.to_owned(), false),
        ((if waits { "Median, weeks" } else { "Value" }).to_owned(), true),
        ("Likely between".to_owned(), true),
        (numerator, true),
        (tables::first_upper(&definition.words.out_of), true),
    ];
    if waits {
        heads.extend(["Nine in ten within, weeks", "Over 52 weeks"].map(|name| (name.to_owned(), true)));
    }
    Table { caption: format!("{} by {}", definition.title, name.to_lowercase()), heads, rows, total: true }
}

fn row(own: &IndicatorAnalysis, label: &str, reading: &Reading) -> Vec<String> {
    let shown = |number: evenly_cube::ReleasedCount| number.shown().map_or(WITHHELD.to_owned(), count);
    let (value, interval) = match reading.value {
        Some(value) => (tables::value(&own.definition, value.value), tables::interval(&own.definition, value)),
        None if reading.suppressed() => (WITHHELD.to_owned(), WITHHELD.to_owned()),
        None => ("–".to_owned(), "–".to_owned()),
    };
    let mut cells = vec![label.to_owned(), value, interval, shown(reading.numerator), shown(reading.denominator)];
    if is_waits(&own.definition) {
        cells.push(reading.p90.map_or(WITHHELD.to_owned(), |own| decimal(own.value, 1)));
        cells.push(reading.over_52_weeks.map_or(WITHHELD.to_owned(), shown));
    }
    cells
}

fn definition(own: &IndicatorAnalysis) -> String {
    let own = &own.definition;
    let counted = match &own.kind {
        Kind::Proportion { numerator, denominator } => {
            format!("counted where {}, out of {}", numerator.text(), denominator.text())
        }
        Kind::Waits { field, denominator, .. } => format!("{field} in weeks, where {}", denominator.text()),
        Kind::Sums { sum, over, denominator } => format!("{sum} added up, over {over}, where {}", denominator.text()),
        Kind::Counted => "counted by whoever published the table".to_owned(),
    };
    let version = decimal(f64::from(own.version), 0);
    format!("Evenly’s definition: {} ({}), version {version}: {counted}. Source: {}.", own.title, own.id, own.source)
}

/// What is done about it.
pub fn actions(statement: &Statement) -> Part {
    let mut blocks = Vec::new();
    for project in &statement.actions.projects {
        blocks.push(Block::Heading(3, project.title.clone()));
        let mut facts = vec![("Aim".to_owned(), project.aim.clone()), ("For".to_owned(), project.people.clone())];
        if !project.indicators.is_empty() {
            let titles: Vec<String> = project.indicators.iter().map(|id| indicator_title(statement, id)).collect();
            facts.push(("Indicators".to_owned(), titles.join("; ")));
        }
        facts.extend(project.lead.clone().map(|own| ("Led by".to_owned(), own)));
        facts.extend(project.decision.clone().map(|own| ("Decision".to_owned(), own)));
        blocks.push(Block::Facts(facts));
        if !project.actions.is_empty() {
            blocks.push(Block::Bullets(
                project.actions.iter().map(|own| format!("{}: {}", day(&own.date), own.what)).collect(),
            ));
        }
    }
    if blocks.is_empty() {
        blocks.push(Block::Text(say::NO_PROJECTS.to_owned()));
    }
    Part { id: "actions".to_owned(), title: "What we are doing about it".to_owned(), blocks }
}

/// Title of one of the statement's or Evenly's indicators; what is none stays as it was written.
fn indicator_title(statement: &Statement, id: &str) -> String {
    let entries = || statement.sections.iter().flat_map(|own| &own.entries);
    let asked = entries().find(|own| own.asked.as_ref().is_some_and(|asked| asked.id == id));
    let shown = || entries().find(|own| own.shown.is_some_and(|place| statement.indicator(place).definition.id == id));
    asked.or_else(shown).map_or_else(|| id.to_owned(), |own| entry_title(statement, own))
}

/// What is asked for and not available, over all domains: a list to work off.
pub fn not_available(statement: &Statement) -> Table {
    let rows = statement
        .sections
        .iter()
        .flat_map(|section| section.entries.iter().map(move |entry| (section, entry)))
        .filter(|(_, entry)| entry.shown.is_none())
        .filter_map(|(section, entry)| {
            let asked = entry.asked.as_ref()?;
            Some(vec![asked.title.clone(), title(section), say::marked(asked), tables::first_upper(&asked.needs)])
        });
    Table {
        caption: "Indicators of the statement that are not available, and what is needed".to_owned(),
        heads: ["Indicator", "Domain", "What the statement asks for", "What is needed to show it"]
            .map(|name| (name.to_owned(), false))
            .into(),
        rows: rows.collect(),
        total: false,
    }
}
