use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_tests::{Answer, NO_ID, Polishing, Session, TestApp, id, unique};
use songjiao_types::Role;

async fn team(admin: &Session) -> Value {
    let new = json!({ "name": unique("语文送培团队"), "subject": "语文", "stage": "primary" });
    admin.post("/teams", new).await.expect(201)
}

#[actix_web::test]
async fn a_team_is_formed_found_and_changed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let new = json!({ "name": "小学语文送培团队", "subject": "语文", "stage": "primary" });
    let answer = admin.post("/teams", new.clone()).await;
    assert_eq!(answer.headers["etag"], "\"1\"");
    let team = answer.expect(201);
    assert_eq!(team["organization_id"], json!(admin.me("/organization/id")), "the caller's organization forms it");
    assert_eq!((&team["member_count"], &team["leaders"]), (&json!(0), &json!([])));
    let path = format!("/teams/{}", id(&team));
    let changed = admin.patch(&path, json!({ "subject": "数学" })).await.expect(200);
    assert_eq!((&changed["subject"], &changed["version"]), (&json!("数学"), &json!(2)));
    let problem = admin.post("/teams", new).await.problem(409, "already_exists");
    assert_eq!(problem["errors"][0]["pointer"], "/name");
    assert_eq!(admin.all("/teams?q=送培&stage=primary&subject=数学").await.len(), 1);
}

#[actix_web::test]
async fn a_member_is_a_teacher_or_an_expert_from_outside() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let teacher = admin.teacher_with(&school, json!({ "name": "王芳" })).await;
    let path = format!("/teams/{}", id(&team(&admin).await));
    let members = format!("{path}/members");
    let leader = admin.post(&members, json!({ "teacher_id": teacher, "role": "leader" })).await.expect(201);
    assert_eq!((&leader["name"], &leader["left_on"]), (&json!("王芳"), &json!(null)));
    let expert = json!({ "name": "赵教授", "institution": "东北师范大学", "role": "expert" });
    assert_eq!(admin.post(&members, expert).await.expect(201)["teacher_id"], json!(null));
    let both = json!({ "teacher_id": teacher, "name": "王芳", "institution": "某校", "role": "member" });
    for wrong in [both, json!({ "role": "member" }), json!({ "name": "某人", "role": "member" })] {
        let faults = admin.post(&members, wrong).await.faults();
        assert_eq!(faults, [("/teacher_id".to_owned(), "teacher_or_outsider".to_owned())]);
    }
    let found = admin.get(&path).await.expect(200);
    assert_eq!((&found["leaders"], &found["member_count"]), (&json!(["王芳"]), &json!(2)));
    let again = json!({ "teacher_id": teacher, "role": "member" });
    let problem = admin.post(&members, again).await.problem(409, "already_exists");
    assert_eq!(problem["errors"][0]["pointer"], "/teacher_id");
}

#[actix_web::test]
async fn a_member_who_leaves_stays_on_record_and_may_come_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let path = format!("/teams/{}", id(&team(&admin).await));
    let members = format!("{path}/members");
    let join = json!({ "teacher_id": teacher, "role": "member", "joined_on": "2025-09-01" });
    let member = id(&admin.post(&members, join.clone()).await.expect(201));
    let leave = |tag: &str| {
        admin.request(Method::DELETE, &format!("{members}/{member}")).header(header::IF_MATCH, tag.to_owned())
    };
    Answer::of(leave("\"1\"")).await.problem(412, "precondition_failed");
    Answer::of(leave("\"2\"")).await.expect(204);
    Answer::of(leave("\"3\"")).await.problem(409, "wrong_state");
    let left = admin.all(&members).await;
    assert_eq!(left.len(), 1);
    assert!(left[0]["left_on"].is_string());
    admin.post(&members, join).await.expect(201);
    assert_eq!(admin.get(&path).await.expect(200)["member_count"], 1);
}

#[actix_web::test]
async fn a_disbanded_team_runs_its_projects_no_longer() {
    let county = Polishing::start().await;
    let leader = county.team_leader().await;
    let lesson = county.lesson("课").await;
    let participants = format!("/projects/{}/enrollments", county.project);
    assert!(!leader.all(&participants).await.is_empty());
    county.admin.patch(&format!("/teams/{}", county.team), json!({ "disbanded_on": "2026-11-01" })).await.expect(200);
    leader.post(&format!("/lessons/{lesson}/grade"), json!({ "grade": "good" })).await.problem(404, "not_found");
    assert!(leader.all(&participants).await.is_empty());
    leader.get(&format!("/teams/{}", county.team)).await.expect(200);
}

#[actix_web::test]
async fn a_disbanded_team_takes_neither_members_nor_projects() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let team = id(&team(&admin).await);
    admin.patch(&format!("/teams/{team}"), json!({ "disbanded_on": "2026-01-31" })).await.expect(200);
    let outsider = json!({ "name": "赵教授", "institution": "东北师范大学", "role": "expert" });
    admin.post(&format!("/teams/{team}/members"), outsider).await.problem(409, "wrong_state");
    let new = json!({
        "title": "送教", "kind": "send_teaching", "training_year": 2026, "level": "county", "mode": "blended",
        "planned_hours": 8, "capacity": 5, "starts_on": "2026-03-02", "ends_on": "2026-03-03", "team_id": team,
    });
    assert_eq!(admin.post("/projects", new).await.faults(), [("/team_id".to_owned(), "team_disbanded".to_owned())]);
}

#[actix_web::test]
async fn a_school_sees_the_countys_teams_and_changes_none() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let other = admin.organization("school", &root).await;
    let ours = team(&admin).await;
    let theirs = json!({ "name": "他校团队", "subject": "语文", "stage": "primary", "organization_id": other });
    let theirs = admin.post("/teams", theirs).await.expect(201);
    let head = app.user(&admin, Role::SchoolAdmin, &school).await;
    let seen: Vec<_> = head.all("/teams").await.iter().map(id).collect();
    assert_eq!(seen, [id(&ours)]);
    head.get(&format!("/teams/{}", id(&theirs))).await.problem(404, "not_found");
    head.patch(&format!("/teams/{}", id(&ours)), json!({ "name": "改名" })).await.problem(403, "forbidden");
}

#[actix_web::test]
async fn an_organization_covers_the_teams_of_those_below_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let district = admin.organization("district", &root).await;
    let school = admin.organization("school", &district).await;
    for (name, organization_id) in [("县团队", &root), ("学区团队", &district), ("学校团队", &school)] {
        let new = json!({ "name": name, "subject": "语文", "stage": "primary", "organization_id": organization_id });
        admin.post("/teams", new).await.expect(201);
    }
    for (organization, expected) in [(&root, 3), (&district, 2), (&school, 1)] {
        assert_eq!(admin.all(&format!("/teams?organization_id={organization}")).await.len(), expected);
    }
    let unknown = [("organization_id".to_owned(), "unknown_organization".to_owned())];
    assert_eq!(admin.get(&format!("/teams?organization_id={NO_ID}")).await.faults(), unknown);
    let local = app.user(&admin, Role::SchoolAdmin, &school).await;
    assert_eq!(local.all(&format!("/teams?organization_id={school}")).await.len(), 1);
    assert_eq!(local.get(&format!("/teams?organization_id={district}")).await.faults(), unknown);
    // The teams of a team's member lie outside their scope.
    let teacher = admin.teacher(&school).await;
    let more = json!({ "teacher_id": teacher });
    let member = app.user_with(&admin, Role::TeamMember, &school, more).await;
    assert_eq!(member.all(&format!("/teams?organization_id={root}")).await.len(), 3);
    assert_eq!(member.get(&format!("/teams?organization_id={NO_ID}")).await.faults(), unknown);
}
