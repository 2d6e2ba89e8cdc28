//! Groups of suspected duplicates: how they come about at every door, and the decisions on them.

use std::str::FromStr;

use diesel::connection::SimpleConnection;
use futures_util::future::join_all;
use serde_json::{Value, json};
use songjiao_api::{
    db::Actor,
    hours::hour_records::{
        entry::{Content, LedgerEntry, RecordKey, Training},
        ledger,
    },
};
use songjiao_tests::{Answer, Session, TestApp, id};
use songjiao_types::{
    Hours, PhaseId, ProjectId, Role, TeacherId, UserId,
    hour_records::HourRecordStatus,
    training::{TrainingLevel, TrainingMode},
};

const HEADER: &str = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号\n";

struct County {
    app: TestApp,
    admin: Session,
    teacher: String,
}

impl County {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let teacher = admin
            .teacher_with(&admin.me("/organization/id"), json!({ "teacher_no": "T1", "joined_on": "2025-01-01" }))
            .await;
        Self { app, admin, teacher }
    }

    /// Records 24 h of one training, recognised if nothing holds them, with `more` fields.
    async fn record(&self, more: Value) -> Value {
        let mut new = json!({
            "title": "国培计划(2025)骨干教师提升", "institution": "东北师范大学", "starts_on": "2025-07-06",
            "ends_on": "2025-07-08",
        });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.admin.hours_with(&self.teacher, 2025, 24.0, new).await
    }

    /// Returns recognised and pending hours of 2025.
    async fn quota(&self) -> (Value, Value) {
        let quota = self.admin.get(&format!("/teachers/{}/quotas/2025", self.teacher)).await.expect(200);
        (quota["recognized_hours"].clone(), quota["pending_hours"].clone())
    }

    async fn find(&self, record: &Value) -> Value {
        self.admin.get(&format!("/hour-records/{}", id(record))).await.expect(200)
    }

    async fn open_groups(&self) -> Vec<Value> {
        self.admin.all("/duplicate-groups?status=open").await
    }

    /// Returns the only open group.
    async fn group(&self) -> Value {
        let groups = self.open_groups().await;
        assert_eq!(groups.len(), 1, "{groups:?}");
        groups[0].clone()
    }

    async fn decide(&self, group: &Value, body: Value) -> Answer {
        self.admin.post(&format!("/duplicate-groups/{}/decide", id(group)), body).await
    }

    async fn void(&self, record: &Value) {
        let path = format!("/hour-records/{}/void", id(record));
        self.admin.post(&path, json!({ "reason": "录入有误" })).await.expect(200);
    }

    async fn import(&self, parameters: &str, rows: &str) -> Value {
        let answer =
            self.admin.post_csv(&format!("/imports/hour-records{parameters}"), format!("{HEADER}{rows}")).await;
        answer.expect(201)
    }

    /// Issues 8 h for a phase of a project, recognised at once.
    fn issue(&self, project: &Value, phase: &Value, day: &str) {
        let date = day.parse().unwrap();
        let training = Training {
            training_year: 2025,
            starts_on: date,
            ends_on: date,
            hours: Hours::whole(8),
            level: TrainingLevel::National,
            mode: TrainingMode::Blended,
            dimension: None,
            title: "国培计划(2025)骨干教师提升".to_owned(),
            institution: "东北师范大学".to_owned(),
        };
        let key = RecordKey::Phase {
            project: ProjectId::from_str(&id(project)).unwrap(),
            phase: PhaseId::from_str(&id(phase)).unwrap(),
        };
        let content = Content { teacher_id: TeacherId::from_str(&self.teacher).unwrap(), training };
        let entry = LedgerEntry::new(key, content, HourRecordStatus::Recognized);
        let user = UserId::from_str(self.admin.me("/id").as_str()).unwrap();
        let actor = Actor { user_id: Some(user), ..Actor::system() };
        self.app.db.write_now(actor, move |tx| ledger::append(tx, vec![entry]).map(|_| ())).unwrap();
    }

    /// Returns a project and its five phases.
    async fn project(&self) -> (Value, Vec<Value>) {
        let project = self.admin.project(json!({ "title": "国培计划(2025)骨干教师提升" })).await;
        let phases = self.admin.get(&format!("/projects/{}/phases", id(&project))).await.expect(200);
        let phases = phases.as_array().or_else(|| phases["items"].as_array()).unwrap().clone();
        assert_eq!(phases.len(), 5);
        (project, phases)
    }

    fn totals_are_exact(&self) {
        assert_eq!(self.app.db.read_now(ledger::verify_totals).unwrap(), []);
    }
}

fn units(group: &Value) -> &Vec<Value> {
    group["units"].as_array().unwrap()
}

fn statuses(group: &Value) -> Vec<&str> {
    let records = units(group).iter().flat_map(|unit| unit["records"].as_array().unwrap());
    records.map(|record| record["status"].as_str().unwrap()).collect()
}

fn waits(group: &Value) -> Vec<bool> {
    units(group).iter().map(|unit| unit["waits"].as_bool().unwrap()).collect()
}

#[actix_web::test]
async fn a_training_that_many_report_at_once_counts_once() {
    let county = County::start().await;
    let records = join_all((0..6).map(|n| county.record(json!({ "source": format!("platform-{n}") })))).await;
    let recognized = records.iter().filter(|record| record["status"] == "recognized").count();
    assert_eq!(recognized, 1, "{records:?}");
    assert_eq!(county.quota().await, (json!(24), json!(120)));
    assert_eq!(units(&county.group().await).len(), 6);
    county.totals_are_exact();
}

/// Case A1.
#[actix_web::test]
async fn what_a_project_issued_is_one_unit_and_ends_as_one() {
    let county = County::start().await;
    let (project, phases) = county.project().await;
    for (phase, day) in phases.iter().zip(["2025-03-04", "2025-04-08", "2025-05-13", "2025-06-17", "2025-09-02"]) {
        county.issue(&project, phase, day);
    }
    assert_eq!(county.quota().await, (json!(40), json!(0)));
    let of_province = json!({ "source": "province", "hours": 40, "starts_on": "2025-03-01", "ends_on": "2025-10-31" });
    let province = county.record(of_province).await;
    assert_eq!((&province["status"], &province["hold"]), (&json!("pending"), &json!("suspected")));
    let group = county.group().await;
    assert_eq!(province["duplicate_group_id"], group["id"]);
    assert_eq!((units(&group).len(), &units(&group)[0]["hours"]), (2, &json!(40)));
    assert_eq!(units(&group)[0]["records"].as_array().unwrap().len(), 5);
    let decided = county.decide(&group, json!({ "keep": [id(&province)], "reason": "以省平台为准" })).await.expect(200);
    assert_eq!(statuses(&decided), ["voided", "voided", "voided", "voided", "voided", "recognized"]);
    assert_eq!(county.quota().await, (json!(40), json!(0)));
    county.totals_are_exact();
}

#[actix_web::test]
async fn a_decision_against_a_project_holds_for_what_it_issues_later() {
    let county = County::start().await;
    let (project, phases) = county.project().await;
    county.issue(&project, &phases[0], "2025-03-04");
    let province =
        county.record(json!({ "source": "province", "starts_on": "2025-03-01", "ends_on": "2025-10-31" })).await;
    let group = county.group().await;
    county.decide(&group, json!({ "keep": [id(&province)], "reason": "以省平台为准" })).await.expect(200);
    county.issue(&project, &phases[1], "2025-04-08");
    assert_eq!(county.quota().await, (json!(24), json!(0)));
    let issued = county.admin.all(&format!("/hour-records?project_id={}&sort=created", id(&project))).await;
    assert_eq!((&issued[1]["status"], &issued[1]["status_reason"]), (&json!("rejected"), &json!("以省平台为准")));
    // It holds while what was kept in its stead is live.
    county.void(&province).await;
    county.issue(&project, &phases[2], "2025-05-13");
    assert_eq!(county.quota().await, (json!(8), json!(0)));
    assert_eq!(county.open_groups().await.len(), 0);
    county.totals_are_exact();
}

#[actix_web::test]
async fn a_project_that_repeats_a_recognised_record_waits_as_a_whole() {
    let county = County::start().await;
    let (project, phases) = county.project().await;
    county.record(json!({ "source": "province", "starts_on": "2025-03-01", "ends_on": "2025-10-31" })).await;
    county.issue(&project, &phases[0], "2025-03-04");
    county.issue(&project, &phases[1], "2025-04-08");
    assert_eq!(county.quota().await, (json!(24), json!(16)));
    let group = county.group().await;
    assert_eq!((waits(&group), &units(&group)[1]["hours"]), (vec![false, true], &json!(16)));
    let project_unit = id(&units(&group)[1]);
    let decided = county.decide(&group, json!({ "keep": [project_unit] })).await.expect(200);
    assert_eq!(statuses(&decided), ["voided", "recognized", "recognized"]);
    assert_eq!(county.quota().await, (json!(16), json!(0)));
    county.totals_are_exact();
}

/// Case A2.
#[actix_web::test]
async fn one_training_that_comes_five_ways_counts_once() {
    let county = County::start().await;
    county.record(json!({})).await;
    county.record(json!({ "ends_on": "2025-07-09" })).await;
    county.record(json!({ "external_id": "A-7" })).await;
    county.record(json!({ "institution": "东师" })).await;
    county.record(json!({ "source": "province", "title": "国培计划（２０２５）骨干教师提升" })).await;
    assert_eq!(county.quota().await, (json!(24), json!(96)));
    let group = county.group().await;
    assert_eq!(waits(&group), [false, true, true, true, true]);
    assert_eq!(statuses(&group), ["recognized", "pending", "pending", "pending", "pending"]);
    assert_eq!(county.admin.all("/hour-records?hold=suspected").await.len(), 4);
    let first = id(&units(&group)[0]);
    let decided = county.decide(&group, json!({ "keep": [first] })).await.expect(200);
    assert_eq!((&decided["status"], &units(&decided)[0]["kept"]), (&json!("decided"), &json!(true)));
    assert_eq!(statuses(&decided), ["recognized", "rejected", "rejected", "rejected", "rejected"]);
    assert_eq!(county.quota().await, (json!(24), json!(0)));
    county.totals_are_exact();
}

/// Case A22.
#[actix_web::test]
async fn a_file_sent_again_with_ids_is_suspected() {
    let county = County::start().await;
    let row =
        |dates: &str, external_id: &str| format!("T1,2025,县级,课堂教学研修,进修学校,面授,8,{dates},{external_id}\n");
    county.import("", &row("2025-05-12,2025-05-12", "")).await;
    county.import("", &row("2025-05-12,2025-05-12", "K-1")).await;
    assert_eq!(county.quota().await, (json!(8), json!(8)));
    assert_eq!(county.group().await["grounds"], json!(["other_id"]));
    // With a corrected date and no id, it is another record; under its id, it replaces the former.
    county.import("?on_conflict=supersede", &row("2025-05-13,2025-05-13", "")).await;
    assert_eq!(county.quota().await, (json!(8), json!(16)));
    county.import("?on_conflict=supersede", &row("2025-05-13,2025-05-13", "K-1")).await;
    assert_eq!(county.quota().await, (json!(8), json!(16)));
    assert_eq!(units(&county.group().await).len(), 3);
    county.totals_are_exact();
}

/// Case A23.
#[actix_web::test]
async fn half_days_a_week_apart_are_not_suspected_in_one_file_or_three() {
    let rows: Vec<String> = ["2025-05-06", "2025-05-13", "2025-05-20"]
        .iter()
        .map(|day| format!("T1,2025,校本,校本研修,第三中学,面授,4,{day},{day},\n"))
        .collect();
    let one = County::start().await;
    one.import("", &rows.concat()).await;
    assert_eq!(one.quota().await, (json!(12), json!(0)));
    let three = County::start().await;
    for row in &rows {
        three.import("", row).await;
    }
    assert_eq!(three.quota().await, (json!(12), json!(0)));
    assert_eq!(three.open_groups().await.len(), 0);
}

#[actix_web::test]
async fn sessions_on_following_days_are_suspected_unless_one_act_entered_them() {
    let rows: Vec<String> = ["2025-05-06", "2025-05-07"]
        .iter()
        .map(|day| format!("T1,2025,校本,校本研修,第三中学,面授,4,{day},{day},\n"))
        .collect();
    let one = County::start().await;
    one.import("", &rows.concat()).await;
    assert_eq!(one.quota().await, (json!(8), json!(0)));
    let two = County::start().await;
    for row in &rows {
        two.import("", row).await;
    }
    assert_eq!(two.quota().await, (json!(4), json!(4)));
    assert_eq!(two.group().await["grounds"], json!(["adjacent"]));
}

#[actix_web::test]
async fn a_platform_that_repeats_a_local_training_with_other_dates_is_suspected_within_the_year() {
    let county = County::start().await;
    county.record(json!({})).await;
    let other = json!({ "source": "province", "starts_on": "2025-10-13", "ends_on": "2025-10-15" });
    assert_eq!(county.record(other).await["hold"], "suspected");
    assert_eq!(county.group().await["grounds"], json!(["platform"]));
    let manual = json!({ "starts_on": "2025-11-10", "ends_on": "2025-11-12", "hours": 23 });
    assert_eq!(county.record(manual).await["status"], "recognized", "other hours at another time");
}

#[actix_web::test]
async fn similar_titles_at_one_place_and_time_are_suspected_and_other_numbers_are_not() {
    let county = County::start().await;
    county.record(json!({ "title": "小学数学骨干教师提升培训第1期" })).await;
    let similar = county.record(json!({ "title": "小学数学骨干教师能力提升培训第一期" })).await;
    assert_eq!(similar["hold"], "suspected");
    assert_eq!(county.group().await["grounds"], json!(["similar_title"]));
    let second = county.record(json!({ "title": "小学数学骨干教师提升培训第2期" })).await;
    assert_eq!((&second["holds"], &second["flags"]), (&json!(["flagged", "decision"]), &json!(["day_overlap"])));
}

#[actix_web::test]
async fn three_records_are_one_group_through_the_middle_one() {
    let county = County::start().await;
    let early = county.record(json!({ "starts_on": "2025-07-01", "ends_on": "2025-07-02", "hours": 8 })).await;
    let late = county.record(json!({ "starts_on": "2025-07-20", "ends_on": "2025-07-21", "hours": 8 })).await;
    assert_eq!(county.open_groups().await.len(), 0);
    let middle = county.record(json!({ "starts_on": "2025-07-01", "ends_on": "2025-07-21" })).await;
    let group = county.group().await;
    assert_eq!((units(&group).len(), waits(&group)), (3, vec![false, false, true]));
    // Both short ones stay: they are sessions of the long one.
    let keep = json!({ "keep": [id(&early), id(&late)], "reason": "两次面授" });
    county.decide(&group, keep).await.expect(200);
    assert_eq!(county.find(&middle).await["status"], "rejected");
    assert_eq!(county.quota().await, (json!(16), json!(0)));
}

#[actix_web::test]
async fn records_that_a_person_kept_apart_are_not_suspected_again() {
    let county = County::start().await;
    let first = county.record(json!({})).await;
    let second = county.record(json!({ "external_id": "B" })).await;
    let group = county.group().await;
    let both = json!([id(&first), id(&second)]);
    for missing in [json!({ "keep": both }), json!({ "keep": both, "reason": " " })] {
        assert_eq!(county.decide(&group, missing).await.faults()[0].0, "/reason");
    }
    county.decide(&group, json!({ "keep": both, "reason": "两期培训" })).await.expect(200);
    assert_eq!(county.quota().await, (json!(48), json!(0)));
    // A third one is suspected with both; when it has gone, they are still apart.
    let third = county.record(json!({ "external_id": "C" })).await;
    let group = county.group().await;
    assert_eq!((units(&group).len(), waits(&group)), (3, vec![false, false, true]));
    county.admin.post(&format!("/hour-records/{}/reject", id(&third)), json!({ "reason": "重复" })).await.expect(200);
    assert_eq!(county.open_groups().await.len(), 0);
    assert_eq!(county.quota().await, (json!(48), json!(0)));
    county.totals_are_exact();
}

#[actix_web::test]
async fn suspicion_is_judged_anew_when_the_first_ends() {
    let county = County::start().await;
    let first = county.record(json!({})).await;
    let second = county.record(json!({ "external_id": "B" })).await;
    let third = county.record(json!({ "external_id": "C" })).await;
    county.void(&first).await;
    let group = county.group().await;
    assert_eq!((units(&group).len(), waits(&group)), (2, vec![false, true]), "the next is the first");
    let freed = county.find(&second).await;
    assert_eq!((&freed["status"], &freed["hold"]), (&json!("pending"), &json!("decision")));
    county.admin.post(&format!("/hour-records/{}/reject", id(&second)), json!({ "reason": "重复" })).await.expect(200);
    assert_eq!(county.open_groups().await.len(), 0);
    let alone = county.find(&third).await;
    assert_eq!((&alone["hold"], &alone["duplicate_group_id"]), (&json!("decision"), &Value::Null));
    let lapsed = county.admin.get(&format!("/duplicate-groups/{}", id(&group))).await.expect(200);
    assert_eq!(lapsed["status"], "lapsed");
    county.admin.act(&format!("/hour-records/{}/recognize", id(&third))).await.expect(200);
    assert_eq!(county.quota().await, (json!(24), json!(0)));
}

#[actix_web::test]
async fn groups_are_decided_by_a_named_rule_with_a_dry_count() {
    let county = County::start().await;
    let titles = ["甲类课程研修", "乙类资源建设", "丙类作业设计"];
    for (month, title) in (3..).zip(titles) {
        let dates = json!({ "starts_on": format!("2025-{month:02}-03"), "ends_on": format!("2025-{month:02}-05") });
        let with = |more: Value| {
            let mut fields = dates.clone();
            fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            fields["title"] = json!(title);
            fields
        };
        county.record(with(json!({ "hours": 16 }))).await;
        let source = if month == 5 { "city" } else { "province" };
        county.record(with(json!({ "source": source }))).await;
    }
    assert_eq!(county.quota().await, (json!(48), json!(72)));
    let rule = |rule: &str, dry_run: bool| json!({ "rule": rule, "source": "province", "training_year": 2025, "reason": "以省平台为准", "dry_run": dry_run });
    let path = "/duplicate-groups/decide";
    let count = county.admin.post(path, rule("source", true)).await.expect(200);
    let counted =
        |dry: bool| json!({ "dry_run": dry, "groups": 2, "left": 1, "recognized": 2, "rejected": 0, "voided": 2 });
    assert_eq!(count, counted(true));
    assert_eq!(county.open_groups().await.len(), 3, "nothing was changed");
    let first = county.admin.post(path, rule("first", true)).await.expect(200);
    assert_eq!((&first["groups"], &first["rejected"], &first["voided"]), (&json!(3), &json!(3), &json!(0)));
    assert_eq!(county.admin.post(path, rule("source", false)).await.expect(200), counted(false));
    assert_eq!(county.quota().await, (json!(64), json!(24)));
    let longest = county.admin.post(path, rule("longest", false)).await.expect(200);
    assert_eq!((&longest["groups"], &longest["recognized"], &longest["voided"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!(county.quota().await, (json!(72), json!(0)));
    let none = json!({ "rule": "source", "reason": "以平台为准" });
    assert_eq!(county.admin.post(path, none).await.faults()[0].1, "required");
    county.totals_are_exact();
}

#[actix_web::test]
async fn a_decision_is_made_once_on_the_group_that_the_caller_saw() {
    let county = County::start().await;
    let first = county.record(json!({})).await;
    let second = county.record(json!({ "external_id": "B" })).await;
    let group = county.group().await;
    let seen = json!([id(&first), id(&second)]);
    county.record(json!({ "external_id": "C" })).await;
    let stale = json!({ "keep": [id(&first)], "units": seen });
    county.decide(&group, stale).await.problem(409, "conflict");
    let unknown = county.record(json!({ "title": "另一培训" })).await;
    let faults = county.decide(&group, json!({ "keep": [id(&unknown)] })).await.faults();
    assert_eq!(faults, [("/keep/0".to_owned(), "unknown_hour_record".to_owned())]);
    county.decide(&group, json!({ "keep": [id(&first)] })).await.expect(200);
    county.decide(&group, json!({ "keep": [id(&first)] })).await.problem(409, "wrong_state");
    let actions: Vec<Value> = county.admin.all(&format!("/audit-log?entity_id={}", id(&second))).await;
    assert_eq!(actions.iter().map(|entry| entry["action"].clone()).collect::<Vec<_>>(), ["reject", "create"]);
    let decided = county.admin.all(&format!("/audit-log?entity_id={}", id(&group))).await;
    assert_eq!(decided[0]["action"], "decide");
}

#[actix_web::test]
async fn nobody_decides_on_duplicates_of_their_own_hours() {
    let county = County::start().await;
    let root = county.admin.me("/organization/id");
    let own = json!({ "teacher_id": county.teacher });
    let clerk = county.app.user_with(&county.admin, Role::TrainingSchoolAdmin, &root, own).await;
    let first = county.record(json!({})).await;
    county.record(json!({ "external_id": "B" })).await;
    let group = county.group().await;
    let path = format!("/duplicate-groups/{}/decide", id(&group));
    clerk.post(&path, json!({ "keep": [id(&first)] })).await.problem(403, "own_record");
    let rule = json!({ "rule": "first", "reason": "先登记的有效" });
    let counts = clerk.post("/duplicate-groups/decide", rule).await.expect(200);
    assert_eq!((&counts["groups"], &counts["left"]), (&json!(0), &json!(1)));
    assert_eq!(county.open_groups().await.len(), 1);
}

#[actix_web::test]
async fn a_group_is_seen_and_decided_by_who_sees_all_of_it() {
    let county = County::start().await;
    let root = county.admin.me("/organization/id");
    let first = county.record(json!({})).await;
    county.record(json!({ "external_id": "B" })).await;
    let group = county.group().await;
    let path = format!("/duplicate-groups/{}/decide", id(&group));
    let body = json!({ "keep": [id(&first)] });
    let school = county.app.user(&county.admin, Role::SchoolAdmin, &root).await;
    assert_eq!(school.all("/duplicate-groups").await.len(), 1);
    school.post(&path, body.clone()).await.problem(403, "forbidden");
    let elsewhere = county.admin.organization("school", &root).await;
    let stranger = county.app.user(&county.admin, Role::TrainingSchoolAdmin, &elsewhere).await;
    assert_eq!(stranger.all("/duplicate-groups").await.len(), 0);
    stranger.post(&path, body.clone()).await.problem(404, "not_found");
    let teacher =
        county.app.user_with(&county.admin, Role::Teacher, &root, json!({ "teacher_id": county.teacher })).await;
    assert_eq!(teacher.all("/duplicate-groups").await.len(), 1);
    for (filter, count) in [("training_year=2025", 1), ("training_year=2024", 0), ("status=decided", 0)] {
        assert_eq!(county.admin.all(&format!("/duplicate-groups?{filter}")).await.len(), count, "{filter}");
    }
    let below = format!("/duplicate-groups?organization_id={elsewhere}");
    assert_eq!(county.admin.all(&below).await.len(), 0);
    let trainer = county.app.user(&county.admin, Role::TrainingSchoolAdmin, &root).await;
    trainer.post(&path, body).await.expect(200);
}

#[actix_web::test]
async fn duplicates_of_a_closed_year_are_decided_with_a_reason() {
    let county = County::start().await;
    county.record(json!({})).await;
    let second = county.record(json!({ "external_id": "B" })).await;
    let year = county.admin.get("/years/2025").await.expect(200);
    let matters = year["open_matters"].as_array().unwrap();
    assert_eq!((matters.len(), &matters[0]["kind"], &matters[0]["count"]), (1, &json!("suspected"), &json!(1)));
    assert_eq!(county.admin.all(matters[0]["list"].as_str().unwrap()).await.len(), 1);
    let close = "/years/2025/close";
    county.admin.post(close, json!({})).await.problem(409, "open_matters");
    let waive = json!({ "waive": [{ "kind": "suspected", "reason": "证书未到" }] });
    county.admin.post(close, waive).await.expect(200);
    let group = county.group().await;
    let keep = json!([id(&second)]);
    let faults = county.decide(&group, json!({ "keep": keep })).await.faults();
    assert_eq!(faults, [("/reason".to_owned(), "reason_required".to_owned())]);
    county.decide(&group, json!({ "keep": keep, "reason": "以第二份证书为准" })).await.expect(200);
    let quota = county.admin.get(&format!("/teachers/{}/quotas/2025", county.teacher)).await.expect(200);
    assert_eq!((&quota["recognized_hours"], &quota["late_hours"]), (&json!(24), &json!(0)));
    county.totals_are_exact();
}

/// The scripts of the migration that made pairs groups.
fn migration() -> (&'static str, &'static str) {
    match std::env::var("TEST_DATABASE_URL").is_ok_and(|url| url.starts_with("postgres")) {
        true => (
            include_str!("../../api/migrations/postgres/2026-01-01-000210_duplicate_groups/down.sql"),
            include_str!("../../api/migrations/postgres/2026-01-01-000210_duplicate_groups/up.sql"),
        ),
        false => (
            include_str!("../../api/migrations/sqlite/2026-01-01-000210_duplicate_groups/down.sql"),
            include_str!("../../api/migrations/sqlite/2026-01-01-000210_duplicate_groups/up.sql"),
        ),
    }
}

#[actix_web::test]
async fn pairs_of_an_older_version_become_groups() {
    let county = County::start().await;
    let first = county.record(json!({})).await;
    let second = county.record(json!({ "external_id": "B" })).await;
    let third = county.record(json!({ "external_id": "C" })).await;
    let ended = json!({ "title": "另一培训", "hours": 16, "starts_on": "2025-05-06", "ends_on": "2025-05-07" });
    let ended = county.record(ended).await;
    let mut alone = json!({ "title": "另一培训", "hours": 16, "starts_on": "2025-05-06", "ends_on": "2025-05-07" });
    alone["external_id"] = json!("D");
    let alone = county.record(alone).await;
    let (down, up) = migration();
    let sql = |sql: &str| county.app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute(sql)?)).unwrap();
    sql(down);
    sql(&format!("UPDATE hour_records SET status = 'voided', status_reason = '有误' WHERE id = '{}'", id(&ended)));
    sql(up);
    let group = county.group().await;
    assert_eq!((&group["id"], waits(&group)), (&first["id"], vec![false, true, true]));
    assert_eq!(units(&group).iter().map(id).collect::<Vec<_>>(), [&first, &second, &third].map(id));
    assert_eq!(county.find(&alone).await["holds"], json!(["decision"]), "what it repeated has ended");
    county.decide(&group, json!({ "keep": [id(&first)] })).await.expect(200);
    assert_eq!(statuses(&county.admin.get(&format!("/duplicate-groups/{}", id(&group))).await.expect(200)).len(), 3);
}
