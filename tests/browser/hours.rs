//! Hours by file and by form, and the resulting figures.

use serde_json::json;
use songjiao_tests::{Browser, PASSWORD, TestApp};
use songjiao_types::Role;

const HEADER: &str = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期\n";

#[actix_web::test]
async fn a_file_is_checked_corrected_and_imported() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let teacher = admin.teacher_with(&school, json!({ "teacher_no": "T0001" })).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("学时.csv");
    let row = |hours: &str| format!("T0001,2026,国培,小学语文国培,东北师范大学,面授,{hours},2026-05-11,2026-05-16\n");
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/imports?kind=hour_records").await;

    std::fs::write(&file, format!("{HEADER}{}{}", row("40"), row("四十"))).unwrap();
    browser.attach(&file).await;
    browser.click("试运行").await;
    browser.see("错误明细").await;
    browser.see("四十").await;
    assert!(admin.all("/hour-records").await.is_empty(), "a faulty row rejects the file");

    std::fs::write(&file, format!("{HEADER}{}", row("40.5"))).unwrap();
    browser.attach(&file).await;
    browser.click("试运行").await;
    browser.click("正式导入（1 行）").await;
    browser.see("已导入学时记录 1 行").await;
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200);
    assert_eq!(quota["recognized_hours"], json!(40.5));
    browser.close().await;
}

#[actix_web::test]
async fn a_school_enters_hours_and_the_training_school_recognises_or_voids_them() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let teacher = admin.teacher_with(&school, json!({ "name": "李敏" })).await;
    let head = app.user(&admin, Role::SchoolAdmin, &school).await;
    let recogniser = app.user(&admin, Role::TrainingSchoolAdmin, &root).await;

    let browser = Browser::of(&app, &head, 390).await;
    browser.go("/hour-records/new").await;
    browser.pick("教师", "李敏").await;
    browser.choose("培训年度", "2026 年度").await;
    browser.fill("项目名称", "有效提问校本研修").await;
    browser.fill("机构名称", "本校").await;
    browser.choose("培训类别", "校本研修").await;
    browser.choose("培训方式", "集中面授").await;
    browser.set_date("开始日期", "2026-05-11").await;
    browser.set_date("结束日期", "2026-05-11").await;
    browser.fill("获得学时", "12").await;
    browser.click("登记学时").await;
    browser.see("待认定").await;
    browser.close().await;

    let record = &head.all("/hour-records").await[0];
    let path = format!("/hour-records/{}", record["id"].as_str().unwrap());
    let quota = || async { admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200) };
    assert_eq!(quota().await["recognized_hours"], json!(0));
    let browser = Browser::of(&app, &recogniser, 1440).await;
    browser.go(&path).await;
    browser.click("认定").await;
    browser.click("认定").await;
    browser.see("学时已认定").await;
    assert_eq!(quota().await["recognized_hours"], json!(12));
    browser.click("作废").await;
    browser.fill("作废原因", "重复填报").await;
    browser.click("作废").await;
    browser.see("记录已作废").await;
    assert_eq!(quota().await["recognized_hours"], json!(0));
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn an_exemption_lowers_the_years_requirement() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let teacher = admin.teacher_with(&school, json!({ "name": "李敏" })).await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/exemptions").await;
    browser.click("登记减免").await;
    browser.pick("教师", "李敏").await;
    browser.choose("事由", "产假").await;
    browser.set_date("开始日期", "2026-03-01").await;
    browser.set_date("结束日期", "2026-06-30").await;
    browser.click("登记减免").await;
    browser.see("应修学时已重新计算").await;
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200);
    assert_eq!((&quota["required_hours"], &quota["reduced_months"]), (&json!(48), &json!(4)));
    browser.close().await;
}

#[actix_web::test]
async fn suspected_duplicates_are_decided_group_by_group_and_by_rule() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher_with(&root, json!({ "name": "李敏" })).await;
    // Five registrations of the first training, two of each other.
    for (title, hours, ways) in
        [("国培计划", 40.0, 5), ("省培计划", 24.0, 2), ("市培计划", 16.0, 2), ("县培计划", 8.0, 2)]
    {
        for way in 0..ways {
            let of = json!({ "title": title, "institution": "东北师大", "external_id": format!("{title}-{way}") });
            admin.hours_with(&teacher, 2026, hours - f64::from(way), of).await;
        }
    }
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/duplicate-groups").await;
    browser.see("国培计划").await;
    browser.is_accessible().await;
    browser.click("国培计划").await;
    browser.see("第 1 组，共 4 组待核对").await;
    browser.see("第 5 份").await;
    browser.wait_until_loaded().await;
    browser.is_accessible().await;
    let marked = "return [...document.querySelectorAll('.compare__different th')].map(it => it.innerText).join()";
    let marked = browser.client.execute(marked, vec![]).await.unwrap();
    assert!(marked.as_str().unwrap().contains("获得学时"), "{marked}");

    // Keyboard only.
    let press = async |key: &str| browser.client.active_element().await.unwrap().send_keys(key).await.unwrap();
    press("2").await;
    browser.see("保留 1 份，共 39 学时；其余 4 份的 151 学时作废或驳回。").await;
    press("d").await;
    browser.click("确认裁定").await;
    browser.see("第 1 组，共 3 组待核对").await;

    // On a phone, keeping both.
    browser.resize(390).await;
    browser.see("省培计划").await;
    browser.wait_until_loaded().await;
    browser.has_no_sideways_scroll().await;
    press("1").await;
    press("2").await;
    browser.see("保留 2 份，共 47 学时").await;
    browser.click("裁定").await;
    browser.fill("理由", "两期不同的培训").await;
    browser.click("确认裁定").await;
    browser.see("第 1 组，共 2 组待核对").await;

    // The rest by rule, after a dry count.
    browser.resize(1440).await;
    browser.go("/duplicate-groups/rule").await;
    browser.choose("规则", "保留最先登记的").await;
    browser.fill("理由", "以先登记的为准").await;
    browser.click("试算").await;
    browser.see("将裁定 2 组，另有 0 组留待逐组裁定。").await;
    browser.click("确认裁定").await;
    browser.see("没有待核对的疑似重复").await;
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200);
    assert_eq!((&quota["recognized_hours"], &quota["pending_hours"]), (&json!(110), &json!(0)));
    browser.has_logged_no_error().await;
    browser.close().await;
}
