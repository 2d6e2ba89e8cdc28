//! Visits every page as every role, on a desktop and a phone, with the demonstration county: each page shows its
//! content, none scrolls sideways, fails or logs an error. Screenshots for review are saved in `target/screenshots`.

use std::{collections::BTreeSet, path::PathBuf, sync::LazyLock};

use serde_json::json;
use songjiao_api::config::FirstStart;
use songjiao_demo as demo;
use songjiao_tests::{Browser, PASSWORD, Session, TestApp, TestDatabase, id};

pub const DEMO_PASSWORD: &str = "songjiao-demo-2026";

/// Starts the demonstration county with the SPA.
pub async fn county() -> TestApp {
    TestApp::start_with_web_on(&LOADED).await
}

/// The loaded database, which every test copies.
static LOADED: LazyLock<PathBuf> = LazyLock::new(|| {
    let config =
        FirstStart { admin_password: None, root_code: "220283".to_owned(), root_name: "舒兰市教育局".to_owned() };
    TestDatabase::filled("demo", |db| drop(demo::load(db, &config).unwrap()))
});

/// Returns the pages in the navigation.
async fn navigation(browser: &Browser) -> BTreeSet<String> {
    let script = "return [...document.querySelectorAll('nav a[href]')].map(a => a.pathname + a.search)";
    let links = browser.client.execute(script, vec![]).await.unwrap();
    links.as_array().unwrap().iter().map(|link| link.as_str().unwrap().to_owned()).collect()
}

/// Returns the address of a list's first row, if there is one.
async fn first_row(browser: &Browser) -> Option<String> {
    let script = "const a = document.querySelector('main table tbody a[href]'); return a && a.pathname + a.search";
    browser.client.execute(script, vec![]).await.unwrap().as_str().map(str::to_owned)
}

async fn is_in_order(browser: &Browser, path: &str) {
    browser.wait_until_loaded().await;
    let failed = "return document.querySelector('main [role=alert]')?.innerText ?? ''";
    let failed = browser.client.execute(failed, vec![]).await.unwrap();
    assert_eq!(failed.as_str(), Some(""), "{path}");
    browser.has_no_sideways_scroll().await;
    browser.requests_only_its_origin().await;
}

/// Asserts that a phone's page also fits 360 px, the narrowest screens.
async fn is_narrow_enough(browser: &Browser, width: u32) {
    if width < 600 {
        browser.resize(360).await;
        browser.wait_for_paint().await;
        browser.has_no_sideways_scroll().await;
        browser.resize(width).await;
    }
}

/// Dark mode is checked for few roles, since the pages are the same.
const IN_THE_DARK: [&str; 2] = ["admin", "teacher"];

async fn tour(username: &str) {
    let app = county().await;
    let browser = Browser::signed_in(&app.url, username, DEMO_PASSWORD, 1440).await;
    browser.wait_until_loaded().await;
    let pages = navigation(&browser).await;
    assert!(pages.len() >= 4, "{pages:?}");
    for (theme, width) in [("light", 1440), ("light", 390), ("dark", 1440), ("dark", 390)] {
        if theme == "dark" && !IN_THE_DARK.contains(&username) {
            continue;
        }
        browser.resize(width).await;
        browser.set_colours(theme).await;
        for path in &pages {
            browser.go(path).await;
            is_in_order(&browser, path).await;
            browser.is_accessible().await;
            let name = path.split(['/', '?']).nth(1).filter(|name| !name.is_empty()).unwrap_or("home").to_owned();
            browser.screenshot(&format!("{username}-{name}-{theme}-{width}")).await;
            is_narrow_enough(&browser, width).await;
            if let Some(detail) = first_row(&browser).await {
                browser.go(&detail).await;
                is_in_order(&browser, &detail).await;
                browser.is_accessible().await;
                browser.screenshot(&format!("{username}-{name}-detail-{theme}-{width}")).await;
                is_narrow_enough(&browser, width).await;
            }
        }
    }
    browser.has_logged_no_error().await;
    browser.close().await;
}

macro_rules! tours {
    ($($name:ident as $username:literal;)+) => {$(
        #[actix_web::test]
        async fn $name() {
            tour($username).await;
        }
    )+};
}

tours! {
    every_page_of_the_bureau_is_in_order as "admin";
    every_page_of_the_training_school_is_in_order as "training";
    every_page_of_a_team_leader_is_in_order as "leader";
    every_page_of_a_team_member_is_in_order as "member";
    every_page_of_a_district_is_in_order as "district";
    every_page_of_a_school_is_in_order as "school";
    every_page_of_a_teacher_is_in_order as "teacher";
    every_page_of_an_auditor_is_in_order as "auditor";
}

/// Returns the id of a list's first row.
pub async fn first(user: &Session, path: &str) -> String {
    let page = user.get(&format!("{path}&limit=1")).await.expect(200);
    id(&page["items"][0])
}

/// Creates a webhook with a pending message, since nothing listens at its address.
async fn webhook(admin: &Session) -> String {
    let new = json!({
        "name": "吉林省教师培训平台", "url": "https://platform.example.com/hooks/songjiao",
        "organization_id": admin.me("/organization/id"), "types": ["hour_record.recognized", "hour_record.voided"],
    });
    let webhook = id(&admin.post("/webhooks", new).await.expect(201));
    admin.act(&format!("/webhooks/{webhook}/test")).await.expect(202);
    webhook
}

#[actix_web::test]
async fn every_form_and_every_tab_works() {
    let app = county().await;
    let admin = app.sign_in("admin", DEMO_PASSWORD).await;
    let project = first(&admin, "/projects?kind=send_teaching&status=running").await;
    let published = first(&admin, "/projects?kind=send_teaching&status=published").await;
    let phase = id(&admin.get(&format!("/projects/{project}/phases")).await.expect(200)["items"][0]);
    let activity = first(&admin, &format!("/phases/{phase}/activities?with_total=false")).await;
    let certification = first(&admin, "/certifications?status=accepted").await;
    let teacher = first(&admin, "/teachers?sort=teacher_no").await;
    let webhook = webhook(&admin).await;
    let mut pages: Vec<(String, String)> =
        ["projects", "teachers", "organizations", "users", "teams", "policies", "lessons", "hour-records", "webhooks"]
            .iter()
            .map(|resource| (format!("new-{resource}"), format!("/{resource}/new")))
            .collect();
    for tab in ["phases", "participants", "deliverables", "calendar", "lessons", "about"] {
        pages.push((format!("project-{tab}"), format!("/projects/{project}?tab={tab}")));
    }
    pages.extend([
        ("edit-project".to_owned(), format!("/projects/{published}/edit")),
        ("edit-teacher".to_owned(), format!("/teachers/{teacher}/edit")),
        ("nominate".to_owned(), format!("/projects/{published}/nominate")),
        ("attendance".to_owned(), format!("/activities/{activity}/attendance")),
        ("webhooks".to_owned(), "/webhooks".to_owned()),
        ("webhook".to_owned(), format!("/webhooks/{webhook}")),
        ("edit-webhook".to_owned(), format!("/webhooks/{webhook}/edit")),
        ("certificate".to_owned(), format!("/certifications/{certification}/certificate")),
        ("organization-tree".to_owned(), "/organizations?view=tree".to_owned()),
        ("not-found".to_owned(), "/nothing-of-that-name".to_owned()),
    ]);
    let browser = Browser::signed_in(&app.url, "admin", DEMO_PASSWORD, 1440).await;
    for (theme, width) in [("light", 1440), ("light", 390), ("dark", 1440), ("dark", 390)] {
        browser.resize(width).await;
        browser.set_colours(theme).await;
        for (name, path) in &pages {
            browser.go(path).await;
            is_in_order(&browser, path).await;
            browser.is_accessible().await;
            browser.screenshot(&format!("page-{name}-{theme}-{width}")).await;
        }
    }
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn every_component_is_shown_light_and_dark() {
    let app = TestApp::start_with_web().await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    for (theme, width) in [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)] {
        browser.resize(width).await;
        browser.set_colours(theme).await;
        // It also shows loading states, so it never becomes idle.
        browser.go("/components").await;
        browser.see("打开理由框").await;
        browser.has_no_sideways_scroll().await;
        browser.is_accessible().await;
        browser.screenshot(&format!("components-{theme}-{width}")).await;
        browser.click("打开抽屉").await;
        browser.see("抽屉").await;
        browser.is_accessible().await;
        browser.screenshot(&format!("components-drawer-{theme}-{width}")).await;
        browser.click("关闭").await;
        browser.click("打开理由框").await;
        browser.click("作废").await;
        browser.see("请填写此项").await;
        browser.is_accessible().await;
    }
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn a_clerk_sees_who_misses_the_72_hours() {
    let app = county().await;
    let browser = Browser::signed_in(&app.url, "training", DEMO_PASSWORD, 1440).await;
    browser.go("/quotas?training_year=2025&status=short").await;
    browser.wait_until_loaded().await;
    // Not the rows of the breakdown table.
    let statuses = "return [...document.querySelectorAll('main tbody tr')] \
                    .filter(row => row.querySelector('a[href^=\"/teachers/\"]')) \
                    .map(row => row.innerText.includes('未达标'))";
    let rows = browser.client.execute(statuses, vec![]).await.unwrap();
    let rows = rows.as_array().unwrap();
    assert!(!rows.is_empty() && rows.iter().all(|short| short == true), "{rows:?}");
    browser.close().await;
}

#[actix_web::test]
async fn anybody_verifies_a_certificate_without_signing_in() {
    let app = county().await;
    let training = app.sign_in("training", DEMO_PASSWORD).await;
    let accepted = training.get("/certifications?status=accepted&limit=1").await.expect(200);
    let number = accepted["items"][0]["number"].as_str().unwrap().to_owned();
    let browser = Browser::open(&app.url, "/verify", 390).await;
    browser.fill("证书编号", &number).await;
    browser.click("查验").await;
    browser.see("有效").await;
    browser.go("/verify/SL2026-示-9999").await;
    browser.see("未查到").await;
    browser.has_no_sideways_scroll().await;
    browser.close().await;
}
