//! The user's choices for this browser: language and colours.

use serde_json::json;
use songjiao_tests::Browser;

use crate::tour::{DEMO_PASSWORD, county};

#[actix_web::test]
async fn the_pages_can_be_switched_to_english() {
    let app = county().await;
    let browser = Browser::open(&app.url, "/login", 1440).await;
    browser.see("用户登录").await;
    browser.click("English").await;
    browser.see("Forgotten the password?").await;
    browser.screenshot("english-login").await;
    let language = "return document.documentElement.lang";
    assert_eq!(browser.client.execute(language, vec![]).await.unwrap(), json!("en"));
    // The server's message about a wrong password is English, too.
    browser.fill("Username", "admin").await;
    browser.fill("Password", "a password that is wrong").await;
    browser.click("Sign in").await;
    browser.see("Wrong user name or password").await;
    browser.fill("Password", DEMO_PASSWORD).await;
    browser.click("Sign in").await;
    browser.see("Sign out").await;
    for path in ["/", "/teachers", "/projects", "/hour-records", "/quotas", "/statistics", "/imports", "/teachers/new"]
    {
        browser.go(path).await;
        browser.wait_until_loaded().await;
        browser.screenshot(&format!("english{}", path.replace('/', "-"))).await;
        browser.has_no_sideways_scroll().await;
        // Only names are Chinese; all texts of the program are English.
        let script = "return [...document.querySelectorAll('nav, h1, h2, th, label, button')] \
                      .map(it => it.innerText).filter(it => /[\\u4e00-\\u9fff]/.test(it) && !/中文/.test(it))";
        let chinese = browser.client.execute(script, vec![]).await.unwrap();
        assert_eq!(chinese, json!([]), "{path}");
    }
    browser.is_accessible().await;
    browser.click("中文").await;
    browser.see("退出登录").await;
    browser.close().await;
}

#[actix_web::test]
async fn the_colours_follow_the_system_or_the_users_choice() {
    let app = county().await;
    let browser = Browser::signed_in(&app.url, "admin", DEMO_PASSWORD, 1440).await;
    let dark = "return getComputedStyle(document.body).backgroundColor !== 'rgb(243, 245, 248)'";
    browser.set_colours("dark").await;
    browser.wait_for("the system's dark colours", dark, vec![]).await;
    browser.set_colours("light").await;
    browser.go("/account").await;
    browser.see("颜色").await;
    let choose = "document.querySelector('#theme-dark').click()";
    browser.client.execute(choose, vec![]).await.unwrap();
    browser.wait_for("the chosen dark colours", dark, vec![]).await;
    browser.client.refresh().await.unwrap();
    browser.see("颜色").await;
    browser.wait_for("the choice after a reload", dark, vec![]).await;
    browser.screenshot("account-dark").await;
    browser.client.execute("document.querySelector('#theme-system').click()", vec![]).await.unwrap();
    let light = "return getComputedStyle(document.body).backgroundColor === 'rgb(243, 245, 248)'";
    browser.wait_for("the system's light colours", light, vec![]).await;
    browser.close().await;
}
