//! Decisions on hour records by filter and by import, and an import that is taken back.

use serde_json::json;
use songjiao_tests::{Browser, PASSWORD, Session, TestApp, id};
use songjiao_types::Role;

const HEADER: &str = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期\n";

struct Ground {
    app: TestApp,
    admin: Session,
    head: Session,
    school: String,
}

async fn ground() -> Ground {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let head = app.user(&admin, Role::SchoolAdmin, &school).await;
    Ground { app, admin, head, school }
}

fn row(number: &str, title: &str, month: u32) -> String {
    format!("{number},2026,校本研修,{title},本校,面授,6,2026-{month:02}-11,2026-{month:02}-11\n")
}

#[actix_web::test]
async fn pending_records_are_decided_by_the_filter_of_the_list_after_a_dry_count() {
    let Ground { app, admin, head, school } = ground().await;
    let root = admin.me("/organization/id");
    let clerk = app.user(&admin, Role::TrainingSchoolAdmin, &root).await;
    let submit = async |year: i32, hours: f64, more: serde_json::Value| {
        let teacher = admin.teacher_with(&school, json!({})).await;
        let mut of = json!({ "status": "pending" });
        of.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        head.hours_with(&teacher, year, hours, of).await
    };
    for _ in 0..3 {
        submit(2026, 8.0, json!({})).await;
    }
    submit(2025, 8.0, json!({})).await;
    submit(2026, 20.0, json!({ "starts_on": "2026-05-11", "ends_on": "2026-05-11" })).await;

    let browser = Browser::of(&app, &clerk, 1440).await;
    browser.go("/hour-records?training_year=2026").await;
    browser.click("按条件批量处理").await;
    browser.see("试算").await;
    browser.wait_until_loaded().await;
    browser.is_accessible().await;
    browser.screenshot("decide-by-filter").await;
    browser.click("试算").await;
    browser.see("请填写此项").await;
    browser.choose("处理", "认定").await;
    browser.click("试算").await;
    browser.see("3 条记录，共 24 学时。").await;
    browser.see("异常待核对：1 条").await;
    browser.is_accessible().await;
    browser.screenshot("decide-by-filter-counted").await;
    browser.resize(390).await;
    browser.has_no_sideways_scroll().await;
    browser.screenshot("decide-by-filter-counted-phone").await;
    browser.resize(1440).await;

    // One of them is decided meanwhile: the count is not what was confirmed.
    let pending = clerk.all("/hour-records?hold=decision&training_year=2026").await;
    clerk.act(&format!("/hour-records/{}/recognize", id(&pending[0]))).await.expect(200);
    browser.click("确认认定").await;
    browser.see("符合条件的记录现为 2 条").await;
    browser.click("试算").await;
    browser.see("2 条记录，共 16 学时。").await;
    browser.click("确认认定").await;
    browser.see("已认定 2 条记录，共 16 学时").await;
    browser.see("学时记录").await;
    let left: Vec<_> =
        clerk.all("/hour-records?status=pending").await.iter().map(|row| row["training_year"].clone()).collect();
    assert_eq!(left.len(), 2, "the other year and the implausible record wait: {left:?}");

    // Rejecting asks for a reason, which the school reads.
    browser.go("/hour-records/decide?training_year=2025&hold=flagged").await;
    browser.see("列表的部分筛选没有带入").await;
    browser.choose("处理", "驳回").await;
    browser.click("试算").await;
    browser.see("请填写此项").await;
    browser.fill("理由", "没有附件").await;
    browser.click("试算").await;
    browser.see("1 条记录，共 8 学时。").await;
    browser.click("确认驳回").await;
    browser.see("已驳回 1 条记录，共 8 学时").await;
    let rejected = head.all("/hour-records?status=rejected").await;
    assert_eq!((rejected.len(), &rejected[0]["status_reason"]), (1, &json!("没有附件")));
    browser.close().await;
}

#[actix_web::test]
async fn the_records_of_an_import_are_decided_from_its_page() {
    let Ground { app, admin, head, school } = ground().await;
    let clerk = app.user(&admin, Role::TrainingSchoolAdmin, &admin.me("/organization/id")).await;
    admin.teacher_with(&school, json!({ "teacher_no": "T0001" })).await;
    let other = admin.teacher_with(&school, json!({})).await;
    head.hours_with(&other, 2026, 8.0, json!({ "status": "pending" })).await;
    let file = format!("{HEADER}{}{}", row("T0001", "有效提问", 5), row("T0001", "作业设计", 6));
    let report = head.post_csv("/imports/hour-records", file).await.expect(201);
    let browser = Browser::of(&app, &clerk, 390).await;
    browser.go(&format!("/imports/{}", id(&report))).await;
    browser.click("批量处理待认定的记录").await;
    browser.see("只处理一次导入的记录").await;
    browser.choose("处理", "退回").await;
    browser.fill("理由", "请附签到表").await;
    browser.click("试算").await;
    browser.see("2 条记录，共 12 学时。").await;
    browser.has_no_sideways_scroll().await;
    browser.click("确认退回").await;
    browser.see("已退回 2 条记录，共 12 学时").await;
    assert_eq!(head.all("/hour-records?status=returned").await.len(), 2);
    assert_eq!(head.all("/hour-records?status=pending").await.len(), 1);
    browser.close().await;
}

#[actix_web::test]
async fn an_import_is_taken_back_as_one_act_that_names_what_stays() {
    let Ground { app, admin, school, .. } = ground().await;
    let teacher = admin.teacher_with(&school, json!({ "teacher_no": "T0001" })).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("上一年度.csv");
    let rows: String = [("有效提问", 4), ("作业设计", 5), ("板书设计", 6)]
        .iter()
        .map(|(title, month)| row("T0001", title, *month))
        .collect();
    std::fs::write(&file, format!("{HEADER}{rows}")).unwrap();
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/imports?kind=hour_records").await;
    browser.attach(&file).await;
    browser.click("试运行").await;
    browser.click("正式导入（3 行）").await;
    browser.see("已导入学时记录 3 行").await;
    // A person voids one of them, which is left alone.
    let records = admin.all("/hour-records?q=板书设计").await;
    let void = format!("/hour-records/{}/void", id(&records[0]));
    admin.post(&void, json!({ "reason": "重复填报" })).await.expect(200);

    browser.go(&format!("/imports/{}", records[0]["import_id"].as_str().unwrap())).await;
    browser.see("上一年度.csv").await;
    browser.click("整批撤回…").await;
    browser.see("将作废 2 条已认定、撤回 0 条待认定的记录，共 12 学时。").await;
    browser.see("另有 1 条不能撤回").await;
    browser.is_accessible().await;
    browser.screenshot("import-take-back").await;
    browser.resize(390).await;
    browser.has_no_sideways_scroll().await;
    browser.screenshot("import-take-back-phone").await;
    browser.resize(1440).await;
    browser.click("整批撤回").await;
    browser.fill("撤回原因", "导入了上一年度的文件").await;
    browser.click("整批撤回").await;
    browser.see("该导入已整批撤回").await;
    browser.see("导入了上一年度的文件").await;
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200);
    assert_eq!(quota["recognized_hours"], json!(0));
    let reasons = admin.all("/hour-records?status=voided").await;
    assert_eq!(reasons.iter().filter(|row| row["status_reason"] == "重复填报").count(), 1);
    browser.has_logged_no_error().await;
    browser.close().await;
}
