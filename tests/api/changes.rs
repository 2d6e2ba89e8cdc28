use std::collections::HashSet;

use diesel::connection::SimpleConnection;
use futures_util::future::join_all;
use serde_json::{Value, json};
use songjiao_api::db::Actor;
use songjiao_tests::{PASSWORD, Polishing, Session, TestApp, hours_file, id};
use songjiao_types::Role;

/// Pulls the feed from a position to its end, `limit` at a time; returns the changes and the position after them.
async fn pull(caller: &Session, mut after: i64, limit: usize, more: &str) -> (Vec<Value>, i64) {
    let mut changes = Vec::new();
    loop {
        let page = caller.get(&format!("/changes?after={after}&limit={limit}{more}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        changes.extend(items.iter().cloned());
        let next = page["next_after"].as_i64().unwrap();
        if next == page["head"].as_i64().unwrap() {
            return (changes, next);
        }
        assert!(next > after, "the feed does not advance from {after}");
        after = next;
    }
}

/// Returns the position after all changes so far.
async fn head(caller: &Session) -> i64 {
    caller.get("/changes?limit=1").await.expect(200)["head"].as_i64().unwrap()
}

/// Returns `(type, id)` of changes.
fn types_and_ids(changes: &[Value]) -> Vec<(&str, &str)> {
    changes.iter().map(|change| (change["type"].as_str().unwrap(), change["id"].as_str().unwrap())).collect()
}

fn types(changes: &[Value]) -> Vec<&str> {
    types_and_ids(changes).into_iter().map(|(kind, _)| kind).collect()
}

fn positions(changes: &[Value]) -> Vec<i64> {
    changes.iter().map(|change| change["seq"].as_i64().unwrap()).collect()
}

async fn key(app: &TestApp, admin: &Session, organization: &str, scopes: &[&str]) -> Session {
    let new = json!({ "name": "省平台", "organization_id": organization, "scopes": scopes });
    let issued = admin.post("/api-keys", new).await.expect(201);
    app.anonymous().with_token(issued["secret"].as_str().unwrap())
}

#[actix_web::test]
async fn changes_come_in_order_with_their_rows() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (first, begin) = pull(&admin, 0, 500, "").await;
    assert_eq!(types_and_ids(&first), [("organization.created", root.as_str())], "an empty installation has its root");
    let school = admin.organization("school", &root).await;
    let teacher = admin.teacher(&school).await;
    let record = admin.hours(&teacher, 2025, 8.5).await;
    let void = json!({ "reason": "录入有误" });
    admin.post(&format!("/hour-records/{}/void", id(&record)), void).await.expect(200);
    let (changes, end) = pull(&admin, begin, 500, "").await;
    assert_eq!(
        types_and_ids(&changes),
        [
            ("organization.created", school.as_str()),
            ("teacher.created", &teacher),
            ("hour_record.recorded", &id(&record)),
            ("hour_record.voided", &id(&record)),
        ]
    );
    assert_eq!(changes[3]["data"], admin.get(&format!("/hour-records/{}", id(&record))).await.expect(200));
    assert_eq!(changes[2]["data"]["status"], "voided", "as it is now");
    assert_eq!(positions(&changes), (begin + 1..=end).collect::<Vec<_>>());
    assert_eq!(pull(&admin, end, 500, "").await, (vec![], end));
}

#[actix_web::test]
async fn the_feed_covers_every_entity() {
    let county = Polishing::start().await;
    let admin = &county.admin;
    let begin = head(admin).await;
    let project = admin.published_project(json!({})).await;
    let enrollment = admin.nominated(&project, &county.teacher).await;
    admin.act(&format!("/enrollments/{enrollment}/admit")).await.expect(200);
    admin.act(&format!("/projects/{}/start", id(&project))).await.expect(200);
    let phase = project["phases"][0]["id"].as_str().unwrap();
    admin.act(&format!("/phases/{phase}/start")).await.expect(200);
    let lesson = county.graded_lesson("草原", "good").await;
    let application = county.apply(&lesson).await;
    let draft = admin.project(json!({})).await;
    admin.delete(&format!("/projects/{}", id(&draft))).await.expect(204);
    let (changes, _) = pull(admin, begin, 2, "").await;
    let project = id(&project);
    assert_eq!(
        types_and_ids(&changes),
        [
            ("project.created", project.as_str()),
            ("project.updated", &project),
            ("enrollment.created", &enrollment),
            ("enrollment.updated", &enrollment),
            ("project.updated", &project),
            ("project.updated", &project),
            ("lesson.created", &lesson),
            ("lesson.updated", &lesson),
            ("certification.created", &application),
            ("project.deleted", &id(&draft)),
        ],
        "the draft's creation is no longer shown, since its row is gone"
    );
    assert_eq!(changes[9]["data"], Value::Null);
    let titles = ["title", "title", "project_title", "project_title", "title", "title", "title", "title"];
    for (change, field) in changes.iter().zip(titles) {
        assert!(change["data"][field].is_string(), "{change}");
    }
}

#[actix_web::test]
async fn an_import_is_announced_row_by_row_and_only_once_committed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    admin.teacher_with(&admin.me("/organization/id"), json!({ "teacher_no": "T1" })).await;
    let begin = head(&admin).await;
    admin.post_csv("/imports/hour-records?dry_run=true", hours_file(&["T1"], "file", 3)).await.expect(201);
    admin
        .post_csv(
            "/imports/hour-records",
            hours_file(&["T1"], "file", 3) + "T1,2025,国培,无学时,所,网络研修,,2025-06-01,2025-06-02,x\n",
        )
        .await
        .expect(422);
    assert_eq!(head(&admin).await, begin, "nothing was written");
    admin.post_csv("/imports/hour-records", hours_file(&["T1"], "file", 2500)).await.expect(201);
    let (changes, end) = pull(&admin, begin, 333, "").await;
    assert_eq!(positions(&changes), (begin + 1..=begin + 2500).collect::<Vec<_>>());
    let titles: Vec<_> = changes.iter().map(|change| change["data"]["title"].as_str().unwrap().to_owned()).collect();
    assert_eq!(titles, (0..2500).map(|row| format!("培训 file {row}")).collect::<Vec<_>>(), "in the order of the file");
    admin.post_csv("/imports/hour-records", hours_file(&["T1"], "file", 2500)).await.expect(201);
    assert_eq!(head(&admin).await, end, "repeating the import changes nothing");
}

#[actix_web::test]
async fn only_changes_in_scope_are_shown() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (own, other) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let scopes = ["changes.read", "organizations.read", "teachers.read", "hours.read"];
    let machine = key(&app, &admin, &own, &scopes).await;
    let (mine, theirs) = (admin.teacher(&own).await, admin.teacher(&other).await);
    let record = admin.hours(&mine, 2025, 8.0).await;
    admin.hours(&theirs, 2025, 8.0).await;
    let gone = admin.organization("school", &other).await;
    admin.delete(&format!("/organizations/{gone}")).await.expect(204);
    let below = admin.organization("school", &own).await;
    admin.delete(&format!("/organizations/{below}")).await.expect(204);
    let (changes, position) = pull(&machine, 0, 2, "").await;
    let seen = [
        ("organization.created", own.as_str()),
        ("teacher.created", &mine),
        ("hour_record.recorded", &id(&record)),
        ("organization.deleted", &below),
    ];
    assert_eq!(types_and_ids(&changes), seen);
    assert_eq!(position, head(&admin).await, "the position moves past hidden changes");
}

#[actix_web::test]
async fn types_can_be_chosen_and_each_needs_its_permission() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher(&root).await;
    let record = admin.hours(&teacher, 2025, 8.0).await;
    admin.post(&format!("/hour-records/{}/void", id(&record)), json!({ "reason": "有误" })).await.expect(200);
    let (voids, position) = pull(&admin, 0, 1, "&types=hour_record.voided,teacher").await;
    assert_eq!(types(&voids), ["teacher.created", "hour_record.voided"]);
    assert_eq!(position, head(&admin).await);
    assert_eq!(
        admin.get("/changes?types=hour_record,nonsense").await.problem(422, "invalid")["errors"][0]["pointer"],
        "types"
    );
    let machine = key(&app, &admin, &root, &["changes.read", "teachers.read"]).await;
    assert_eq!(types(&pull(&machine, 0, 500, "").await.0), ["teacher.created"]);
    machine.get("/changes?types=teacher,hour_record").await.problem(403, "forbidden");
    let blind = key(&app, &admin, &root, &["hours.read"]).await;
    blind.get("/changes").await.problem(403, "forbidden");
    let school = app.user(&admin, Role::SchoolAdmin, &root).await;
    school.get("/changes").await.problem(403, "forbidden");
}

#[actix_web::test]
async fn a_position_beyond_the_feed_is_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let position = head(&admin).await;
    let refused = admin.get(&format!("/changes?after={}", position + 1)).await.problem(409, "conflict");
    assert!(refused["detail"].as_str().unwrap().contains("重新同步"));
    for wrong in ["after=-1", "after=x", "limit=0", "limit=5001", "after=9223372036854775808"] {
        assert_eq!(admin.get(&format!("/changes?{wrong}")).await.status, 422, "{wrong}");
    }
    admin.get("/changes?after=9223372036854775807").await.problem(409, "conflict");
}

#[actix_web::test]
async fn rows_older_than_the_feed_are_announced_once() {
    let mut app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let record = id(&admin.hours(&teacher, 2025, 8.0).await);
    app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute("DELETE FROM outbox")?)).unwrap();
    for _ in 0..2 {
        app.stop().await;
        app.start_again().await;
        let admin = app.sign_in("admin", PASSWORD).await;
        let (changes, _) = pull(&admin, 0, 500, "").await;
        let root = admin.me("/organization/id");
        let all =
            [("organization.created", root.as_str()), ("teacher.created", &teacher), ("hour_record.recorded", &record)];
        assert_eq!(types_and_ids(&changes), all);
    }
}

#[actix_web::test]
async fn a_reader_concurrent_with_many_writers_misses_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let begin = head(&admin).await;
    let writers = join_all((0..8).map(|_| async {
        let mut written = Vec::new();
        for _ in 0..15 {
            written.push(id(&admin.hours(&teacher, 2025, 1.0).await));
        }
        written
    }));
    let reader = async {
        let (mut seen, mut after) = (Vec::new(), begin);
        while seen.len() < 120 {
            let (more, next) = pull(&admin, after, 7, "").await;
            seen.extend(more);
            after = next;
        }
        seen
    };
    let (written, seen) = futures_util::join!(writers, reader);
    assert!(positions(&seen).is_sorted_by(|one, next| one < next), "in order, without repetitions");
    let written: HashSet<_> = written.into_iter().flatten().collect();
    let seen: HashSet<_> = seen.iter().map(id).collect();
    assert_eq!(seen, written);
}
