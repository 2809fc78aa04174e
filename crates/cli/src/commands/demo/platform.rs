//! The platform of the made-up trust: people with roles, its extracts brought in by runs, ready to be served.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use evenly_store::people::{self, NewPerson};
use evenly_store::runs::{self, State};
use evenly_store::settings::{self as kept, ORGANISATION};
use evenly_store::work::{Analysing, Folder, Reading, Work};
use evenly_store::{Actor, Secret, Store};
use evenly_web::{OpenAccount, Passwords, Role};
use jiff::Timestamp;

use crate::platform::{self, Ready};
use crate::settings::{Given, LogGiven, Records, Settings, WebGiven};
use crate::worker;

/// Name of the made-up trust.
pub const ORGANISATION_NAME: &str = "Made-up Hospitals NHS Trust";
/// Folder of the platform's data in the demo's.
pub const DATA: &str = "platform";

/// Who works at the made-up trust: name, what they are, roles. The first is the one to begin as.
const PEOPLE: [(&str, &str, &[Role]); 6] = [
    ("Ada Obi", "analyst", &[Role::Analyst]),
    ("Mair Rees", "matron", &[Role::ProjectMember]),
    ("Sunil Rao", "head of quality improvement", &[Role::Approver, Role::ProjectMember]),
    ("Grace Okafor", "engagement lead", &[Role::EngagementLead]),
    ("Tom Hale", "board member", &[Role::Viewer]),
    ("Lin Chen", "administrator", &[Role::Administrator]),
];

/// An extract to bring in.
pub struct ToBring<'a> {
    /// File name in the folder of extracts, without its ending.
    pub file: &'a str,
    /// The profile that it is read by.
    pub profile: &'a str,
    /// What people call it.
    pub title: &'a str,
    /// What it is broken down by besides what its profile says.
    pub also_by: &'a [&'a str],
}

/// What the platform is made of.
pub struct Demo<'a> {
    /// Folder of the demo.
    pub out: &'a Path,
    /// Address that is listened at.
    pub bind: SocketAddr,
    /// Its database, instead of SQLite in its folder.
    pub database: Option<String>,
    /// What is brought in.
    pub extracts: Vec<ToBring<'a>>,
    /// First month of the change that everybody should have shared in.
    pub split: &'a str,
}

/// Makes it: accounts, runs, and everything that a worker makes of them.
pub async fn make(demo: &Demo<'_>, listener: TcpListener) -> anyhow::Result<(Ready, OpenAccount)> {
    let settings = settings(demo)?;
    platform::begin_log(&settings.log)?;
    let store = Store::open(&settings.database).await?;
    if people::any(&store).await? {
        bail!("the database has people in it already; give an empty one for a made-up trust");
    }
    let accounts = people(&store).await?;
    ask_for_runs(&store, demo).await?;
    work_off(&store, &settings).await?;
    store.close().await;
    let first = accounts.first().cloned().context("the made-up trust has no people")?;
    Ok((platform::prepare(settings, listener, accounts).await?, first))
}

fn settings(demo: &Demo<'_>) -> anyhow::Result<Settings> {
    let records = Records::new(demo.out.join(DATA), demo.database.clone(), Some(demo.out.join("extracts")));
    let web = WebGiven::at(demo.bind, ORGANISATION_NAME);
    records.settings_with(&Given { web, log: LogGiven::quiet(), ..Given::default() })
}

async fn people(store: &Store) -> anyhow::Result<Vec<OpenAccount>> {
    let passwords = Passwords::default();
    let mut accounts = Vec::new();
    for (name, who, roles) in PEOPLE {
        let email = format!("{}@made-up.example", name.to_lowercase().replace(' ', "."));
        let secret = Secret::new();
        let hash = passwords.hash(secret.reveal().to_owned()).await?;
        let new = NewPerson {
            name: name.to_owned(),
            email: email.clone(),
            roles: roles.iter().map(|role| role.id().to_owned()).collect(),
            password_hash: Some(hash),
            oidc: None,
        };
        let mut change = store.change(Actor::CommandLine, Timestamp::now()).await?;
        people::add(&mut change, &new).await?;
        change.commit().await?;
        accounts.push(OpenAccount { who: format!("{name}, {who}"), email, password: secret.reveal().to_owned() });
    }
    Ok(accounts)
}

async fn ask_for_runs(store: &Store, demo: &Demo<'_>) -> anyhow::Result<()> {
    let mut change = store.change(Actor::CommandLine, Timestamp::now()).await?;
    kept::set(&mut change, ORGANISATION, ORGANISATION_NAME).await?;
    for extract in &demo.extracts {
        let reading = Reading {
            name: extract.title.to_owned(),
            folder: Folder::Import(String::new()),
            files: vec![format!("{}.parquet", extract.file)],
            profile: extract.profile.to_owned(),
            also_by: extract.also_by.iter().map(|own| (*own).to_owned()).collect(),
            policy: Some("none-synthetic".to_owned()),
            opt_out: Some("Not needed: everybody in it is made up".to_owned()),
            ..Reading::default()
        };
        let work = Work::Analyse(Analysing { reading, split: Some(demo.split.to_owned()) });
        runs::request(&mut change, &work.as_run()).await?;
    }
    Ok(change.commit().await?)
}

/// Lets a worker do all that waits.
async fn work_off(store: &Store, settings: &Settings) -> anyhow::Result<()> {
    worker::run(store.clone(), settings.clone(), nothing_waits(store.clone())).await?;
    for run in runs::list(store, None, u32::MAX).await? {
        if run.state != State::Done {
            let reason = run.outcome.as_ref().and_then(|own| own["reason"].as_str()).unwrap_or("it did not end");
            bail!("{}: {reason}", run.parameters["reading"]["name"].as_str().unwrap_or(&run.kind));
        }
    }
    Ok(())
}

/// Ready once every run has ended.
async fn nothing_waits(store: Store) {
    /// Time between two looks.
    const LOOK: Duration = Duration::from_millis(100);
    let busy = async || runs::counts(&store).await.is_ok_and(|all| all.iter().any(|(state, _)| !state.is_end()));
    while busy().await {
        tokio::time::sleep(LOOK).await;
    }
}
