//! The search in the top bar: by initials, by keyboard, on a phone.

use serde_json::json;
use songjiao_tests::{Browser, PASSWORD, TestApp, id};

const FOCUSED: &str = "return document.activeElement?.id === 'search'";

async fn marked(browser: &Browser, text: &str) {
    let script = "const option = document.querySelector('dialog[open] [role=option][aria-selected=true]'); \
                  return option !== null && option.textContent.includes(arguments[0])";
    browser.wait_for(&format!("the choice {text}"), script, vec![json!(text)]).await;
}

/// Sends keys to the focused element.
async fn press(browser: &Browser, keys: &str) {
    browser.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
}

#[actix_web::test]
async fn a_teacher_is_found_by_pinyin_initials_without_the_mouse() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let teacher = admin.teacher_with(&school, json!({ "name": "欧阳雪梅", "teacher_no": "T0915" })).await;
    admin.teacher_with(&school, json!({ "name": "王芳" })).await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.wait_until_loaded().await;
    press(&browser, "/").await;
    browser.wait_for("the open search", FOCUSED, vec![]).await;
    press(&browser, "oyxm").await;
    marked(&browser, "欧阳雪梅").await;
    browser.screenshot("search-1440").await;
    press(&browser, "\u{e007}").await;
    browser.at(&format!("/teachers/{teacher}")).await;
    browser.see("T0915").await;

    // Ctrl+K also works in a field; Escape restores the focus.
    browser.go("/teachers").await;
    browser.field("姓名或").await.click().await.unwrap();
    press(&browser, "\u{e009}k\u{e000}").await;
    browser.wait_for("the open search", FOCUSED, vec![]).await;
    press(&browser, "没有这个人").await;
    browser.see("没有找到“没有这个人”").await;
    press(&browser, "\u{e00c}").await;
    browser.wait_until_gone("没有找到").await;
    let back = "return document.activeElement?.id === 'filter-q'";
    browser.wait_for("the keyboard where it was", back, vec![]).await;
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn the_search_fills_the_width_of_a_phone() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let new = json!({ "code": "SL-XX-011", "name": "亮甲山中心小学", "kind": "school", "parent_id": root });
    let school = id(&admin.post("/organizations", new).await.expect(201));
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 390).await;
    browser.wait_until_loaded().await;
    browser.click("搜索教师、单位、项目").await;
    browser.wait_for("the open search", FOCUSED, vec![]).await;
    press(&browser, "亮甲山").await;
    marked(&browser, "亮甲山中心小学").await;
    browser.has_no_sideways_scroll().await;
    browser.screenshot("search-390").await;
    let option = "document.querySelector('dialog[open] [role=option]').click(); return true";
    browser.wait_for("a click", option, vec![]).await;
    browser.at(&format!("/organizations/{school}")).await;
    browser.has_logged_no_error().await;
    browser.close().await;
}
