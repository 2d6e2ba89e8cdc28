//! Who reviews and decides certifications: persons who are independent of the lesson (case D1), and what happens where too
//! few of them remain (case D8).

use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_tests::{Answer, Polishing, Session};
use songjiao_types::Role;

async fn review(reviewer: &Session, certification: &str) -> Answer {
    let review = json!({ "verdict": "accept", "comment": "意见" });
    reviewer.post(&format!("/certifications/{certification}/reviews"), review).await
}

async fn decide(decider: &Session, certification: &str) -> Answer {
    decider.post(&format!("/certifications/{certification}/decide"), json!({ "accept": true })).await
}

/// Asserts a refusal with a sentence that says why.
fn refused(answer: Answer, code: &str) {
    let detail = answer.json["detail"].clone();
    answer.problem(403, code);
    assert!(
        detail
            .as_str()
            .is_some_and(|detail| detail.contains("不能") || detail.contains("他人") || detail.contains("同一人")),
        "{detail}"
    );
}

/// Adds a teacher to the project's team since a day, and signs in as a member.
async fn member(county: &Polishing, name: &str, since: &str) -> (String, Session) {
    let teacher = county.new_teacher(name, &county.school);
    let new = json!({ "teacher_id": teacher, "role": "member", "joined_on": since });
    county.admin.post(&format!("/teams/{}/members", county.team), new).await.expect(201);
    let session = county.user_linked_to(Role::TeamMember, &teacher, &county.school).await;
    (teacher, session)
}

/// The lesson's certification as shown to the bureau.
async fn shown(county: &Polishing, certification: &str) -> Value {
    county.admin.get(&format!("/certifications/{certification}")).await.expect(200)
}

/// Takes the naming of a reviewer back.
async fn unname(session: &Session, certification: &str, reviewer: &Session) -> Answer {
    let path = format!("/certifications/{certification}");
    let tag = session.get(&path).await.headers[header::ETAG].clone();
    let path = format!("{path}/reviewers/{}", reviewer.me("/id"));
    Answer::of(session.request(Method::DELETE, &path).header(header::IF_MATCH, tag)).await
}

async fn waits(session: &Session) -> usize {
    session.all("/certifications?waiting_for_me=true").await.len()
}

// Case D1
#[actix_web::test]
async fn those_who_graded_the_lesson_do_not_review_it() {
    let county = Polishing::start().await;
    let lesson = county.lesson("课").await;
    let first = county.training_school().await;
    first.post(&format!("/lessons/{lesson}/grade"), json!({ "grade": "qualified" })).await.expect(200);
    county.grade(&lesson, "good").await;
    let certification = county.apply(&lesson).await;
    refused(review(&first, &certification).await, "graded_lesson");
    refused(review(&county.admin, &certification).await, "graded_lesson");
    assert_eq!([waits(&first).await, waits(&county.admin).await], [0, 0]);
}

// Case D1
#[actix_web::test]
async fn members_of_the_team_on_the_day_of_grading_do_not_review() {
    let county = Polishing::start().await;
    // Staff of the training school, who see the lesson whether they are in the team or not.
    let [gone, late] = ["赵一", "钱二"].map(|name| county.new_teacher(name, &county.other_school));
    let mut staff = Vec::new();
    for teacher in [&gone, &late] {
        let new = json!({ "teacher_id": teacher, "role": "member", "joined_on": "2026-01-01" });
        county.admin.post(&format!("/teams/{}/members", county.team), new).await.expect(201);
        staff.push(county.user_linked_to(Role::TrainingSchoolAdmin, teacher, &county.root).await);
    }
    let certification = county.apply(&county.graded_lesson("课", "good").await).await;
    // One leaves on the day of grading; the other joined only after it.
    county.sql(&format!("UPDATE team_members SET left_on = '2026-11-30' WHERE teacher_id = '{gone}'"));
    county.sql(&format!("UPDATE team_members SET joined_on = '2026-12-01' WHERE teacher_id = '{late}'"));
    refused(review(&county.team_leader().await, &certification).await, "lesson_team");
    refused(review(&staff[0], &certification).await, "lesson_team");
    // Another team does not make the former one independent.
    county.sql("UPDATE projects SET team_id = NULL");
    refused(review(&staff[0], &certification).await, "lesson_team");
    review(&staff[1], &certification).await.expect(201);
    assert_eq!(waits(&staff[0]).await, 0);
}

// Case D1
#[actix_web::test]
async fn as_many_of_the_team_review_as_the_policy_says() {
    let county = Polishing::start().await;
    let policy = json!({ "effective_from": "2026-01-01", "own_team_reviewers": 1 });
    county.admin.post("/policies", policy).await.expect(201);
    let (_, one) = member(&county, "赵一", "2026-01-01").await;
    let (_, other) = member(&county, "钱二", "2026-01-01").await;
    let certification = county.apply(&county.graded_lesson("课", "good").await).await;
    assert_eq!([waits(&one).await, waits(&other).await], [1, 1]);
    let racing = [&one, &other].map(|member| {
        let (member, certification) = (member.clone(), certification.clone());
        actix_web::rt::spawn(async move { review(&member, &certification).await.status })
    });
    let mut statuses = Vec::new();
    for answer in racing {
        statuses.push(answer.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 403], "one place, however fast they are");
    assert_eq!([waits(&one).await, waits(&other).await], [0, 0]);
}

// Case D1
#[actix_web::test]
async fn two_accounts_of_one_person_are_one_reviewer() {
    let county = Polishing::start().await;
    let teacher = county.new_teacher("周正", &county.other_school);
    let linked = json!({ "teacher_id": teacher });
    let (role, root) = (Role::TrainingSchoolAdmin, &county.root);
    let one = county.app.user_with(&county.admin, role, root, linked.clone()).await;
    let other = county.app.user_with(&county.admin, role, root, linked.clone()).await;
    let certification = county.apply(&county.graded_lesson("课", "good").await).await;
    review(&one, &certification).await.expect(201);
    refused(review(&other, &certification).await, "same_person");
    review(&one, &certification).await.problem(409, "already_reviewed");
    assert_eq!(waits(&other).await, 0);
    // An account that is linked only after its review is the same person all the same.
    let later = county.training_school().await;
    review(&later, &certification).await.expect(201);
    county.sql(&format!("UPDATE users SET teacher_id = '{teacher}' WHERE id = '{}'", later.me("/id")));
    let now = shown(&county, &certification).await;
    assert_eq!((&now["accepts"], &now["reviews"][1]["excluded_because"]), (&json!(1), &json!("same_person")));
    decide(&county.admin, &certification).await.problem(409, "reviews_missing");
}

// Case D1
#[actix_web::test]
async fn applicants_reviewers_and_the_lessons_teacher_do_not_decide() {
    let county = Polishing::start().await;
    let reviewers = [county.training_school().await, county.training_school().await];
    let own = county.app.user_with(
        &county.admin,
        Role::TrainingSchoolAdmin,
        &county.root,
        json!({ "teacher_id": county.teacher }),
    );
    let own = own.await;
    let certification = county.apply(&county.graded_lesson("课", "good").await).await;
    for reviewer in &reviewers {
        review(reviewer, &certification).await.expect(201);
    }
    refused(decide(&own, &certification).await, "own_lesson");
    refused(decide(county.applicant().await, &certification).await, "own_application");
    refused(decide(&reviewers[0], &certification).await, "own_review");
    // A key is its maker.
    let scopes = ["lessons.read", "certifications.decide"];
    let new = json!({ "name": "甲", "organization_id": county.root, "scopes": scopes });
    let issued = county.applicant().await.post("/api-keys", new).await.expect(201);
    let key = county.app.anonymous().with_token(issued["secret"].as_str().unwrap());
    refused(decide(&key, &certification).await, "own_application");
    decide(&county.admin, &certification).await.expect(200);
}

// Case D1
#[actix_web::test]
async fn reviews_of_those_who_are_not_independent_do_not_count() {
    let county = Polishing::start().await;
    let certification = county.apply(&county.graded_lesson("课", "good").await).await;
    let (leader, independent) = (county.team_leader().await, county.training_school().await);
    review(&independent, &certification).await.expect(201);
    // As an older version let them.
    let (id, by) = (uuid::Uuid::now_v7(), leader.me("/id"));
    county.sql(&format!(
        "INSERT INTO certification_reviews (id, certification_id, reviewer_id, verdict, comment, created_at)
         VALUES ('{id}', '{certification}', '{by}', 'accept', '意见', '2026-11-30 00:00:00.000000')"
    ));
    let now = shown(&county, &certification).await;
    let because: Vec<_> =
        now["reviews"].as_array().unwrap().iter().map(|one| one["excluded_because"].clone()).collect();
    assert_eq!((&now["accepts"], because), (&json!(1), vec![Value::Null, json!("lesson_team")]));
    decide(&county.admin, &certification).await.problem(409, "reviews_missing");
}

/// A county in which six persons may review: the lesson's team of four, of whom the first graded it, the applicant, and one
/// more.
struct Few {
    county: Polishing,
    team: Vec<Session>,
    applicant: Session,
    other: Session,
    certification: String,
}

impl Few {
    async fn start() -> Self {
        let county = Polishing::start().await;
        let mut team = vec![county.team_leader().await];
        for name in ["赵一", "钱二", "孙三"] {
            team.push(member(&county, name, "2026-01-01").await.1);
        }
        let lesson = county.lesson("课").await;
        team[0].post(&format!("/lessons/{lesson}/grade"), json!({ "grade": "good" })).await.expect(200);
        let applicant = county.training_school().await;
        let applied = applicant.post("/certifications", json!({ "lesson_id": lesson })).await.expect(201);
        let certification = applied["id"].as_str().unwrap().to_owned();
        let other = county.admin.clone();
        Self { county, team, applicant, other, certification }
    }

    async fn name(&self, by: &Session, reviewer: &Session, reason: Value) -> Answer {
        let naming = json!({ "user_id": reviewer.me("/id"), "reason": reason });
        by.post(&format!("/certifications/{}/reviewers", self.certification), naming).await
    }

    fn path(&self) -> String {
        format!("/certifications/{}", self.certification)
    }
}

/// Asserts the number of possible reviewers, and the causes in any order.
fn assert_too_few(shown: &Value, possible: i64, mut expected: Vec<&str>) {
    let too_few = &shown["too_few_reviewers"];
    assert_eq!(too_few["possible"], possible);
    let mut causes: Vec<_> =
        too_few["excluded"].as_array().unwrap().iter().map(|one| one["cause"].as_str().unwrap()).collect();
    causes.sort_unstable();
    expected.sort_unstable();
    assert_eq!(causes, expected);
}

// Case D8
#[actix_web::test]
async fn an_application_says_that_too_few_may_review_it_and_why() {
    let few = Few::start().await;
    let causes = vec!["graded_lesson", "lesson_team", "lesson_team", "lesson_team", "own_application"];
    assert_too_few(&few.other.get(&few.path()).await.expect(200), 1, causes.clone());
    let listed = few.other.all("/certifications").await;
    assert_eq!(listed[0]["too_few_reviewers"], json!({ "possible": 1, "excluded": [] }));
    let school = few.county.user(Role::SchoolAdmin, &few.county.school).await;
    let seen = school.get(&few.path()).await.expect(200);
    assert_eq!(seen["too_few_reviewers"]["excluded"], json!([]), "only who decides reads the names");
    // A review that is given counts; accounts that are not in use do not.
    review(&few.other, &few.certification).await.expect(201);
    assert_too_few(&few.applicant.get(&few.path()).await.expect(200), 1, causes);
    few.county.sql(&format!("UPDATE users SET disabled = true WHERE id = '{}'", few.team[3].me("/id")));
    let causes = vec!["graded_lesson", "lesson_team", "lesson_team", "own_application"];
    assert_too_few(&few.applicant.get(&few.path()).await.expect(200), 1, causes);
    let seventh = few.county.user(Role::TrainingSchoolAdmin, &few.county.school).await;
    assert_eq!(few.applicant.get(&few.path()).await.expect(200)["too_few_reviewers"], Value::Null);
    assert_eq!(waits(&seventh).await, 1);
}

// Case D8
#[actix_web::test]
async fn the_bureau_admits_one_of_the_team_who_did_not_grade_with_a_reason() {
    let few = Few::start().await;
    let (bureau, reason) = (few.other.clone(), json!("本县该学科评审人不足"));
    few.name(&few.applicant, &few.team[1], reason.clone()).await.problem(403, "forbidden");
    for (reviewer, cause) in [(&few.team[0], "graded_lesson"), (&few.applicant, "own_application")] {
        let faults = few.name(&bureau, reviewer, reason.clone()).await.faults();
        assert_eq!(faults, [("/user_id".to_owned(), cause.to_owned())]);
    }
    for blank in [Value::Null, json!(" ")] {
        let faults = few.name(&bureau, &few.team[1], blank).await.faults();
        assert_eq!(faults, [("/reason".to_owned(), "required".to_owned())]);
    }
    let candidates = bureau.get(&format!("{}/reviewers", few.path())).await.expect(200);
    assert_eq!(candidates["too_few_reviewers"], true);
    let admissible = candidates["items"].as_array().unwrap().iter().filter(|item| item["admissible"] == true).count();
    assert_eq!(admissible, 3);
    refused(review(&few.team[1], &few.certification).await, "lesson_team");
    let named = few.name(&bureau, &few.team[1], reason.clone()).await.expect(201);
    assert_eq!(named["named_reviewers"][0]["admission_reason"], reason);
    assert_eq!(named["too_few_reviewers"], Value::Null);
    few.name(&bureau, &few.team[2], reason).await.problem(409, "reviewers_suffice");
    assert_eq!([waits(&few.team[1]).await, waits(&few.team[2]).await], [1, 0]);
    review(&few.team[1], &few.certification).await.expect(201);
    review(&bureau, &few.certification).await.expect(201);
    let decider = few.county.training_school().await;
    assert_eq!(decide(&decider, &few.certification).await.expect(200)["status"], "accepted");
    let log = bureau.all(&format!("/audit-log?entity=certification&entity_id={}", few.certification)).await;
    let actions: Vec<_> = log.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["decide", "review", "review", "admit_reviewer", "apply"]);
}

// Case D8
#[actix_web::test]
async fn being_named_opens_the_lesson_and_its_evidence_and_being_removed_closes_them() {
    let county = Polishing::start().await;
    let lesson = county.graded_lesson("课", "good").await;
    let phase = county.admin.get(&format!("/projects/{}", county.project)).await.expect(200)["phases"][0]["id"].clone();
    let deliverable = |teacher: &str, title: &str| json!({ "kind": "lesson_polishing_record", "title": title, "content": "记录", "teacher_id": teacher });
    let path = format!("/phases/{}/deliverables", phase.as_str().unwrap());
    for (teacher, title) in [(&county.teacher, "磨课记录"), (&county.leader, "他人的磨课记录")] {
        let answer = county.admin.post(&path, deliverable(teacher, title)).await;
        assert!(answer.status == 201 || teacher == &county.leader, "{}", answer.text);
    }
    let certification = county.apply(&lesson).await;
    let expert = county.new_teacher("周正", &county.other_school);
    let account = json!({ "teacher_id": expert });
    let user = |role| county.app.user_with(&county.admin, role, &county.other_school, account.clone());
    let (expert, second) = (user(Role::TeamMember).await, user(Role::TeamMember).await);
    let paths = [
        format!("/certifications/{certification}"),
        format!("/lessons/{lesson}"),
        format!("/lessons/{lesson}/evidence"),
    ];
    for path in &paths {
        expert.get(path).await.problem(404, "not_found");
    }
    let naming = format!("/certifications/{certification}/reviewers");
    let named = json!({ "user_id": expert.me("/id") });
    expert.post(&naming, named.clone()).await.problem(403, "forbidden");
    county.admin.post(&naming, named.clone()).await.expect(201);
    county.admin.post(&naming, named.clone()).await.problem(409, "wrong_state");
    for path in &paths {
        expert.get(path).await.expect(200);
        second.get(path).await.expect(200);
    }
    let evidence = expert.get(&paths[2]).await.expect(200);
    assert_eq!(evidence["items"].as_array().unwrap().len(), 1);
    assert_eq!(evidence["items"][0]["title"], "磨课记录");
    assert_eq!([waits(&expert).await, expert.all("/lessons").await.len()], [1, 1]);
    let figures = expert.get("/dashboard?training_year=2026").await.expect(200);
    assert_eq!((&figures["waiting"]["certifications"], &figures["lessons"]["good"]), (&json!(1), &json!(1)));
    unname(&county.admin, &certification, &expert).await.expect(204);
    for path in &paths {
        expert.get(path).await.problem(404, "not_found");
    }
    county.admin.post(&naming, named).await.expect(201);
    review(&expert, &certification).await.expect(201);
    unname(&county.admin, &certification, &expert).await.problem(409, "wrong_state");
    let school = county.user(Role::SchoolAdmin, &county.school).await;
    for user in [&school, &county.admin] {
        let unknown = user.me("/id");
        let answer = county.admin.post(&naming, json!({ "user_id": unknown })).await;
        assert!([409, 422].contains(&answer.status), "{}", answer.text);
    }
}

// Case D1
#[actix_web::test]
async fn nobody_names_the_reviewers_of_their_own_lesson() {
    let county = Polishing::start().await;
    let linked = json!({ "teacher_id": county.teacher });
    let own = county.app.user_with(&county.admin, Role::BureauAdmin, &county.root, linked).await;
    let other = county.training_school().await;
    let certification = county.apply(&county.graded_lesson("课", "good").await).await;
    let path = format!("/certifications/{certification}/reviewers");
    own.get(&path).await.problem(403, "own_lesson");
    own.post(&path, json!({ "user_id": other.me("/id") })).await.problem(403, "own_lesson");
    county.admin.post(&path, json!({ "user_id": other.me("/id") })).await.expect(201);
    unname(&own, &certification, &other).await.problem(403, "own_lesson");
}

// Case D1
#[actix_web::test]
async fn a_user_of_another_county_is_not_named() {
    let province = Polishing::start().await;
    let county = province.admin.organization("bureau", &province.root).await;
    let beside = province.admin.organization("bureau", &province.root).await;
    let teacher = province.new_teacher("李敏", &province.admin.organization("school", &county).await);
    let lesson = json!({ "teacher_id": teacher, "title": "课" });
    let lesson = province.admin.post("/lessons", lesson).await.expect(201)["id"].as_str().unwrap().to_owned();
    province.grade(&lesson, "good").await;
    let path = format!("/certifications/{}/reviewers", province.apply(&lesson).await);
    let (ours, theirs) = (
        province.user(Role::TrainingSchoolAdmin, &county).await,
        province.user(Role::TrainingSchoolAdmin, &beside).await,
    );
    let faults = province.admin.post(&path, json!({ "user_id": theirs.me("/id") })).await.faults();
    assert_eq!(faults, [("/user_id".to_owned(), "unknown_reviewer".to_owned())]);
    province.admin.post(&path, json!({ "user_id": ours.me("/id") })).await.expect(201);
    let shown = province.admin.get(&path).await.expect(200);
    let offered: Vec<_> = shown["items"].as_array().unwrap().iter().map(|item| item["user_id"].clone()).collect();
    assert!(offered.contains(&json!(ours.me("/id"))) && !offered.contains(&json!(theirs.me("/id"))));
}
