//! Webhooks with a real receiver.

use serde_json::{Value, json};
use songjiao_tests::{Browser, PASSWORD, Session, TestApp, id, receiver::Receiver};

/// Starts an application that may send to this machine and retries once without delay.
async fn start() -> TestApp {
    TestApp::start_with_web_and(|config| {
        config.webhooks.webhook_private = true;
        config.webhooks.webhook_retries = "0".parse().unwrap();
    })
    .await
}

/// Creates a webhook for all changes and returns the path of its page.
async fn webhook(admin: &Session, to: &Receiver) -> String {
    let new = json!({ "name": "省平台", "url": to.url, "organization_id": admin.me("/organization/id") });
    format!("/webhooks/{}", id(&admin.post("/webhooks", new).await.expect(201)))
}

/// Waits until a row of a list shows the text, which the filter above it contains as well.
async fn lists(browser: &Browser, text: &str) {
    let script =
        "return [...document.querySelectorAll('main tbody tr')].some(row => row.innerText.includes(arguments[0]))";
    browser.wait_for(&format!("a row that says {text}"), script, vec![json!(text)]).await;
}

/// Asserts that the page fits desktop and phone.
async fn fits(browser: &Browser, name: &str) {
    for width in [390, 1440] {
        browser.resize(width).await;
        browser.wait_for_paint().await;
        browser.has_no_sideways_scroll().await;
        browser.is_accessible().await;
        browser.screenshot(&format!("webhooks-{name}-light-{width}")).await;
    }
}

async fn secret(browser: &Browser) -> String {
    browser.see("密钥只显示这一次").await;
    browser.is_accessible().await;
    browser.field("密钥").await.prop("value").await.unwrap().unwrap()
}

#[actix_web::test]
async fn a_webhook_is_created_its_secret_shown_once_and_a_test_arrives() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/webhooks").await;
    browser.see("还没有事件推送").await;
    fits(&browser, "none").await;
    browser.click("新建事件推送").await;
    browser.fill("名称", "省平台").await;
    browser.fill("接收网址", "ftp://platform.example.com/hooks").await;
    browser.tick("只选部分").await;
    browser.click("创建推送").await;
    browser.see("请至少选择一种变更").await;
    fits(&browser, "form").await;
    browser.tick("教师").await;
    browser.tick("变更教师").await;
    browser.has_logged_no_error().await;
    browser.click("创建推送").await;
    browser.see("网址必须以 https:// 开头").await;
    browser.fill("接收网址", &receiver.url).await;
    browser.click("创建推送").await;
    let first = secret(&browser).await;
    browser.screenshot("webhooks-secret-light-1440").await;
    browser.click("我已保存密钥").await;
    browser.see("推送记录").await;
    assert!(!browser.text().await.contains(&first), "it is no longer shown");
    let made = &admin.all("/webhooks").await[0];
    assert_eq!((&made["name"], &made["types"]), (&json!("省平台"), &json!(["teacher.created"])));
    browser.at(&format!("/webhooks/{}", id(made))).await;

    browser.click("发送测试").await;
    lists(&browser, "已送达").await;
    assert_eq!(receiver.wait_for(1).await[0].signatures_of(&first), 1);
    lists(&browser, "HTTP 204").await;
    browser.click("详情").await;
    browser.see("\"type\": \"webhook.test\"").await;
    browser.see("webhook-signature").await;
    fits(&browser, "message").await;
    browser.click("关闭").await;

    browser.click("轮换签名密钥").await;
    browser.fill("过渡期", "一天").await;
    browser.click("生成新密钥").await;
    browser.see("请填写 0 到 168 的整数").await;
    browser.fill("过渡期", "1").await;
    browser.click("生成新密钥").await;
    let second = secret(&browser).await;
    browser.click("我已保存密钥").await;
    browser.see("正在轮换签名密钥").await;
    browser.click("发送测试").await;
    let both = receiver.wait_for(2).await.remove(1);
    assert_eq!((both.signatures_of(&first), both.signatures_of(&second)), (1, 1));

    browser.click("编辑").await;
    browser.fill("名称", "省教师培训平台").await;
    browser.tick("全部变更").await;
    browser.click("保存修改").await;
    browser.see("修改已保存").await;
    let changed = &admin.all("/webhooks").await[0];
    assert_eq!((&changed["name"], &changed["types"]), (&json!("省教师培训平台"), &json!([])));
    browser.close().await;
}

#[actix_web::test]
async fn a_failed_message_is_shown_and_sent_again() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let path = webhook(&admin, &receiver).await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go(&path).await;
    browser.see("还没有消息").await;
    receiver.reply_with_statuses(&[500, 500]);
    browser.click("发送测试").await;
    lists(&browser, "未送达").await;
    lists(&browser, "HTTP 500").await;
    browser.see("没有一条消息送达").await;
    fits(&browser, "failing").await;
    let sheets = browser.sheets("webhooks-failing").await;
    assert!(sheets.concat().contains("HTTP500"), "{sheets:?}");

    // The filter is part of the address, and a row leaves the list when it no longer matches.
    browser.choose("状态", "未送达").await;
    browser.at(&format!("{path}?status=failed")).await;
    browser.go(&format!("{path}?status=failed")).await;
    lists(&browser, "HTTP 500").await;
    browser.click("重新推送").await;
    browser.click("确认重新推送").await;
    browser.see("消息已重新推送").await;
    browser.see("没有符合条件的记录").await;
    browser.click("清除全部筛选").await;
    lists(&browser, "已送达").await;
    browser.wait_until_gone("没有一条消息送达").await;
    assert_eq!(receiver.wait_for(3).await.len(), 3);

    receiver.reply_with_statuses(&[503; 4]);
    browser.click("发送测试").await;
    lists(&browser, "HTTP 503").await;
    admin.teacher(&admin.me("/organization/id")).await;
    receiver.wait_for(7).await;
    browser.click("刷新").await;
    lists(&browser, "新增教师").await;
    browser.click("全部重推").await;
    browser.click("确认全部重推").await;
    browser.see("已重新推送 2 条消息").await;
    let all = "return [...document.querySelectorAll('main tbody tr')].filter(row => row.innerText.includes('已送达')).length === 3";
    browser.wait_for("that all have arrived", all, vec![]).await;
    let view = admin.get(&path).await.expect(200);
    assert_eq!((&view["failed"], &view["failing_since"]), (&json!(0), &Value::Null));
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn a_disabled_webhook_says_why_and_can_be_enabled() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let path = webhook(&admin, &receiver).await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go(&path).await;
    receiver.reply_with_statuses(&[410]);
    browser.click("发送测试").await;
    browser.see("平台已停用此推送").await;
    fits(&browser, "disabled").await;
    browser.set_colours("dark").await;
    browser.is_accessible().await;
    browser.screenshot("webhooks-disabled-dark-1440").await;
    browser.set_colours("light").await;
    browser.go("/webhooks").await;
    lists(&browser, "接收方答复 410").await;
    fits(&browser, "list").await;
    browser.click("省平台").await;
    browser.click("启用").await;
    browser.see("推送已启用").await;
    browser.wait_until_gone("平台已停用此推送").await;

    browser.click("暂停").await;
    browser.click("暂停推送").await;
    browser.see("此推送已暂停").await;
    admin.teacher(&admin.me("/organization/id")).await;
    browser.click("启用").await;
    lists(&browser, "新增教师").await;
    assert_eq!(receiver.wait_for(2).await[1].json()["type"], "teacher.created");

    browser.click("删除").await;
    browser.click("删除推送").await;
    browser.at("/webhooks").await;
    browser.see("还没有事件推送").await;
    browser.go("/audit-log?entity=webhook&action=disable").await;
    lists(&browser, "停用").await;
    lists(&browser, "事件推送").await;
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn only_the_bureau_sees_webhooks() {
    let app = start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let training = app.user(&admin, songjiao_types::Role::TrainingSchoolAdmin, &root).await;
    let browser = Browser::of(&app, &training, 1440).await;
    assert!(!browser.text().await.contains("事件推送"));
    browser.go("/webhooks").await;
    browser.see("您的角色不能访问此页面").await;
    browser.close().await;
    // API keys cannot create webhooks either.
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/api-keys").await;
    browser.click("新建接口密钥").await;
    browser.see("读取变更流").await;
    assert!(!browser.text().await.contains("管理事件推送"));
    browser.close().await;
}
