//! Bringing data in: a file from one's own machine, or one that lies in the server's import folder.

use axum::extract::{Multipart, State};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::runs;
use evenly_store::work::{Analysing, Folder, Reading, Work};
use maud::{Markup, html};

use super::{judge_profile, profile_field};
use crate::app::{App, Options, Platform};
use crate::components::forms::{Errors, Input, Item, Several, button, file, hidden, select, several, summary};
use crate::components::frame::{Frame, Page};
use crate::definitions::in_use;
use crate::error::Fault;
use crate::guard::{FormToken, Signed};
use crate::upload::{self, Upload};

/// The dimension that makes a map.
const WARD: &str = "ward";

/// The page.
#[derive(Default)]
pub struct Import {
    /// What was typed.
    pub name: String,
    /// The profile that was chosen.
    pub profile: String,
    /// What was done about patients who opted out.
    pub opt_out: String,
    /// The file of the import folder that was chosen.
    pub on_server: String,
    /// Profiles, as id and title.
    pub profiles: Vec<(String, String)>,
    /// Whether it is broken down by ward too.
    pub by_ward: bool,
    /// Files of the import folder.
    pub files: Vec<String>,
    /// The most that is taken, MB.
    pub megabytes: u64,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for Import {
    fn title(&self) -> String {
        "Bring data in".to_owned()
    }

    fn above(&self) -> Vec<(String, String)> {
        vec![("/".to_owned(), "Home".to_owned()), ("/data".to_owned(), "Data".to_owned())]
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let name = Input {
            name: "name",
            label: "What is it called?",
            hint: Some(
                "The same name each time, such as “Outpatient appointments”: newer data then take the place of older",
            ),
            value: &self.name,
            kind: "text",
            autocomplete: None,
        };
        let opt_out = Input {
            name: "opt_out",
            label: "What was done about the national data opt-out?",
            hint: Some(
                "Optional, such as “applied on 3 November 2026, 1,204 people removed”; it stands beside the data",
            ),
            value: &self.opt_out,
            kind: "text",
            autocomplete: None,
        };
        let ward = Item {
            value: WARD,
            label: "Ward of residence, for the map",
            hint: Some("Where the data have small areas (LSOA), from at most 400 wards"),
            chosen: self.by_ward,
        };
        let item = |value, label, chosen| Item { value, label, hint: None, chosen };
        let none = item("", "None: I send one", self.on_server.is_empty());
        let files = self.files.iter().map(|name| item(name, name, *name == self.on_server));
        let files: Vec<Item> = std::iter::once(none).chain(files).collect();
        let hint = format!("CSV, Parquet, XLSX or NDJSON, also packed (.gz, .zip); at most {} MB", self.megabytes);
        html! {
            div.narrow {
                (summary(&self.errors))
                p.page-lede { "Rows are read, counted and let go. Pages show nothing but counts past disclosure control." }
                form method="post" action="/data/import" enctype="multipart/form-data" novalidate {
                    (hidden(&frame.token))
                    (name.markup(&self.errors))
                    (profile_field(&self.profiles, &self.profile, &self.errors))
                    (file("file", "File", &hint, ".csv,.gz,.zip,.parquet,.xlsx,.ndjson", &self.errors))
                    @if !self.files.is_empty() {
                        (select("on_server", "Or a file in the server’s import folder", None, &files, &self.errors))
                    }
                    (several(Several::Any, "also_by", "What more is it broken down by?", None, &[ward], &self.errors))
                    (opt_out.markup(&self.errors))
                    (button("Count and analyse"))
                }
            }
        }
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Result<Markup, Fault> {
    Ok(frame.page(&page(&app).await?))
}

async fn page(app: &Platform) -> Result<Import, Fault> {
    Ok(Import {
        profiles: in_use::profiles(app).await?,
        files: on_server(&app.options),
        megabytes: app.options.upload_bytes_max / 1_000_000,
        ..Import::default()
    })
}

/// Files of the import folder that can be read: plain files right in it, by name.
pub fn on_server(options: &Options) -> Vec<String> {
    let entries = options.imports.as_ref().and_then(|folder| std::fs::read_dir(folder).ok());
    let plain = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let own = entry.file_type().is_ok_and(|kind| kind.is_file());
        (own && upload::ending(&name).is_some()).then_some(name)
    };
    let mut names: Vec<String> = entries.into_iter().flatten().flatten().filter_map(plain).collect();
    names.sort();
    names
}

/// Receives it and asks for a run, or says what is wrong.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    token: FormToken,
    multipart: Multipart,
) -> Result<Response, Fault> {
    let upload = Upload::receive(multipart, &token, &app.options).await?;
    let mut page = page(&app).await?;
    page.name = upload.field("name").trim().to_owned();
    page.profile = upload.field("profile").to_owned();
    page.on_server = upload.field("on_server").to_owned();
    page.opt_out = upload.field("opt_out").trim().to_owned();
    page.by_ward = upload.field("also_by") == WARD;
    judge(&mut page, &upload);
    if !page.errors.none() {
        if let Some(file) = &upload.file {
            upload::discard(&app.options, &file.folder).await;
        }
        return Ok(frame.again(&page));
    }
    let (folder, name) = match upload.file {
        Some(file) => (Folder::Upload(file.folder), file.name),
        None => (Folder::Import(String::new()), page.on_server),
    };
    let reading = Reading {
        name: page.name,
        folder,
        files: vec![name],
        profile: page.profile,
        also_by: page.by_ward.then(|| WARD.to_owned()).into_iter().collect(),
        opt_out: Some(page.opt_out).filter(|words| !words.is_empty()),
        ..Reading::default()
    };
    let work = Work::Analyse(Analysing { reading, split: None });
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    let run = runs::request(&mut change, &work.as_run()).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/data/runs/{run}?done=uploaded")).into_response())
}

fn judge(page: &mut Import, upload: &Upload) {
    page.errors.line("name", &page.name, 100, "Enter a name of at most 100 characters");
    judge_profile(&mut page.errors, &page.profiles, &page.profile);
    if page.opt_out.chars().count() > 300 || page.opt_out.chars().any(char::is_control) {
        page.errors.add("opt_out", "Enter at most 300 characters");
    }
    if let Some(refused) = &upload.refused {
        page.errors.add("file", refused);
    } else if upload.file.is_none() && page.on_server.is_empty() {
        page.errors.add("file", "Choose a file");
    } else if upload.file.is_none() && !page.files.contains(&page.on_server) {
        // Only what the folder itself lists: no path of anybody's making.
        page.errors.add("on_server", "Choose a file of the list");
    }
}
