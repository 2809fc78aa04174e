//! The map: drawn where data are by place, and said what is needed where they are not.

use axum::http::StatusCode;
use evenly_cube::Group;
use evenly_report::sample::{UNEVEN, release};

use crate::roles::Role;
use crate::testing::app;

#[tokio::test]
async fn data_by_place_are_drawn_with_their_table() {
    let app = app().await;
    let mut by_place = release(UNEVEN);
    let dimension = by_place.dimensions.iter_mut().find(|own| own.id == "ethnicity").expect("a dimension");
    for (group, (id, label)) in dimension.groups.iter_mut().zip([
        ("E08000032", "Bradford"),
        ("E08000035", "Leeds"),
        ("E08000033", "Calderdale"),
    ]) {
        *group = Group::known(id, label);
    }
    app.release_of("Outpatients", &by_place).await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Viewer]).await;
    let page = browser.get("/map").await;
    assert!(page.body.contains("<circle") && page.body.contains("<table"), "{}", page.text());
    assert!(page.text().contains("Missed appointments: from "), "{}", page.text());
    let other = page.body.split("href=\"/map?").nth(2).expect("another map").split('"').next().expect("a link");
    let other = browser.get(&format!("/map?{}", other.replace("&amp;", "&"))).await;
    assert!(other.text().contains("Kept appointments: from "), "{}", other.text());
    for path in ["/map?indicator=nothing", "/map?by=sex", "/map?release=nothing"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn without_places_the_page_says_what_is_needed() {
    let app = app().await;
    app.release("Outpatients").await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Viewer]).await;
    let page = browser.get("/map").await;
    assert!(page.text().contains("No current data are by place."), "{}", page.text());
    assert!(!page.body.contains("<circle"));
}
