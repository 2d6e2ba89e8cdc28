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
    assert_eq!(user["scope"]["id"], json!(school), "the scope defaults to the organization");
    assert!(user.get("password_hash").is_none() && user.get("password").is_none());
    let path = format!("/users/{}", user["id"].as_str().unwrap());
    let changed = admin.patch(&path, json!({ "name": "李娜娜", "scope_organization_id": root })).await.expect(200);
    assert_eq!((&changed["name"], &changed["scope"]["id"]), (&json!("李娜娜"), &json!(root)));
    assert_eq!(admin.get("/users?q=娜娜&role=school_admin").await.expect(200)["items"][0]["username"], "li.na");
}

#[actix_web::test]
async fn a_disabled_user_is_out_at_once() {
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
async fn a_password_given_by_another_ends_the_sessions_and_is_to_be_changed() {
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
async fn nobody_takes_their_own_role_or_access_away() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let path = format!("/users/{}", admin.me("/id"));
    let faults = admin.patch(&path, json!({ "disabled": true })).await.faults();
    assert_eq!(faults, [("/disabled".to_owned(), "own_account".to_owned())]);
    let faults = admin.patch(&path, json!({ "role": "auditor" })).await.faults();
    assert_eq!(faults, [("/role".to_owned(), "own_account".to_owned())]);
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
async fn the_command_line_gives_a_user_a_first_password_and_takes_the_lock_away() {
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
    let entries = again.all("/audit-log?action=reset_password").await;
    assert_eq!((entries.len(), &entries[0]["username"]), (1, &json!("system")));
}

#[actix_web::test]
async fn the_command_line_makes_an_administrator_for_a_bureau_whose_own_left() {
    let app = TestApp::start().await;
    accounts::create_admin(&app.db, PasswordProfile::Asvs, "new.admin", "given-by-the-command-line".to_owned())
        .unwrap();
    let admin = app.sign_in("new.admin", "given-by-the-command-line").await;
    let me = admin.get("/me").await.expect(200);
    assert_eq!((&me["role"], &me["must_change_password"]), (&json!("bureau_admin"), &json!(true)));
    assert_eq!(me["scope"]["code"], "220283");
    assert_eq!(admin.all("/users").await.len(), 2);
    let made = &admin.get("/audit-log?entity=user&action=create&limit=1").await.expect(200)["items"][0];
    assert_eq!((&made["username"], &made["after"]["username"]), (&json!("system"), &json!("new.admin")));
    let twice =
        accounts::create_admin(&app.db, PasswordProfile::Asvs, "new.admin", "given-by-the-command-line".to_owned())
            .unwrap_err();
    assert!(twice.to_string().contains("用户名已存在"), "{twice}");
}

#[actix_web::test]
async fn the_command_line_keeps_to_the_rules_for_names_and_passwords() {
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
async fn under_djbh_neither_an_administrator_nor_the_command_line_gives_a_password_anew() {
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
