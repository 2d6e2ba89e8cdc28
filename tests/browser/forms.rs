//! Typed text survives a reload, a link clicked by mistake and a colleague's concurrent change.

use serde_json::json;
use songjiao_tests::{Browser, PASSWORD, Session, TestApp};

use crate::tour::{DEMO_PASSWORD, county, first};

async fn value(browser: &Browser, label: &str) -> String {
    browser.field(label).await.prop("value").await.unwrap().unwrap_or_default()
}

#[actix_web::test]
async fn a_draft_survives_a_reload_until_it_is_discarded_or_sent() {
    let app = TestApp::start_with_web().await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/teachers/new").await;
    browser.fill("教师编号", "T0001").await;
    browser.fill("姓名", "李敏").await;
    browser.fill("身份证号", "11010519491231002X").await;
    browser.choose("学段", "小学").await;
    browser.client.refresh().await.unwrap();
    browser.see("已恢复您上次填写而未提交的内容").await;
    assert_eq!(value(&browser, "姓名").await, "李敏");
    assert_eq!(value(&browser, "学段").await, "primary");
    assert_eq!(value(&browser, "身份证号").await, "", "what is secret is typed again");
    browser.screenshot("draft-restored").await;

    browser.click("放弃这些内容").await;
    browser.wait_until_gone("已恢复您上次填写而未提交的内容").await;
    assert_eq!(value(&browser, "姓名").await, "");
    browser.client.refresh().await.unwrap();
    browser.wait_until_loaded().await;
    assert_eq!(value(&browser, "教师编号").await, "");

    // The next user of this browser finds no draft.
    browser.fill("姓名", "王芳").await;
    let kept = "return Object.keys(sessionStorage).filter(key => key.startsWith('songjiao.draft')).length";
    assert_eq!(browser.client.execute(kept, vec![]).await.unwrap(), json!(1));
    browser.click("退出登录").await;
    browser.see("用户登录").await;
    assert_eq!(browser.client.execute(kept, vec![]).await.unwrap(), json!(0));
    browser.close().await;
}

#[actix_web::test]
async fn leaving_a_form_with_changes_asks_first() {
    let app = TestApp::start_with_web().await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/organizations").await;
    browser.wait_until_loaded().await;
    browser.click("新增单位").await;
    browser.fill("单位名称", "舒兰市法特学区").await;
    browser.click("教师").await;
    assert!(browser.dialog_message().await.contains("还没有提交"));
    browser.client.dismiss_alert().await.unwrap();
    browser.at("/organizations/new").await;
    assert_eq!(value(&browser, "单位名称").await, "舒兰市法特学区");
    browser.client.back().await.unwrap();
    browser.dialog_message().await;
    browser.client.dismiss_alert().await.unwrap();
    browser.at("/organizations/new").await;
    assert_eq!(value(&browser, "单位名称").await, "舒兰市法特学区");
    browser.click("教师").await;
    browser.dialog_message().await;
    browser.client.accept_alert().await.unwrap();
    browser.at("/teachers").await;
    // A discarded draft does not return.
    browser.go("/organizations/new").await;
    browser.wait_until_loaded().await;
    assert_eq!(value(&browser, "单位名称").await, "");
    browser.close().await;
}

/// Opens a school in a form while a colleague renames it.
async fn overtaken(app: &TestApp, admin: &Session) -> (Browser, String) {
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let path = format!("/organizations/{school}");
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go(&format!("{path}/edit")).await;
    browser.fill("单位名称", "法特镇中心小学校").await;
    let quicker = json!({ "name": "法特小学", "rural": true });
    admin.patch(&path, quicker).await.expect(200);
    browser.click("保存修改").await;
    browser.see("这条记录刚刚被他人修改").await;
    (browser, path)
}

#[actix_web::test]
async fn typed_values_can_overwrite_a_colleagues_change() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let (browser, path) = overtaken(&app, &admin).await;
    browser.screenshot("conflict").await;
    browser.is_accessible().await;
    browser.click("载入最新内容，保留我的修改").await;
    browser.see("现有内容：法特小学").await;
    assert_eq!(value(&browser, "单位名称").await, "法特镇中心小学校");
    browser.screenshot("conflict-merged").await;
    browser.click("保存修改").await;
    browser.see("修改已保存").await;
    let school = admin.get(&path).await.expect(200);
    assert_eq!(school["name"], json!("法特镇中心小学校"));
    assert_eq!(school["rural"], json!(true), "what the colleague changed elsewhere stays");
    browser.close().await;
}

#[actix_web::test]
async fn typed_values_can_be_discarded_for_a_colleagues_change() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let (browser, path) = overtaken(&app, &admin).await;
    browser.click("放弃我的修改").await;
    browser.wait_until_gone("这条记录刚刚被他人修改").await;
    browser
        .wait_for(
            "the colleague's name",
            "return document.querySelector('#field-name').value === arguments[0]",
            vec![json!("法特小学")],
        )
        .await;
    assert_eq!(admin.get(&path).await.expect(200)["name"], json!("法特小学"));
    browser.close().await;
}

#[actix_web::test]
async fn attendance_that_was_marked_survives_a_reload() {
    let app = county().await;
    let admin = app.sign_in("admin", DEMO_PASSWORD).await;
    let project = first(&admin, "/projects?kind=send_teaching&status=running").await;
    let phases = admin.get(&format!("/projects/{project}/phases")).await.expect(200);
    let phase = phases["items"].as_array().unwrap().iter().find(|phase| phase["status"] == "active").unwrap();
    let phase = phase["id"].as_str().unwrap();
    let activity = first(&admin, &format!("/phases/{phase}/activities?with_total=false")).await;
    let browser = Browser::signed_in(&app.url, "admin", DEMO_PASSWORD, 390).await;
    browser.go(&format!("/activities/{activity}/attendance")).await;
    browser.wait_until_loaded().await;
    let mark = "const mark = document.querySelector('.roll__row input[type=radio]:not(:checked)'); mark.click(); \
                return mark.id";
    let marked = browser.client.execute(mark, vec![]).await.unwrap();
    browser.see("有未保存的修改").await;
    browser.client.refresh().await.unwrap();
    browser.see("已恢复没有保存的考勤").await;
    browser.see("有未保存的修改").await;
    let checked = "return document.getElementById(arguments[0]).checked";
    browser.wait_for("the mark", checked, vec![marked]).await;
    browser.click("保存考勤").await;
    browser.see("考勤已保存").await;
    browser.client.refresh().await.unwrap();
    browser.wait_until_loaded().await;
    browser.wait_until_gone("有未保存的修改").await;
    browser.close().await;
}
