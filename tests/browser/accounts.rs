use songjiao_tests::{Browser, PASSWORD, TestApp};

#[actix_web::test]
async fn a_user_signs_in_and_out() {
    let app = TestApp::start_with_web().await;
    let browser = Browser::open(&app.url, "/organizations?kind=school", 1440).await;
    browser.fill("用户名", "admin").await;
    browser.fill("密码", "not the password").await;
    browser.click("登录").await;
    browser.see("用户名或密码不正确").await;
    browser.fill("密码", PASSWORD).await;
    browser.click("登录").await;
    browser.at("/organizations?kind=school").await;
    browser.client.refresh().await.unwrap();
    browser.see("退出登录").await;
    browser.click("退出登录").await;
    browser.see("用户登录").await;
    browser.close().await;
}

#[actix_web::test]
async fn a_changed_password_is_the_one_to_sign_in_with() {
    let app = TestApp::start_with_web().await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 390).await;
    browser.go("/account").await;
    browser.fill("当前密码", PASSWORD).await;
    browser.fill("新密码", "short").await;
    browser.fill("再次输入新密码", "short").await;
    browser.click("修改密码").await;
    browser.see("12").await;
    browser.fill("新密码", "a-new-and-long-password").await;
    browser.fill("再次输入新密码", "a-new-and-long-password").await;
    browser.click("修改密码").await;
    browser.see("密码已修改").await;
    app.sign_in("admin", "a-new-and-long-password").await;
    browser.close().await;
}
