//! Settings: the organisation's name, code and logo; folders that are looked into.

use std::fs;

use axum::http::StatusCode;
use evenly_store::work::Folder;
use evenly_store::{schedules, settings};

use crate::pages::settings::logo::{BYTES_MAX, tests::PNG};
use crate::roles::Role;
use crate::testing::{app, with};

#[tokio::test]
async fn the_organisation_has_the_name_that_was_given_it() {
    let app = app().await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Administrator]).await;
    let wrong = browser.post("/settings/organisation", &[("organisation", ""), ("code", "R-1")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["Enter a name of at most 100 characters", "Enter a code of letters and digits"] {
        assert_eq!(wrong.text().matches(words).count(), 2, "{words}");
    }
    let fields = [("organisation", " Otherton Hospitals "), ("code", "rx1")];
    assert_eq!(browser.post("/settings/organisation", &fields).await.location(), "/settings?done=settings-saved");
    assert!(browser.get("/settings").await.text().contains("Otherton Hospitals"));
    assert!(
        app.browser().get("/sign-in").await.text().contains("Otherton Hospitals"),
        "also before anybody is signed in"
    );
    assert!(app.browser().get("/nowhere").await.text().contains("Otherton Hospitals"));
    let code = settings::get(&app.app.store, settings::ORGANISATION_CODE).await.expect("a setting");
    assert_eq!(code.as_deref(), Some("RX1"));
}

#[tokio::test]
async fn a_logo_is_a_picture_and_nothing_else() {
    let app = app().await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Administrator]).await;
    let token = browser.token();
    assert_eq!(app.browser().get("/logo").await.status, StatusCode::NOT_FOUND);
    let script = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
    let large = [PNG, &vec![0; BYTES_MAX]].concat();
    for (name, body, words) in [
        ("logo.svg", script.clone(), "Choose a PNG or JPEG picture"),
        ("logo.png", script, "Choose a PNG or JPEG picture"),
        ("logo.png", large, "Choose a picture of at most 200 kB"),
        ("logo.png", Vec::new(), "Choose a picture"),
    ] {
        let answer = browser.upload("/settings/logo", Some(&token), &[], (name, body)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
    }
    let taken = browser.upload("/settings/logo", Some(&token), &[], ("any name", PNG.to_vec())).await;
    assert_eq!(taken.location(), "/settings?done=settings-saved");
    let page = app.browser().get("/sign-in").await;
    let address = page.body.split("src=\"").nth(1).expect("a picture").split('"').next().expect("an address");
    let logo = app.browser().get(address).await;
    assert_eq!((logo.status, logo.header("content-type")), (StatusCode::OK, "image/png"));
    assert_eq!(logo.header("x-content-type-options"), "nosniff");
    assert!(logo.header("content-security-policy").contains("sandbox"));
    browser.post("/settings/logo/remove", &[]).await;
    assert!(!app.browser().get("/sign-in").await.body.contains("<img"));
    assert_eq!(app.browser().get("/logo").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_schedule_looks_into_a_folder_of_the_list_and_no_other() {
    let outside = tempfile::tempdir().expect("a folder");
    let imports = outside.path().join("imports");
    fs::create_dir_all(imports.join("outpatients")).expect("a folder");
    fs::create_dir(outside.path().join("secret")).expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink(outside.path().join("secret"), imports.join("linked")).expect("a link");
    let app = with(|options| options.imports = Some(imports.clone())).await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Administrator]).await;
    let form = browser.get("/settings/schedules/add").await;
    assert!(form.body.contains("outpatients") && !form.body.contains("linked"), "{}", form.text());
    let fields = |folder: &'static str, minutes: &'static str| {
        [
            ("name", "Outpatients"),
            ("folder", folder),
            ("profile", "sus-outpatient"),
            ("take", "new"),
            ("minutes", minutes),
        ]
    };
    for bad in ["../secret", "linked", "/etc", "outpatients/../..", "nothing"] {
        let answer = browser.post("/settings/schedules/add", &fields(bad, "60")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert!(answer.text().contains("Choose a folder of the list"), "{bad}");
    }
    for bad in ["", "0", "-5", "1.5", "99999999999999999999"] {
        let answer = browser.post("/settings/schedules/add", &fields("outpatients", bad)).await;
        assert!(answer.text().contains("Enter a whole number of minutes"), "{bad}");
    }
    let made = browser.post("/settings/schedules/add", &fields("outpatients", "60")).await;
    assert_eq!(made.location(), "/settings?done=settings-saved#schedules", "{}", made.text());
    let again = browser.post("/settings/schedules/add", &fields("", "60")).await;
    assert!(again.text().contains("There is a schedule of this name already"));
    let all = schedules::list(&app.app.store).await.expect("schedules");
    let folder = all[0].work.reading().map(|own| own.folder.clone());
    assert_eq!((all.len(), folder), (1, Some(Folder::Import("outpatients".to_owned()))));
    assert!(
        browser.get("/settings").await.text().contains("Turn off Outpatients"),
        "{}",
        browser.get("/settings").await.text()
    );
    browser.post(&format!("/settings/schedules/{}/off", all[0].id), &[]).await;
    assert!(!schedules::list(&app.app.store).await.expect("schedules")[0].enabled);
    assert!(!browser.get("/settings").await.text().contains("Folder not there"));
    fs::remove_dir(imports.join("outpatients")).expect("a folder");
    assert!(browser.get("/settings").await.text().contains("Folder not there"), "what the worker cannot read is told");
    let odd = browser.post(&format!("/settings/schedules/{}/maybe", all[0].id), &[]).await;
    assert_eq!(odd.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_an_import_folder_nothing_is_scheduled() {
    let app = app().await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Administrator]).await;
    assert!(browser.get("/settings").await.text().contains("This server has no import folder."));
    let answer = browser.post("/settings/schedules/add", &[("name", "x")]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
}
