use serde_json::json;
use songjiao_tests::{Browser, PASSWORD, TestApp};

#[actix_web::test]
async fn a_clerk_adds_finds_and_changes_a_school() {
    let app = TestApp::start_with_web().await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/organizations").await;
    browser.click("新增单位").await;
    browser.fill("单位编号", "SL ZX").await;
    browser.fill("单位名称", "舒兰市第三中学校").await;
    browser.choose("单位类型", "中小学").await;
    browser.click("新增单位").await;
    browser.see("编号只能由字母、数字和 - _ . 组成").await;
    browser.fill("单位编号", "SL-ZX-003").await;
    browser.click("新增单位").await;
    browser.see("已新增“舒兰市第三中学校”").await;
    browser.wait_until_loaded().await;
    let address = browser.address().await;
    browser.go("/organizations?q=SL-ZX").await;
    browser.see("舒兰市第三中学校").await;
    browser.go(&format!("{address}/edit")).await;
    browser.fill("单位名称", "舒兰市第三中学").await;
    browser.click("保存修改").await;
    browser.at(&address).await;
    browser.see("舒兰市第三中学").await;
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn a_filter_stays_in_the_url_over_reload_and_back() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    for (kind, name) in [("district", "白旗学区"), ("school", "白旗镇中学")] {
        let new = json!({ "code": format!("C-{kind}"), "name": name, "kind": kind, "parent_id": root });
        admin.post("/organizations", new).await.expect(201);
    }
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/organizations").await;
    browser.see("白旗镇中学").await;
    browser.choose("单位类型", "学区").await;
    browser.wait_until_gone("白旗镇中学").await;
    browser.at("/organizations?kind=district").await;
    browser.client.refresh().await.unwrap();
    browser.see("白旗学区").await;
    browser.wait_until_gone("白旗镇中学").await;
    browser.client.back().await.unwrap();
    browser.see("白旗镇中学").await;
    browser.close().await;
}
