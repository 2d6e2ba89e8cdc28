//! Who writes under which source (design 4, *Sources*).

use reqwest::Method;
use serde_json::{Value, json};
use songjiao_api::hours::hour_records::ledger;
use songjiao_tests::{Answer, Session, TestApp, id};
use songjiao_types::Role;

use crate::imports::{counts, send};

const HEADER: &str = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号\n";

/// Returns a file with a record of a teacher under each of some external ids.
fn file(teacher_no: &str, external_ids: &[u32], hours: u32) -> String {
    let row = |id: &u32| format!("{teacher_no},2025,60,校本{id},本校,9,{hours},2025-07-06,2025-07-10,{id}\n");
    external_ids.iter().map(row).fold(HEADER.to_owned(), |file, row| file + &row)
}

fn item(external_id: &str, teacher_no: &str) -> Value {
    json!({
        "external_id": external_id, "teacher_no": teacher_no, "training_year": 2025, "starts_on": "2025-06-01",
        "ends_on": "2025-06-03", "hours": 8, "level": "national", "mode": "online",
        "title": format!("培训 {external_id}"), "institution": "东北师范大学",
    })
}

async fn push(caller: &Session, source: &str, items: &[Value]) -> Answer {
    caller.post(&format!("/sources/{source}/hour-records"), json!(items)).await
}

async fn record(caller: &Session, source: &str, teacher: &str) -> Answer {
    let new = json!({
        "teacher_id": teacher, "training_year": 2025, "starts_on": "2025-06-01", "ends_on": "2025-06-03", "hours": 8,
        "level": "national", "mode": "online", "title": "国培", "institution": "东北师范大学", "source": source,
    });
    caller.post("/hour-records", new).await
}

/// Asserts that an answer refuses the source at the pointer, and returns its detail.
#[track_caller]
fn foreign(answer: Answer, pointer: &str) -> String {
    let problem = answer.problem(403, "foreign_source");
    assert_eq!(problem["errors"][0]["pointer"], pointer);
    problem["detail"].as_str().unwrap().to_owned()
}

/// Creates a key and returns the answer.
async fn new_key(admin: &Session, organization: &str, source: Option<&str>) -> Answer {
    let scopes = ["hours.submit", "hours.recognize", "imports.write"];
    let new = json!({ "name": "平台", "organization_id": organization, "scopes": scopes, "source": source });
    admin.post("/api-keys", new).await
}

fn machine(app: &TestApp, key: &Value) -> Session {
    app.anonymous().with_token(key["secret"].as_str().unwrap())
}

/// Two schools with a teacher each, T1 and T2.
struct Schools {
    app: TestApp,
    admin: Session,
    root: String,
    ours: String,
    theirs: String,
    teacher: String,
}

impl Schools {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let root = admin.me("/organization/id");
        let (ours, theirs) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
        let teacher = admin.teacher_with(&ours, json!({ "teacher_no": "T1" })).await;
        admin.teacher_with(&theirs, json!({ "teacher_no": "T2" })).await;
        Self { app, admin, root, ours, theirs, teacher }
    }

    async fn user(&self, role: Role, organization: &str) -> Session {
        self.app.user(&self.admin, role, organization).await
    }

    async fn sources(&self) -> Vec<Value> {
        self.admin.all("/sources").await
    }

    fn end(&self) {
        assert_eq!(self.app.db.read_now(ledger::verify_totals).unwrap(), []);
    }
}

#[actix_web::test]
async fn a_school_neither_replaces_nor_withdraws_the_records_of_a_source_of_the_province() {
    let schools = Schools::start().await;
    let key = new_key(&schools.admin, &schools.root, Some("province")).await.expect(201);
    let pending = "/sources/province/hour-records?status=pending";
    machine(&schools.app, &key).post(pending, json!([item("A", "T1")])).await.expect(200);
    let clerk = schools.user(Role::SchoolAdmin, &schools.ours).await;
    let withdrawal = json!({ "external_id": "A", "withdrawn": true });
    for items in [vec![withdrawal], vec![item("A", "T1")], vec![]] {
        foreign(push(&clerk, "province", &items).await, "source");
    }
    foreign(send(&clerk, "hour-records?source=province", file("T1", &[1], 8)).await, "source");
    let later = clerk.request(Method::POST, "/imports/hour-records?source=province").header("content-type", "text/csv");
    foreign(Answer::of(later.header("prefer", "respond-async").body(file("T1", &[1], 8))).await, "source");
    foreign(record(&clerk, "province", &schools.teacher).await, "/source");
    let records = schools.admin.all("/hour-records").await;
    assert_eq!((records.len(), &records[0]["status"]), (1, &json!("pending")));
    schools.end();
}

#[actix_web::test]
async fn people_who_may_recognise_write_under_the_sources_of_their_organization() {
    let schools = Schools::start().await;
    let ours = schools.user(Role::TrainingSchoolAdmin, &schools.ours).await;
    let theirs = schools.user(Role::TrainingSchoolAdmin, &schools.theirs).await;
    // An import, a push and a form each take a free name.
    send(&ours, "hour-records?source=guopei", file("T1", &[1], 8)).await.expect(201);
    push(&ours, "workshop", &[item("A", "T1")]).await.expect(200);
    record(&ours, "online", &schools.teacher).await.expect(201);
    let owned: Vec<_> =
        schools.sources().await.iter().map(|row| json!([row["name"], row["organization"]["id"]])).collect();
    let own = |name: &str| json!([name, schools.ours]);
    assert_eq!(owned, [own("guopei"), own("online"), own("workshop")]);
    foreign(push(&theirs, "guopei", &[item("A", "T2")]).await, "source");
    foreign(send(&theirs, "hour-records?source=GuoPei", file("T2", &[1], 8)).await, "source");
    // The county does not own its schools' sources.
    foreign(push(&schools.admin, "guopei", &[item("A", "T2")]).await, "source");
    // A name is one without regard to case; records keep its first spelling.
    let colleague = schools.user(Role::TrainingSchoolAdmin, &schools.ours).await;
    let report = push(&colleague, "GUOPEI", &[item("B", "T1")]).await.expect(200);
    assert_eq!(report["source"], "guopei");
    assert_eq!(schools.admin.all("/hour-records?source=guopei").await.len(), 2);
    // A wider scope owns the sources of the organization at its root.
    push(&schools.admin, "county", &[item("C", "T1")]).await.expect(200);
    let more = json!({ "scope_organization_id": schools.root });
    let wide = schools.app.user_with(&schools.admin, Role::TrainingSchoolAdmin, &schools.ours, more).await;
    push(&wide, "county", &[item("D", "T2")]).await.expect(200);
    push(&wide, "workshop", &[item("E", "T1")]).await.expect(200);
    schools.end();
}

#[actix_web::test]
async fn a_refusal_does_not_tell_who_owns_a_source_or_whether_there_is_one() {
    let schools = Schools::start().await;
    push(&schools.admin, "province", &[item("A", "T1")]).await.expect(200);
    let clerk = schools.user(Role::SchoolAdmin, &schools.ours).await;
    let mut details = Vec::new();
    for source in ["province", "free"] {
        details.push(foreign(push(&clerk, source, &[item("A", "T1")]).await, "source"));
        details.push(foreign(send(&clerk, &format!("hour-records?source={source}"), HEADER).await, "source"));
        details.push(foreign(record(&clerk, source, &schools.teacher).await, "/source"));
    }
    assert!(details.iter().all(|detail| *detail == details[0]), "{details:?}");
    assert_eq!(schools.sources().await.len(), 1);
    let stranger = schools.user(Role::TrainingSchoolAdmin, &schools.theirs).await;
    assert_eq!(foreign(push(&stranger, "province", &[]).await, "source"), "该来源属于其他单位");
    assert!(stranger.all("/sources").await.is_empty());
    clerk.get("/sources").await.problem(403, "forbidden");
}

#[actix_web::test]
async fn a_key_writes_under_the_source_for_which_it_was_made() {
    let schools = Schools::start().await;
    let first = new_key(&schools.admin, &schools.ours, Some("platform")).await.expect(201);
    let second = new_key(&schools.admin, &schools.ours, Some("Platform")).await.expect(201);
    let without = new_key(&schools.admin, &schools.ours, None).await.expect(201);
    let keys = [&first, &second, &without].map(|key| key["source"].clone());
    assert_eq!(keys, [json!("platform"), json!("platform"), Value::Null]);
    push(&machine(&schools.app, &first), "platform", &[item("A", "T1")]).await.expect(200);
    let report = push(&machine(&schools.app, &second), "platform", &[item("A", "T1")]).await.expect(200);
    assert_eq!(report["items"][0]["outcome"], "unchanged", "keys share a source");
    // No key takes a name, and one without a source pushes nowhere.
    for source in ["other", "platform"] {
        foreign(push(&machine(&schools.app, &without), source, &[item("A", "T1")]).await, "source");
    }
    foreign(push(&machine(&schools.app, &first), "other", &[item("A", "T1")]).await, "source");
    send(&machine(&schools.app, &first), "hour-records?source=platform", file("T1", &[1], 8)).await.expect(201);
    send(&machine(&schools.app, &without), "hour-records", file("T1", &[2], 8)).await.expect(201);
    // Rotating and revoking change nothing about the source.
    let path = format!("/api-keys/{}", id(&first));
    let rotated = schools.admin.post_to(&path, "rotate", json!({ "overlap_hours": 0 })).await.expect(200);
    let report = push(&machine(&schools.app, &rotated), "platform", &[item("A", "T1")]).await.expect(200);
    assert_eq!(report["items"][0]["outcome"], "unchanged");
    schools.admin.act(&format!("{path}/revoke")).await.expect(200);
    foreign(new_key(&schools.admin, &schools.theirs, Some("PLATFORM")).await, "/source");
    let source = &schools.sources().await[0];
    assert_eq!((&source["name"], &source["keys"]), (&json!("platform"), &json!(1)));
    assert_eq!(source["organization"]["id"], schools.ours);
    assert!(source["last_record_at"].is_string());
    schools.end();
}

#[actix_web::test]
async fn a_key_takes_no_reserved_source_and_none_without_the_permission_to_submit() {
    let schools = Schools::start().await;
    let fault = |code: &str| vec![("/source".to_owned(), code.to_owned())];
    for reserved in ["manual", "Import", "PROJECT"] {
        let answer = new_key(&schools.admin, &schools.ours, Some(reserved)).await;
        assert_eq!(answer.faults(), fault("reserved_source"), "{reserved}");
    }
    assert_eq!(new_key(&schools.admin, &schools.ours, Some("a b")).await.faults(), fault("bad_code"));
    let new = json!({ "name": "只读", "organization_id": schools.ours, "scopes": ["hours.read"], "source": "reader" });
    assert_eq!(schools.admin.post("/api-keys", new).await.faults(), fault("needs_submit"));
    assert!(schools.sources().await.is_empty());
}

#[actix_web::test]
async fn a_dry_run_takes_no_name() {
    let schools = Schools::start().await;
    send(&schools.admin, "hour-records?source=guopei&dry_run=true", file("T1", &[1], 8)).await.expect(201);
    send(&schools.admin, "hour-records?source=guopei", file("T9", &[1], 8)).await.expect(422);
    assert!(schools.sources().await.is_empty());
}

/// Case A31.
#[actix_web::test]
async fn each_organization_numbers_its_own_records_under_import() {
    let schools = Schools::start().await;
    let clerks = [
        (schools.user(Role::SchoolAdmin, &schools.ours).await, "T1"),
        (schools.user(Role::SchoolAdmin, &schools.theirs).await, "T2"),
    ];
    for (clerk, teacher_no) in &clerks {
        let report = send(clerk, "hour-records", file(teacher_no, &[1, 2, 3], 8)).await.expect(201);
        assert_eq!(counts(&report), json!(["imported", "UTF-8", 3, 3, 0, 0, 0]), "{teacher_no}");
    }
    for (clerk, teacher_no) in &clerks {
        let report = send(clerk, "hour-records", file(teacher_no, &[1, 2, 3], 8)).await.expect(201);
        assert_eq!(counts(&report)[5], 3, "sent again");
        let report = send(clerk, "hour-records", file(teacher_no, &[3], 9)).await.expect(422);
        assert_eq!(report["errors"][0]["code"], "conflict");
    }
    // The training school sends the same rows: they count once.
    let report = send(&schools.admin, "hour-records", file("T1", &[1, 2, 3], 8)).await.expect(201);
    assert_eq!(counts(&report)[5], 3);
    // Superseding under the organization's own number leaves the schools' records.
    send(&schools.admin, "hour-records", file("T1", &[4], 8)).await.expect(201);
    let rows = file("T1", &[4], 9);
    let report = send(&schools.admin, "hour-records?on_conflict=supersede", rows).await.expect(201);
    assert_eq!(report["rows_updated"], 1);
    assert_eq!(schools.admin.all("/hour-records?status=pending").await.len(), 6);
    schools.end();
}

#[actix_web::test]
async fn each_organization_numbers_its_own_records_under_manual() {
    let schools = Schools::start().await;
    let new = |title: &str| {
        json!({
            "teacher_id": schools.teacher, "training_year": 2025, "starts_on": "2025-06-01", "ends_on": "2025-06-03",
            "hours": 8, "level": "school", "mode": "other", "title": title, "institution": "本校", "external_id": "1",
        })
    };
    let clerk = schools.user(Role::SchoolAdmin, &schools.ours).await;
    clerk.post("/hour-records", new("校本研修")).await.expect(201);
    schools.admin.post("/hour-records", new("暑期集训")).await.expect(201);
    for (caller, title) in [(&clerk, "另一题"), (&schools.admin, "又一题"), (&schools.admin, "校本研修")] {
        let answer = caller.post("/hour-records", new(title)).await;
        assert_eq!(answer.problem(409, "already_exists")["errors"][0]["pointer"], "/external_id", "{title}");
    }
    schools.end();
}

#[actix_web::test]
async fn a_record_names_only_a_project_that_its_author_runs() {
    let schools = Schools::start().await;
    let project = id(&schools.admin.running_project(json!({})).await);
    let new = json!({
        "teacher_id": schools.teacher, "training_year": 2025, "starts_on": "2025-06-01", "ends_on": "2025-06-03",
        "hours": 8, "level": "county", "mode": "other", "title": "送教", "institution": "进修学校", "project_id": project,
    });
    let key = new_key(&schools.admin, &schools.ours, None).await.expect(201);
    for caller in [
        schools.user(Role::SchoolAdmin, &schools.ours).await,
        schools.user(Role::TrainingSchoolAdmin, &schools.ours).await,
        machine(&schools.app, &key),
    ] {
        let faults = caller.post("/hour-records", new.clone()).await.faults();
        assert_eq!(faults, [("/project_id".to_owned(), "unknown_project".to_owned())]);
    }
    schools.admin.post("/hour-records", new).await.expect(201);
    schools.end();
}
