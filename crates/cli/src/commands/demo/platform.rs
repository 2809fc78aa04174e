//! The platform on the made-up trust, with colleagues whom anybody may sign in as.

use std::net::SocketAddr;
use std::path::Path;

use evenly_store::people::{self, NewPerson};
use evenly_store::work::{Analysing, Folder, Reading, Work};
use evenly_store::{Actor, Place, Secret, Store, runs};
use evenly_web::{OpenAccount, Passwords, Role};
use jiff::Timestamp;

use crate::commands::serve::Serving;
use crate::settings::{Platform, Source, WebSettings, WorkerSettings};
use crate::show;
use crate::worker::Worker;

/// Name of the trust.
const TRUST: &str = "Anytown Hospitals (made up)";

/// Colleagues of one room: name, what they are, roles.
const COLLEAGUES: [(&str, &str, &[Role]); 3] = [
    ("Ada Obi", "analyst", &[Role::Analyst, Role::Approver, Role::Administrator]),
    ("Ben Cole", "matron", &[Role::ProjectMember]),
    ("Cy Dunn", "board member", &[Role::Viewer]),
];

/// Analyses the trust's outpatient extract on a fresh platform and serves it until told to stop.
pub fn serve(out: &Path, split: &str, bind: Option<SocketAddr>) -> anyhow::Result<()> {
    let data = out.join("platform");
    let platform = Platform { database: Place::in_folder(&data), data, import: out.join("extracts") };
    let source = Source::default();
    let mut web = WebSettings::read(&source)?;
    web.organisation = Some(TRUST.to_owned());
    web.bind = bind.unwrap_or(web.bind);
    let worker = WorkerSettings::read(&source)?;
    let open_accounts = COLLEAGUES.iter().map(open_account).collect::<Vec<_>>();
    let serving = Serving {
        platform: platform.clone(),
        web,
        worker: Some(worker.clone()),
        open_accounts: open_accounts.clone(),
        or_any_port: true,
    };
    crate::platform::block_on(serving.serve(async |store, address| {
        add_colleagues(store, &open_accounts).await?;
        ask_for_analysis(store, split).await?;
        let own = Worker::new(store.clone(), &platform, worker.clone(), "demo".to_owned(), Timestamp::now)?;
        own.work_off(&crate::platform::told_to_stop()).await?;
        Ok(announce(address, &open_accounts)?)
    }))
}

fn open_account((name, what, _): &(&str, &str, &[Role])) -> OpenAccount {
    let email = format!("{}@anytown.example", name.split(' ').next().unwrap_or(name).to_lowercase());
    let password = Secret::new().reveal()[..20].to_owned();
    OpenAccount { who: format!("{name}, {what}"), email, password }
}

async fn add_colleagues(store: &Store, accounts: &[OpenAccount]) -> anyhow::Result<()> {
    let passwords = Passwords::default();
    for ((name, _, roles), account) in COLLEAGUES.iter().zip(accounts) {
        let new = NewPerson {
            name: (*name).to_owned(),
            email: account.email.clone(),
            roles: roles.iter().map(|role| role.id().to_owned()).collect(),
            password_hash: Some(passwords.hash(account.password.clone()).await?),
            oidc: None,
        };
        let mut change = store.change(Actor::CommandLine, Timestamp::now()).await?;
        people::add(&mut change, &new).await?;
        change.commit().await?;
    }
    Ok(())
}

/// The data are about nobody, so that nothing need be withheld.
async fn ask_for_analysis(store: &Store, split: &str) -> anyhow::Result<()> {
    let reading = Reading {
        name: "Outpatient appointments".to_owned(),
        folder: Folder::Import(String::new()),
        files: vec!["outpatients.parquet".to_owned()],
        profile: "sus-outpatient".to_owned(),
        policy: Some("none-synthetic".to_owned()),
        opt_out: Some("does not apply: everybody is made up".to_owned()),
        ..Reading::default()
    };
    let work = Work::Analyse(Analysing { reading, split: Some(split.to_owned()) });
    let mut change = store.change(Actor::CommandLine, Timestamp::now()).await?;
    runs::request(&mut change, &work.as_run()).await?;
    Ok(change.commit().await?)
}

fn announce(address: &str, accounts: &[OpenAccount]) -> std::io::Result<()> {
    let mut text = format!("\nThe platform is at {address}\nThe sign-in page has a button for each of these people:\n");
    for account in accounts {
        text.push_str(&format!("  {} ({}, password {})\n", account.who, account.email, account.password));
    }
    text.push_str("Ctrl-C ends it.\n");
    show::print(&text)
}
