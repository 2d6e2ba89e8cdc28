use diesel::{RunQueryDsl, sql_query};
use serde_json::json;
use songjiao_api::{config::PasswordProfile, db::Actor};
use songjiao_tests::{PASSWORD, TestApp};

#[actix_web::test]
async fn a_sign_in_returns_tokens_and_the_user() {
    let app = TestApp::start().await;
    let tokens =
        app.anonymous().post("/auth/login", json!({ "username": "admin", "password": PASSWORD })).await.expect(200);
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 900);
    assert_eq!(tokens["user"]["organization"]["code"], "220283");
    assert_eq!(tokens["user"]["role"], "bureau_admin");
}

#[actix_web::test]
async fn unknown_and_known_names_fail_and_lock_alike() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    for username in ["admin", "nobody"] {
        for _ in 0..5 {
            nobody
                .post("/auth/login", json!({ "username": username, "password": "wrong" }))
                .await
                .problem(401, "bad_credentials");
        }
        let locked = nobody.post("/auth/login", json!({ "username": username, "password": PASSWORD })).await;
        assert!(locked.headers.contains_key("retry-after"));
        locked.problem(429, "too_many_attempts");
    }
}

#[actix_web::test]
async fn of_many_guesses_in_flight_five_are_verified_and_the_user_gets_in_from_elsewhere() {
    let app = behind_a_proxy().await;
    let guesses = (0..40).map(|_| app.sign_in_from("203.0.113.9", "Admin", "wrong"));
    let answers = futures_util::future::join_all(guesses).await;
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    // A full queue answers 503 and counts nothing.
    assert_eq!((count(401), count(429) + count(503)), (5, 35));
    app.sign_in_from("203.0.113.9", "admin", PASSWORD).await.problem(429, "too_many_attempts");
    app.sign_in_from("198.51.100.7", "admin", PASSWORD).await.expect(200);
}

#[actix_web::test]
async fn guesses_from_many_networks_lock_a_name_except_where_its_user_has_signed_in() {
    let app = behind_a_proxy().await;
    app.sign_in_from("198.51.100.7", "admin", PASSWORD).await.expect(200);
    let mut verified = 0;
    for network in 0..20 {
        for _ in 0..2 {
            verified +=
                i32::from(app.sign_in_from(&format!("203.0.{network}.9"), "admin", "wrong").await.status == 401);
        }
    }
    assert_eq!(verified, 10);
    app.sign_in_from("203.0.99.9", "admin", PASSWORD).await.problem(429, "too_many_attempts");
    // Another address of the same site.
    app.sign_in_from("198.51.100.200", "admin", PASSWORD).await.expect(200);
    app.sign_in_from("203.0.99.9", "admin", PASSWORD).await.problem(429, "too_many_attempts");
}

#[actix_web::test]
async fn a_lock_lasts_longer_with_each_round() {
    let app = TestApp::start().await;
    let attempt = async |password: &str| {
        app.anonymous().post("/auth/login", json!({ "username": "nobody", "password": password })).await
    };
    for minutes in [15_u64, 60, 240, 1440, 1440] {
        for _ in 0..5 {
            attempt("wrong").await.problem(401, "bad_credentials");
        }
        let locked = attempt("wrong").await;
        let seconds: u64 = locked.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((minutes * 60 - 30..=minutes * 60).contains(&seconds), "{minutes}: {seconds}");
        let over = "UPDATE sign_in_attempts SET locked_until = '2020-01-01 00:00:00.000000'";
        app.db.write_now(Actor::system(), |tx| Ok(sql_query(over).execute(tx.conn)?)).unwrap();
    }
}

#[actix_web::test]
async fn wrong_current_passwords_are_limited_like_sign_ins() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let change = |current: &str| json!({ "current_password": current, "new_password": "a-new-and-long-password" });
    for _ in 0..5 {
        let faults = admin.post("/auth/password", change("wrong")).await.faults();
        assert_eq!(faults, [("/current_password".to_owned(), "wrong_password".to_owned())]);
    }
    admin.post("/auth/password", change(PASSWORD)).await.problem(429, "too_many_attempts");
}

#[actix_web::test]
async fn a_new_password_differs_from_the_current_one() {
    let app = TestApp::start().await;
    let change = json!({ "current_password": PASSWORD, "new_password": PASSWORD });
    let faults = app.admin().await.post("/auth/password", change).await.faults();
    assert_eq!(faults, [("/new_password".to_owned(), "password_reused".to_owned())]);
}

#[actix_web::test]
async fn a_first_password_opens_nothing_but_its_change() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let new = json!({
        "username": "li.na", "name": "李娜", "password": "a-first-password", "role": "bureau_admin", "organization_id": root,
    });
    admin.post("/users", new).await.expect(201);
    let user = app.sign_in("li.na", "a-first-password").await;
    user.get("/me").await.expect(200);
    user.get("/teachers").await.problem(403, "password_change_required");
    user.post("/organizations", json!({})).await.problem(403, "password_change_required");
    let change = json!({ "current_password": "a-first-password", "new_password": PASSWORD });
    user.post("/auth/password", change).await.expect(204);
    user.get("/teachers").await.expect(200);
}

async fn behind_a_proxy() -> TestApp {
    TestApp::start_with(|config| config.trusted_proxies = 1).await
}

#[actix_web::test]
async fn a_successful_sign_in_clears_earlier_failures() {
    let app = TestApp::start().await;
    for _ in 0..3 {
        for _ in 0..4 {
            let wrong = json!({ "username": "admin", "password": "wrong" });
            app.anonymous().post("/auth/login", wrong).await.problem(401, "bad_credentials");
        }
        app.admin().await;
    }
}

#[actix_web::test]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_session() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let first = json!({ "refresh_token": admin.tokens.as_ref().unwrap()["refresh_token"] });
    let next = app.anonymous().post("/auth/refresh", first.clone()).await.expect(200);
    let renewed = admin.with_token(next["access_token"].as_str().unwrap());
    renewed.get("/me").await.expect(200);
    let earlier = "UPDATE refresh_tokens SET used_at = '2026-01-01 00:00:00.000000' WHERE used_at IS NOT NULL";
    app.db.write_now(Actor::system(), |tx| Ok(sql_query(earlier).execute(tx.conn)?)).unwrap();
    app.anonymous().post("/auth/refresh", first).await.problem(401, "token_reused");
    renewed.get("/me").await.problem(401, "token_expired");
    let second = json!({ "refresh_token": next["refresh_token"] });
    app.anonymous().post("/auth/refresh", second).await.problem(401, "token_expired");
}

#[actix_web::test]
async fn two_tabs_that_refresh_at_once_get_the_same_token_and_go_on() {
    let app = TestApp::start().await;
    let mut token = app.admin().await.tokens.unwrap()["refresh_token"].clone();
    for _ in 0..3 {
        let body = json!({ "refresh_token": token });
        let tabs = (0..8).map(|_| async { app.anonymous().post("/auth/refresh", body.clone()).await.expect(200) });
        let answers = futures_util::future::join_all(tabs).await;
        assert!(answers.iter().all(|answer| answer["refresh_token"] == answers[0]["refresh_token"]));
        token = answers[0]["refresh_token"].clone();
    }
    // A tab that comes late by a whole refresh gets the token that is valid now.
    let next = app.anonymous().post("/auth/refresh", json!({ "refresh_token": token })).await.expect(200);
    let third =
        app.anonymous().post("/auth/refresh", json!({ "refresh_token": next["refresh_token"] })).await.expect(200);
    let late = app.anonymous().post("/auth/refresh", json!({ "refresh_token": token })).await.expect(200);
    assert_eq!(late["refresh_token"], third["refresh_token"]);
}

#[actix_web::test]
async fn signing_out_ends_the_access_token_too() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let token = json!({ "refresh_token": admin.tokens.as_ref().unwrap()["refresh_token"] });
    admin.post("/auth/logout", token.clone()).await.expect(204);
    admin.get("/me").await.problem(401, "token_expired");
    app.anonymous().post("/auth/refresh", token.clone()).await.problem(401, "token_expired");
    app.anonymous().post("/auth/logout", token).await.expect(204);
}

#[actix_web::test]
async fn an_expired_access_token_says_so() {
    let app = TestApp::start_with(|config| config.access_token_seconds = -1).await;
    app.admin().await.get("/me").await.problem(401, "token_expired");
}

#[actix_web::test]
async fn a_forged_token_is_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let token = admin.tokens.as_ref().unwrap()["access_token"].as_str().unwrap().to_owned();
    let (signed, _) = token.rsplit_once('.').unwrap();
    let payload = signed.split_once('.').unwrap().1;
    // {"alg":"none","typ":"JWT"}
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
    for forged in [format!("{signed}.AAAA"), unsigned, "nonsense".to_owned(), String::new()] {
        admin.with_token(&forged).get("/me").await.problem(401, "unauthenticated");
    }
}

#[actix_web::test]
async fn a_changed_password_ends_the_other_sessions() {
    let app = TestApp::start().await;
    let (here, elsewhere) = (app.admin().await, app.admin().await);
    let change = |current: &str, new: &str| json!({ "current_password": current, "new_password": new });
    let faults = here.post("/auth/password", change("wrong", "a-new-and-long-password")).await.faults();
    assert_eq!(faults, [("/current_password".to_owned(), "wrong_password".to_owned())]);
    let faults = here.post("/auth/password", change(PASSWORD, "short")).await.faults();
    assert_eq!(faults, [("/new_password".to_owned(), "length".to_owned())]);
    for weak in ["123456789012", "aaaaaaaaaaaaaaa", "the-admin-of-songjiao"] {
        let faults = here.post("/auth/password", change(PASSWORD, weak)).await.faults();
        assert_eq!(faults, [("/new_password".to_owned(), "weak_password".to_owned())]);
    }
    here.post("/auth/password", change(PASSWORD, "a-new-and-long-password")).await.expect(204);
    here.get("/me").await.expect(200);
    elsewhere.get("/me").await.problem(401, "token_expired");
    app.sign_in("admin", "a-new-and-long-password").await;
}

#[actix_web::test]
async fn under_djbh_a_password_has_three_kinds_of_characters_and_differs_from_the_last_five() {
    let app = TestApp::start_with(|config| config.password_profile = PasswordProfile::Djbh).await;
    let admin = app.admin().await;
    let change = async |current: &str, new: &str| {
        admin.post("/auth/password", json!({ "current_password": current, "new_password": new })).await
    };
    let faults = change(PASSWORD, "battery-staple-horse").await.faults();
    assert_eq!(faults, [("/new_password".to_owned(), "plain_password".to_owned())]);
    let number = |n: usize| format!("Horse-battery-{n}");
    change(PASSWORD, &number(1)).await.expect(204);
    for n in 1..5 {
        change(&number(n), &number(n + 1)).await.expect(204);
    }
    for n in 1..=5 {
        let faults = change(&number(5), &number(n)).await.faults();
        assert_eq!(faults, [("/new_password".to_owned(), "password_reused".to_owned())], "{n}");
    }
    change(&number(5), &number(6)).await.expect(204);
    change(&number(6), &number(1)).await.expect(204);
}

#[actix_web::test]
async fn under_djbh_the_sign_in_after_ninety_days_asks_for_a_new_password() {
    for (profile, asked) in [(PasswordProfile::Djbh, true), (PasswordProfile::Asvs, false)] {
        let app = TestApp::start_with(|config| config.password_profile = profile).await;
        let must_change =
            async || app.admin().await.get("/me").await.expect(200)["must_change_password"].as_bool().unwrap();
        assert!(!must_change().await);
        let long_ago = "UPDATE users SET password_set_at = '2020-01-01 00:00:00.000000'";
        app.db.write_now(Actor::system(), |tx| Ok(sql_query(long_ago).execute(tx.conn)?)).unwrap();
        assert_eq!(must_change().await, asked, "{profile:?}");
        let change = json!({ "current_password": PASSWORD, "new_password": "Horse-battery-staple-7" });
        let admin = app.admin().await;
        admin.post("/auth/password", change).await.expect(204);
        let again = app.sign_in("admin", "Horse-battery-staple-7").await;
        assert_eq!(again.get("/me").await.expect(200)["must_change_password"], false);
    }
}
