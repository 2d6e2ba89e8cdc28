use serde_json::{Value, json};
use songjiao_tests::{Polishing, Session};
use songjiao_types::Role;
use uuid::Uuid;

async fn dashboard(session: &Session, query: &str) -> Value {
    session.get(&format!("/dashboard?{query}")).await.expect(200)
}

#[actix_web::test]
async fn the_dashboard_counts_teachers_by_quota_and_credit_status() {
    let county = Polishing::start().await;
    let exempt = county.new_teacher("赵强", &county.other_school);
    let gone = county.new_teacher("钱进", &county.school);
    let leave = json!({ "left_on": "2023-06-30", "status": "left" });
    county.admin.patch(&format!("/teachers/{gone}"), leave).await.expect(200);
    for (teacher, hours) in [(&county.teacher, 72.0), (&county.leader, 71.9), (&exempt, 36.0)] {
        county.admin.hours(teacher, 2025, hours).await;
    }
    let half =
        json!({ "teacher_id": exempt, "kind": "sick_leave", "starts_on": "2025-01-01", "ends_on": "2025-06-30" });
    county.admin.post("/exemptions", half).await.expect(201);
    let all = dashboard(&county.admin, "training_year=2025").await;
    assert_eq!((&all["training_year"], &all["teachers_in_post"]), (&json!(2025), &json!(3)));
    assert_eq!(all["quota"], json!({ "met": 2, "short": 1, "exempt": 0, "rate": 66.7 }));
    let credit = &all["credit"];
    assert_eq!((&credit["cycle_first_year"], &credit["cycle_last_year"]), (&json!(2021), &json!(2025)));
    // The teacher who left in 2023 was in post during the cycle.
    assert_eq!((&credit["met"], &credit["on_track"], &credit["behind"]), (&json!(0), &json!(0), &json!(4)));
    let children = all["children"].as_array().unwrap();
    assert_eq!(children.len(), 2);
    let school = children.iter().find(|child| child["organization"]["id"] == json!(county.school)).unwrap();
    assert_eq!((&school["teachers_in_post"], &school["quota"]["met"]), (&json!(1), &json!(1)));
    let one = dashboard(&county.admin, &format!("training_year=2025&organization_id={}", county.other_school)).await;
    assert_eq!(one["quota"], json!({ "met": 1, "short": 1, "exempt": 0, "rate": 50.0 }));
    assert_eq!(one["organization"]["id"], json!(county.other_school));
    let teacher = county.user_linked_to(Role::Teacher, &county.teacher, &county.school).await;
    let own = dashboard(&teacher, "training_year=2025").await;
    assert_eq!(
        (&own["teachers_in_post"], &own["quota"]["met"], &own["quota"]["short"]),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!(own["children"], json!([]));
}

#[actix_web::test]
async fn the_dashboard_counts_projects_phases_and_open_tasks() {
    let county = Polishing::start().await;
    let (project, by) = (&county.project, county.admin.me("/id"));
    let waiting = county.new_teacher("赵强", &county.school);
    let enrollment = Uuid::now_v7();
    county.sql(&format!(
        "INSERT INTO enrollments (id, project_id, teacher_id, organization_id, status, nominated_by, version, created_at, updated_at)
         VALUES ('{enrollment}', '{project}', '{waiting}', '{}', 'nominated', '{by}', 1, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000')",
        county.school
    ));
    county.lesson("未评").await;
    let good = county.graded_lesson("优质", "good").await;
    county.apply(&good).await;
    county.sql("UPDATE phases SET ends_on = '2020-01-01'");
    for (who, sees) in [
        (county.admin.clone(), true),
        (county.team_leader().await, true),
        (county.user(Role::SchoolAdmin, &county.school).await, true),
        (county.user_linked_to(Role::Teacher, &county.teacher, &county.school).await, true),
        (county.user(Role::SchoolAdmin, &county.other_school).await, false),
    ] {
        let seen = i64::from(sees);
        let figures = dashboard(&who, "training_year=2026").await;
        assert_eq!(figures["projects"]["running"], json!(seen));
        assert_eq!(figures["running_phases"]["lesson_polishing"], json!(seen));
        assert_eq!(figures["late_phases"], json!(seen));
        assert_eq!(json!(figures["most_late"].as_array().unwrap().len()), json!(seen));
        assert_eq!((&figures["lessons"]["ungraded"], &figures["lessons"]["good"]), (&json!(seen), &json!(seen)));
        assert_eq!(figures["waiting"]["certifications"], json!(seen));
        assert_eq!(figures["waiting"]["certifications_to_decide"], json!(0));
    }
    let all = dashboard(&county.admin, "training_year=2026").await;
    assert_eq!((&all["waiting"]["enrollments"], &all["waiting"]["hour_records"]), (&json!(1), &json!(0)));
    assert_eq!(all["most_late"][0]["project_title"], "小学语文送教下乡");
    assert_eq!(all["most_late"][0]["position"], 3);
    assert_eq!(dashboard(&county.admin, "training_year=2024").await["projects"]["running"], 0);
}

#[actix_web::test]
async fn the_dashboard_refuses_organizations_out_of_scope_and_bad_years() {
    let county = Polishing::start().await;
    let school = county.user(Role::SchoolAdmin, &county.school).await;
    let elsewhere = school.get(&format!("/dashboard?organization_id={}", county.other_school)).await.faults();
    assert_eq!(elsewhere[0].0, "organization_id");
    for year in ["0", "2200", "99999", "2147483647", "-5"] {
        assert_eq!(school.get(&format!("/dashboard?training_year={year}")).await.faults()[0].0, "training_year");
    }
    for year in ["1900", "2030"] {
        dashboard(&school, &format!("training_year={year}")).await;
    }
}
