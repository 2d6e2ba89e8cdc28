use reqwest::header;
use serde_json::{Value, json};
use songjiao_tests::{Session, TestApp, id, unique};
use songjiao_types::Role;

#[actix_web::test]
async fn a_send_teaching_project_is_created_with_its_five_phases_in_order() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let project = admin.project(json!({ "planned_hours": 80 })).await;
    let phases = project["phases"].as_array().unwrap();
    let column = |key: &str| phases.iter().map(|phase| phase[key].clone()).collect::<Vec<_>>();
    assert_eq!(
        column("kind"),
        ["intensive_study", "diagnosis_demonstration", "lesson_polishing", "outcome_showcase", "summary_improvement"]
    );
    assert_eq!(column("position"), [1, 2, 3, 4, 5]);
    assert_eq!(column("status"), ["planned"; 5]);
    assert_eq!(column("planned_hours"), [16, 16, 24, 16, 8]);
    assert_eq!((&project["status"], &project["tier"]), (&json!("draft"), &json!("above_county")));
    assert_eq!(project["owner_organization_id"], json!(admin.me("/organization/id")));
    let listed = admin.all(&format!("/projects/{}/phases", id(&project))).await;
    let responsible: Vec<_> = listed.iter().map(|phase| phase["responsible"].clone()).collect();
    assert_eq!(responsible, ["team", "team", "school", "team", "team"]);
    let workshop = admin.project(json!({ "kind": "workshop" })).await;
    assert_eq!(workshop["phases"], json!([]), "other kinds have none");
}

#[actix_web::test]
async fn a_project_moves_on_one_status_at_a_time() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let path = format!("/projects/{}", id(&admin.project(json!({ "kind": "online" })).await));
    for (verb, status) in
        [("publish", "published"), ("start", "running"), ("complete", "completed"), ("archive", "archived")]
    {
        for other in ["publish", "start", "complete", "archive"].iter().filter(|other| **other != verb) {
            admin.act(&format!("{path}/{other}")).await.problem(409, "wrong_state");
        }
        assert_eq!(admin.act(&format!("{path}/{verb}")).await.expect(200)["status"], status);
    }
    let reason = json!({ "reason": "经费调整" });
    admin.post(&format!("{path}/cancel"), reason).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_project_is_cancelled_with_a_reason_before_it_completes() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for project in [
        admin.project(json!({})).await,
        admin.published_project(json!({})).await,
        admin.running_project(json!({})).await,
    ] {
        let path = format!("/projects/{}/cancel", id(&project));
        let faults = admin.post(&path, json!({ "reason": " " })).await.faults();
        assert_eq!(faults, [("/reason".to_owned(), "required".to_owned())]);
        let cancelled = admin.post(&path, json!({ "reason": "经费调整" })).await.expect(200);
        assert_eq!((&cancelled["status"], &cancelled["status_reason"]), (&json!("cancelled"), &json!("经费调整")));
        admin.post(&path, json!({ "reason": "再次" })).await.problem(409, "wrong_state");
    }
}

#[actix_web::test]
async fn only_a_draft_is_deleted() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let draft = admin.project(json!({})).await;
    admin.activity(&id(&draft["phases"][0]), json!({})).await;
    admin.delete(&format!("/projects/{}", id(&draft))).await.expect(204);
    admin.get(&format!("/projects/{}", id(&draft))).await.problem(404, "not_found");
    let published = admin.published_project(json!({})).await;
    admin.delete(&format!("/projects/{}", id(&published))).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_running_project_keeps_what_participants_rely_on() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let path = format!("/projects/{}", id(&admin.running_project(json!({ "capacity": 10 })).await));
    let allowed = json!({ "ends_on": "2026-12-31", "capacity": 12, "theme": "整本书阅读" });
    let changed = admin.patch(&path, allowed).await.expect(200);
    assert_eq!((&changed["capacity"], &changed["theme"]), (&json!(12), &json!("整本书阅读")));
    let wrong = json!({ "level": "county", "ends_on": "2026-10-01", "planned_hours": 72 });
    let problem = admin.patch(&path, wrong).await.problem(409, "wrong_state");
    let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
    assert_eq!(pointers, ["/level", "/planned_hours", "/ends_on"]);
    admin.post(&format!("{path}/cancel"), json!({ "reason": "取消" })).await.expect(200);
    admin.patch(&path, json!({ "theme": "改题" })).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn an_inconsistent_project_is_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let new = |more: Value| {
        let mut new = json!({
            "title": "送教", "kind": "send_teaching", "training_year": 2026, "level": "county", "mode": "blended",
            "planned_hours": 8, "capacity": 5, "starts_on": "2026-03-02", "ends_on": "2026-03-03",
        });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        new
    };
    for (more, pointer, code) in [
        (json!({ "ends_on": "2026-03-01" }), "/ends_on", "ends_before_start"),
        (json!({ "planned_hours": 0 }), "/planned_hours", "hours_not_positive"),
        (json!({ "planned_hours": 1.255 }), "/planned_hours", "wrong_type"),
        (json!({ "capacity": 0 }), "/capacity", "range"),
        (json!({ "title": " " }), "/title", "required"),
        (json!({ "level": "galactic" }), "/level", "wrong_type"),
        (json!({ "team_id": "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10" }), "/team_id", "unknown_team"),
        (
            json!({ "owner_organization_id": "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10" }),
            "/owner_organization_id",
            "unknown_organization",
        ),
    ] {
        let faults = admin.post("/projects", new(more)).await.faults();
        assert_eq!(faults, [(pointer.to_owned(), code.to_owned())]);
    }
}

#[actix_web::test]
async fn the_plan_is_compared_with_the_guide() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let project = admin.project(json!({})).await;
    let codes =
        |project: &Value| project["warnings"].as_array().unwrap().iter().map(|w| w["code"].clone()).collect::<Vec<_>>();
    assert_eq!(codes(&project), ["team_missing", "visits_short"]);
    let second = id(&project["phases"][1]);
    for (day, days) in [("2026-04-01", 2), ("2026-05-06", 2), ("2026-06-03", 2), ("2026-09-02", 1)] {
        let more = json!({ "held_on": day, "days": days, "organization_id": school });
        admin.activity(&second, more).await;
    }
    let path = format!("/projects/{}", id(&project));
    let project = admin.get(&path).await.expect(200);
    assert_eq!(codes(&project), ["team_missing", "visit_days_short"]);
    assert_eq!(project["counts"]["activities"], 4);
    admin
        .patch(&format!("/phases/{second}"), json!({ "planned_hours": 30, "ends_on": "2027-01-10" }))
        .await
        .expect(200);
    let listed = admin.all("/projects").await;
    assert_eq!(
        codes(&listed[0]),
        ["team_missing", "visit_days_short", "phase_hours_mismatch", "dates_outside_project"]
    );
}

/// Returns the codes of a project's warnings about visits.
async fn visit_warnings(user: &Session, project: &Value) -> Vec<String> {
    let view = user.get(&format!("/projects/{}", id(project))).await.expect(200);
    let codes = view["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap().to_owned());
    codes.filter(|code| code.starts_with("visit")).collect()
}

const VISITS: [[&str; 2]; 4] = [
    ["2026-04-01", "2026-04-02"],
    ["2026-05-06", "2026-05-07"],
    ["2026-06-03", "2026-06-04"],
    ["2026-09-02", "2026-09-03"],
];

/// Case C8.
#[actix_web::test]
async fn visits_are_counted_by_the_districts_of_the_schools_and_not_by_words_about_a_place() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (north, south) = (admin.organization("district", &root).await, admin.organization("district", &root).await);
    let school = admin.organization("school", &north).await;
    let neighbour = admin.organization("kindergarten", &north).await;
    let elsewhere = admin.organization("school", &south).await;

    let in_town = admin.project(json!({})).await;
    let far_apart = admin.project(json!({ "training_year": 2025 })).await;
    let nearby = admin.project(json!({ "subject": "数学" })).await;
    for [first, second] in VISITS {
        let more = json!({ "held_on": first, "days": 2, "place": "镇中心小学报告厅" });
        admin.activity(&id(&in_town["phases"][1]), more).await;
        for (project, at) in [(&far_apart, [&school, &elsewhere]), (&nearby, [&school, &neighbour])] {
            for (day, place) in [(first, at[0]), (second, at[1])] {
                let more = json!({ "held_on": day, "organization_id": place });
                admin.activity(&id(&project["phases"][2]), more).await;
            }
        }
    }
    assert_eq!(visit_warnings(&admin, &in_town).await, ["visits_short"]);
    assert_eq!(visit_warnings(&admin, &far_apart).await, ["visit_days_short"]);
    assert_eq!(visit_warnings(&admin, &nearby).await, [""; 0], "two schools of one district");
    // Centralized study and organizations other than schools are no visits.
    for (phase, place) in [(0, &school), (1, &north), (1, &root)] {
        let more = json!({ "held_on": "2026-10-14", "days": 2, "organization_id": place });
        admin.activity(&id(&in_town["phases"][phase]), more).await;
    }
    assert_eq!(visit_warnings(&admin, &in_town).await, ["visits_short"]);
}

/// Case C8.
#[actix_web::test]
async fn visits_count_over_a_years_projects_of_a_county_by_subject_and_policy() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let county = admin.organization("bureau", &root).await;
    let district = admin.organization("district", &county).await;
    let (school, neighbour) =
        (admin.organization("school", &district).await, admin.organization("school", &district).await);
    let project = |subject: &str, year: i32, owner: &str| {
        let (admin, more) =
            (admin.clone(), json!({ "subject": subject, "training_year": year, "owner_organization_id": owner }));
        async move { admin.project(more).await }
    };
    let visit = |project: &Value, [first, second]: [&'static str; 2]| {
        let (admin, phase) = (admin.clone(), id(&project["phases"][1]));
        let days = [(first, school.clone()), (second, neighbour.clone())];
        async move {
            for (day, place) in days {
                admin.activity(&phase, json!({ "held_on": day, "organization_id": place })).await;
            }
        }
    };
    let spring = project("语文", 2026, &county).await;
    let autumn = project("语文", 2026, &county).await;
    for (project, visits) in [(&spring, &VISITS[..2]), (&autumn, &VISITS[2..])] {
        for days in visits {
            visit(project, *days).await;
        }
    }
    for project in [&spring, &autumn] {
        assert_eq!(visit_warnings(&admin, project).await, [""; 0], "four visits together");
    }
    // Another subject, year or county does not count for them, nor does a project that was cancelled.
    for (subject, year, owner) in [("数学", 2026, &county), ("语文", 2025, &county), ("语文", 2026, &root)] {
        let other = project(subject, year, owner).await;
        visit(&other, VISITS[0]).await;
        assert_eq!(visit_warnings(&admin, &other).await, ["visits_short"], "{subject} {year}");
    }
    admin.post(&format!("/projects/{}/cancel", id(&autumn)), json!({ "reason": "取消" })).await.expect(200);
    assert_eq!(visit_warnings(&admin, &spring).await, ["visits_short"]);
    // The county asks for two visits of three days.
    let policy = json!({
        "organization_id": county, "effective_from": "2026-01-01", "visits_per_year": 2, "days_per_visit": 3,
    });
    admin.post("/policies", policy).await.expect(201);
    assert_eq!(visit_warnings(&admin, &spring).await, ["visit_days_short"]);
}

#[actix_web::test]
async fn a_published_project_is_read_below_its_owner_and_a_draft_is_not() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let training = admin.organization("training_school", &root).await;
    let district = admin.organization("district", &root).await;
    let school = admin.organization("school", &district).await;
    let planner =
        app.user_with(&admin, Role::TrainingSchoolAdmin, &training, json!({ "scope_organization_id": root })).await;
    let head = app.user(&admin, Role::SchoolAdmin, &school).await;
    let by_bureau = admin.project(json!({})).await;
    let by_training_school = planner.project(json!({})).await;
    assert_eq!(by_training_school["owner_organization_id"], json!(training));
    let by_other_district = admin.organization("district", &root).await;
    let foreign = admin.published_project(json!({ "owner_organization_id": by_other_district })).await;
    assert_eq!(head.all("/projects").await.len(), 0);
    for project in [&by_bureau, &by_training_school] {
        head.get(&format!("/projects/{}", id(project))).await.problem(404, "not_found");
        admin.act(&format!("/projects/{}/publish", id(project))).await.expect(200);
        let seen = head.get(&format!("/projects/{}", id(project))).await.expect(200);
        assert_eq!((&seen["can_manage"], &seen["can_run"]), (&json!(false), &json!(false)));
    }
    head.get(&format!("/projects/{}", id(&foreign))).await.problem(404, "not_found");
    assert_eq!(head.all("/projects").await.len(), 2);
}

#[actix_web::test]
async fn a_team_member_sees_their_own_project_and_no_other_draft() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher(&root).await;
    let team = admin.post("/teams", json!({ "name": "团队", "subject": "语文", "stage": "primary" })).await.expect(201);
    let member = json!({ "teacher_id": teacher, "role": "member" });
    let member = admin.post(&format!("/teams/{}/members", id(&team)), member).await.expect(201);
    let user = app.user_with(&admin, Role::TeamMember, &root, json!({ "teacher_id": teacher })).await;
    let own = admin.project(json!({ "team_id": id(&team) })).await;
    let other = admin.project(json!({})).await;
    let notice = admin.published_project(json!({})).await;
    let participant = admin.teacher(&root).await;
    admin.admitted(&notice, &participant).await;
    let path = format!("/projects/{}", id(&own));
    let seen = user.get(&path).await.expect(200);
    assert_eq!((&seen["can_manage"], &seen["can_run"]), (&json!(false), &json!(true)));
    user.get(&format!("/projects/{}", id(&other))).await.problem(404, "not_found");
    let mine: Vec<_> = user.all("/projects?mine=true").await.iter().map(id).collect();
    assert_eq!(mine, [id(&own)]);
    let participants = user.all(&format!("/projects/{}/enrollments", id(&notice))).await;
    assert!(participants.is_empty(), "a notice names no participants");
    user.patch(&path, json!({ "theme": "改题" })).await.problem(403, "forbidden");
    user.activity(&id(&own["phases"][0]), json!({})).await;
    let activity = json!({ "title": "讲座", "form": "lecture", "held_on": "2026-03-10", "hours": 4 });
    let foreign = format!("/phases/{}/activities", id(&notice["phases"][0]));
    user.post(&foreign, activity).await.problem(403, "forbidden");
    let leave = format!("/teams/{}/members/{}", id(&team), id(&member));
    let leave = admin.request(reqwest::Method::DELETE, &leave).header(header::IF_MATCH, "\"2\"").send().await.unwrap();
    assert_eq!(leave.status(), 204);
    user.get(&path).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_project_is_managed_only_in_its_owners_scope() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let ours = admin.organization("district", &root).await;
    let local = app.user(&admin, Role::TrainingSchoolAdmin, &ours).await;
    let above = admin.published_project(json!({})).await;
    let path = format!("/projects/{}", id(&above));
    local.patch(&path, json!({ "theme": "改题" })).await.problem(403, "forbidden");
    local.act(&format!("{path}/start")).await.problem(403, "forbidden");
    local.act(&format!("/phases/{}/start", id(&above["phases"][0]))).await.problem(403, "forbidden");
    let theirs = admin.organization("district", &root).await;
    let draft = admin.project(json!({ "owner_organization_id": theirs })).await;
    local.act(&format!("/projects/{}/publish", id(&draft))).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_list_of_projects_is_filtered_sorted_and_paged() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let district = admin.organization("district", &admin.me("/organization/id")).await;
    for month in 1..=7 {
        let more = json!({
            "title": unique(&format!("甲{}", month % 3)), "starts_on": format!("2026-0{}-01", month % 4 + 1),
            "training_year": 2024 + month % 2, "subject": if month < 4 { "语文" } else { "数学" },
            "owner_organization_id": if month == 1 { district.clone() } else { admin.me("/organization/id") },
        });
        admin.project(more).await;
    }
    for (sort, key) in
        [("starts_on", "starts_on"), ("-starts_on", "starts_on"), ("title", "title"), ("-title", "title")]
    {
        let rows = admin.all(&format!("/projects?sort={sort}&limit=3")).await;
        let ids: std::collections::HashSet<_> = rows.iter().map(id).collect();
        assert_eq!((rows.len(), ids.len()), (7, 7), "{sort}");
        let keys: Vec<_> = rows.iter().map(|row| row[key].as_str().unwrap().to_owned()).collect();
        let mut sorted = keys.clone();
        sorted.sort();
        if sort.starts_with('-') {
            sorted.reverse();
        }
        assert_eq!(keys, sorted, "{sort}");
    }
    assert_eq!(admin.all("/projects?subject=语文").await.len(), 3);
    assert_eq!(admin.all("/projects?training_year=2025&status=draft").await.len(), 4);
    assert_eq!(admin.all("/projects?kind=online").await.len(), 0);
    assert_eq!(admin.all(&format!("/projects?owner_organization_id={district}")).await.len(), 1);
    assert_eq!(admin.all(&format!("/projects?owner_organization_id={}", admin.me("/organization/id"))).await.len(), 7);
    let unknown = format!("/projects?owner_organization_id={}", id(&admin.all("/projects").await[0]));
    let unknown = admin.get(&unknown).await.faults();
    assert_eq!(unknown, [("owner_organization_id".to_owned(), "unknown_organization".to_owned())]);
    assert_eq!(admin.get("/projects?with_total=true&limit=2").await.expect(200)["total"], 7);
    assert_eq!(admin.all("/projects?mine=true").await.len(), 0);
}

#[actix_web::test]
async fn a_project_30_days_past_its_end_is_listed_for_its_owner_until_it_is_decided() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let ending = |day: &str| json!({ "kind": "online", "starts_on": "2026-03-02", "ends_on": day });
    let overdue = admin.running_project(ending("2026-10-31")).await;
    let unstarted = admin.published_project(ending("2026-09-30")).await;
    admin.running_project(ending("2026-11-01")).await;
    admin.project(ending("2026-09-30")).await;
    let listed = async |user: &Session| -> Vec<String> {
        user.all("/projects?overdue=true&sort=title").await.iter().map(id).collect()
    };
    let mut expected = vec![id(&overdue), id(&unstarted)];
    let mut found = listed(&admin).await;
    expected.sort();
    found.sort();
    assert_eq!(found, expected, "neither one that ended less than 30 days ago nor a draft");
    // A school reads the notices of the county's projects, and decides on none of them.
    let school = admin.organization("school", &root).await;
    let head = app.user(&admin, Role::SchoolAdmin, &school).await;
    assert!(!head.all("/projects").await.is_empty());
    assert_eq!(listed(&head).await, Vec::<String>::new());
    // Nor does its team.
    let teacher = admin.teacher(&root).await;
    let team = json!({ "name": unique("团队"), "subject": "语文", "stage": "primary" });
    let team = id(&admin.post("/teams", team).await.expect(201));
    let leads = json!({ "teacher_id": teacher, "role": "leader" });
    admin.post(&format!("/teams/{team}/members"), leads).await.expect(201);
    let leader = app.user_with(&admin, Role::TeamLeader, &root, json!({ "teacher_id": teacher })).await;
    let body = json!({ "kind": "online", "starts_on": "2026-03-02", "ends_on": "2026-08-31", "team_id": team });
    let of_team = admin.running_project(body).await;
    assert_eq!(leader.all("/projects?mine=true").await.len(), 1);
    assert_eq!(listed(&leader).await, Vec::<String>::new());
    // Completed or cancelled, it is decided.
    admin.act(&format!("/projects/{}/complete", id(&overdue))).await.expect(200);
    admin.post(&format!("/projects/{}/cancel", id(&of_team)), json!({ "reason": "停办" })).await.expect(200);
    assert_eq!(listed(&admin).await, [id(&unstarted)]);
}
