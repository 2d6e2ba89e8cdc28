//! Prometheus metrics and the access to them.

use reqwest::Method;
use serde_json::json;
use songjiao_tests::{Answer, TestApp};

const TOKEN: &str = "a token for the metrics of the tests";

async fn metrics(app: &TestApp) -> String {
    let answer = Answer::of(app.anonymous().plain(Method::GET, "/metrics")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    answer.text
}

#[actix_web::test]
async fn requests_are_counted_by_route_without_personal_data() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    for _ in 0..3 {
        admin.get(&format!("/organizations/{school}")).await.expect(200);
    }
    app.anonymous().get("/verify/SL2026-示-0001").await.expect(200);
    app.anonymous().get("/nowhere/at-all").await.problem(404, "not_found");
    let strange = Method::from_bytes(b"BREW").unwrap();
    Answer::of(app.anonymous().plain(strange, "/coffee")).await;
    let text = metrics(&app).await;
    for line in [
        r#"songjiao_http_requests_total{method="GET",route="/api/v1/organizations/{id}",status="200"} 3"#,
        r#"songjiao_http_requests_total{method="POST",route="/api/v1/auth/login",status="200"} 1"#,
        r#"songjiao_http_request_seconds_count{method="GET",route="/api/v1/organizations/{id}"} 3"#,
        r#"songjiao_http_requests_total{method="GET",route="/api/v1/verify/{number}",status="200"} 1"#,
        r#"songjiao_http_requests_total{method="other",route="unmatched",status="404"} 1"#,
        r#"songjiao_database_turns{kind="read",state="in_use"} 0"#,
        r#"songjiao_database_turns{kind="write",state="waiting"} 0"#,
        "songjiao_build_info{version=",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    for secret in [school.as_str(), "admin", "示", "nowhere", "BREW"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[actix_web::test]
async fn metrics_are_open_to_local_callers_and_token_holders() {
    let open = TestApp::start().await;
    metrics(&open).await;
    let forwarded =
        |app: &TestApp| app.anonymous().plain(Method::GET, "/metrics").header("x-forwarded-for", "127.0.0.1");
    Answer::of(forwarded(&open)).await.problem(404, "not_found");

    let app = TestApp::start_with(|config| {
        config.trusted_proxies = 1;
        config.metrics_token = Some(TOKEN.to_owned());
    })
    .await;
    Answer::of(app.anonymous().plain(Method::GET, "/metrics")).await.problem(404, "not_found");
    Answer::of(forwarded(&app)).await.problem(404, "not_found");
    Answer::of(forwarded(&app).bearer_auth("another")).await.problem(404, "not_found");
    let signed_in = app.admin().await.tokens.unwrap_or_else(|| json!({}))["access_token"].clone();
    Answer::of(forwarded(&app).bearer_auth(signed_in)).await.problem(404, "not_found");
    let answer = Answer::of(forwarded(&app).bearer_auth(TOKEN)).await;
    assert!(answer.status == 200 && answer.text.contains("songjiao_build_info"));
}
