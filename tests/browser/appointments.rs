//! The spells of a teacher on a line of time: reported, confirmed, transferred, corrected.

use serde_json::json;
use songjiao_tests::{Browser, PASSWORD, TestApp};
use songjiao_types::Role;

#[actix_web::test]
async fn a_reported_spell_is_confirmed_and_a_transfer_taken_back_on_the_line_of_time() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let mut schools = Vec::new();
    for (code, name) in [("BQ-1", "白旗镇中心小学"), ("FJ-1", "法特镇中心小学")] {
        let new = json!({ "code": code, "name": name, "kind": "school", "parent_id": root });
        schools.push(admin.post("/organizations", new).await.expect(201)["id"].as_str().unwrap().to_owned());
    }
    let clerk = app.user(&admin, Role::SchoolAdmin, &schools[0]).await;
    let teacher = clerk.teacher_with(&schools[0], json!({ "name": "李敏", "joined_on": "2015-08-20" })).await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.see("1 项任职待确认").await;
    browser.click("去确认").await;
    browser.see("待确认的任职").await;
    browser.tick("选择李敏").await;
    browser.click("确认所选").await;
    browser.click("确认任职").await;
    browser.see("没有待确认的任职").await;
    browser.go(&format!("/teachers/{teacher}")).await;
    browser.click("调动").await;
    browser.pick("调入单位", "法特").await;
    browser.set_date("到任日期", "2026-09-01").await;
    browser.fill("说明", "布局调整").await;
    browser.click("确认调动").await;
    browser.see("任职已登记").await;
    browser.see("2015-08-20 至 2026-08-31").await;
    browser.click("撤回：法特镇中心小学").await;
    browser.fill("原因", "并未调动").await;
    browser.click("撤回任职").await;
    browser.see("任职已撤回").await;
    browser.see("2015-08-20 起").await;
    browser.click("更正与撤回记录").await;
    browser.see("并未调动").await;
    let spells = admin.get(&format!("/teachers/{teacher}/appointments")).await.expect(200);
    assert_eq!(spells.as_array().unwrap().len(), 1);
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn selected_teachers_are_transferred_together_on_a_phone() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let here = admin.organization("school", &root).await;
    let new = json!({ "code": "FJ-1", "name": "法特镇中心小学", "kind": "school", "parent_id": root });
    admin.post("/organizations", new).await.expect(201);
    for name in ["李敏", "王芳"] {
        admin.teacher_with(&here, json!({ "name": name })).await;
    }
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 390).await;
    browser.go("/teachers").await;
    browser.tick("选择李敏").await;
    browser.click("全选本页").await;
    browser.see("已选 2 人").await;
    browser.click("调动所选").await;
    browser.pick("调入单位", "法特").await;
    browser.set_date("到任日期", "2026-03-01").await;
    browser.fill("说明", "布局调整").await;
    browser.click("确认调动").await;
    browser.see("任职已登记").await;
    let moved = admin.all("/teachers?q=").await;
    assert!(moved.iter().all(|teacher| teacher["organization"]["name"] == "法特镇中心小学"), "{moved:?}");
    browser.close().await;
}
