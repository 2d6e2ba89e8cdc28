//! Who sees the records of persons: by assignment alone, by scope, by permission.

use serde_json::{Value, json};
use songjiao_tests::{Polishing, Session, id};
use songjiao_types::Role;

/// The county of [`Polishing`] with a colleague of the team's leader, a member of the team from another school, and an
/// hour record, a lesson and an exemption of each person.
struct Team {
    county: Polishing,
    colleague: String,
    member: String,
    /// The record that the team's project issued to the participant.
    issued: String,
}

impl Team {
    async fn start() -> Self {
        let county = Polishing::start().await;
        let colleague = county.new_teacher("赵强", &county.other_school);
        let member = county.new_teacher("孙伟", &county.root);
        let joined = json!({ "teacher_id": member, "role": "member", "joined_on": "2026-01-01" });
        county.admin.post(&format!("/teams/{}/members", county.team), joined).await.expect(201);
        for teacher in [&county.leader, &county.teacher, &colleague, &member] {
            county.admin.hours(teacher, 2026, 8.0).await;
            county.admin.post("/lessons", json!({ "teacher_id": teacher, "title": "校内课" })).await.expect(201);
            county.admin.post("/exemptions", sick_leave(teacher)).await.expect(201);
        }
        county.lesson("项目课").await;
        let of_project = json!({ "project_id": county.project, "title": "送教下乡" });
        let issued = id(&county.admin.hours_with(&county.teacher, 2026, 4.0, of_project).await);
        Self { county, colleague, member, issued }
    }
}

fn sick_leave(teacher: &str) -> Value {
    json!({
        "teacher_id": teacher, "kind": "sick_leave", "starts_on": "2026-03-01", "ends_on": "2026-04-30",
        "reason": "手术后休养",
    })
}

/// Returns the ids of the teachers in a list, each once.
async fn teachers_at(user: &Session, path: &str) -> Vec<String> {
    let field = if path.starts_with("/teachers") { "id" } else { "teacher_id" };
    sorted(user.all(path).await.iter().map(|row| row[field].as_str().unwrap().to_owned()).collect())
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids.dedup();
    ids
}

/// Case C9.
#[actix_web::test]
async fn a_team_leader_sees_their_own_records_and_those_their_projects_issued() {
    let Team { county, colleague, member, issued } = Team::start().await;
    let user = county.team_leader().await;
    let own = vec![county.leader.clone()];
    let with_participant = sorted(vec![county.leader.clone(), county.teacher.clone()]);

    let records = user.all("/hour-records").await;
    assert_eq!(records.len(), 2);
    assert_eq!(teachers_at(&user, "/hour-records").await, with_participant);
    assert!(records.iter().any(|row| id(row) == issued));
    let foreign = county.admin.all(&format!("/hour-records?teacher_id={colleague}")).await;
    user.get(&format!("/hour-records/{}", id(&foreign[0]))).await.problem(404, "not_found");
    let of_school = user.all(&format!("/hour-records?organization_id={}", county.school)).await;
    assert_eq!(of_school.iter().map(id).collect::<Vec<_>>(), [issued.as_str()], "the participant's school");
    let file = user.get("/hour-records/annual-return?training_year=2026").await;
    assert_eq!(file.text.lines().count(), 3, "{}", file.text);

    assert_eq!(teachers_at(&user, "/lessons").await, with_participant);
    assert_eq!(user.all("/lessons").await.len(), 2);
    for path in ["/quotas?training_year=2026", "/credits", "/exemptions"] {
        assert_eq!(teachers_at(&user, path).await, own, "{path}");
    }
    for teacher in [&colleague, &county.teacher, &member] {
        for path in ["quotas/2026", "credits/2026"] {
            user.get(&format!("/teachers/{teacher}/{path}")).await.problem(404, "not_found");
        }
    }
    user.get(&format!("/teachers/{}/quotas/2026", county.leader)).await.expect(200);
    user.get(&format!("/teachers/{}/credits/2026", county.leader)).await.expect(200);

    let team = sorted(vec![county.leader.clone(), county.teacher.clone(), member.clone()]);
    assert_eq!(teachers_at(&user, "/teachers").await, team, "participants and members of the team");
    user.get(&format!("/teachers/{colleague}")).await.problem(404, "not_found");
    let found = user.get("/search?q=赵强").await.expect(200);
    assert_eq!(found["items"], json!([]));

    let figures = user.get("/dashboard?training_year=2026").await.expect(200);
    assert_eq!((&figures["teachers_in_post"], &figures["children"]), (&json!(1), &json!([])));
    assert_eq!(figures["quota"]["met"].as_i64().unwrap() + figures["quota"]["short"].as_i64().unwrap(), 1);
    assert_eq!(figures["lessons"]["ungraded"], json!(2));
    let summary = user.get("/quotas/summary?training_year=2026").await.expect(200);
    assert_eq!((&summary["teachers"], &summary["recognized_hours"]), (&json!(1), &json!(8)));
    let completion = user.get("/statistics/completion?training_year=2026").await.expect(200);
    assert_eq!((completion["items"].as_array().unwrap().len(), &completion["items"][0]["teachers"]), (1, &json!(1)));
    let composition = user.get("/statistics/composition?training_year=2026").await.expect(200);
    let hours: f64 =
        composition["items"].as_array().unwrap().iter().filter_map(|it| it["recognized_hours"].as_f64()).sum();
    assert!((hours - 8.0).abs() < f64::EPSILON, "{composition}");
}

#[actix_web::test]
async fn a_disbanded_team_and_a_former_member_see_only_their_own_records() {
    let Team { county, member, .. } = Team::start().await;
    let former = county.user_linked_to(Role::TeamMember, &member, &county.root).await;
    assert_eq!(former.all("/hour-records").await.len(), 2);
    county.sql(&format!("UPDATE team_members SET left_on = '2026-11-01' WHERE teacher_id = '{member}'"));
    assert_eq!(teachers_at(&former, "/hour-records").await, [member.as_str()]);
    assert_eq!(teachers_at(&former, "/teachers").await, [member.as_str()]);
    let leader = county.team_leader().await;
    county.admin.patch(&format!("/teams/{}", county.team), json!({ "disbanded_on": "2026-11-01" })).await.expect(200);
    for path in ["/hour-records", "/lessons", "/teachers"] {
        assert_eq!(teachers_at(&leader, path).await, [county.leader.as_str()], "{path}");
    }
}

#[actix_web::test]
async fn a_teacher_in_a_team_without_its_role_sees_only_their_own_records() {
    let Team { county, .. } = Team::start().await;
    let user = county.user_linked_to(Role::Teacher, &county.leader, &county.other_school).await;
    for path in ["/hour-records", "/lessons", "/teachers", "/quotas", "/credits", "/exemptions"] {
        assert_eq!(teachers_at(&user, path).await, [county.leader.as_str()], "{path}");
    }
    assert_eq!(user.get("/dashboard").await.expect(200)["lessons"]["ungraded"], json!(1), "as the list");
}

#[actix_web::test]
async fn a_school_whose_clerk_is_in_a_team_also_sees_what_the_teams_projects_issued() {
    let Team { county, colleague, issued, .. } = Team::start().await;
    let clerk = county.user_linked_to(Role::SchoolAdmin, &county.leader, &county.other_school).await;
    let seen = sorted(vec![county.leader.clone(), colleague, county.teacher.clone()]);
    assert_eq!(teachers_at(&clerk, "/hour-records").await, seen);
    clerk.get(&format!("/hour-records/{issued}")).await.expect(200);
    clerk.get(&format!("/teachers/{}", county.teacher)).await.expect(200);
    clerk.get(&format!("/teachers/{}/quotas/2026", county.teacher)).await.problem(404, "not_found");
    assert!(!teachers_at(&clerk, "/exemptions").await.contains(&county.teacher));
}

#[actix_web::test]
async fn a_certification_of_ones_own_lesson_shows_no_review_before_the_decision() {
    let county = Polishing::start().await;
    let own = json!({ "teacher_id": county.leader, "project_id": county.project, "title": "示范课" });
    let lesson = id(&county.admin.post("/lessons", own).await.expect(201));
    county.grade(&lesson, "good").await;
    let certification = county.apply(&lesson).await;
    let review = json!({ "verdict": "reject", "comment": "目标不明" });
    county.training_school().await.post(&format!("/certifications/{certification}/reviews"), review).await.expect(201);
    let seen = county.team_leader().await.get(&format!("/certifications/{certification}")).await.expect(200);
    assert_eq!(seen["reviews"], json!([]));
}
