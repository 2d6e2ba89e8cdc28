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
    app.anonymous().post("/auth/refresh", first).await.problem(401, "token_reused");
    renewed.get("/me").await.problem(401, "token_expired");
    let second = json!({ "refresh_token": next["refresh_token"] });
    app.anonymous().post("/auth/refresh", second).await.problem(401, "token_expired");
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
