//! Files of an indicator: its numbers, and the first chart of a view.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use evenly_report::parts;

use super::{Chosen, find};
use crate::app::App;
use crate::error::Fault;
use crate::files::attachment;

/// Gives one.
pub async fn show(
    State(app): State<App>,
    Path((indicator, file)): Path<(String, String)>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Fault> {
    let found = find(&app, &indicator, &chosen).await?;
    let analysis = &found.shown.analysis;
    let view = [Some(&indicator), chosen.by.as_ref(), chosen.group.as_ref()].into_iter().flatten();
    let view = view.map(String::as_str).collect::<Vec<_>>().join("-");
    match file.as_str() {
        "numbers.csv" => {
            Ok(attachment("text/csv; charset=utf-8", &format!("{indicator}.csv"), parts::csv(analysis, found.place)?))
        }
        "chart.svg" => {
            let chart = parts::svg(analysis, found.place, found.by(), found.group).ok_or(Fault::NotFound)?;
            Ok(attachment("image/svg+xml", &format!("{view}.svg"), chart))
        }
        #[cfg(feature = "pdf")]
        "chart.png" => {
            let chart = parts::png(analysis, found.place, found.by(), found.group)?.ok_or(Fault::NotFound)?;
            Ok(attachment("image/png", &format!("{view}.png"), chart))
        }
        _ => Err(Fault::NotFound),
    }
}
