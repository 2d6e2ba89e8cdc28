use diesel::{RunQueryDsl, sql_query};
use futures_util::future::join_all;
use serde_json::{Value, json};
use songjiao_api::db::Actor;
use songjiao_tests::{Answer, PASSWORD, Session, TestApp, id};
use songjiao_types::Role;

const NEW_PASSWORD: &str = "a-password-of-my-own";
/// A valid ID number.
const ID_NUMBER: &str = "11010519491231002X";

struct School {
    app: TestApp,
    admin: Session,
    /// The clerk of the school.
    clerk: Session,
    id: String,
}

impl School {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let school = admin.organization("school", &admin.me("/organization/id")).await;
        let clerk = app.user(&admin, Role::SchoolAdmin, &school).await;
        Self { app, admin, clerk, id: school }
    }

    /// Opens an account for a teacher with more fields, and returns its slip.
    async fn slip(&self, more: Value) -> Value {
        let teacher = self.admin.teacher_with(&self.id, more).await;
        let opened = self.clerk.post("/accounts/teachers", json!({ "teacher_ids": [teacher] })).await.expect(201);
        self.codes(json!({ "user_ids": opened["user_ids"] })).await[0].clone()
    }

    async fn codes(&self, request: Value) -> Vec<Value> {
        let issued = self.clerk.post("/accounts/codes", request).await.expect(200);
        issued["slips"].as_array().unwrap().clone()
    }

    async fn activate(&self, code: &Value, more: Value) -> Answer {
        let mut body = json!({ "code": code, "password": NEW_PASSWORD, "notice_version": 1 });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.app.anonymous().post("/auth/activate", body).await
    }

    async fn state(&self, teacher_no: &str) -> Value {
        let found = self.clerk.get(&format!("/accounts?q={teacher_no}")).await.expect(200);
        found["items"][0]["state"].clone()
    }
}

#[actix_web::test]
async fn a_teacher_activates_an_account_that_the_school_opened_and_signs_in() {
    let school = School::start().await;
    let slip = school.slip(json!({ "teacher_no": "T0001" })).await;
    assert_eq!((&slip["username"], &slip["name"]), (&json!("T0001"), &json!("王芳")));
    assert_eq!(school.state("T0001").await, "not_activated");
    let activated = school.activate(&slip["code"], json!({})).await.expect(200);
    assert_eq!(activated["username"], "T0001");
    assert_eq!(school.state("T0001").await, "never_signed_in");
    let user = school.app.sign_in("t0001", NEW_PASSWORD).await;
    let me = user.get("/me").await.expect(200);
    assert_eq!((&me["role"], &me["must_change_password"]), (&json!("teacher"), &json!(false)));
    assert_eq!(school.state("T0001").await, "active");
    let actions = school.admin.all("/audit-log?entity=user").await;
    let actions: Vec<_> = actions.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    for action in ["open_account", "issue_code", "activate"] {
        assert!(actions.contains(&action), "{action} is in the audit log");
    }
}

#[actix_web::test]
async fn an_account_without_activation_cannot_be_signed_in_to() {
    let school = School::start().await;
    school.slip(json!({ "teacher_no": "T0001" })).await;
    for password in ["!", PASSWORD] {
        let credentials = json!({ "username": "T0001", "password": password });
        school.app.anonymous().post("/auth/login", credentials).await.problem(401, "bad_credentials");
    }
}

#[actix_web::test]
async fn a_code_is_used_once_and_expires() {
    let school = School::start().await;
    let slip = school.slip(json!({})).await;
    school.activate(&slip["code"], json!({})).await.expect(200);
    school.activate(&slip["code"], json!({})).await.problem(403, "activation_refused");
    let slip = school.slip(json!({})).await;
    let past = "UPDATE activation_codes SET expires_at = '2026-11-29 00:00:00.000000'";
    school.app.db.write_now(Actor::system(), |tx| Ok(sql_query(past).execute(tx.conn)?)).unwrap();
    school.activate(&slip["code"], json!({})).await.problem(403, "activation_refused");
}

#[actix_web::test]
async fn a_new_code_ends_the_former_one_and_a_forgotten_password_goes_the_same_way() {
    let school = School::start().await;
    let first = school.slip(json!({ "teacher_no": "T0001" })).await;
    let second = school.codes(json!({ "user_ids": [first["user_id"]] })).await[0].clone();
    school.activate(&first["code"], json!({})).await.problem(403, "activation_refused");
    school.activate(&second["code"], json!({})).await.expect(200);
    let user = school.app.sign_in("T0001", NEW_PASSWORD).await;
    let third = school.codes(json!({ "user_ids": [first["user_id"]] })).await[0].clone();
    // Until the code is used, the password that the teacher may still remember is valid.
    user.get("/me").await.expect(200);
    school.activate(&third["code"], json!({ "password": "another-of-my-own" })).await.expect(200);
    user.get("/me").await.problem(401, "token_expired");
    school.app.sign_in("T0001", "another-of-my-own").await;
}

#[actix_web::test]
async fn where_the_id_number_is_recorded_its_last_six_characters_are_asked_and_five_wrong_ones_end_the_code() {
    let school = School::start().await;
    let slip = school.slip(json!({ "id_number": ID_NUMBER })).await;
    assert_eq!(slip["asks_id_number"], true);
    let refused = school.activate(&slip["code"], json!({})).await;
    let unknown = school.activate(&json!("K7QM-2F9T-XB4H"), json!({})).await;
    assert_eq!(
        refused.problem(403, "activation_refused")["title"],
        unknown.problem(403, "activation_refused")["title"]
    );
    school.activate(&slip["code"], json!({ "id_number_tail": "31002x" })).await.expect(200);

    let slip = school.slip(json!({ "id_number": "110105199003071052" })).await;
    for tail in ["31002X", "07105", "7105X", "111111", ""] {
        school.activate(&slip["code"], json!({ "id_number_tail": tail })).await.problem(403, "activation_refused");
    }
    school.activate(&slip["code"], json!({ "id_number_tail": "071052" })).await.problem(403, "activation_refused");
}

#[actix_web::test]
async fn wrong_id_numbers_count_against_the_user_whatever_code_they_come_with() {
    let school = School::start().await;
    let slip = school.slip(json!({ "id_number": ID_NUMBER })).await;
    let reissue = json!({ "user_ids": [slip["user_id"]] });
    let mut code = slip["code"].clone();
    for round in 0..5 {
        school.activate(&code, json!({ "id_number_tail": "071052" })).await.problem(403, "activation_refused");
        // A new code does not start anew, and neither does the activation of somebody else.
        code = school.codes(reissue.clone()).await[0]["code"].clone();
        let other = school.slip(json!({})).await;
        school.activate(&other["code"], json!({ "password": format!("a-password-of-{round}") })).await.expect(200);
    }
    let right = json!({ "id_number_tail": "31002X" });
    school.activate(&code, right.clone()).await.problem(403, "activation_refused");
    let unlock = format!("/users/{}/unlock", slip["user_id"].as_str().unwrap());
    school.admin.act(&unlock).await.expect(200);
    school.activate(&code, right).await.expect(200);
}

#[actix_web::test]
async fn what_a_code_asks_is_fixed_when_it_is_issued() {
    let school = School::start().await;
    let teacher = school.admin.teacher_with(&school.id, json!({ "id_number": ID_NUMBER })).await;
    let opened = school.clerk.post("/accounts/teachers", json!({ "teacher_ids": [teacher] })).await.expect(201);
    let slip = school.codes(json!({ "user_ids": opened["user_ids"] })).await[0].clone();
    school.clerk.patch(&format!("/teachers/{teacher}"), json!({ "id_number": null })).await.expect(200);
    school.activate(&slip["code"], json!({})).await.problem(403, "activation_refused");
}

#[actix_web::test]
async fn a_code_ends_with_a_change_of_rights_or_of_the_password() {
    let school = School::start().await;
    let root = school.admin.me("/organization/id");
    let changes = [
        json!({ "role": "bureau_admin", "organization_id": root, "scope_organization_id": root }),
        json!({ "role": "team_member" }),
        json!({ "password": "a-first-password-for-you" }),
        json!({ "disabled": true }),
    ];
    for change in changes {
        let slip = school.slip(json!({})).await;
        let path = format!("/users/{}", slip["user_id"].as_str().unwrap());
        school.admin.patch(&path, change.clone()).await.expect(200);
        if change["disabled"] == true {
            school.admin.patch(&path, json!({ "disabled": false })).await.expect(200);
        }
        school.activate(&slip["code"], json!({})).await.problem(403, "activation_refused");
    }
}

#[actix_web::test]
async fn an_account_follows_its_teacher_to_the_new_school() {
    let school = School::start().await;
    let elsewhere = school.admin.organization("school", &school.admin.me("/organization/id")).await;
    let new_clerk = school.app.user(&school.admin, Role::SchoolAdmin, &elsewhere).await;
    let teacher = school.admin.teacher_with(&school.id, json!({ "teacher_no": "T0001" })).await;
    let opened = school.clerk.post("/accounts/teachers", json!({ "teacher_ids": [teacher] })).await.expect(201);
    let user = opened["user_ids"][0].clone();
    let slip = school.codes(json!({ "user_ids": [user] })).await[0].clone();
    let transfer = json!({ "organization_id": elsewhere, "starts_on": "2026-11-30" });
    school.admin.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
    school.activate(&slip["code"], json!({})).await.problem(403, "activation_refused");
    let faults = school.clerk.post("/accounts/codes", json!({ "user_ids": [user] })).await.faults();
    assert_eq!(faults, [("/user_ids/0".to_owned(), "unknown_user".to_owned())]);
    let issued = new_clerk.post("/accounts/codes", json!({ "user_ids": [user] })).await.expect(200);
    school.activate(&issued["slips"][0]["code"], json!({})).await.expect(200);
    let me = school.app.sign_in("T0001", NEW_PASSWORD).await;
    assert_eq!(me.me("/organization/id"), elsewhere);
}

#[actix_web::test]
async fn a_clerk_resets_only_accounts_of_teachers_who_serve_there() {
    let school = School::start().await;
    let elsewhere = school.admin.organization("school", &school.admin.me("/organization/id")).await;
    let theirs = school.admin.teacher(&elsewhere).await;
    let strange = json!({ "teacher_id": theirs });
    let user = school.app.user_with(&school.admin, Role::Teacher, &school.id, strange).await.me("/id");
    let faults = school.clerk.post("/accounts/codes", json!({ "user_ids": [user] })).await.faults();
    assert_eq!(faults, [("/user_ids/0".to_owned(), "unknown_user".to_owned())]);
}

#[actix_web::test]
async fn an_administrator_of_a_part_neither_opens_nor_resets_accounts_of_teams_beyond_it() {
    let school = School::start().await;
    let teacher = school.admin.teacher(&school.id).await;
    let team = json!({ "name": "语文送培团队", "subject": "语文", "stage": "primary" });
    let team = id(&school.admin.post("/teams", team).await.expect(201));
    let member = json!({ "teacher_id": teacher, "role": "leader" });
    school.admin.post(&format!("/teams/{team}/members"), member).await.expect(201);
    let leader =
        school.app.user_with(&school.admin, Role::TeamLeader, &school.id, json!({ "teacher_id": teacher })).await;
    let head = school.app.user(&school.admin, Role::BureauAdmin, &school.id).await;
    let double = json!({
        "username": "double", "name": "李敏", "password": PASSWORD, "role": "team_member",
        "organization_id": school.id, "teacher_id": teacher,
    });
    let faults = head.post("/users", double).await.faults();
    assert_eq!(faults, [("/teacher_id".to_owned(), "team_out_of_scope".to_owned())]);
    let faults = head.post("/accounts/codes", json!({ "user_ids": [leader.me("/id")] })).await.faults();
    assert_eq!(faults, [("/user_ids/0".to_owned(), "unknown_user".to_owned())]);
    let path = format!("/users/{}", leader.me("/id"));
    head.patch(&path, json!({ "name": "李敏" })).await.problem(403, "forbidden");
    head.act(&format!("{path}/unlock")).await.problem(403, "forbidden");
}

#[actix_web::test]
async fn guessed_codes_lock_their_network_and_no_other() {
    let app = TestApp::start_with(|config| config.trusted_proxies = 1).await;
    let guess = async |address: &str| {
        let body = json!({ "code": "K7QM-2F9T-XB4H", "password": NEW_PASSWORD, "notice_version": 1 });
        let request = app.anonymous().request(reqwest::Method::POST, "/auth/activate");
        Answer::of(request.header("x-forwarded-for", address).json(&body)).await
    };
    for _ in 0..20 {
        guess("203.0.113.9").await.problem(403, "activation_refused");
    }
    guess("203.0.113.77").await.problem(429, "too_many_attempts");
    guess("198.51.100.7").await.problem(403, "activation_refused");
}

#[actix_web::test]
async fn a_code_survives_a_weak_password_and_an_old_notice() {
    let school = School::start().await;
    let slip = school.slip(json!({ "teacher_no": "T0001" })).await;
    let faults = school.activate(&slip["code"], json!({ "password": "T0001-T0001-T0001" })).await.faults();
    assert_eq!(faults, [("/password".to_owned(), "weak_password".to_owned())]);
    let faults = school.activate(&slip["code"], json!({ "notice_version": 0 })).await.faults();
    assert_eq!(faults, [("/notice_version".to_owned(), "notice_version".to_owned())]);
    school.activate(&slip["code"], json!({})).await.expect(200);
}

#[actix_web::test]
async fn of_activations_that_race_for_one_code_one_wins() {
    let school = School::start().await;
    let slip = school.slip(json!({})).await;
    let answers = join_all((0..20).map(|_| school.activate(&slip["code"], json!({})))).await;
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(200), count(403)), (1, 19));
    // A code that was used is no guess: the network is not locked.
    for _ in 0..5 {
        school.activate(&slip["code"], json!({})).await.problem(403, "activation_refused");
    }
    assert!(school.clerk.all("/accounts").await[0]["code_expires_at"].is_null());
}

#[actix_web::test]
async fn a_whole_school_activates_at_once() {
    let school = School::start().await;
    for _ in 0..12 {
        school.admin.teacher(&school.id).await;
    }
    school.clerk.post("/accounts/teachers", json!({ "organization_id": school.id })).await.expect(201);
    let slips = school.codes(json!({ "organization_id": school.id })).await;
    assert_eq!(slips.len(), 12);
    let answers = join_all(slips.iter().map(|slip| school.activate(&slip["code"], json!({})))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
}

#[actix_web::test]
async fn accounts_are_opened_for_all_who_have_none_and_the_others_are_named() {
    let school = School::start().await;
    let one = school.admin.teacher_with(&school.id, json!({ "teacher_no": "T1" })).await;
    let two = school.admin.teacher_with(&school.id, json!({ "teacher_no": "T2" })).await;
    let gone = json!({ "teacher_no": "T3", "left_on": "2026-01-31", "status": "left" });
    let gone = school.admin.teacher_with(&school.id, gone).await;
    // Another user has the name that the second teacher's account would get.
    let taken = json!({
        "username": "t2", "name": "李娜", "password": PASSWORD, "role": "auditor", "organization_id": school.id,
    });
    school.admin.post("/users", taken).await.expect(201);
    let opened = school.clerk.post("/accounts/teachers", json!({ "teacher_ids": [one, two, gone] })).await.expect(201);
    let skipped: Vec<_> =
        opened["skipped"].as_array().unwrap().iter().map(|it| (it["number"].clone(), it["code"].clone())).collect();
    assert_eq!(opened["user_ids"].as_array().unwrap().len(), 1);
    assert_eq!(skipped, [(json!("T3"), json!("not_in_service")), (json!("T2"), json!("username_taken"))]);
    let again = school.clerk.post("/accounts/teachers", json!({ "teacher_ids": [one] })).await.expect(201);
    assert_eq!(again["skipped"][0]["code"], "has_account");
    let all = json!({ "organization_id": school.id, "username_pattern": "sl-{teacher_no}" });
    let opened = school.clerk.post("/accounts/teachers", all).await.expect(201);
    assert_eq!((opened["user_ids"].as_array().unwrap().len(), &opened["skipped"]), (1, &json!([])));
    let states = async |state: &str| school.clerk.all(&format!("/accounts?state={state}")).await.len();
    assert_eq!((states("missing").await, states("not_activated").await, states("active").await), (1, 2, 0));
}

#[actix_web::test]
async fn a_school_opens_accounts_of_its_own_teachers_and_of_no_other_role() {
    let school = School::start().await;
    let elsewhere = school.admin.organization("school", &school.admin.me("/organization/id")).await;
    let theirs = school.admin.teacher(&elsewhere).await;
    let faults = school.clerk.post("/accounts/teachers", json!({ "teacher_ids": [theirs] })).await.faults();
    assert_eq!(faults, [("/teacher_ids/0".to_owned(), "unknown_teacher".to_owned())]);
    let faults = school.clerk.post("/accounts/teachers", json!({ "organization_id": elsewhere })).await.faults();
    assert_eq!(faults, [("/organization_id".to_owned(), "unknown_organization".to_owned())]);
    for role in ["team_leader", "team_member", "school_admin", "bureau_admin"] {
        let new = json!({ "organization_id": school.id, "role": role });
        let faults = school.clerk.post("/accounts/teachers", new).await.faults();
        assert_eq!(faults, [("/role".to_owned(), "role_not_allowed".to_owned())]);
    }
    // Nor does it reset accounts that do more: another clerk's, its own, that of a team leader.
    let teacher = school.admin.teacher(&school.id).await;
    let leader =
        school.app.user_with(&school.admin, Role::TeamLeader, &school.id, json!({ "teacher_id": teacher })).await;
    let other = school.app.user(&school.admin, Role::SchoolAdmin, &school.id).await;
    for user in [&leader, &other, &school.clerk, &school.admin] {
        let faults = school.clerk.post("/accounts/codes", json!({ "user_ids": [user.me("/id")] })).await.faults();
        assert_eq!(faults, [("/user_ids/0".to_owned(), "unknown_user".to_owned())]);
    }
    school.admin.post("/accounts/codes", json!({ "user_ids": [leader.me("/id")] })).await.expect(200);
}

#[actix_web::test]
async fn a_team_gets_accounts_by_its_members_roles() {
    let school = School::start().await;
    let (leader, member) = (school.admin.teacher(&school.id).await, school.admin.teacher(&school.id).await);
    let new = json!({ "name": "语文送培团队", "subject": "语文", "stage": "primary" });
    let team = id(&school.admin.post("/teams", new).await.expect(201));
    for (teacher, role) in [(&leader, "leader"), (&member, "member")] {
        let new = json!({ "teacher_id": teacher, "role": role });
        school.admin.post(&format!("/teams/{team}/members"), new).await.expect(201);
    }
    school.admin.post("/accounts/teachers", json!({ "team_id": team })).await.expect(201);
    let accounts = school.admin.all("/accounts?state=not_activated").await;
    let role_of = |teacher: &str| accounts.iter().find(|it| it["id"] == teacher).map(|it| it["role"].clone());
    assert_eq!((role_of(&leader), role_of(&member)), (Some(json!("team_leader")), Some(json!("team_member"))));
}

#[actix_web::test]
async fn each_school_gets_one_clerk() {
    let school = School::start().await;
    let root = school.admin.me("/organization/id");
    let new = json!({ "code": "S2", "name": "二小", "kind": "school" });
    school.admin.post("/organizations", new).await.expect(201);
    let opened = school.admin.post("/accounts/schools", json!({ "organization_id": root })).await.expect(201);
    // The other school has its clerk.
    assert_eq!(opened["user_ids"].as_array().unwrap().len(), 1);
    let user = school.admin.get(&format!("/users/{}", opened["user_ids"][0].as_str().unwrap())).await.expect(200);
    assert_eq!((&user["username"], &user["role"]), (&json!("S2"), &json!("school_admin")));
    assert_eq!(user["name"], "二小管理员");
    school.clerk.post("/accounts/schools", json!({ "organization_id": root })).await.problem(403, "forbidden");
}

#[actix_web::test]
async fn a_request_repeated_under_its_key_shows_no_codes() {
    let school = School::start().await;
    let slip = school.slip(json!({})).await;
    let issue = || {
        let request = school.clerk.request(reqwest::Method::POST, "/accounts/codes").header("idempotency-key", "k");
        request.json(&json!({ "user_ids": [slip["user_id"]] }))
    };
    let first = Answer::of(issue()).await.expect(200);
    let again = Answer::of(issue()).await.expect(200);
    assert!(first["slips"][0]["code"].as_str().unwrap().len() == 14 && again["slips"][0]["code"] == "");
}

#[actix_web::test]
async fn codes_are_stored_hashed() {
    let school = School::start().await;
    let slip = school.slip(json!({})).await;
    let code = slip["code"].as_str().unwrap().replace('-', "");
    let stored = school.app.db.read_now(|conn| {
        #[derive(diesel::QueryableByName)]
        struct Stored {
            #[diesel(sql_type = diesel::sql_types::Text)]
            code_hash: String,
        }
        let rows: Vec<Stored> = sql_query("SELECT code_hash FROM activation_codes").load(conn)?;
        Ok(rows)
    });
    let stored = stored.unwrap();
    assert!(stored.len() == 1 && !stored[0].code_hash.to_uppercase().contains(&code));
    let log = school.admin.get("/audit-log?limit=500").await.expect(200).to_string();
    assert!(!log.contains(slip["code"].as_str().unwrap()) && !log.contains(&code));
}
