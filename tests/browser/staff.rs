//! Managing teachers, teams, users, keys and policies.

use serde_json::json;
use songjiao_tests::{Browser, PASSWORD, TestApp};

#[actix_web::test]
async fn a_teacher_is_entered_and_transferred() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    for (code, name) in [("BQ-1", "白旗镇中心小学"), ("FJ-1", "法特镇中心小学")] {
        let new = json!({ "code": code, "name": name, "kind": "school", "parent_id": root });
        admin.post("/organizations", new).await.expect(201);
    }
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/teachers/new").await;
    browser.fill("教师编号", "T0001").await;
    browser.fill("姓名", "李敏").await;
    browser.pick("单位", "白旗").await;
    browser.fill("学科", "语文").await;
    browser.choose("学段", "小学").await;
    browser.set_date("入职日期", "2015-08-20").await;
    browser.fill("身份证号", "110105194912310021").await;
    browser.click("新增教师").await;
    browser.see("身份证号").await;
    browser.fill("身份证号", "11010519491231002X").await;
    browser.click("新增教师").await;
    browser.see("已新增教师“李敏”").await;
    browser.see("****************2X").await;
    browser.click("调动").await;
    browser.pick("调入单位", "法特").await;
    browser.set_date("到任日期", "2026-03-01").await;
    browser.fill("说明", "布局调整").await;
    browser.click("确认调动").await;
    browser.see("任职已登记").await;
    let found = admin.get("/teachers?q=T0001").await.expect(200);
    assert_eq!(found["items"][0]["organization"]["name"], "法特镇中心小学");
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn a_team_is_formed_of_teachers_and_experts() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    admin.teacher_with(&school, json!({ "name": "王芳" })).await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/teams/new").await;
    browser.fill("团队名称", "小学语文送培团队").await;
    browser.fill("学科", "语文").await;
    browser.choose("学段", "小学").await;
    browser.click("组建团队").await;
    browser.see("已组建“小学语文送培团队”").await;
    browser.click("添加成员").await;
    browser.choose("角色", "负责人").await;
    browser.pick("教师", "王芳").await;
    browser.click("添加成员").await;
    browser.see("“王芳”").await;
    browser.click("添加成员").await;
    browser.tick("校外专家").await;
    browser.choose("角色", "专家").await;
    browser.fill("姓名", "陈教授").await;
    browser.fill("单位名称", "东北师范大学").await;
    browser.click("添加成员").await;
    browser.see("东北师范大学").await;
    let teams = admin.all("/teams").await;
    assert_eq!(teams[0]["member_count"], json!(2), "{}", teams[0]);
    browser.close().await;
}

#[actix_web::test]
async fn a_user_is_given_an_account_and_has_to_choose_a_password() {
    let app = TestApp::start_with_web().await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/users/new").await;
    browser.fill("用户名", "auditor1").await;
    browser.fill("初始密码", "a-first-long-password").await;
    browser.fill("姓名", "郭督学").await;
    browser.choose("角色", "督导").await;
    browser.pick("所在单位", "220283").await;
    browser.click("新增用户").await;
    browser.see("已新增用户“郭督学”").await;
    browser.click("退出登录").await;
    browser.fill("用户名", "auditor1").await;
    browser.fill("密码", "a-first-long-password").await;
    browser.click("登录").await;
    browser.see("新密码").await;
    browser.close().await;
}

#[actix_web::test]
async fn new_policy_figures_are_published_after_asking() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/policies/new").await;
    browser.set_date("生效日期", "2031-01-01").await;
    browser.fill("每人每年学时", "90").await;
    browser.click("发布新参数").await;
    browser.click("确认发布").await;
    browser.see("新参数已发布").await;
    let policies = admin.get("/policies").await.expect(200);
    assert_eq!(policies["items"].as_array().unwrap().len(), 2);
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn a_key_is_created_its_secret_shown_once_and_the_key_revoked() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/api-keys").await;
    browser.see("还没有接口密钥").await;
    browser.click("新建接口密钥").await;
    browser.fill("名称", "省平台").await;
    browser.click("生成密钥").await;
    browser.see("请至少选择一项权限").await;
    browser.tick("查看学时").await;
    browser.click("生成密钥").await;
    browser.see("密钥只显示这一次").await;
    browser.is_accessible().await;
    let secret = async || browser.field("密钥").await.prop("value").await.unwrap().unwrap();
    let first = secret().await;
    let calls = async |secret: &str| app.anonymous().with_token(secret).get("/hour-records").await.status;
    assert_eq!(calls(&first).await, 200);
    browser.click("我已保存密钥").await;
    browser.see("有效").await;
    assert!(!browser.text().await.contains(&first), "it is no longer shown");
    browser.click("轮换“省平台”").await;
    browser.click("生成新密钥").await;
    browser.see("密钥只显示这一次").await;
    let second = secret().await;
    assert_eq!((calls(&first).await, calls(&second).await), (200, 200));
    browser.click("我已保存密钥").await;
    browser.see("轮换中").await;
    browser.click("吊销“省平台”").await;
    browser.click("吊销密钥").await;
    browser.see("密钥已吊销").await;
    assert_eq!((calls(&first).await, calls(&second).await), (401, 401));
    assert_eq!(admin.all("/api-keys?status=revoked").await.len(), 1);
    browser.resize(390).await;
    browser.wait_for_paint().await;
    browser.has_no_sideways_scroll().await;
    browser.has_logged_no_error().await;
    browser.close().await;
}
