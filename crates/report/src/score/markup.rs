//! A score on a page: who stands where with intervals, and what the order owes to each weight.

use maud::{Markup, html};

use super::Ranking;
use crate::analysis::Analysis;
use crate::charts::{Drawing, Interval, Scale, look};
use crate::documents::html::figures::{Figure, figure};
use crate::documents::html::tables;
use crate::findings::numbers::{decimal, percent};

const DESCRIPTION: &str = "One row for each group, the highest score first: a marker at its score from 0 to 100, a bar over the \
                           range it likely lies in. The table gives each number.";
const NOTE: &str = "100 is the worst of these groups on every input; 0 the best on every input. The bar through each marker is the \
                    range in which the score likely lies.";

impl Ranking {
    /// The chart of the scores with their table. `analysis` is what they were worked out of.
    pub fn figure(&self, analysis: &Analysis, id: &str) -> Markup {
        let title = self.headline();
        let caption = format!("{} by {}", self.definition.title, self.dimension_name(analysis));
        let described = Figure {
            id,
            title: &title,
            description: DESCRIPTION,
            note: Some(NOTE),
            caption: &caption,
            level: 3,
            compact: false,
        };
        let drawing = self.drawing(analysis);
        figure(&described, |caption, size| drawing.svg(caption, size), &self.table(&caption))
    }

    /// What the order owes to each weight: the input left out, at half, at double its weight.
    pub fn sensitivity(&self) -> Markup {
        let caption = "With other weights";
        let rows = self.titles.iter().zip(&self.scores.sensitivity);
        tables::scroll(
            caption,
            &html! {
                table.nhsuk-table {
                    caption.nhsuk-table__caption { (caption) }
                    thead { tr {
                        th scope="col" { "Input" }
                        th.number scope="col" { "Share of all weights" }
                        th scope="col" { "Left out" }
                        th scope="col" { "At half its weight" }
                        th scope="col" { "At double its weight" }
                    } }
                    tbody {
                        @for (title, own) in rows {
                            tr {
                                th scope="row" { (title) }
                                td.number { (percent(own.weight)) }
                                @for tried in &own.tried { td { (tables::first_upper(&tried.moved(&self.peers.units))) } }
                            }
                        }
                    }
                }
            },
        )
    }

    fn dimension_name(&self, analysis: &Analysis) -> String {
        let dimension = analysis.release.dimensions.iter().find(|own| own.id == self.of);
        dimension.map_or_else(|| self.of.clone(), |own| crate::findings::words::dimension_name(own).to_lowercase())
    }

    fn drawing(&self, analysis: &Analysis) -> Drawing {
        let dimension = analysis.release.dimensions.iter().find(|own| own.id == self.of);
        let rows = self.scores.highest_first().into_iter().filter_map(|unit| {
            let dimension = dimension?;
            let group = dimension.groups.iter().position(|own| own.id == self.groups[unit])?;
            let score = self.scores.units[unit].score;
            Some(Interval {
                label: self.peers.units[unit].clone(),
                look: look(dimension, group),
                value: Some(score),
                text: decimal(score.value, 0),
            })
        });
        Drawing { rows: rows.collect(), whole: None, scale: Scale { factor: 1.0, suffix: "", low: 0.0, high: 100.0 } }
    }

    fn table(&self, caption: &str) -> Markup {
        html! {
            table.nhsuk-table {
                caption.nhsuk-table__caption { (caption) }
                thead { tr {
                    th scope="col" { "Group" }
                    th.number scope="col" { "Score" }
                    th.number scope="col" { "Likely between" }
                    th.number scope="col" { "Place" }
                    th.number scope="col" { "Place likely between" }
                    th.number scope="col" { "Keeps its place" }
                    @for title in &self.titles { th.number scope="col" { "Points from: " (title) } }
                } }
                tbody {
                    @for (name, own) in self.ranked() {
                        tr {
                            th scope="row" { (name) }
                            td.number { (decimal(own.score.value, 1)) }
                            td.number { (decimal(own.score.lower, 1)) "\u{a0}to\u{a0}" (decimal(own.score.upper, 1)) }
                            td.number { (decimal(own.place.value, 0)) }
                            td.number { (decimal(own.place.lower, 0)) "\u{a0}to\u{a0}" (decimal(own.place.upper, 0)) }
                            td.number { (percent(own.keeps_place)) }
                            @for part in &own.parts { td.number { (decimal(*part, 1)) } }
                        }
                    }
                }
            }
        }
    }
}
