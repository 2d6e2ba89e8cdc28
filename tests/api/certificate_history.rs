//! What becomes of certificates after the award: revocation (cases D2 and D7) and reissue (case D4).

use serde_json::{Value, json};
use songjiao_tests::{Answer, Polishing, Session, id};
use songjiao_types::Role;

/// A county with two reviewers and a decider.
struct Office {
    county: Polishing,
    reviewers: [Session; 2],
}

impl Office {
    async fn start() -> Self {
        let county = Polishing::start().await;
        let reviewers = [county.training_school().await, county.training_school().await];
        Self { county, reviewers }
    }

    /// Grades and certifies a lesson, and returns the certification.
    async fn certify(&self, lesson: &str, grade: &str) -> Value {
        self.county.grade(lesson, grade).await;
        let path = format!("/certifications/{}", self.county.apply(lesson).await);
        for reviewer in &self.reviewers {
            let review = json!({ "verdict": "accept", "comment": "意见" });
            reviewer.post(&format!("{path}/reviews"), review).await.expect(201);
        }
        let decision = json!({ "accept": true, "reason": "达到标准" });
        self.county.admin.post(&format!("{path}/decide"), decision).await.expect(200)
    }

    /// Certifies a lesson with each of the grades in turn.
    async fn ladder<const N: usize>(&self, grades: [&str; N]) -> [Value; N] {
        let lesson = self.county.lesson("课").await;
        let mut steps = Vec::new();
        for grade in grades {
            steps.push(self.certify(&lesson, grade).await);
        }
        steps.try_into().unwrap()
    }

    async fn show(&self, certification: &Value) -> Value {
        self.county.admin.get(&format!("/certifications/{}", id(certification))).await.expect(200)
    }

    async fn revoke(&self, certification: &Value, restore: Value) -> Answer {
        let revocation = json!({ "reason": "非本人原创", "restore_former": restore });
        self.county.admin.post(&format!("/certifications/{}/revoke", id(certification)), revocation).await
    }

    async fn reissue(&self, certification: &Value) -> Answer {
        let reissue = json!({ "reason": "姓名有误" });
        self.county.admin.post(&format!("/certifications/{}/reissue", id(certification)), reissue).await
    }

    async fn verify(&self, certification: &Value) -> Value {
        let number = certification["number"].as_str().unwrap();
        self.county.app.anonymous().get(&format!("/verify/{number}")).await.expect(200)
    }

    async fn awards(&self) -> Value {
        self.county.admin.get("/dashboard?training_year=2026").await.expect(200)["awards"].clone()
    }
}

/// The statuses of certifications as shown.
fn statuses(shown: &[Value]) -> Vec<&str> {
    shown.iter().map(|one| one["status"].as_str().unwrap()).collect()
}

// Case D2
#[actix_web::test]
async fn revoking_what_superseded_another_asks_whether_that_one_comes_back() {
    let office = Office::start().await;
    let [good, excellent] = office.ladder(["good", "excellent"]).await;
    let former = office.show(&excellent).await["former"].clone();
    assert_eq!(former, json!({ "id": good["id"], "number": "SL2026-优-0001", "award": "quality" }));
    let asked = office.revoke(&excellent, Value::Null).await.problem(409, "former_award");
    assert!(asked["detail"].as_str().unwrap().contains("SL2026-优-0001"), "{asked}");
    assert_eq!(asked["errors"][0]["pointer"], "/restore_former");
    assert_eq!(office.show(&excellent).await["status"], "accepted");
    let revoked = office.revoke(&excellent, json!(true)).await.expect(200);
    let restored = office.show(&good).await;
    assert_eq!(statuses(&[revoked.clone(), restored.clone()]), ["revoked", "accepted"]);
    assert_eq!((&restored["superseded_by"], &restored["restored_from"]), (&Value::Null, &excellent["id"]));
    assert_eq!(restored["restored_from_number"], excellent["number"]);
    assert_eq!(restored["restored_at"], revoked["revoked_at"]);
    assert_eq!(office.verify(&good).await["result"], "valid");
    assert_eq!(office.awards().await, json!({ "standard": 0, "quality": 1, "demonstration": 0 }));
    // The restored one may be superseded again.
    let again = office.certify(good["lesson_id"].as_str().unwrap(), "excellent").await;
    assert_eq!(office.show(&good).await["superseded_by"], again["id"]);
}

// Case D2
#[actix_web::test]
async fn or_all_that_was_superseded_ends_too() {
    let office = Office::start().await;
    let [qualified, good, excellent] = office.ladder(["qualified", "good", "excellent"]).await;
    office.revoke(&excellent, json!(false)).await.expect(200);
    for ended in [&qualified, &good, &excellent] {
        let shown = office.show(ended).await;
        assert_eq!((&shown["status"], &shown["revocation_reason"]), (&json!("revoked"), &json!("非本人原创")));
        assert_eq!(office.verify(ended).await["result"], "revoked");
    }
    assert_eq!(office.awards().await, json!({ "standard": 0, "quality": 0, "demonstration": 0 }));
    office.revoke(&excellent, json!(false)).await.problem(409, "wrong_state");
}

// Case D2
#[actix_web::test]
async fn what_superseded_nothing_is_revoked_without_a_question() {
    let office = Office::start().await;
    let [good] = office.ladder(["good"]).await;
    assert_eq!(office.show(&good).await["former"], Value::Null);
    office.revoke(&good, json!(true)).await.problem(409, "wrong_state");
    office.revoke(&good, Value::Null).await.expect(200);
}

// Case D2
#[actix_web::test]
async fn an_award_left_superseded_by_a_revoked_one_is_settled_later() {
    let office = Office::start().await;
    let [good, excellent] = office.ladder(["good", "excellent"]).await;
    // As an older version left it.
    office.county.sql(&format!(
        "UPDATE certifications SET status = 'revoked', revoked_at = decided_at, revoked_by = decided_by,
             revocation_reason = '旧事由' WHERE id = '{}'",
        id(&excellent)
    ));
    assert_eq!(office.show(&excellent).await["former"]["number"], good["number"]);
    office.revoke(&excellent, Value::Null).await.problem(409, "former_award");
    let revoked = office.revoke(&excellent, json!(true)).await.expect(200);
    assert_eq!(revoked["revocation_reason"], "旧事由", "the revocation stays as it was");
    assert_eq!(office.show(&good).await["status"], "accepted");
    office.revoke(&excellent, json!(true)).await.problem(409, "wrong_state");
}

// Case D7
#[actix_web::test]
async fn the_acceptance_stays_readable_beside_the_revocation() {
    let office = Office::start().await;
    let [accepted] = office.ladder(["good"]).await;
    let other = office.county.user(Role::BureauAdmin, &office.county.root).await;
    let revocation = json!({ "reason": "非本人原创" });
    let revoked = other.post(&format!("/certifications/{}/revoke", id(&accepted)), revocation).await.expect(200);
    for field in ["decided_by_name", "decided_at", "decision_reason", "awarded_on", "issued_on", "number"] {
        assert_eq!(revoked[field], accepted[field], "{field}");
    }
    assert_eq!(revoked["decision_reason"], "达到标准");
    assert_eq!(
        (&revoked["revocation_reason"], &revoked["revoked_by_name"]),
        (&json!("非本人原创"), &json!("测试用户"))
    );
    assert!(revoked["revoked_at"].as_str() > revoked["decided_at"].as_str());
    let request = office.county.admin.request(reqwest::Method::GET, "/certifications");
    let file = Answer::of(request.header("accept", "text/csv")).await.text;
    let (head, row) = file.split_once('\n').unwrap();
    for column in ["决定人", "决定时间", "决定说明", "撤销人", "撤销时间", "撤销理由"] {
        assert!(head.contains(column), "{head}");
    }
    assert!(row.contains("达到标准") && row.contains("非本人原创"), "{row}");
}

// Case D4
#[actix_web::test]
async fn a_certificate_is_issued_anew_with_the_names_of_today() {
    let office = Office::start().await;
    let [old] = office.ladder(["excellent"]).await;
    office.county.sql(&format!("UPDATE teachers SET name = '李敏敏' WHERE id = '{}'", office.county.teacher));
    let path = format!("/certifications/{}/reissue", id(&old));
    assert_eq!(office.county.admin.post(&path, json!({ "reason": " " })).await.faults()[0].0, "/reason");
    office.county.team_leader().await.post(&path, json!({ "reason": "姓名有误" })).await.problem(403, "forbidden");
    // In another year, under its next number.
    office.county.app.advance(40);
    let admin = office.county.app.admin().await;
    let new = admin.post(&path, json!({ "reason": "姓名有误" })).await.expect(201);
    assert_eq!((&new["number"], &new["teacher_name"]), (&json!("SL2027-示-0001"), &json!("李敏敏")));
    assert_eq!((&new["status"], &new["award"]), (&json!("accepted"), &json!("demonstration")));
    assert_eq!((&new["awarded_on"], &new["issued_on"]), (&json!("2026-11-30"), &json!("2027-01-09")));
    assert_eq!(new["decision_reason"], old["decision_reason"]);
    assert_eq!((&new["reissue_of"]["number"], &new["reissue_of"]["reason"]), (&old["number"], &json!("姓名有误")));
    let shown = admin.get(&format!("/certifications/{}", id(&old))).await.expect(200);
    assert_eq!((&shown["status"], &shown["reissued_as"]["number"]), (&json!("reissued"), &new["number"]));
    assert_eq!(shown["teacher_name"], "李敏", "the former certificate stays as it was");
    let verified = office.verify(&old).await;
    assert_eq!((&verified["result"], &verified["reissued_as_number"]), (&json!("reissued"), &new["number"]));
    let verified = office.verify(&new).await;
    assert_eq!((&verified["result"], &verified["awarded_on"]), (&json!("valid"), &json!("2026-11-30")));
    assert_eq!(verified["reissued_as_number"], Value::Null);
    for action in ["reissue", "revoke"] {
        let path = format!("/certifications/{}/{action}", id(&old));
        admin.post(&path, json!({ "reason": "再次" })).await.problem(409, "wrong_state");
    }
    let again = admin.post(&format!("/certifications/{}/reissue", id(&new)), json!({ "reason": "又误" })).await;
    assert_eq!(again.expect(201)["number"], "SL2027-示-0002");
}

// Case D4
#[actix_web::test]
async fn awards_are_counted_by_acceptance_and_not_by_number() {
    let office = Office::start().await;
    let [old] = office.ladder(["good"]).await;
    office.reissue(&old).await.expect(201);
    assert_eq!(office.awards().await["quality"], 1, "two numbers, one award");
    assert_eq!(
        office.county.admin.all("/certifications?status=accepted&award=quality&awarded_year=2026").await.len(),
        1
    );
    office.county.app.advance(40);
    let admin = office.county.app.admin().await;
    let rows = admin.all("/certifications?status=accepted").await;
    admin.post(&format!("/certifications/{}/reissue", id(&rows[0])), json!({ "reason": "有误" })).await.expect(201);
    for (year, count) in [(2026, 1), (2027, 0)] {
        let awards = admin.get(&format!("/dashboard?training_year={year}")).await.expect(200)["awards"].clone();
        assert_eq!(awards["quality"], count, "{year}");
        let listed = admin.all(&format!("/certifications?status=accepted&awarded_year={year}")).await;
        assert_eq!(listed.len(), usize::try_from(count).unwrap(), "the figure leads to its rows");
    }
    let lesson = admin.get(&format!("/lessons/{}", old["lesson_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(lesson["certification"]["number"], "SL2027-优-0001");
    assert_eq!(lesson["can_apply"], false);
}

// Cases D2 and D4
#[actix_web::test]
async fn revoking_a_reissued_award_asks_for_what_its_first_certificate_superseded() {
    let office = Office::start().await;
    let [good, excellent] = office.ladder(["good", "excellent"]).await;
    let new = office.reissue(&excellent).await.expect(201);
    assert_eq!(office.verify(&good).await["superseded_by_number"], new["number"]);
    office.revoke(&new, Value::Null).await.problem(409, "former_award");
    office.revoke(&new, json!(true)).await.expect(200);
    let shown = [office.show(&good).await, office.show(&excellent).await, office.show(&new).await];
    assert_eq!(statuses(&shown), ["accepted", "reissued", "revoked"], "the reissued one is passed over");
    // Also where the former was reissued before it was superseded.
    let renewed = office.reissue(&good).await.expect(201);
    let higher = office.certify(good["lesson_id"].as_str().unwrap(), "excellent").await;
    assert_eq!(office.show(&higher).await["former"]["number"], renewed["number"]);
    office.revoke(&higher, json!(true)).await.expect(200);
    assert_eq!(statuses(&[office.show(&good).await, office.show(&renewed).await]), ["reissued", "accepted"]);
}

#[actix_web::test]
async fn a_certificate_is_revoked_or_issued_anew_once_however_many_ask_at_once() {
    let office = Office::start().await;
    let [good, excellent] = office.ladder(["good", "excellent"]).await;
    let mut running = Vec::new();
    for n in 0..6 {
        let (admin, id) = (office.county.admin.clone(), id(&excellent));
        running.push(actix_web::rt::spawn(async move {
            match n % 2 {
                0 => admin.post(&format!("/certifications/{id}/reissue"), json!({ "reason": "有误" })).await.status,
                _ => {
                    let revocation = json!({ "reason": "不实", "restore_former": true });
                    admin.post(&format!("/certifications/{id}/revoke"), revocation).await.status
                }
            }
        }));
    }
    let mut done = 0;
    for answer in running {
        let status = answer.await.unwrap();
        assert!([200, 201, 409].contains(&status), "{status}");
        done += usize::from(status != 409);
    }
    assert_eq!(done, 1);
    let accepted = office.county.admin.all("/certifications?status=accepted").await;
    assert_eq!(accepted.len(), 1, "one award in force");
    let former = office.show(&good).await;
    let numbers: Vec<_> = office.county.admin.all("/certifications?award=demonstration&sort=number").await;
    assert_eq!(numbers.len(), if former["status"] == "accepted" { 1 } else { 2 });
}

#[actix_web::test]
async fn nobody_revokes_or_reissues_the_certificate_of_their_own_lesson() {
    let office = Office::start().await;
    let [good] = office.ladder(["good"]).await;
    let linked = json!({ "teacher_id": office.county.teacher });
    let own = office.county.app.user_with(&office.county.admin, Role::BureauAdmin, &office.county.root, linked).await;
    for action in ["revoke", "reissue"] {
        let path = format!("/certifications/{}/{action}", id(&good));
        own.post(&path, json!({ "reason": "有误" })).await.problem(403, "own_lesson");
    }
}

// Case H9
#[actix_web::test]
async fn an_application_with_enough_reviews_waits_for_the_decision_and_asks_no_one() {
    let office = Office::start().await;
    let (county, third) = (&office.county, office.county.training_school().await);
    let certification = county.apply(&county.graded_lesson("课", "good").await).await;
    let count = async |query: &str| third.all(&format!("/certifications?{query}")).await.len();
    let waits = async || {
        let waiting = third.get("/dashboard").await.expect(200)["waiting"].clone();
        (
            count("waiting_for_me=true").await,
            count("ready_to_decide=false").await,
            count("ready_to_decide=true").await,
            waiting["certifications"].as_i64().unwrap(),
            waiting["certifications_to_decide"].as_i64().unwrap(),
        )
    };
    assert_eq!(waits().await, (1, 1, 0, 1, 0));
    for reviewer in &office.reviewers {
        let review = json!({ "verdict": "accept", "comment": "意见" });
        reviewer.post(&format!("/certifications/{certification}/reviews"), review).await.expect(201);
    }
    assert_eq!(waits().await, (0, 0, 1, 1, 1));
    let shown = third.get(&format!("/certifications/{certification}")).await.expect(200);
    assert_eq!((&shown["waiting_for_me"], &shown["ready_to_decide"]), (&json!(false), &json!(true)));
    // A stricter policy makes it ask again.
    let policy = json!({ "effective_from": "2026-01-01", "reviews_required": 3 });
    county.admin.post("/policies", policy).await.expect(201);
    assert_eq!(waits().await, (1, 1, 0, 1, 0));
}

#[actix_web::test]
async fn a_higher_award_supersedes_whatever_number_is_in_force_when_it_is_reissued_at_once() {
    let office = Office::start().await;
    for n in 0..3 {
        let lesson = office.county.lesson(&format!("课{n}")).await;
        let good = office.certify(&lesson, "good").await;
        office.county.grade(&lesson, "excellent").await;
        let path = format!("/certifications/{}", office.county.apply(&lesson).await);
        for reviewer in &office.reviewers {
            let review = json!({ "verdict": "accept", "comment": "意见" });
            reviewer.post(&format!("{path}/reviews"), review).await.expect(201);
        }
        let (admin, other) = (office.county.admin.clone(), office.county.admin.clone());
        let decided = actix_web::rt::spawn(async move {
            admin.post(&format!("{path}/decide"), json!({ "accept": true })).await.status
        });
        let again = format!("/certifications/{}/reissue", id(&good));
        let reissued =
            actix_web::rt::spawn(async move { other.post(&again, json!({ "reason": "有误" })).await.status });
        assert_eq!(decided.await.unwrap(), 200);
        assert!([201, 409].contains(&reissued.await.unwrap()));
        let of_lesson = office.county.admin.all(&format!("/certifications?lesson_id={lesson}")).await;
        let in_force: Vec<_> = of_lesson.iter().filter(|one| one["status"] == "accepted").collect();
        assert_eq!(in_force.len(), 1);
        assert_eq!(in_force[0]["award"], "demonstration");
    }
}

/// The scripts of the migration, back and forth.
fn migration() -> [&'static str; 2] {
    macro_rules! scripts {
        ($database:literal) => {
            [
                include_str!(concat!("../../api/migrations/", $database, "/2026-01-01-000230_certificates/down.sql")),
                include_str!(concat!("../../api/migrations/", $database, "/2026-01-01-000230_certificates/up.sql")),
            ]
        };
    }
    match std::env::var("TEST_DATABASE_URL").is_ok_and(|url| url.starts_with("postgres")) {
        true => scripts!("postgres"),
        false => scripts!("sqlite"),
    }
}

#[actix_web::test]
async fn rows_of_an_older_version_keep_acceptance_revocation_and_graders() {
    let office = Office::start().await;
    let county = &office.county;
    let lesson = county.lesson("课").await;
    let former = county.training_school().await;
    former.post(&format!("/lessons/{lesson}/grade"), json!({ "grade": "qualified" })).await.expect(200);
    let accepted = office.certify(&lesson, "good").await;
    office.revoke(&accepted, Value::Null).await.expect(200);
    let other = office.certify(&county.lesson("另一课").await, "excellent").await;
    let before = [office.show(&accepted).await, office.show(&other).await];
    let open = county.apply(&lesson).await;
    for script in &migration() {
        county.sql(script);
    }
    assert_eq!([office.show(&accepted).await, office.show(&other).await], before);
    assert_eq!(before[0]["decision_reason"], "达到标准");
    // The earlier grader is known from the audit log, the latest from the lesson.
    let review = json!({ "verdict": "accept", "comment": "意见" });
    for grader in [&former, &county.admin] {
        let path = format!("/certifications/{open}/reviews");
        grader.post(&path, review.clone()).await.problem(403, "graded_lesson");
    }
    assert_eq!(office.verify(&other).await["awarded_on"], "2026-11-30");
}
