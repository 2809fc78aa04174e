//! All settings on one page.

use axum::extract::State;
use evenly_store::schedules::{self, Schedule};
use evenly_store::settings;
use evenly_store::work::Folder;
use maud::{Markup, html};

use super::schedules::folders;
use crate::app::{App, Platform};
use crate::components::forms::{Errors, Input, button, file, hidden, one_button, post, summary};
use crate::components::frame::{Frame, Page};
use crate::components::{table, tag, times};
use crate::definitions::in_use;
use crate::error::Fault;

/// The page.
#[derive(Default)]
pub struct Settings {
    /// Name of the organisation.
    pub organisation: String,
    /// Its code.
    pub code: String,
    /// Address of its logo.
    pub logo: Option<String>,
    /// Folders that are looked into.
    pub schedules: Vec<Schedule>,
    /// Names of profiles.
    pub profiles: Vec<(String, String)>,
    /// Folders beneath the import folder.
    pub folders: Vec<String>,
    /// Whether the server has an import folder.
    pub imports: bool,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for Settings {
    fn title(&self) -> String {
        "Settings".to_owned()
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        html! {
            (summary(&self.errors))
            section.plain aria-labelledby="the-organisation" {
                h2.nhsuk-heading-l #the-organisation { "The organisation" }
                (self.names(frame))
                (self.picture(frame))
            }
            section aria-labelledby="schedules" {
                h2.nhsuk-heading-l #schedules { "Folders that are looked into" }
                p { "New files in a folder of the server are counted by themselves, every so often." }
                @if !self.imports {
                    div.caution { p { "This server has no import folder. Whoever looks after the machine names one in its configuration." } }
                } @else { p { a.nhsuk-button href="/settings/schedules/add" { "Add a schedule" } } }
                @if !self.schedules.is_empty() { (self.schedules(frame)) }
            }
            section aria-labelledby="elsewhere" {
                h2.nhsuk-heading-l #elsewhere { "What is set elsewhere" }
                p { "What is counted and how small counts are withheld: " a href="/definitions" { "Definitions" } ". Who may do what: " a href="/people" { "People" } "." }
            }
        }
    }
}

impl Settings {
    fn names(&self, frame: &Frame) -> Markup {
        let input = |name, label, hint, value| {
            Input { name, label, hint: Some(hint), value, kind: "text", autocomplete: Some("off") }.markup(&self.errors)
        };
        let fields = html! {
            (input("organisation", "Name", "It stands at the head of every page and document", &self.organisation))
            (input("code", "Code", "Optional: its ODS code, such as RX1, for tables that are sent on", &self.code))
            (button("Save"))
        };
        html! { div.narrow { (post("/settings/organisation", &frame.token, &fields)) } }
    }

    fn picture(&self, frame: &Frame) -> Markup {
        html! {
            h3.nhsuk-heading-m { "Logo" }
            @if let Some(address) = &self.logo {
                p { img.logo src=(address) alt="The logo as it is now"; }
                div.buttons { (one_button("/settings/logo/remove", &frame.token, "nhsuk-button--secondary", "Take the logo away", None)) }
            }
            form.narrow method="post" action="/settings/logo" enctype="multipart/form-data" novalidate {
                (hidden(&frame.token))
                (file("file", "Picture", "PNG or JPEG, at most 200 kB. The NHS logo is for those who may use it.", ".png,.jpg,.jpeg", &self.errors))
                (button("Save logo"))
            }
        }
    }

    /// Whether a folder lies beneath the import folder, or is that itself.
    fn is_there(&self, folder: &str) -> bool {
        folder.is_empty() || self.folders.iter().any(|own| own == folder)
    }

    fn schedules(&self, frame: &Frame) -> Markup {
        let rows: Vec<Vec<Markup>> = self.schedules.iter().map(|own| self.schedule(own, frame)).collect();
        table(
            "Schedules",
            &["Schedule", "Folder", "Read as", "Every", "Last looked into", "Next", "State", "Change"],
            &rows,
        )
    }

    fn schedule(&self, own: &Schedule, frame: &Frame) -> Vec<Markup> {
        let reading = own.work.reading();
        let folder = match reading.map(|own| &own.folder) {
            Some(Folder::Import(folder) | Folder::Upload(folder)) => folder.as_str(),
            None => "–",
        };
        let profile = reading.map_or("–", |own| own.profile.as_str());
        let profile = self.profiles.iter().find(|(id, _)| id == profile).map_or(profile, |(_, title)| title);
        let (state, words) = if own.enabled { ("off", "Turn off") } else { ("on", "Turn on") };
        let place = format!("/settings/schedules/{}/{state}", own.id);
        vec![
            html! { (own.name) },
            html! { @if folder.is_empty() { "the import folder itself" } @else { (folder) } },
            html! { (profile) },
            html! { (own.every_minutes) " minutes" },
            html! { @match own.looked_at { Some(at) => (times::moment(at)), None => "never" } },
            html! { @if own.enabled { (times::moment(own.due_at)) } @else { "–" } },
            html! {
                (if own.enabled { tag("green", "On") } else { tag("grey", "Off") })
                @if !self.is_there(folder) { " " (tag("red", "Folder not there")) }
            },
            one_button(&place, &frame.token, "nhsuk-button--small nhsuk-button--secondary", words, Some(&own.name)),
        ]
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Result<Markup, Fault> {
    Ok(frame.page(&page(&app).await?))
}

/// The page as things are.
pub async fn page(app: &Platform) -> Result<Settings, Fault> {
    let look = app.look().await;
    Ok(Settings {
        organisation: look.organisation.clone(),
        code: settings::get(&app.store, settings::ORGANISATION_CODE).await?.unwrap_or_default(),
        logo: look.logo.as_ref().map(|own| own.address.clone()),
        schedules: schedules::list(&app.store).await?,
        profiles: in_use::profiles(app).await?,
        folders: folders(&app.options),
        imports: app.options.imports.is_some(),
        errors: Errors::default(),
    })
}
