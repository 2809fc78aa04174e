//! How the pack was made: definitions and versions, policy, sources, the rows equation.

use evenly_cube::statement::Domain;

use super::{Extract, Statement};
use crate::blocks::{Block, Part, Table};
use crate::findings::numbers::count;
use crate::findings::words::statement as say;

/// The last part.
pub fn method(statement: &Statement) -> Part {
    let mut blocks = vec![
        Block::Bullets(
            [
                "“Likely between” is a 95 % interval. Shares: Wilson. Differences: Newcombe’s hybrid of two Wilson intervals.",
                "By deprivation the most deprived end is compared with the least deprived. In other dimensions the group that \
                 is surely worst is compared with the one that is surely best, and the interval allows for the choice \
                 (Bonferroni).",
                "Those of whom a group is not known are a group of their own; nobody is left out for it.",
                "Rows are counted as independent. The same people often come back, so that true uncertainty is somewhat larger \
                 than shown.",
            ]
            .map(str::to_owned)
            .into(),
        ),
        Block::Heading(3, "Protecting people in small groups".to_owned()),
        Block::Text(format!(
            "One policy holds for the whole pack: {}, version {}. All tables of an extract passed it together, so that what \
             one withholds no other gives away. * stands for a number that is withheld. Source: {}",
            statement.policy.title, statement.policy.version, statement.policy.source
        )),
        Block::Bullets(statement.policy_sentences.clone()),
    ];
    for extract in &statement.extracts {
        blocks.extend(of_extract(statement, extract));
    }
    blocks.push(Block::Heading(3, "The statement’s indicators".to_owned()));
    blocks.push(Block::Aside(say::DOMAINS_NOTE.to_owned()));
    blocks.push(Block::Table(asked(statement)));
    blocks.extend(domains(statement));
    Part { id: "method".to_owned(), title: "How this was worked out".to_owned(), blocks }
}

fn of_extract(statement: &Statement, extract: &Extract) -> Vec<Block> {
    let provenance = &extract.analysis.release.provenance;
    let rows = &provenance.rows;
    let mut blocks = vec![
        Block::Heading(3, format!("The extract “{}”", extract.name)),
        Block::Text(super::content::covered(statement, extract)),
        Block::Text(format!(
            "{} rows read = {} counted + {} left out + {} not usable. {}",
            count(rows.read),
            count(rows.counted),
            count(rows.excluded_rows()),
            count(rows.rejected_rows()),
            say::ROWS_NOTE
        )),
    ];
    if !extract.whole {
        blocks.push(Block::Warning(say::cut(&extract.name)));
    }
    blocks.extend(extract.lost.iter().map(|own| Block::Warning(say::lost(&extract.name, own))));
    if !provenance.notes.is_empty() {
        blocks.push(Block::Bullets(provenance.notes.clone()));
    }
    blocks.push(Block::Table(Table {
        caption: format!("Files read: {}", extract.name),
        heads: vec![("File".to_owned(), false), ("Rows".to_owned(), true), ("SHA-256".to_owned(), false)],
        rows: provenance
            .sources
            .iter()
            .map(|own| vec![own.file.clone(), count(own.rows), own.sha256.clone()])
            .collect(),
        total: false,
    }));
    blocks.push(Block::Table(Table {
        caption: format!("Definitions and lookups used: {}", extract.name),
        heads: vec![
            ("Definition".to_owned(), false),
            ("Kind".to_owned(), false),
            ("Version".to_owned(), true),
            ("Source".to_owned(), false),
        ],
        rows: provenance
            .definitions
            .iter()
            .map(|own| vec![own.title.clone(), own.kind.clone(), own.version.to_string(), own.source.clone()])
            .collect(),
        total: false,
    }));
    blocks
}

/// Every indicator asked for, in whose words.
fn asked(statement: &Statement) -> Table {
    let entries = statement.sections.iter().flat_map(|own| &own.entries).filter_map(|own| own.asked.as_ref());
    let rows = entries.map(|own| vec![own.title.clone(), own.wording.clone(), say::origin(own)]);
    Table {
        caption: "What the statement asks for, and where the wording comes from".to_owned(),
        heads: ["Indicator", "Wording", "Where it comes from"].map(|name| (name.to_owned(), false)).into(),
        rows: rows.collect(),
        total: false,
    }
}

/// The domains as definitions; a source that all share is said once, above the table.
fn domains(statement: &Statement) -> Vec<Block> {
    let domains: Vec<&Domain> = statement.sections.iter().filter_map(|own| own.domain.as_ref()).collect();
    let mut sources: Vec<&str> = domains.iter().map(|own| own.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let rows = domains.iter().map(|own| vec![own.title.clone(), own.version.to_string(), own.date.clone()]);
    let heads = [("Domain", false), ("Version", true), ("Date", true)];
    let table = Table {
        caption: "Definitions of the statement’s domains".to_owned(),
        heads: heads.map(|(name, number)| (name.to_owned(), number)).into(),
        rows: rows.collect(),
        total: false,
    };
    vec![Block::Text(format!("Source of the domains: {}.", sources.join("; "))), Block::Table(table)]
}
