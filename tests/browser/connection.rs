//! The server becomes unreachable and comes back.

use serde_json::json;
use songjiao_tests::{Browser, PASSWORD, TestApp};

#[actix_web::test]
async fn nothing_typed_is_lost_while_the_server_is_away() {
    let mut app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go(&format!("/organizations/new?parent_id={root}")).await;
    browser.fill("单位编号", "220283-01").await;
    browser.fill("单位名称", "舒兰市法特学区").await;
    browser.choose("单位类型", "学区").await;

    app.stop().await;
    browser.click("新增单位").await;
    browser.see("与服务器的连接中断").await;
    browser.screenshot("connection-lost").await;
    browser.is_accessible().await;
    let typed = browser.field("单位名称").await.prop("value").await.unwrap();
    assert_eq!(typed.as_deref(), Some("舒兰市法特学区"));

    app.start_again().await;
    browser.see("已重新连接服务器").await;
    browser.wait_until_gone("与服务器的连接中断").await;
    browser.click("新增单位").await;
    browser.see("已新增“舒兰市法特学区”").await;
    let found = admin.all("/organizations?q=220283-01").await;
    assert_eq!(found.len(), 1, "{found:?}");
    browser.close().await;
}

#[actix_web::test]
async fn a_failed_list_loads_once_the_server_is_back() {
    let mut app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    admin.teacher_with(&school, json!({ "name": "李敏" })).await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/organizations").await;
    browser.wait_until_loaded().await;
    // The page's bundle is loaded; only its rows are missing.
    browser.click("教师").await;
    browser.see("李敏").await;
    browser.click("单位管理").await;
    browser.wait_until_loaded().await;

    app.stop().await;
    browser.click("教师").await;
    browser.see("与服务器的连接中断").await;
    browser.see("李敏").await;
    browser.fill("姓名或教师编号", "无此人").await;
    browser.see("无法连接服务器").await;

    app.start_again().await;
    browser.see("没有符合条件的记录").await;
    browser.wait_until_gone("无法连接服务器").await;
    browser.close().await;
}
