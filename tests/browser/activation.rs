//! The way of an account: opened by an administrator, slips printed by the school, activated by the teacher on a phone.

use serde_json::json;
use songjiao_tests::{Browser, PASSWORD, TestApp};
use songjiao_types::Role;

#[actix_web::test]
async fn a_teacher_gets_an_account_on_a_slip_of_paper_and_comes_back_after_losing_the_password() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let new = json!({ "code": "BQ-1", "name": "白旗镇中心小学", "kind": "school", "parent_id": root });
    let school = admin.post("/organizations", new).await.expect(201)["id"].as_str().unwrap().to_owned();
    for (number, name) in [("T0001", "李敏"), ("T0002", "王芳")] {
        let more = json!({ "teacher_no": number, "name": name, "id_number": id_number(number) });
        admin.teacher_with(&school, more).await;
    }
    let clerk = app.user(&admin, Role::SchoolAdmin, &school).await;

    // The administrator opens the accounts of the school.
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go(&format!("/organizations/{school}")).await;
    browser.click("教师账号").await;
    browser.see("未开通").await;
    browser.is_accessible().await;
    browser.screenshot("accounts").await;
    browser.click("为未开通者开通").await;
    browser.click("开通").await;
    browser.see("已开通 2 个账号").await;
    browser.click("完成").await;
    browser.see("未激活").await;
    browser.close().await;

    // The clerk prints the slips.
    let browser = Browser::of(&app, &clerk, 1440).await;
    browser.go("/accounts").await;
    browser.click("打印未登录者的激活单").await;
    browser.click("生成激活单").await;
    browser.see("激活单（2 张）").await;
    let sheets = browser.sheets("slips").await;
    assert!(sheets.concat().contains("李敏") && sheets.concat().contains("T0001"), "{sheets:?}");
    let code = code_of(&browser, "李敏").await;
    browser.close().await;

    // The teacher activates the account on a phone, as the QR code leads there.
    let browser = Browser::open(&app.url, &format!("/activate?code={}", code.replace('-', "")), 390).await;
    activate(&browser, "T0001", "a-password-of-my-own").await;
    browser.has_no_sideways_scroll().await;
    browser.see("进入工作台").await;
    browser.close().await;
    app.sign_in("T0001", "a-password-of-my-own").await;

    // The password is lost: the clerk prints another slip from the teacher's row.
    let browser = Browser::of(&app, &clerk, 1440).await;
    browser.go("/accounts?q=T0001").await;
    browser.see("共 1 名教师").await;
    let pick = "document.querySelector('tbody input[type=checkbox]').click()";
    browser.client.execute(pick, Vec::new()).await.unwrap();
    browser.click("打印 1 张激活单").await;
    browser.click("生成激活单").await;
    browser.see("激活单（1 张）").await;
    let code = code_of(&browser, "李敏").await;
    browser.close().await;
    let browser = Browser::open(&app.url, "/login", 390).await;
    browser.click("首次使用？用激活码激活账号").await;
    browser.fill("激活码", &code).await;
    activate(&browser, "T0001", "another-of-my-own").await;
    browser.see("进入工作台").await;
    browser.has_logged_no_error().await;
    browser.close().await;
}

fn id_number(number: &str) -> &'static str {
    if number == "T0001" { "11010519491231002X" } else { "110105199003071052" }
}

async fn activate(browser: &Browser, number: &str, password: &str) {
    browser.see("激活账号").await;
    browser.is_accessible().await;
    browser.fill("身份证号后六位", &id_number(number)[12..]).await;
    browser.fill("设置密码", password).await;
    browser.fill("再填一次密码", password).await;
    browser.tick("我已阅读并同意个人信息处理告知").await;
    browser.screenshot("activate").await;
    browser.click("激活并登录").await;
}

/// The code on the slip of a teacher.
async fn code_of(browser: &Browser, name: &str) -> String {
    let script = format!(
        "const slip = [...document.querySelectorAll('.slip')].find(it => it.textContent.includes('{name}')); \
         return slip.querySelector('.slip__code').textContent"
    );
    browser.client.execute(&script, Vec::new()).await.unwrap().as_str().unwrap().to_owned()
}
