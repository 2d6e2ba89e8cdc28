use std::collections::BTreeSet;

use chrono::Datelike;
use reqwest::Method;
use serde_json::{Value, json};
use songjiao_tests::{Answer, Polishing, Session, clock, id};
use songjiao_types::Role;

const ACCEPT: &str = "accept";
const REJECT: &str = "reject";

/// Returns the current year in the county's time zone.
fn year() -> i32 {
    clock().today().year()
}

/// Signs in as two reviewers of the training school.
struct Jury([Session; 2]);

impl Jury {
    async fn of(county: &Polishing) -> Self {
        Self([county.training_school().await, county.training_school().await])
    }

    async fn find(&self, certification: &str, verdict: &str) {
        for reviewer in &self.0 {
            review(reviewer, certification, verdict).await.expect(201);
        }
    }
}

async fn review(reviewer: &Session, certification: &str, verdict: &str) -> Answer {
    let review = json!({ "verdict": verdict, "comment": "意见" });
    reviewer.post(&format!("/certifications/{certification}/reviews"), review).await
}

async fn decide(decider: &Session, certification: &str, accept: bool) -> Answer {
    let reason = if accept { Value::Null } else { json!("材料不足") };
    let decision = json!({ "accept": accept, "reason": reason });
    decider.post(&format!("/certifications/{certification}/decide"), decision).await
}

/// Certifies a graded lesson.
async fn certify(county: &Polishing, jury: &Jury, lesson: &str) -> Value {
    let certification = county.apply(lesson).await;
    jury.find(&certification, ACCEPT).await;
    decide(&county.admin, &certification, true).await.expect(200)
}

/// Certifies a lesson of a grade.
pub async fn certified(county: &Polishing, grade: &str) -> Value {
    let jury = Jury::of(county).await;
    certify(county, &jury, &county.graded_lesson("课", grade).await).await
}

async fn verify(county: &Polishing, number: &str) -> Value {
    county.app.anonymous().get(&format!("/verify/{number}")).await.expect(200)
}

#[actix_web::test]
async fn two_keys_of_one_person_are_one_reviewer() {
    let county = Polishing::start().await;
    let certification = county.apply(&county.graded_lesson("课", "good").await).await;
    let maker = county.user(Role::BureauAdmin, &county.root).await;
    let key = async |name: &str| {
        let scopes = ["lessons.read", "certifications.review"];
        let new = json!({ "name": name, "organization_id": county.root, "scopes": scopes });
        let issued = maker.post("/api-keys", new).await.expect(201);
        county.app.anonymous().with_token(issued["secret"].as_str().unwrap())
    };
    let (one, other) = (key("甲").await, key("乙").await);
    review(&one, &certification, ACCEPT).await.expect(201);
    review(&one, &certification, ACCEPT).await.problem(409, "already_reviewed");
    review(&other, &certification, ACCEPT).await.problem(403, "same_person");
    // The person who made them has reviewed, too.
    review(&maker, &certification, ACCEPT).await.problem(403, "same_person");
    assert!(maker.all("/certifications?waiting_for_me=true").await.is_empty());
}

#[actix_web::test]
async fn the_award_follows_from_the_grade_alone() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    for (grade, award, sign) in
        [("qualified", "standard", "达"), ("good", "quality", "优"), ("excellent", "demonstration", "示")]
    {
        let lesson = county.graded_lesson(grade, grade).await;
        let certified = certify(&county, &jury, &lesson).await;
        assert_eq!((&certified["award"], &certified["status"]), (&json!(award), &json!("accepted")));
        assert_eq!(certified["number"], json!(format!("SL{}-{sign}-0001", year())));
        assert_eq!((&certified["teacher_name"], &certified["lesson_title"]), (&json!("李敏"), &json!(grade)));
        let lesson = county.admin.get(&format!("/lessons/{lesson}")).await.expect(200);
        assert_eq!(lesson["certification"]["number"], certified["number"]);
        assert_eq!(lesson["can_apply"], false);
    }
}

#[actix_web::test]
async fn an_application_needs_a_graded_lesson_and_one_is_open_at_a_time() {
    let county = Polishing::start().await;
    let lesson = county.lesson("课").await;
    let apply = json!({ "lesson_id": lesson });
    county.admin.post("/certifications", apply.clone()).await.problem(409, "wrong_state");
    county.grade(&lesson, "good").await;
    let school = county.user(Role::SchoolAdmin, &county.school).await;
    let applied = school.post("/certifications", apply.clone()).await.expect(201);
    assert_eq!(
        (&applied["status"], &applied["award"], &applied["number"]),
        (&json!("applied"), &Value::Null, &Value::Null)
    );
    county.admin.post("/certifications", apply.clone()).await.problem(409, "wrong_state");
    let grade = county.admin.post(&format!("/lessons/{lesson}/grade"), json!({ "grade": "excellent" })).await;
    grade.problem(409, "wrong_state");
    let stranger = county.user(Role::SchoolAdmin, &county.other_school).await;
    let faults = stranger.post("/certifications", apply).await.faults();
    assert_eq!(faults, [("/lesson_id".to_owned(), "unknown_lesson".to_owned())]);
}

#[actix_web::test]
async fn a_decision_needs_two_reviews() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let certification = county.apply(&county.graded_lesson("课", "good").await).await;
    decide(&county.admin, &certification, true).await.problem(409, "reviews_missing");
    review(&jury.0[0], &certification, ACCEPT).await.expect(201);
    decide(&county.admin, &certification, true).await.problem(409, "reviews_missing");
    decide(&county.admin, &certification, false).await.problem(409, "reviews_missing");
    let reviewed = review(&jury.0[1], &certification, REJECT).await.expect(201);
    assert_eq!(
        (&reviewed["accepts"], &reviewed["rejects"], &reviewed["reviews_required"]),
        (&json!(1), &json!(1), &json!(2))
    );
    let decided = decide(&county.admin, &certification, true).await.expect(200);
    assert_eq!(decided["status"], "accepted");
    assert_eq!(decided["reviews"].as_array().unwrap().len(), 2);
    decide(&county.admin, &certification, true).await.problem(409, "wrong_state");
    review(&county.training_school().await, &certification, ACCEPT).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_reviewer_reviews_once() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let certification = county.apply(&county.graded_lesson("课", "good").await).await;
    let waiting = "/certifications?waiting_for_me=true";
    assert_eq!(jury.0[0].all(waiting).await.len(), 1);
    review(&jury.0[0], &certification, ACCEPT).await.expect(201);
    review(&jury.0[0], &certification, REJECT).await.problem(409, "already_reviewed");
    assert_eq!(jury.0[0].all(waiting).await.len(), 0);
    assert_eq!(jury.0[1].all(waiting).await.len(), 1);
}

#[actix_web::test]
async fn nobody_reviews_their_own_lesson_or_application() {
    let county = Polishing::start().await;
    let leader = county.team_leader().await;
    let own = json!({ "teacher_id": county.leader, "project_id": county.project, "title": "示范课" });
    let own = id(&leader.post("/lessons", own).await.expect(201));
    county.grade(&own, "excellent").await;
    let certification = county.apply(&own).await;
    review(&leader, &certification, ACCEPT).await.problem(403, "own_lesson");
    review(county.applicant().await, &certification, ACCEPT).await.problem(403, "own_application");
    assert!(leader.all("/certifications?waiting_for_me=true").await.is_empty());
    review(&county.training_school().await, &certification, ACCEPT).await.expect(201);
}

#[actix_web::test]
async fn a_rejection_and_a_decision_against_the_majority_need_a_reason() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let certification = county.apply(&county.graded_lesson("课", "good").await).await;
    jury.find(&certification, REJECT).await;
    let path = format!("/certifications/{certification}/decide");
    for decision in [json!({ "accept": false }), json!({ "accept": true, "reason": " " })] {
        let faults = county.admin.post(&path, decision).await.faults();
        assert_eq!(faults, [("/reason".to_owned(), "required".to_owned())]);
    }
    let decision = json!({ "accept": true, "reason": "复核录像后认为达标" });
    assert_eq!(county.admin.post(&path, decision).await.expect(200)["decision_reason"], "复核录像后认为达标");
}

#[actix_web::test]
async fn a_rejected_lesson_may_be_applied_for_again() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let lesson = county.graded_lesson("课", "good").await;
    let first = county.apply(&lesson).await;
    jury.find(&first, REJECT).await;
    let rejected = decide(&county.admin, &first, false).await.expect(200);
    assert_eq!((&rejected["status"], &rejected["number"]), (&json!("rejected"), &Value::Null));
    let again = certify(&county, &jury, &lesson).await;
    assert_eq!(again["number"], json!(format!("SL{}-优-0001", year())), "a rejection takes no number");
    assert_ne!(again["id"], rejected["id"]);
}

#[actix_web::test]
async fn numbers_have_no_gaps_under_racing_decisions() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let mut waiting = Vec::new();
    for n in 0..12 {
        let grade = if n % 3 == 0 { "good" } else { "excellent" };
        let certification = county.apply(&county.graded_lesson(&format!("课{n}"), grade).await).await;
        jury.find(&certification, ACCEPT).await;
        waiting.push(certification);
    }
    // Two decide on each at the same time; on every fourth, one of them rejects.
    let deciders = [county.admin.clone(), county.training_school().await];
    let mut running = Vec::new();
    for (n, certification) in waiting.iter().enumerate() {
        for (who, decider) in deciders.iter().enumerate() {
            let (decider, certification) = (decider.clone(), certification.clone());
            let accept = !(n % 4 == 0 && who == 1);
            running.push(actix_web::rt::spawn(async move { decide(&decider, &certification, accept).await.status }));
        }
    }
    let mut statuses = Vec::new();
    for task in running {
        statuses.push(task.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200; 12], vec![409; 12]].concat());
    let rows = county.admin.all("/certifications?status=accepted").await;
    for (award, sign) in [("quality", "优"), ("demonstration", "示")] {
        let numbers: BTreeSet<_> =
            rows.iter().filter(|row| row["award"] == award).map(|row| row["number"].to_string()).collect();
        let given = rows.iter().filter(|row| row["award"] == award).count();
        let expected: BTreeSet<_> =
            (1..=given).map(|n| json!(format!("SL{}-{sign}-{n:04}", year())).to_string()).collect();
        assert_eq!(numbers, expected);
    }
}

#[actix_web::test]
async fn a_decision_that_is_rolled_back_gives_its_number_back() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let certification = county.apply(&county.graded_lesson("课", "excellent").await).await;
    jury.find(&certification, ACCEPT).await;
    // The next number exists already, so the decision fails after incrementing the counter.
    let number = format!("SL{}-示-0001", year());
    let taken = county.apply(&county.graded_lesson("旧课", "good").await).await;
    county.sql(&format!("UPDATE certifications SET number = '{number}' WHERE id = '{taken}'"));
    decide(&county.admin, &certification, true).await.problem(409, "already_exists");
    county.sql(&format!("UPDATE certifications SET number = NULL WHERE id = '{taken}'"));
    let decided = decide(&county.admin, &certification, true).await.expect(200);
    assert_eq!(decided["number"], json!(number));
}

#[actix_web::test]
async fn a_later_higher_grade_supersedes_and_the_old_number_stays_verifiable() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let lesson = county.graded_lesson("课", "good").await;
    let old = certify(&county, &jury, &lesson).await;
    county.admin.post("/certifications", json!({ "lesson_id": lesson })).await.problem(409, "wrong_state");
    county.grade(&lesson, "excellent").await;
    assert_eq!(county.admin.get(&format!("/lessons/{lesson}")).await.expect(200)["can_apply"], true);
    let new = certify(&county, &jury, &lesson).await;
    assert_eq!(new["number"], json!(format!("SL{}-示-0001", year())));
    let old_now = county.admin.get(&format!("/certifications/{}", id(&old))).await.expect(200);
    assert_eq!((&old_now["status"], &old_now["superseded_by"]), (&json!("superseded"), &new["id"]));
    let answer = verify(&county, old["number"].as_str().unwrap()).await;
    assert_eq!(
        (&answer["result"], &answer["superseded_by_number"], &answer["award"]),
        (&json!("superseded"), &new["number"], &json!("quality"))
    );
    assert_eq!(verify(&county, new["number"].as_str().unwrap()).await["result"], "valid");
}

#[actix_web::test]
async fn a_lower_grade_is_refused_while_certified() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let lesson = county.graded_lesson("课", "good").await;
    let certified = certify(&county, &jury, &lesson).await;
    let path = format!("/lessons/{lesson}/grade");
    county.admin.post(&path, json!({ "grade": "qualified" })).await.problem(409, "wrong_state");
    county.admin.post(&path, json!({ "grade": "good" })).await.expect(200);
    let revoke = format!("/certifications/{}/revoke", id(&certified));
    county.admin.post(&revoke, json!({ "reason": "非本人原创" })).await.expect(200);
    county.admin.post(&path, json!({ "grade": "qualified" })).await.expect(200);
}

#[actix_web::test]
async fn an_award_is_revoked_with_a_reason_by_those_who_decide() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let lesson = county.graded_lesson("课", "good").await;
    let certified = certify(&county, &jury, &lesson).await;
    let path = format!("/certifications/{}/revoke", id(&certified));
    county.team_leader().await.post(&path, json!({ "reason": "x" })).await.problem(403, "forbidden");
    assert_eq!(jury.0[0].post(&path, json!({ "reason": " " })).await.faults()[0].0, "/reason");
    let revoked = jury.0[0].post(&path, json!({ "reason": "非本人原创" })).await.expect(200);
    assert_eq!((&revoked["status"], &revoked["revocation_reason"]), (&json!("revoked"), &json!("非本人原创")));
    jury.0[0].post(&path, json!({ "reason": "again" })).await.problem(409, "wrong_state");
    assert_eq!(verify(&county, certified["number"].as_str().unwrap()).await["result"], "revoked");
    let again = certify(&county, &jury, &lesson).await;
    assert_eq!(again["number"], json!(format!("SL{}-优-0002", year())), "a number is never given twice");
}

#[actix_web::test]
async fn a_certificate_keeps_the_names_of_the_day_of_issue() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let certified = certify(&county, &jury, &county.graded_lesson("《荷花》", "excellent").await).await;
    let school = certified["school_name"].clone();
    let (teacher, other) = (&county.teacher, &county.other_school);
    county.sql(&format!("UPDATE teachers SET name = '李敏敏', organization_id = '{other}' WHERE id = '{teacher}'"));
    let answer = verify(&county, certified["number"].as_str().unwrap()).await;
    assert_eq!((&answer["teacher_name"], &answer["school_name"]), (&json!("李敏"), &school));
    assert_eq!((&answer["lesson_title"], &answer["award_label"]), (&json!("《荷花》"), &json!("示范课")));
}

#[actix_web::test]
async fn a_number_is_verified_without_signing_in() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let certified = certify(&county, &jury, &county.graded_lesson("课", "excellent").await).await;
    let number = certified["number"].as_str().unwrap();
    let answer = verify(&county, &number.replace('示', "%E7%A4%BA")).await;
    assert_eq!((&answer["result"], &answer["number"]), (&json!("valid"), &json!(number)));
    assert_eq!(answer["issued_on"], certified["issued_on"]);
    let text = answer.to_string();
    assert!(!text.contains(&county.teacher) && !text.contains("_id"), "no ids: {text}");
    let open = county.apply(&county.graded_lesson("另一课", "good").await).await;
    let long = "9".repeat(500);
    for odd in
        ["SL1999-示-0001", open.as_str(), "%00", "%27%20OR%201=1--", "%25", "a%2Fb", "%FF%FE", "..%2F..", &long, "%20"]
    {
        let answer = county.app.anonymous().get(&format!("/verify/{odd}")).await;
        assert!(answer.status == 200 || answer.status == 404, "{odd}: {}", answer.text);
        if answer.status == 200 {
            assert_eq!(answer.json["result"], "unknown", "{odd}");
            assert_eq!(answer.json["teacher_name"], Value::Null);
        }
    }
}

#[actix_web::test]
async fn certifications_are_listed_in_scope() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let certified = certify(&county, &jury, &county.graded_lesson("甲", "excellent").await).await;
    let open = county.apply(&county.graded_lesson("乙", "good").await).await;
    let teacher = county.user_linked_to(Role::Teacher, &county.teacher, &county.school).await;
    assert_eq!(teacher.all("/certifications").await.len(), 2);
    let found = teacher.get(&format!("/certifications/{}", id(&certified))).await.expect(200);
    assert_eq!(found["reviews"].as_array().unwrap().len(), 2);
    assert_eq!(county.team_leader().await.all("/certifications?limit=1").await.len(), 2);
    let stranger = county.user(Role::SchoolAdmin, &county.other_school).await;
    assert!(stranger.all("/certifications").await.is_empty());
    stranger.get(&format!("/certifications/{open}")).await.problem(404, "not_found");
    for (query, expected) in [
        ("status=applied", 1),
        ("award=demonstration", 1),
        ("award=quality", 0),
        ("sort=number", 1),
        ("sort=created_at", 2),
        ("q=乙", 1),
        ("q=示-0001", 1),
        (&format!("year={}", year()), 1),
        (&format!("organization_id={}", county.school), 2),
        (&format!("organization_id={}", county.other_school), 0),
        (&format!("organization_id={}", county.root), 2),
        (&format!("teacher_id={}", county.teacher), 2),
        (&format!("lesson_id={}", certified["lesson_id"].as_str().unwrap()), 1),
    ] {
        assert_eq!(county.admin.all(&format!("/certifications?{query}")).await.len(), expected, "{query}");
    }
}

#[actix_web::test]
async fn certifications_are_found_by_name_number_and_initials_of_the_teacher() {
    let county = Polishing::start().await;
    let more = json!({ "name": "单小雨", "teacher_no": "RD-0815" });
    let teacher = county.admin.teacher_with(&county.school, more).await;
    county.admit(&teacher);
    let new = json!({ "teacher_id": teacher, "project_id": county.project, "title": "课" });
    let lesson = id(&county.admin.post("/lessons", new).await.expect(201));
    county.grade(&lesson, "good").await;
    let certification = county.apply(&lesson).await;
    county.apply(&county.graded_lesson("荷花", "good").await).await;
    let found = |text: &'static str| {
        let admin = county.admin.clone();
        async move { admin.all(&format!("/certifications?q={text}")).await.iter().map(id).collect::<Vec<_>>() }
    };
    for text in ["小雨", "rd-08", "sxy"] {
        assert_eq!(found(text).await, std::slice::from_ref(&certification), "{text}");
    }
    county.admin.patch(&format!("/teachers/{teacher}"), json!({ "name": "常青" })).await.expect(200);
    assert_eq!(found("常青").await.len(), 1, "by the teacher's name of today");
    assert_eq!(found("小雨").await.len(), 1, "and by the name on the certificate");
}

#[actix_web::test]
async fn an_organization_that_the_caller_does_not_see_filters_no_certifications() {
    let county = Polishing::start().await;
    let school = county.user(Role::SchoolAdmin, &county.school).await;
    for (user, organization) in [(&county.admin, &county.teacher), (&school, &county.other_school)] {
        let faults = user.get(&format!("/certifications?organization_id={organization}")).await.faults();
        assert_eq!(faults, [("organization_id".to_owned(), "unknown_organization".to_owned())]);
    }
}

#[actix_web::test]
async fn every_step_of_a_certification_is_in_the_audit_log() {
    let county = Polishing::start().await;
    let jury = Jury::of(&county).await;
    let certified = certify(&county, &jury, &county.graded_lesson("课", "good").await).await;
    let entries = county.admin.all(&format!("/audit-log?entity=certification&entity_id={}", id(&certified))).await;
    let actions: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["decide", "review", "review", "apply"]);
    assert_eq!(entries[0]["after"]["number"], certified["number"]);
    assert_eq!(entries[0]["before"]["status"], "applied");
    let head = Answer::of(county.admin.request(Method::GET, "/audit-log?entity=lesson&action=grade")).await.expect(200);
    assert_eq!(head["items"][0]["after"]["grade"], "good");
}
