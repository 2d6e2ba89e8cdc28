//! A project as its planner, the schools and its team see it.

use serde_json::json;
use songjiao_tests::{Browser, PASSWORD, Session, TestApp, id};
use songjiao_types::Role;

struct Ground {
    app: TestApp,
    admin: Session,
    school: String,
    teachers: Vec<String>,
}

async fn ground() -> Ground {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let new = json!({ "code": "LJS-1", "name": "亮甲山小学", "kind": "school", "rural": true,
                      "parent_id": admin.me("/organization/id") });
    let school = id(&admin.post("/organizations", new).await.expect(201));
    let mut teachers = Vec::new();
    for name in ["李敏", "赵静"] {
        teachers.push(admin.teacher_with(&school, json!({ "name": name })).await);
    }
    Ground { app, admin, school, teachers }
}

#[actix_web::test]
async fn a_planner_drafts_a_project_sees_what_the_guide_misses_and_publishes_it() {
    let Ground { app, admin, .. } = ground().await;
    let planner = app.user(&admin, Role::TrainingSchoolAdmin, &admin.me("/organization/id")).await;
    let browser = Browser::of(&app, &planner, 1440).await;
    browser.go("/projects/new").await;
    browser.click("保存草稿").await;
    browser.see("请填写此项").await;
    browser.fill("项目名称", "2026年小学语文送教下乡").await;
    browser.choose("项目类型", "送教下乡").await;
    browser.fill("培训年度", "2026").await;
    browser.choose("培训类别", "国培").await;
    browser.choose("培训方式", "混合研修").await;
    browser.fill("学科", "语文").await;
    browser.choose("学段", "小学").await;
    browser.tick("仅限乡村学校").await;
    browser.set_date("开始日期", "2026-03-02").await;
    browser.set_date("结束日期", "2026-12-18").await;
    browser.fill("计划学时", "80.005").await;
    browser.fill("固定人数", "50").await;
    browser.click("保存草稿").await;
    browser.see("两位小数").await;
    browser.fill("计划学时", "80").await;
    browser.click("保存草稿").await;
    browser.see("已建立“2026年小学语文送教下乡”").await;
    for phase in ["集中研修", "诊断示范", "研课磨课", "成果展示", "总结提升"] {
        browser.see(phase).await;
    }
    browser.see("计划检查").await;
    browser.click("发布项目").await;
    browser.click("确认发布").await;
    browser.see("项目已发布").await;
    let found = planner.get("/projects?status=published").await.expect(200);
    assert_eq!(found["items"][0]["planned_hours"], json!(80));
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn a_school_sends_teachers_and_the_training_school_admits_them() {
    let Ground { app, admin, school, .. } = ground().await;
    let head = app.user(&admin, Role::SchoolAdmin, &school).await;
    let planner = app.user(&admin, Role::TrainingSchoolAdmin, &admin.me("/organization/id")).await;
    let project = planner.published_project(json!({ "subject": "语文", "stage": "primary", "capacity": 1 })).await;
    let path = format!("/projects/{}", id(&project));

    let browser = Browser::of(&app, &head, 390).await;
    browser.go(&format!("{path}?tab=participants")).await;
    browser.click("选派学员").await;
    browser.click("勾选本页").await;
    browser.see("已选 2 人").await;
    browser.see("选派人数超过剩余名额").await;
    browser.has_no_sideways_scroll().await;
    browser.click("选派 2 人").await;
    browser.see("已选派 2 名学员").await;
    browser.has_logged_no_error().await;
    browser.close().await;

    let browser = Browser::of(&app, &planner, 1440).await;
    browser.go(&format!("{path}?tab=participants")).await;
    browser.click("选中待审核（2）").await;
    browser.click("录取（2）").await;
    browser.click("确认录取").await;
    browser.see("人数").await;
    browser.wait_until_loaded().await;
    browser.click("取消选择").await;
    browser.tick("赵静").await;
    browser.click("不予录取（1）").await;
    browser.fill("原因", "学科不符").await;
    browser.click("确认不予录取").await;
    browser.see("学科不符").await;
    browser.wait_until_loaded().await;
    browser.tick("赵静").await;
    browser.click("撤销驳回（1）").await;
    browser.fill("原因", "误驳回").await;
    browser.click("确认撤销驳回").await;
    browser.see("误驳回").await;
    browser.wait_until_loaded().await;
    browser.tick("李敏").await;
    browser.click("录取（1）").await;
    browser.click("确认录取").await;
    browser.see("已录取 1 名学员").await;
    browser.wait_until_loaded().await;
    browser.tick("赵静").await;
    browser.click("不予录取（1）").await;
    browser.fill("原因", "名额已满").await;
    browser.click("确认不予录取").await;
    browser.see("名额已满").await;
    let rows = planner.all(&format!("{path}/enrollments?status=rejected")).await;
    assert_eq!((rows.len(), &rows[0]["reason"]), (1, &json!("名额已满")));
    browser.close().await;
}

#[actix_web::test]
async fn a_team_runs_a_phase_with_activity_attendance_and_evidence() {
    let Ground { app, admin, school, teachers } = ground().await;
    let coach = admin.teacher_with(&school, json!({ "name": "王芳" })).await;
    let leader = app.user_with(&admin, Role::TeamLeader, &school, json!({ "teacher_id": coach })).await;
    let team = json!({ "name": "小学语文送培团队", "subject": "语文", "stage": "primary" });
    let team = id(&admin.post("/teams", team).await.expect(201));
    let member = json!({ "teacher_id": coach, "role": "leader" });
    admin.post(&format!("/teams/{team}/members"), member).await.expect(201);
    let project = admin.published_project(json!({ "team_id": team })).await;
    let path = format!("/projects/{}", id(&project));
    for teacher in &teachers {
        admin.admitted(&project, teacher).await;
    }
    admin.act(&format!("{path}/start")).await.expect(200);

    let browser = Browser::of(&app, &leader, 1440).await;
    browser.go(&path).await;
    browser.click("开始阶段").await;
    browser.see("已开始“集中研修”").await;
    browser.click("添加活动").await;
    browser.fill("活动名称", "送教方案解读").await;
    browser.choose("活动形式", "方案解读").await;
    browser.set_date("活动日期", "2026-03-10").await;
    browser.fill("学时", "6.5").await;
    browser.click("添加活动").await;
    browser.see("送教方案解读").await;
    browser.click("登记 0/2").await;
    browser.see("考勤登记").await;
    browser.click("全部出勤").await;
    browser.click("保存考勤").await;
    browser.see("考勤已保存，已登记 2 人").await;

    browser.go(&path).await;
    browser.click("完成阶段").await;
    browser.see("缺少本阶段要求的成果材料").await;
    browser.see("班集体建设").await;
    browser.click("取消").await;
    for (label, name) in [("培训方案解读", "方案解读纪要"), ("班集体建设", "班级公约")] {
        browser.click(&format!("提交{label}")).await;
        browser.fill("材料名称", name).await;
        browser.fill("内容", "内容").await;
        browser.click("提交").await;
        browser.see("材料已提交").await;
        browser.see(name).await;
    }
    browser.click("完成阶段").await;
    browser.click("确认完成").await;
    browser.see("“集中研修”已完成，学时待项目结业认定").await;
    for teacher in &teachers[..2] {
        let quota = admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200);
        assert_eq!(quota["pending_hours"], json!(6.5));
    }
    browser.close().await;
}

#[actix_web::test]
async fn the_bureau_skips_a_phase_with_a_reason() {
    let Ground { app, admin, .. } = ground().await;
    let project = admin.running_project(json!({})).await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go(&format!("/projects/{}", id(&project))).await;
    browser.click("跳过阶段").await;
    browser.click("确认跳过").await;
    browser.see("请填写此项").await;
    browser.fill("跳过原因", "汛期停课").await;
    browser.click("确认跳过").await;
    browser.see("已跳过“集中研修”").await;
    let phases = admin.get(&format!("/projects/{}/phases", id(&project))).await.expect(200);
    let first = &phases["items"][0];
    assert_eq!((&first["status"], &first["skip_reason"]), (&json!("skipped"), &json!("汛期停课")));
    browser.close().await;
}
