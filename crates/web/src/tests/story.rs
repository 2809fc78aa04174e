//! From what is found to what is decided and done; and that no view shows more than its release.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use evenly_report::parts;
use jiff::SignedDuration;

use crate::analyses;
use crate::roles::Role;
use crate::testing::app;

#[tokio::test]
async fn colleagues_see_discuss_decide_and_act() {
    let app = app().await;
    let (_, findings) = app.release("Outpatients").await;
    let mut analyst = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let mut matron = app.signed_in("Ben Cole", &[Role::ProjectMember]).await;
    let mut viewer = app.signed_in("Cy Dunn", &[Role::Viewer]).await;

    let home = analyst.get("/").await;
    assert!(home.text().contains(&findings[0].sentence.replace('\u{a0}', " ")), "{}", home.text());
    let address = format!("/findings/{}", findings[0].id);
    assert!(home.body.contains(&address));
    let page = analyst.get(&address).await;
    assert!(page.body.contains("<svg") && page.body.contains("<table"), "picture and table");

    let empty = matron.post(&format!("{address}/comments"), &[("comment", "  ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().contains("Enter a comment"));
    let said = matron
        .post(&format!("{address}/comments"), &[("comment", "Two buses,\nand the clinic begins at eight.")])
        .await;
    assert_eq!(said.location(), format!("{address}?done=commented#discussion"));

    let wrong =
        analyst.post(&format!("{address}/decisions"), &[("choice", ""), ("reason", ""), ("review", "soon")]).await;
    for words in ["Choose what was decided", "Enter the reason", "Enter a day"] {
        assert_eq!(wrong.text().matches(words).count(), 2, "{words}");
    }
    assert!(wrong.body.contains(r#"value="soon""#), "what was typed stays");
    let decided = analyst
        .post(
            &format!("{address}/decisions"),
            &[
                ("choice", "not-act"),
                ("reason", "The clinic moves in May."),
                ("present", "matron, analyst"),
                ("review", "2027-06-01"),
            ],
        )
        .await;
    assert_eq!(decided.location(), format!("{address}?done=decided#decisions"));
    let dissent =
        matron.post(&format!("{address}/comments"), &[("comment", "May is too late."), ("dissent", "yes")]).await;
    assert!(dissent.location().contains("dissented"));
    app.pass(SignedDuration::from_secs(60));
    analyst.post(&format!("{address}/decisions"), &[("choice", "act"), ("reason", "A bus pass until then.")]).await;
    let page = viewer.get(&address).await.text();
    assert!(
        page.contains("We looked and will not act, because (earlier decision)\nThe clinic moves in May."),
        "{page}"
    );
    assert!(page.contains("To be looked at again on 1 June 2027"), "{page}");
    assert!(page.contains("Dissent\nMay is too late.\nBen Cole, Project member,"), "{page}");
    assert!(page.find("A bus pass until then.") < page.find("The clinic moves in May."), "the newest first");

    let people = evenly_store::people::list(&app.app.store).await.expect("people");
    let owner = people.iter().find(|own| own.name == "Ben Cole").expect("Ben").id.to_string();
    let asked = [("what", "Ask for bus passes"), ("owner", owner.as_str()), ("due", "2026-12-24")];
    matron.post(&format!("{address}/actions"), &asked).await;
    let page = matron.get(&address).await;
    assert!(page.text().contains("Ask for bus passes\nBen Cole, by 24 December 2026: to be done"), "{}", page.text());
    let action =
        page.body.split("action=\"/actions/").nth(1).expect("a form").split('"').next().expect("an id").to_owned();
    let seen = page
        .body
        .split("name=\"seen\" value=\"")
        .nth(1)
        .expect("a field")
        .split('"')
        .next()
        .expect("a time")
        .to_owned();
    app.pass(SignedDuration::from_secs(1));
    let done = [("status", "done"), ("outcome", "Forty passes"), ("seen", seen.as_str())];
    assert_eq!(matron.post(&format!("/actions/{action}"), &done).await.status, StatusCode::SEE_OTHER);
    let late = matron.post(&format!("/actions/{action}"), &done).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "somebody changed it meanwhile");
    assert!(viewer.get(&address).await.text().contains("What came of it: Forty passes"));

    let forbidden = viewer.post(&format!("{address}/comments"), &[("comment", "x")]).await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    let page = viewer.get(&address).await;
    assert!(!page.body.contains("Add comment") && !page.body.contains("Put a decision on record"));
    let mut volunteer = app.signed_in("Di Ede", &[Role::Volunteer]).await;
    let page = volunteer.get(&address).await.text();
    assert!(
        !page.contains("bus") && !page.contains("What was decided"),
        "a volunteer does not see the discussion: {page}"
    );
    let home = viewer.get("/").await.text();
    assert!(home.contains("decided: we will act · 2 comments"), "{home}");
}

#[tokio::test]
async fn a_newer_release_takes_the_place_of_the_older_and_the_link_keeps_it() {
    let app = app().await;
    let (older, _) = app.release("Outpatients").await;
    app.pass(SignedDuration::from_hours(24 * 50));
    let mut browser = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    assert!(browser.get("/").await.text().contains("“Outpatients” has had no new data for 50 days."));
    let (newer, _) = app.release("Outpatients").await;
    assert!(!browser.get("/").await.text().contains("no new data"));
    let page = browser.get("/indicators/did-not-attend").await;
    assert!(page.body.contains(&newer.to_string()) && !page.body.contains(&older.to_string()));
    let pinned = browser.get(&format!("/indicators/did-not-attend?release={older}")).await;
    assert!(pinned.body.contains(&older.to_string()));
}

#[tokio::test]
async fn every_view_of_an_indicator_can_be_reached_by_its_link() {
    let app = app().await;
    app.release("Outpatients").await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Viewer]).await;
    for path in [
        "/indicators",
        "/indicators/did-not-attend",
        "/indicators/waits?by=deprivation",
        "/indicators/did-not-attend?by=ethnicity",
        "/indicators/did-not-attend?by=deprivation&group=1",
        "/indicators/did-not-attend?by=deprivation&period=2024-05",
        "/indicators/did-not-attend/numbers.csv",
        "/indicators/did-not-attend/chart.svg",
        "/indicators/did-not-attend/chart.png?by=deprivation",
        "/indicators/did-not-attend/chart.svg?by=deprivation&group=1",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        let links: BTreeSet<&str> =
            answer.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        for link in links.into_iter().filter(|link| link.starts_with('/')) {
            let link = link.replace("&amp;", "&");
            let followed = browser.get(&link).await;
            assert_eq!(followed.status, StatusCode::OK, "{path} links to {link}");
        }
    }
    for path in [
        "/indicators/nothing",
        "/indicators/did-not-attend?by=nothing",
        "/indicators/waits?by=sex",
        "/indicators/did-not-attend?by=deprivation&group=9",
        "/indicators/did-not-attend/x.exe",
    ] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// The defence against setting one view against another: no address serves a count that is not in the one release, which
/// passed the gate as a whole. Every number in the tables of every view is a number of the release's own report.
#[tokio::test]
async fn no_view_shows_a_count_that_its_release_does_not_hold() {
    let app = app().await;
    let (id, _) = app.release("Outpatients").await;
    let shown = analyses::named(&app.app, &id.to_string()).await.expect("a release");
    let analysis = &shown.analysis;
    let mut released = BTreeSet::new();
    for indicator in &analysis.release.indicators {
        for cell in indicator.tables.iter().flat_map(|table| &table.cells) {
            released
                .extend([cell.numerator, cell.denominator].into_iter().filter_map(evenly_cube::ReleasedCount::shown));
            released.extend(cell.quantiles.and_then(|own| own.over_52_weeks.shown()));
        }
    }
    let released: BTreeSet<String> = released.into_iter().map(parts::numbers::count).collect();
    let mut browser = app.signed_in("Ada Obi", &[Role::Viewer]).await;
    let mut looked = 0;
    for own in &analysis.indicators {
        let id = &own.definition.id;
        let mut paths = vec![format!("/indicators/{id}")];
        for breakdown in &own.breakdowns {
            let dimension = analysis.dimension(breakdown.dimension);
            let by = format!("/indicators/{id}?by={}", dimension.id);
            paths.extend(
                breakdown.groups.iter().map(|group| format!("{by}&group={}", dimension.groups[group.group].id)),
            );
            paths.extend(parts::periods(analysis).iter().map(|(period, _)| format!("{by}&period={period}")));
            paths.push(by);
        }
        for path in paths {
            let answer = browser.get(&path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            for count in counts(&without_measures(&answer.body)) {
                assert!(released.contains(count), "{path} shows {count}, which was not released");
                looked += 1;
            }
        }
    }
    assert!(looked > 1_000, "only {looked} counts looked at");
}

/// A page without its measures of inequality, one of which is a number of people worked out of released counts.
fn without_measures(html: &str) -> String {
    let mut parts = html.split("-measures\"");
    let first = parts.next().unwrap_or_default();
    let rest = parts.map(|part| part.split_once("</details>").map_or("", |(_, after)| after));
    std::iter::once(first).chain(rest).collect()
}

/// The whole numbers in cells of counts: numerators and denominators.
fn counts(html: &str) -> impl Iterator<Item = &str> {
    let cells = html.split("<td class=\"number\">").skip(1).filter_map(|rest| rest.split('<').next());
    let of = html.split("<span class=\"of\">").skip(1).filter_map(|rest| rest.split('<').next());
    let of = of.flat_map(|pair| pair.split(" of "));
    let whole = |text: &&str| !text.is_empty() && text.chars().all(|own| own.is_ascii_digit() || own == ',');
    cells.chain(of).map(str::trim).filter(whole)
}

#[tokio::test]
async fn a_definition_takes_a_second_person() {
    let app = app().await;
    let mut analyst = app.signed_in("Ada Obi", &[Role::Analyst, Role::Approver]).await;
    let mut approver = app.signed_in("Ben Cole", &[Role::Approver]).await;
    let policy = evenly_cube::Policy::shipped_text("hes-1-7").expect("a policy");
    let stricter = policy.replace("suppress_to = 7", "suppress_to = 9");
    assert_ne!(policy, stricter);
    let address = "/definitions/policy/hes-1-7";
    for (text, words) in [
        (policy.to_owned(), "Nothing has changed yet"),
        (stricter.replace("suppress_from = 1", "suppress_from = 3"), "protects nobody"),
        (stricter.replace("id = \"hes-1-7\"", "id = \"other\""), "The id must stay `hes-1-7`"),
        ("nonsense".to_owned(), "disclosure policy"),
    ] {
        let answer =
            analyst.post(&format!("{address}/propose"), &[("text", &text), ("why", "Smaller hospitals")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
        assert!(answer.body.contains("Smaller hospitals"), "what was typed stays");
    }
    let proposed =
        analyst.post(&format!("{address}/propose"), &[("text", &stricter), ("why", "Smaller hospitals")]).await;
    assert_eq!(proposed.location(), format!("{address}?done=proposed"));
    let page = approver.get(address).await;
    assert!(page.text().contains("− suppress_to = 7") && page.text().contains("+ suppress_to = 9"), "{}", page.text());
    let form = page.body.split("/definitions/versions/").nth(1).expect("a form").split('"').next().expect("an address");
    let judge = format!("/definitions/versions/{form}");
    assert!(analyst.get(address).await.text().contains("somebody else must judge it"));
    assert_eq!(analyst.post(&judge, &[("verdict", "approve")]).await.status, StatusCode::CONFLICT);
    let silent = approver.post(&judge, &[("verdict", "refuse"), ("words", " ")]).await;
    assert!(silent.text().contains("Enter why it is refused"));
    assert_eq!(approver.post(&judge, &[("verdict", "approve")]).await.location(), format!("{address}?done=approved"));
    assert!(approver.get("/definitions").await.text().contains("the trust’s own, version 1"));
    assert!(approver.get(address).await.text().contains("suppress_to = 9"));
}

#[tokio::test]
async fn what_a_gap_costs_is_shown_at_the_trusts_own_price_and_not_before() {
    let app = app().await;
    let (_, findings) = app.release("Outpatients").await;
    let gap = findings.iter().find(|own| own.kind == "gap" && own.dimension.as_deref() == Some("deprivation"));
    let gap = gap.filter(|own| own.indicator.as_deref() == Some("did-not-attend")).expect("a gap");
    let mut analyst = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let address = format!("/findings/{}", gap.id);
    let before = analyst.get(&address).await;
    assert!(before.text().contains("No cost of one such event has been agreed"), "{}", before.text());
    let form = analyst.get("/definitions/cost/new/propose").await;
    assert!(form.body.contains("unit_cost = 0"), "{}", form.text());
    let wrong = [("text", evenly_cube::CostDefinition::TO_BEGIN_FROM), ("why", "To weigh what to do")];
    let wrong = analyst.post("/definitions/cost/new/propose", &wrong).await;
    assert_eq!(wrong.text().matches("unit_cost must be a number of pounds above 0").count(), 2, "{}", wrong.text());
    let text = evenly_cube::CostDefinition::TO_BEGIN_FROM
        .replace("unit_cost = 0", "unit_cost = 120.5")
        .replace("prices = \"\"", "prices = \"2024-25\"")
        .replace("= \"\"", "= \"Finance, 3 March 2026\"");
    app.definition("cost", "missed-appointment", &text, "the finance team").await;
    let page = analyst.get(&address).await.text();
    assert!(page.contains("at £120.50 each"), "{page}");
    assert!(
        page.contains("Source: Finance, 3 March 2026. It is what the gap costs today, not what a change would save."),
        "{page}"
    );
    let mut volunteer = app.signed_in("Di Ede", &[Role::Volunteer]).await;
    assert!(volunteer.get(&address).await.text().contains("at £120.50 each"), "a cost is no discussion");
}

#[tokio::test]
async fn a_preview_shows_what_would_change_and_keeps_nothing() {
    let app = app().await;
    let mut analyst = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let policy = evenly_cube::Policy::shipped_text("hes-1-7").expect("a policy");
    let stricter = policy.replace("suppress_to = 7", "suppress_to = 9");
    let address = "/definitions/policy/hes-1-7/propose";
    let looked = analyst.post(address, &[("text", &stricter), ("preview", "yes")]).await;
    assert_eq!(looked.status, StatusCode::OK);
    let text = looked.text();
    assert!(text.contains("Preview: it can be read") && text.contains("+ suppress_to = 9"), "{text}");
    let wrong = analyst.post(address, &[("text", "nonsense"), ("preview", "yes")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!wrong.text().contains("Preview: it can be read"));
    assert!(evenly_store::definitions::waiting(&app.app.store).await.expect("definitions").is_empty());
    let indicator = evenly_cube::shipped_indicator_text("did-not-attend").expect("a text");
    let fewer = indicator.replace("version = ", "version = 1");
    let fields = [("text", fewer.as_str()), ("preview", "yes")];
    let looked = analyst.post("/definitions/indicator/did-not-attend/propose", &fields).await;
    assert!(looked.text().contains("Out of"), "what it counts is said in words");
}

#[tokio::test]
async fn a_profile_of_the_trusts_own_can_be_read_by_once_it_is_approved() {
    let app = app().await;
    let mut analyst = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let offered = |page: &str| page.contains("value=\"our-clinic\"");
    assert!(!offered(&analyst.get("/data/import").await.body));
    app.definition("profile", "our-clinic", "id = our-clinic", "").await;
    assert!(offered(&analyst.get("/data/import").await.body));
    let wrong = analyst.post("/definitions/group/new/propose", &[("text", "?"), ("why", "Ours")]).await;
    assert!(wrong.text().contains("line 1: this says nothing"), "{}", wrong.text());
}
