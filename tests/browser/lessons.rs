//! A lesson from entry to certificate.

use songjiao_tests::{Browser, Polishing};
use songjiao_types::Role;

#[actix_web::test]
async fn a_lesson_is_entered_on_a_phone_graded_reviewed_and_certified() {
    let county = Polishing::start_with_web().await;
    let teacher = county.user_linked_to(Role::Teacher, &county.teacher, &county.school).await;
    let leader = county.team_leader().await;
    let decider = county.training_school().await;
    let reviewers = [county.training_school().await, county.training_school().await];

    let phone = Browser::of(&county.app, &teacher, 390).await;
    phone.go("/lessons/new").await;
    phone.fill("课题", "《荷花》第二课时").await;
    phone.pick("项目名称", "小学语文").await;
    phone.click("登记课例").await;
    phone.see("已登记课例").await;
    phone.has_no_sideways_scroll().await;
    phone.wait_until_loaded().await;
    let address = phone.address().await;

    let browser = Browser::of(&county.app, &leader, 1440).await;
    browser.go(&address).await;
    browser.click("评定等次").await;
    browser.choose("等次", "精品课").await;
    browser.fill("评语", "问题链清晰").await;
    browser.click("确定等次").await;
    browser.see("已评定为精品课").await;
    browser.close().await;

    phone.client.refresh().await.unwrap();
    phone.click("申请认定").await;
    phone.click("申请认定").await;
    phone.see("已提交认定申请").await;
    phone.wait_until_loaded().await;
    let certification = phone.address().await;
    phone.has_logged_no_error().await;
    phone.close().await;

    for reviewer in &reviewers {
        let browser = Browser::of(&county.app, reviewer, 1440).await;
        browser.go("/certifications?waiting_for_me=true").await;
        browser.see("《荷花》第二课时").await;
        browser.go(&certification).await;
        browser.click("评审").await;
        browser.click("提交评审意见").await;
        browser.see("请选择评审结论").await;
        browser.choose("评审结论", "同意认定").await;
        browser.fill("评审意见", "达到示范课标准").await;
        browser.click("提交评审意见").await;
        browser.see("评审意见已提交").await;
        browser.close().await;
    }

    let browser = Browser::of(&county.app, &decider, 1440).await;
    browser.go(&certification).await;
    browser.click("予以认定").await;
    browser.click("予以认定").await;
    browser.see("已认定，证书编号").await;
    browser.go(&format!("{certification}/certificate")).await;
    browser.see("示范课").await;
    browser.see("李敏").await;
    browser.screenshot("certificate-1440").await;
    let found = decider.get("/certifications?status=accepted").await.expect(200);
    let number = found["items"][0]["number"].as_str().unwrap();
    browser.go(&format!("/verify/{number}")).await;
    browser.see("有效").await;
    browser.go(&certification).await;
    browser.click("撤销认定").await;
    browser.fill("撤销理由", "课例材料不实").await;
    browser.click("撤销认定").await;
    browser.see("认定已撤销").await;
    browser.go(&format!("/verify/{number}")).await;
    browser.see("已撤销").await;
    browser.has_logged_no_error().await;
    browser.close().await;
}
