//! What a role may not read is not offered.

use serde_json::json;
use songjiao_tests::{Browser, Polishing};

#[actix_web::test]
async fn a_team_leader_is_offered_nothing_that_they_may_not_read() {
    let county = Polishing::start_with_web().await;
    let leave = json!({
        "teacher_id": county.leader, "kind": "sick_leave", "starts_on": "2026-03-01", "ends_on": "2026-04-30",
        "reason": "手术后休养",
    });
    county.admin.post("/exemptions", leave).await.expect(201);
    let leader = county.team_leader().await;
    let browser = Browser::of(&county.app, &leader, 1440).await;
    browser.see("我的五年学分").await;
    browser.wait_until_loaded().await;
    let script = "return [...document.querySelectorAll('nav a[href]')].map(a => a.innerText.trim())";
    let offered = browser.client.execute(script, vec![]).await.unwrap();
    let offered: Vec<_> = offered.as_array().unwrap().iter().map(|entry| entry.as_str().unwrap()).collect();
    for entry in ["我的学时", "学时记录", "教师", "培训项目", "课例"] {
        assert!(offered.contains(&entry), "{entry}: {offered:?}");
    }
    for entry in ["减免", "年度学时", "五年学分", "统计分析"] {
        assert!(!offered.contains(&entry), "{entry}: {offered:?}");
    }
    let home = browser.text().await;
    assert!(!home.contains("在职教师") && !home.contains("待审核学员"), "{home}");
    browser.see("统计范围：本人记录和本团队的项目").await;

    browser.go(&format!("/teachers/{}", county.leader)).await;
    browser.see("手术后休养").await;
    browser.go(&format!("/teachers/{}", county.teacher)).await;
    browser.see("任职经历").await;
    browser.wait_until_loaded().await;
    let participant = browser.text().await;
    for section in ["五年学分", "打印学时登记表", "减免"] {
        assert!(!participant.contains(&format!("\n{section}\n")), "{section}: {participant}");
    }
    browser.go("/exemptions").await;
    browser.see("没有权限").await;
    browser.has_logged_no_error().await;
    browser.close().await;
}
