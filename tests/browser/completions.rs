//! A project from its plan to its end, and what is mended afterwards.

use serde_json::{Value, json};
use songjiao_tests::{Browser, PASSWORD, Session, TestApp, id};

/// The four schools, each with its only participant.
const SCHOOLS: [(&str, &str); 4] = [("第1小学", "李敏"), ("第2小学", "赵静"), ("第3小学", "王芳"), ("第4小学", "周红")];

const FIRST: &str = "intensive_study";
const SECOND: &str = "diagnosis_demonstration";

struct Course {
    admin: Session,
    browser: Browser,
    /// The first school.
    school: String,
    teachers: Vec<String>,
    project: Value,
    path: String,
}

impl Course {
    async fn phase(&self, at: usize) -> String {
        let project = self.admin.get(&self.path).await.expect(200);
        id(&project["phases"][at])
    }

    async fn open_phase(&self, kind: &str) {
        self.browser.go(&format!("{}?phase={kind}", self.path)).await;
        self.browser.wait_until_loaded().await;
    }

    /// Plans an activity; without a school it concerns all.
    async fn plan(&self, title: &str, day: &str, days: &str, hours: &str, school: Option<&str>) {
        let browser = &self.browser;
        browser.click("添加活动").await;
        browser.fill("活动名称", title).await;
        browser.choose("活动形式", "课堂观察").await;
        browser.set_date("活动日期", day).await;
        browser.fill("天数", days).await;
        browser.fill("学时", hours).await;
        if let Some(school) = school {
            browser.pick("参加单位", school).await;
            browser.see("移除").await;
        }
        browser.click("添加活动").await;
        browser.see(title).await;
        browser.wait_until_loaded().await;
    }

    /// Marks one participant by the keyboard: 1 to 5 choose a mark.
    async fn mark(&self, name: &str, status: &str, key: &str) {
        self.browser.fill("查找姓名", name).await;
        let alone = "return document.querySelectorAll('.roll__row').length === 1";
        self.browser.wait_for("the participant alone", alone, vec![]).await;
        self.browser.field(status).await.send_keys(key).await.unwrap();
        self.browser.see("有未保存的修改").await;
        self.browser.fill("查找姓名", " ").await;
    }

    async fn rest_present_and_save(&self, button: &str) {
        self.browser.click(button).await;
        self.save().await;
    }

    async fn save(&self) {
        self.browser.see("有未保存的修改").await;
        self.browser.click("保存考勤").await;
        self.browser.wait_until_gone("有未保存的修改").await;
    }

    async fn enrollment(&self, teacher: usize) -> Value {
        let all = self.admin.all(&format!("{}/enrollments", self.path)).await;
        all.into_iter().find(|row| row["teacher_id"] == self.teachers[teacher]).unwrap()["status"].clone()
    }

    async fn recognized(&self, teacher: usize) -> Value {
        let quota = format!("/teachers/{}/quotas/2026", self.teachers[teacher]);
        self.admin.get(&quota).await.expect(200)["recognized_hours"].clone()
    }
}

/// Plans a project of 38 hours in the browser, admits the participants of three schools and starts it.
async fn started(app: &TestApp) -> Course {
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (mut schools, mut teachers) = (Vec::new(), Vec::new());
    for (at, (name, teacher)) in SCHOOLS.into_iter().enumerate() {
        let new = json!({ "code": format!("XX-{at}"), "name": name, "kind": "school", "parent_id": root });
        let school = id(&admin.post("/organizations", new).await.expect(201));
        teachers.push(admin.teacher_with(&school, json!({ "name": teacher })).await);
        schools.push(school);
    }
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/projects/new").await;
    browser.fill("项目名称", "2026年小学语文送教下乡").await;
    browser.choose("项目类型", "送教下乡").await;
    browser.fill("培训年度", "2026").await;
    browser.choose("培训类别", "县级培训").await;
    browser.choose("培训方式", "混合研修").await;
    browser.set_date("开始日期", "2026-03-02").await;
    browser.set_date("结束日期", "2026-06-30").await;
    browser.fill("计划学时", "38").await;
    browser.fill("固定人数", "10").await;
    browser.click("保存草稿").await;
    browser.see("已建立“2026年小学语文送教下乡”").await;
    browser.click("发布项目").await;
    browser.click("确认发布").await;
    browser.see("项目已发布").await;

    let project = admin.all("/projects").await.remove(0);
    for teacher in &teachers[..3] {
        admin.nominated(&project, teacher).await;
    }
    let path = format!("/projects/{}", id(&project));
    browser.go(&format!("{path}?tab=participants")).await;
    browser.click("选中待审核（3）").await;
    browser.click("录取（3）").await;
    browser.click("确认录取").await;
    browser.see("已录取 3 名学员").await;
    browser.click("启动项目").await;
    browser.click("确认启动").await;
    browser.see("项目已启动").await;
    Course { admin, browser, school: schools.remove(0), teachers, project, path }
}

#[actix_web::test]
async fn a_project_of_four_schools_is_planned_completed_and_mended() {
    let app = TestApp::start_with_web().await;
    let course = started(&app).await;
    let Course { admin, browser, path, .. } = &course;

    // Five days, each with a sheet of its own; the third is forgotten.
    course.open_phase(FIRST).await;
    browser.click("开始阶段").await;
    browser.see("已开始“集中研修”").await;
    course.plan("通识培训", "2026-03-09", "5", "30", None).await;
    browser.click("登记（缺 15 人次）").await;
    browser.see("考勤登记").await;
    for day in [9, 10, 12, 13] {
        browser.click(&format!("2026-03-{day:02}（缺 3）")).await;
        browser.see(&format!("2026年3月{day}日")).await;
        if day == 13 {
            course.mark("赵静", "擅自返校", "3").await;
        }
        course.rest_present_and_save(if day == 13 { "其余全部出勤" } else { "全部出勤" }).await;
    }
    browser.screenshot("attendance-five-days").await;
    admin.submit_missing_deliverables(&course.phase(0).await, &course.school).await;
    course.open_phase(FIRST).await;
    browser.see("登记（缺 3 人次）").await;
    browser.click("完成阶段").await;
    browser.see("还有 3 人次没有登记考勤").await;
    browser.see("2026-03-11 通识培训：李敏、赵静、王芳").await;
    browser.is_accessible().await;
    browser.screenshot("completion-forgotten-sheet").await;
    let disabled =
        "return [...document.querySelectorAll('dialog button')].some(it => it.innerText === '确认完成' && it.disabled)";
    browser.wait_for("a button that waits for the sheet", disabled, vec![]).await;
    browser.click("2026-03-11 通识培训").await;
    browser.see("考勤登记").await;
    browser.click("2026-03-11（缺 3）").await;
    course.rest_present_and_save("全部出勤").await;
    course.open_phase(FIRST).await;
    browser.click("完成阶段").await;
    browser.see("合计 3 人").await;
    browser.click("确认完成").await;
    browser.see("“集中研修”已完成，学时待项目结业认定").await;

    // The fourth school's teacher joins for the visits to each school.
    admin.nominated(&course.project, &course.teachers[3]).await;
    browser.go(&format!("{path}?tab=participants")).await;
    browser.click("选中待审核（1）").await;
    browser.click("录取（1）").await;
    browser.set_date("自哪天起参加", "2026-05-01").await;
    browser.screenshot("admission-late").await;
    browser.click("确认录取").await;
    browser.see("自 2026-05-01 起参加").await;
    course.open_phase(SECOND).await;
    browser.click("开始阶段").await;
    browser.see("已开始“诊断示范”").await;
    for (at, (school, _)) in SCHOOLS.into_iter().enumerate() {
        let day = format!("2026-05-1{}", at + 1);
        course.plan(&format!("{school}诊断"), &day, "1", "8", Some(school)).await;
    }
    browser.resize(390).await;
    browser.wait_until_loaded().await;
    browser.has_no_sideways_scroll().await;
    browser.screenshot("activities-of-schools-phone").await;
    browser.resize(1440).await;
    for school in 0..SCHOOLS.len() {
        browser.click("登记 0/1").await;
        browser.see("考勤登记").await;
        browser.wait_until_loaded().await;
        if school == 0 {
            // A slip.
            course.mark("李敏", "缺勤", "5").await;
            course.save().await;
        } else {
            course.rest_present_and_save("全部出勤").await;
        }
        course.open_phase(SECOND).await;
    }
    admin.submit_missing_deliverables(&course.phase(1).await, &course.school).await;
    course.open_phase(SECOND).await;
    browser.click("完成阶段").await;
    browser.see("合计 4 人").await;
    browser.click("确认完成").await;
    browser.see("“诊断示范”已完成").await;
    for at in 2..5 {
        let skip = format!("/phases/{}/skip", course.phase(at).await);
        admin.post(&skip, json!({ "reason": "汛期停课" })).await.expect(200);
    }

    browser.go(path).await;
    browser.click("结项项目").await;
    browser.see("缺勤 8 学时，应到 38 学时").await;
    browser.is_accessible().await;
    browser.screenshot("completion-of-project").await;
    browser.resize(390).await;
    browser.has_no_sideways_scroll().await;
    browser.screenshot("completion-of-project-phone").await;
    browser.resize(1440).await;
    browser.click("确认结项").await;
    browser.see("项目已结项").await;
    let outcomes = [("not_completed", 0), ("completed", 32), ("completed", 38), ("completed", 8)];
    for (teacher, (status, hours)) in outcomes.into_iter().enumerate() {
        let found = (course.enrollment(teacher).await, course.recognized(teacher).await);
        assert_eq!(found, (json!(status), json!(hours)), "{}", SCHOOLS[teacher].1);
    }

    // The slip is mended after the hours were issued.
    course.open_phase(SECOND).await;
    browser.click("查看 1/1").await;
    browser.see("第1小学诊断").await;
    browser.click("更正李敏的考勤").await;
    browser.field("出勤").await.send_keys(" ").await.unwrap();
    browser.fill("更正原因", "登记有误，当天已签到").await;
    browser.screenshot("attendance-correction").await;
    browser.click("确认更正").await;
    browser.see("考勤已更正").await;
    browser.see("登记有误，当天已签到").await;
    assert_eq!((course.enrollment(0).await, course.recognized(0).await), (json!("completed"), json!(38)));
    browser.go(&format!("{path}?tab=hours")).await;
    browser.see("未结业：缺勤 8 学时").await;
    browser.see("已驳回").await;
    browser.is_accessible().await;
    browser.screenshot("project-hours").await;
    browser.has_logged_no_error().await;
    course.browser.close().await;
}

#[actix_web::test]
async fn the_worklist_of_an_owner_names_projects_that_ended_a_month_ago() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let ended =
        |title: &str, day: &str| json!({ "title": title, "kind": "online", "starts_on": "2026-03-02", "ends_on": day });
    admin.running_project(ended("暑期网络研修", "2026-10-31")).await;
    admin.running_project(ended("秋季网络研修", "2026-11-20")).await;
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 390).await;
    browser.go("/").await;
    browser.see("1 个项目结束已满 30 天，尚未结项").await;
    browser.has_no_sideways_scroll().await;
    browser.click("去结项").await;
    browser.at("/projects?overdue=true").await;
    browser.see("暑期网络研修").await;
    browser.wait_until_gone("秋季网络研修").await;
    browser.is_accessible().await;
    browser.close().await;
}
