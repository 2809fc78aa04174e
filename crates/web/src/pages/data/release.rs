//! One release: how good its data are, who cannot be seen in them, every row accounted for, and its files.

use axum::extract::{Path, State};
use evenly_report::parts;
use maud::{Markup, html};

use super::unseen;
use crate::analyses::{self, Shown};
use crate::app::App;
use crate::components::frame::{Frame, Page};
use crate::components::{facts, times};
use crate::error::Fault;

/// The page.
pub struct ReleasePage(pub Shown);

impl Page for ReleasePage {
    fn title(&self) -> String {
        self.0.extract.name.clone()
    }

    fn above(&self) -> Vec<(String, String)> {
        vec![("/".to_owned(), "Home".to_owned()), ("/data".to_owned(), "Data".to_owned())]
    }

    fn body(&self, _: &Frame) -> Markup {
        let Shown { info, extract, analysis, .. } = &self.0;
        let opt_out = extract.opt_out.clone().unwrap_or_else(|| "not stated".to_owned());
        html! {
            @if let Some(withdrawn) = &info.withdrawn {
                div.caution { p { "Withdrawn on " (times::moment(withdrawn.at)) ": " (withdrawn.because) } }
            }
            (facts(&[
                ("Counted on", times::words(info.made_at)),
                ("Disclosure policy", info.policy.clone()),
                ("Counts withheld", parts::numbers::count(info.suppressed)),
                ("National data opt-out", opt_out),
            ]))
            p { a href=(format!("/data/runs/{}", info.run)) { "The run that counted it" } }
            @if info.purpose == analyses::PURPOSE { div.downloads {
                h2.nhsuk-heading-s { "Downloads" }
                ul.nhsuk-list.nhsuk-list--bullet {
                    li { a href=(format!("/data/releases/{}/report.html", info.id)) download { "The report as one file (HTML)" } }
                    li { a href=(format!("/data/releases/{}/tables.xlsx", info.id)) download { "All tables (Excel)" } }
                    li { a href=(format!("/data/releases/{}/findings.csv", info.id)) download { "Findings (CSV)" } }
                    li { a href=(format!("/data/releases/{}/report.json", info.id)) download { "Everything, for programs (JSON)" } }
                }
            } }
            (parts::quality(analysis))
            (unseen::section(analysis))
            (parts::method(analysis))
            (parts::provenance(analysis))
        }
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame, Path(release): Path<String>) -> Result<Markup, Fault> {
    Ok(frame.page(&ReleasePage(analyses::looked_into(&app, &release).await?)))
}
