//! Setting policies: what changes and whose standing, before anything is saved.

use serde_json::json;
use songjiao_tests::{Browser, PASSWORD, TestApp};

/// Case H3.
#[actix_web::test]
async fn a_policy_shows_what_it_changes_before_it_is_published() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    for _ in 0..2 {
        admin.hours(&admin.teacher(&root).await, 2026, 72.0).await;
    }
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/policies").await;
    browser.see("2026 年度").await;
    browser.see("每人不少于 72 学时").await;
    browser.click("制定新参数").await;
    browser.set_date("生效日期", "2026-01-01").await;
    browser.fill("每人每年学时", "90").await;
    browser.fill("校本研修计入上限", "24").await;
    browser.click("发布新参数").await;
    browser.see("2 名教师的达标情况将改变").await;
    browser.see("2 人变为未达标").await;
    browser.see("校本研修计入上限").await;
    browser.is_accessible().await;
    browser.screenshot("policy-preview").await;
    browser.click("取消").await;
    assert_eq!(admin.all("/policies").await.len(), 1, "nothing was saved");
    browser.click("发布新参数").await;
    browser.click("确认发布").await;
    browser.see("新参数已发布").await;
    browser.see("每人不少于 90 学时").await;
    browser.see("校本研修计入上限：24 学时").await;
    browser.go("/quotas").await;
    browser.see("2026 年度：每人不少于 90 学时").await;
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn a_policy_that_cannot_be_is_refused_at_its_field_and_an_upcoming_one_is_withdrawn() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/policies/new").await;
    browser.set_date("生效日期", "2027-01-01").await;
    browser.fill("周期年数", "3").await;
    browser.click("发布新参数").await;
    browser.see("2026–2030 年度的周期尚未结束").await;
    browser.fill("周期年数", "5").await;
    browser.click("发布新参数").await;
    browser.click("确认发布").await;
    browser.see("将生效").await;
    browser.click("撤销").await;
    browser.click("撤销参数").await;
    browser.see("已撤销").await;
    assert_eq!(admin.all("/policies").await.len(), 1);
    browser.close().await;
}

#[actix_web::test]
async fn a_countys_policy_is_set_without_the_calendar() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let county = json!({
        "code": "220284", "name": "磐石市教育局", "kind": "bureau", "parent_id": admin.me("/organization/id"),
    });
    admin.post("/organizations", county).await.expect(201);
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/policies/new").await;
    browser.see("周期年数").await;
    browser.choose("适用的教育局及其下属单位", "磐石市教育局").await;
    browser.wait_until_gone("周期年数").await;
    browser.set_date("生效日期", "2026-01-01").await;
    browser.fill("证书编号前缀", "SL").await;
    browser.click("发布新参数").await;
    browser.see("前缀 SL 已属于其他教育局").await;
    browser.fill("证书编号前缀", "PS").await;
    browser.click("发布新参数").await;
    browser.click("确认发布").await;
    browser.see("新参数已发布").await;
    let policies = admin.all("/policies").await;
    assert!(policies.iter().any(|policy| policy["certificate_prefix"] == "PS" && policy["cycle_years"].is_null()));
    browser.close().await;
}
