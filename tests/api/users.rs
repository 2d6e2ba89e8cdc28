use serde_json::json;
use songjiao_api::{config::PasswordProfile, people::users::accounts};
use songjiao_tests::{NO_ID, PASSWORD, TestApp};
use songjiao_types::Role;

#[actix_web::test]
async fn a_user_is_created_found_and_changed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let new = json!({
        "username": "li.na", "name": "李娜", "password": PASSWORD, "role": "school_admin", "organization_id": school,
    });
    let user = admin.post("/users", new).await.expect(201);
    assert_eq!(user["scope"]["id"], json!(school), "their own organization is the scope");
    assert!(user.get("password_hash").is_none() && user.get("password").is_none());
    let path = format!("/users/{}", user["id"].as_str().unwrap());
    let changed = admin.patch(&path, json!({ "name": "李娜娜", "scope_organization_id": root })).await.expect(200);
    assert_eq!((&changed["name"], &changed["scope"]["id"]), (&json!("李娜娜"), &json!(root)));
    assert_eq!(admin.get("/users?q=娜娜&role=school_admin").await.expect(200)["items"][0]["username"], "li.na");
}

#[actix_web::test]
async fn a_disabled_user_is_signed_out_immediately() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let user = app.user(&admin, Role::Auditor, &admin.me("/organization/id")).await;
    user.get("/me").await.expect(200);
    admin.patch(&format!("/users/{}", user.me("/id")), json!({ "disabled": true })).await.expect(200);
    user.get("/me").await.problem(401, "token_expired");
    let credentials = json!({ "username": user.me("/username"), "password": PASSWORD });
    app.anonymous().post("/auth/login", credentials).await.problem(401, "bad_credentials");
}

#[actix_web::test]
async fn a_password_set_by_another_ends_the_sessions_and_must_be_changed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let user = app.user(&admin, Role::Auditor, &admin.me("/organization/id")).await;
    let path = format!("/users/{}", user.me("/id"));
    admin.patch(&path, json!({ "password": "another-first-password" })).await.expect(200);
    user.get("/me").await.problem(401, "token_expired");
    let again = app.sign_in(&user.me("/username"), "another-first-password").await;
    assert_eq!(again.get("/me").await.expect(200)["must_change_password"], true);
}

#[actix_web::test]
async fn nobody_changes_their_own_rights_or_password_as_an_administrator() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let path = format!("/users/{}", admin.me("/id"));
    for (field, value) in [
        ("disabled", json!(true)),
        ("role", json!("auditor")),
        ("scope_organization_id", json!(school)),
        ("organization_id", json!(school)),
        ("password", json!("a-password-of-my-own")),
    ] {
        let faults = admin.patch(&path, json!({ (field): value })).await.faults();
        assert_eq!(faults, [(format!("/{field}"), "own_account".to_owned())]);
    }
    let same = json!({ "name": "王主任", "role": "bureau_admin", "scope_organization_id": root });
    admin.patch(&path, same).await.expect(200);
}

#[actix_web::test]
async fn an_administrator_of_a_part_cannot_change_a_user_who_sees_more() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let district = admin.organization("district", &root).await;
    let local = app.user(&admin, Role::BureauAdmin, &district).await;
    // Works in the district, and sees the county.
    let wider = app.user_with(&admin, Role::Auditor, &district, json!({ "scope_organization_id": root })).await;
    let path = format!("/users/{}", wider.me("/id"));
    local.get(&path).await.expect(200);
    for change in
        [json!({ "password": "a-password-for-another" }), json!({ "role": "bureau_admin" }), json!({ "name": "王" })]
    {
        local.patch(&path, change).await.problem(403, "forbidden");
    }
    local.act(&format!("{path}/unlock")).await.problem(403, "forbidden");
    let narrow = app.user(&admin, Role::Auditor, &district).await;
    let path = format!("/users/{}", narrow.me("/id"));
    let faults = local.patch(&path, json!({ "scope_organization_id": root })).await.faults();
    assert_eq!(faults, [("/scope_organization_id".to_owned(), "unknown_organization".to_owned())]);
    local.patch(&path, json!({ "role": "bureau_admin" })).await.expect(200);
}

#[actix_web::test]
async fn a_reset_and_an_unlock_lift_the_lock() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let user = app.user(&admin, Role::Auditor, &admin.me("/organization/id")).await;
    let path = format!("/users/{}", user.me("/id"));
    let attempt = async |password: &str| {
        let credentials = json!({ "username": user.me("/username"), "password": password });
        app.anonymous().post("/auth/login", credentials).await
    };
    let lock = async || {
        for _ in 0..5 {
            attempt("wrong").await.problem(401, "bad_credentials");
        }
        attempt(PASSWORD).await.problem(429, "too_many_attempts");
        assert!(admin.get(&path).await.expect(200)["locked_until"].is_string());
    };
    lock().await;
    assert!(admin.act(&format!("{path}/unlock")).await.expect(200)["locked_until"].is_null());
    attempt(PASSWORD).await.expect(200);
    lock().await;
    admin.patch(&path, json!({ "password": "another-first-password" })).await.expect(200);
    attempt("another-first-password").await.expect(200);
}

#[actix_web::test]
async fn user_names_are_one_without_regard_to_case() {
    let app = TestApp::start().await;
    let admin = app.sign_in("ADMIN", PASSWORD).await;
    let new = json!({
        "username": "Admin", "name": "李娜", "password": PASSWORD, "role": "auditor",
        "organization_id": admin.me("/organization/id"),
    });
    admin.post("/users", new).await.problem(409, "already_exists");
}

#[actix_web::test]
async fn a_teacher_user_is_linked_to_a_teacher() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let new = json!({
        "username": "t1", "name": "王老师", "password": PASSWORD, "role": "teacher",
        "organization_id": admin.me("/organization/id"),
    });
    let faults = admin.post("/users", new).await.faults();
    assert_eq!(faults, [("/teacher_id".to_owned(), "required".to_owned())]);
}

#[actix_web::test]
async fn an_account_ends_with_its_teachers_service() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let teacher = admin.teacher(&school).await;
    let user = app.user_with(&admin, Role::Teacher, &school, json!({ "teacher_id": teacher })).await;
    user.get("/me").await.expect(200);
    let left = |day: &str| json!({ "left_on": day, "status": "left" });
    let path = format!("/teachers/{teacher}");
    // Today is the last day.
    admin.patch(&path, left("2026-11-30")).await.expect(200);
    user.get("/me").await.expect(200);
    admin.patch(&path, left("2026-11-29")).await.expect(200);
    user.get("/me").await.problem(401, "token_expired");
    let token = json!({ "refresh_token": user.tokens.as_ref().unwrap()["refresh_token"] });
    app.anonymous().post("/auth/refresh", token).await.problem(401, "token_expired");
    let credentials = json!({ "username": user.me("/username"), "password": PASSWORD });
    app.anonymous().post("/auth/login", credentials).await.problem(401, "bad_credentials");
}

#[actix_web::test]
async fn users_out_of_scope_are_not_seen() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("district", &root).await, admin.organization("district", &root).await);
    let local = app.user(&admin, Role::BureauAdmin, &ours).await;
    let foreign = app.user(&admin, Role::Auditor, &theirs).await;
    assert_eq!(local.all("/users").await.len(), 1);
    local.get(&format!("/users/{}", foreign.me("/id"))).await.problem(404, "not_found");
    local.patch(&format!("/users/{}", foreign.me("/id")), json!({ "name": "越权" })).await.problem(404, "not_found");
    let new = json!({
        "username": "up", "name": "越权", "password": PASSWORD, "role": "auditor",
        "organization_id": ours, "scope_organization_id": root,
    });
    let faults = local.post("/users", new).await.faults();
    assert_eq!(faults, [("/scope_organization_id".to_owned(), "unknown_organization".to_owned())]);
}

#[actix_web::test]
async fn an_organization_covers_the_users_of_those_below_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("district", &root).await, admin.organization("district", &root).await);
    let school = admin.organization("school", &ours).await;
    app.user(&admin, Role::SchoolAdmin, &school).await;
    let local = app.user(&admin, Role::BureauAdmin, &ours).await;
    for (organization, expected) in [(&root, 3), (&ours, 2), (&school, 1), (&theirs, 0)] {
        assert_eq!(admin.all(&format!("/users?organization_id={organization}")).await.len(), expected);
    }
    assert_eq!(local.all(&format!("/users?organization_id={school}")).await.len(), 1);
    let unknown = [("organization_id".to_owned(), "unknown_organization".to_owned())];
    assert_eq!(admin.get(&format!("/users?organization_id={NO_ID}")).await.faults(), unknown);
    assert_eq!(local.get(&format!("/users?organization_id={theirs}")).await.faults(), unknown);
}

#[actix_web::test]
async fn the_command_line_sets_a_first_password_and_lifts_the_lock() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let credentials = |password: &str| json!({ "username": "admin", "password": password });
    for _ in 0..5 {
        app.anonymous().post("/auth/login", credentials("wrong")).await.problem(401, "bad_credentials");
    }
    app.anonymous().post("/auth/login", credentials(PASSWORD)).await.problem(429, "too_many_attempts");
    accounts::set_password(&app.db, PasswordProfile::Asvs, "admin", "given-by-the-command-line".to_owned()).unwrap();
    admin.get("/me").await.problem(401, "token_expired");
    app.anonymous().post("/auth/login", credentials(PASSWORD)).await.problem(401, "bad_credentials");
    let again = app.sign_in("admin", "given-by-the-command-line").await;
    assert_eq!(again.get("/me").await.expect(200)["must_change_password"], true);
    app.keep_first_password("admin");
    let entries = again.all("/audit-log?action=reset_password").await;
    assert_eq!((entries.len(), &entries[0]["username"]), (1, &json!("system")));
}

#[actix_web::test]
async fn the_command_line_creates_an_administrator() {
    let app = TestApp::start().await;
    accounts::create_admin(&app.db, PasswordProfile::Asvs, "new.admin", "given-by-the-command-line".to_owned())
        .unwrap();
    let admin = app.sign_in("new.admin", "given-by-the-command-line").await;
    let me = admin.get("/me").await.expect(200);
    assert_eq!((&me["role"], &me["must_change_password"]), (&json!("bureau_admin"), &json!(true)));
    assert_eq!(me["scope"]["code"], "220283");
    app.keep_first_password("new.admin");
    assert_eq!(admin.all("/users").await.len(), 2);
    let made = &admin.get("/audit-log?entity=user&action=create&limit=1").await.expect(200)["items"][0];
    assert_eq!((&made["username"], &made["after"]["username"]), (&json!("system"), &json!("new.admin")));
    let twice =
        accounts::create_admin(&app.db, PasswordProfile::Asvs, "new.admin", "given-by-the-command-line".to_owned())
            .unwrap_err();
    assert!(twice.to_string().contains("用户名已存在"), "{twice}");
}

#[actix_web::test]
async fn the_command_line_applies_the_rules_for_names_and_passwords() {
    let app = TestApp::start().await;
    for (username, password, pointer) in [
        ("admin", "short", "/password"),
        ("admin", "the-admin-of-songjiao", "/password"),
        ("admin", "123456789012", "/password"),
        ("with spaces", "given-by-the-command-line", "/username"),
        ("second", "short", "/password"),
        ("second", "the-second-of-songjiao", "/password"),
    ] {
        let password = password.to_owned();
        let refused = match username {
            "admin" => accounts::set_password(&app.db, PasswordProfile::Asvs, username, password),
            _ => accounts::create_admin(&app.db, PasswordProfile::Asvs, username, password),
        };
        assert_eq!(refused.unwrap_err().errors[0].pointer, pointer, "{username}");
    }
    let nobody =
        accounts::set_password(&app.db, PasswordProfile::Asvs, "nobody", "given-by-the-command-line".to_owned());
    assert_eq!(nobody.unwrap_err().code, songjiao_types::ErrorCode::NotFound);
    app.admin().await;
}

#[actix_web::test]
async fn under_djbh_neither_an_administrator_nor_the_command_line_reuses_a_password() {
    let app = TestApp::start_with(|config| config.password_profile = PasswordProfile::Djbh).await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let mut new = json!({
        "username": "li.na", "name": "李娜", "password": PASSWORD, "role": "auditor", "organization_id": root,
    });
    let faults = admin.post("/users", new.clone()).await.faults();
    assert_eq!(faults, [("/password".to_owned(), "plain_password".to_owned())]);
    new["password"] = json!("Horse-battery-1");
    let user = admin.post("/users", new).await.expect(201);
    let path = format!("/users/{}", user["id"].as_str().unwrap());
    let faults = admin.patch(&path, json!({ "password": "Horse-battery-1" })).await.faults();
    assert_eq!(faults, [("/password".to_owned(), "password_reused".to_owned())]);
    let set = |password: &str| accounts::set_password(&app.db, PasswordProfile::Djbh, "li.na", password.to_owned());
    assert_eq!(set("Horse-battery-1").unwrap_err().errors[0].code, "password_reused");
    set("Horse-battery-2").unwrap();
    app.sign_in("li.na", "Horse-battery-2").await;
}
