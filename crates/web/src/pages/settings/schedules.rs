//! Schedules: adding one, turning one on and off.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::schedules::{self, NewSchedule, Schedule, Take};
use evenly_store::work::{Analysing, Folder, Reading, Work};
use evenly_store::{Id, StoreError, Word as _};
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::{App, Options, Platform};
use crate::components::forms::{Errors, Input, Item, Several, button, post, select, several, summary};
use crate::components::frame::{Frame, Page};
use crate::definitions::in_use;
use crate::error::Fault;
use crate::guard::Signed;
use crate::pages::data::{judge_profile, profile_field};

/// Fewest and most minutes between two looks.
const MINUTES: std::ops::RangeInclusive<u64> = 1..=44_640;

/// The page.
#[derive(Default)]
pub struct AddSchedule {
    /// What was typed.
    pub sent: Sent,
    /// Folders beneath the import folder.
    pub folders: Vec<String>,
    /// Profiles, as id and title.
    pub profiles: Vec<(String, String)>,
    /// What is wrong.
    pub errors: Errors,
}

/// What is sent.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sent {
    #[serde(default)]
    name: String,
    #[serde(default)]
    folder: String,
    #[serde(default)]
    profile: String,
    #[serde(default)]
    take: String,
    #[serde(default)]
    minutes: String,
}

impl Page for AddSchedule {
    fn title(&self) -> String {
        "Add a schedule".to_owned()
    }

    fn above(&self) -> Vec<(String, String)> {
        vec![("/".to_owned(), "Home".to_owned()), ("/settings".to_owned(), "Settings".to_owned())]
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let item = |value, label, hint, chosen| Item { value, label, hint, chosen };
        let own = item("", "The import folder itself", None, self.sent.folder.is_empty());
        let folders = self.folders.iter().map(|name| item(name, name, None, *name == self.sent.folder));
        let folders: Vec<Item> = std::iter::once(own).chain(folders).collect();
        let takes = [
            item("new", "Only the new files", Some("Each file holds everything anew"), self.sent.take == "new"),
            item("all", "All files, old and new", Some("Each file holds another part"), self.sent.take == "all"),
        ];
        let input = |name, label, hint, value| {
            Input { name, label, hint: Some(hint), value, kind: "text", autocomplete: Some("off") }.markup(&self.errors)
        };
        let fields = html! {
            (input("name", "What are the data called?", "The same name as on the page Data, so that newer data take the place of older", &self.sent.name))
            (select("folder", "Folder", Some("A folder of the server, right beneath its import folder"), &folders, &self.errors))
            (profile_field(&self.profiles, &self.sent.profile, &self.errors))
            (several(Several::One, "take", "What is counted when a new file lies there?", None, &takes, &self.errors))
            (input("minutes", "Every how many minutes?", "60 for every hour, 1440 for every day", &self.sent.minutes))
            (button("Add schedule"))
        };
        html! { div.narrow { (summary(&self.errors)) (post("/settings/schedules/add", &frame.token, &fields)) } }
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Result<Markup, Fault> {
    let sent = Sent { take: "new".to_owned(), minutes: "60".to_owned(), ..Sent::default() };
    Ok(frame.page(&page(&app, sent).await?))
}

async fn page(app: &Platform, sent: Sent) -> Result<AddSchedule, Fault> {
    let profiles = in_use::profiles(app).await?;
    Ok(AddSchedule { sent, folders: folders(&app.options), profiles, errors: Errors::default() })
}

/// Folders right in the import folder, by name; no links.
pub(super) fn folders(options: &Options) -> Vec<String> {
    let entries = options.imports.as_ref().and_then(|folder| std::fs::read_dir(folder).ok());
    let plain = |entry: std::fs::DirEntry| {
        let own = entry.file_type().is_ok_and(|kind| kind.is_dir());
        entry.file_name().into_string().ok().filter(|name| own && !name.starts_with('.'))
    };
    let mut names: Vec<String> = entries.into_iter().flatten().flatten().filter_map(plain).collect();
    names.sort();
    names
}

/// Adds it, or says what is wrong.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    if app.options.imports.is_none() {
        return Err(Fault::Conflict("this server has no import folder".to_owned()));
    }
    let mut page = page(&app, sent).await?;
    if let Some((take, minutes)) = judge(&mut page) {
        match make(&app, &signed, &page.sent, take, minutes).await {
            Ok(()) => return Ok(Redirect::to("/settings?done=settings-saved#schedules").into_response()),
            Err(StoreError::Taken(_)) => page.errors.add("name", "There is a schedule of this name already"),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(frame.again(&page))
}

/// What is to be taken and how often, where nothing is wrong.
fn judge(page: &mut AddSchedule) -> Option<(Take, u64)> {
    let (sent, errors) = (&page.sent, &mut page.errors);
    errors.line("name", &sent.name, 100, "Enter a name of at most 100 characters");
    // Only what the folder itself lists: no path of anybody's making.
    if !sent.folder.is_empty() && !page.folders.contains(&sent.folder) {
        errors.add("folder", "Choose a folder of the list");
    }
    judge_profile(errors, &page.profiles, &sent.profile);
    let take = Take::WORDS.iter().find(|(word, _)| *word == sent.take).map(|(_, take)| *take);
    if take.is_none() {
        errors.add("take", "Choose what is counted");
    }
    let minutes = sent.minutes.trim().parse::<u64>().ok().filter(|own| MINUTES.contains(own));
    if minutes.is_none() {
        errors.add("minutes", "Enter a whole number of minutes, from 1 to 44640 (a month)");
    }
    take.zip(minutes).filter(|_| errors.none())
}

async fn make(app: &App, signed: &Signed, sent: &Sent, take: Take, minutes: u64) -> Result<(), StoreError> {
    let reading = Reading {
        name: sent.name.trim().to_owned(),
        folder: Folder::Import(sent.folder.clone()),
        profile: sent.profile.clone(),
        ..Reading::default()
    };
    let new = NewSchedule {
        name: sent.name.trim().to_owned(),
        work: Work::Analyse(Analysing { reading, split: None }),
        take,
        every_minutes: minutes,
        first_at: app.now(),
        made_by: signed.person.id,
    };
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    schedules::make(&mut change, &new).await?;
    change.commit().await
}

/// Turns one on or off.
pub async fn turn(
    State(app): State<App>,
    signed: Signed,
    Path((id, state)): Path<(String, String)>,
) -> Result<Redirect, Fault> {
    let id: Id<Schedule> = id.parse().map_err(|_| Fault::NotFound)?;
    let enabled = match state.as_str() {
        "on" => true,
        "off" => false,
        _ => return Err(Fault::NotFound),
    };
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    schedules::enable(&mut change, id, enabled).await?;
    change.commit().await?;
    Ok(Redirect::to("/settings?done=settings-saved#schedules"))
}
