//! What all routes have in common: problems, idempotency, bad input, rate limits, CORS.

use diesel::connection::SimpleConnection;
use reqwest::{Method, header::HeaderValue};
use serde_json::json;
use songjiao_api::{config::ServeConfig, db::Actor};
use songjiao_tests::{Answer, TestApp};
use songjiao_types::Role;

#[actix_web::test]
async fn every_error_is_a_problem_with_a_request_id() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    nobody.get("/nowhere").await.problem(404, "not_found");
    nobody.get("/me").await.problem(401, "unauthenticated");
    let admin = app.admin().await;
    Answer::of(admin.request(Method::PUT, "/organizations")).await.problem(405, "method_not_allowed");
    let not_json = admin.request(Method::POST, "/organizations").body("code=1");
    Answer::of(not_json).await.problem(415, "unsupported_media_type");
    let broken = admin.request(Method::POST, "/organizations").header("content-type", "application/json").body("{");
    Answer::of(broken).await.problem(400, "malformed");
}

#[actix_web::test]
async fn problems_are_chinese_or_english_on_request() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    assert_eq!(nobody.get("/me").await.json["title"], "请先登录");
    let english = nobody.request(Method::GET, "/me").header("accept-language", "en-GB,en;q=0.8");
    assert_eq!(Answer::of(english).await.json["title"], "Sign in first");
}

#[actix_web::test]
async fn bad_input_is_refused_at_its_pointer() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let cases = [
        (json!({ "code": "A", "name": "甲", "kind": "palace" }), "/kind", "wrong_type"),
        (json!({ "code": 7, "name": "甲", "kind": "school" }), "/code", "wrong_type"),
        (json!({ "code": "A", "name": "甲", "kind": "school", "extra": 1 }), "/extra", "wrong_type"),
        (json!({ "code": "A", "kind": "school" }), "", "wrong_type"),
        (json!({ "code": "A", "name": "  ", "kind": "school" }), "/name", "required"),
        (json!({ "code": "a/b", "name": "甲", "kind": "school" }), "/code", "bad_code"),
        (json!({ "code": "A", "name": "甲".repeat(101), "kind": "school" }), "/name", "length"),
        (json!({ "code": "A", "name": "甲\0乙", "kind": "school" }), "", "nul"),
        (json!({ "code": "A", "name": "甲", "kind": "school", "parent_id": "nonsense" }), "/parent_id", "wrong_type"),
    ];
    for (body, pointer, code) in cases {
        let faults = admin.post("/organizations", body.clone()).await.faults();
        assert_eq!(faults, [(pointer.to_owned(), code.to_owned())], "{body}");
    }
    let huge = json!({ "code": "A", "name": "甲".repeat(400_000), "kind": "school" });
    admin.post("/organizations", huge).await.problem(413, "too_large");
    assert_eq!(admin.all("/organizations").await.len(), 1, "nothing was written");
}

#[actix_web::test]
async fn bad_query_parameters_are_refused_by_name() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=x", "limit"),
        ("kind=palace", "kind"),
        ("cursor=nonsense", "cursor"),
        ("rural=maybe", "rural"),
        ("unknown=1", "unknown"),
    ] {
        let faults = admin.get(&format!("/organizations?{query}")).await.faults();
        assert_eq!(faults[0].0, name, "{query}");
    }
    admin.get("/organizations?q=%00").await.problem(422, "invalid");
    admin.get("/organizations/not-an-id").await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_cursor_belongs_to_its_order() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    admin.organization("school", &admin.me("/organization/id")).await;
    let page = admin.get("/organizations?limit=1&sort=code").await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let faults = admin.get(&format!("/organizations?sort=name&cursor={cursor}")).await.faults();
    assert_eq!(faults, [("cursor".to_owned(), "bad_cursor".to_owned())]);
}

#[actix_web::test]
async fn a_post_repeated_under_its_key_takes_effect_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let send = |code: &str, key: &str| {
        let body = json!({ "code": code, "name": "甲校", "kind": "school" });
        Answer::of(admin.request(Method::POST, "/organizations").header("idempotency-key", key).json(&body))
    };
    let first = send("K1", "key-1").await;
    let again = send("K1", "key-1").await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.headers["etag"], first.headers["etag"]);
    assert_eq!(again.text, first.text);
    send("K2", "key-1").await.problem(422, "idempotency_mismatch");
    send("K1", "key-2").await.problem(409, "already_exists");
    send("K3", "key-2").await.expect(201);
}

#[actix_web::test]
async fn an_effect_and_its_stored_answer_are_committed_together() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let send = |code: &str| {
        let body = json!({ "code": code, "name": "甲校", "kind": "school" });
        Answer::of(admin.request(Method::POST, "/organizations").header("idempotency-key", code).json(&body))
    };
    let known = async || {
        let page = admin.get("/organizations?limit=500").await.expect(200);
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let sql = |sql: &str| app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute(sql)?)).unwrap();
    send("K1").await.expect(201);
    // With this index no second answer of the same status can be stored.
    sql("CREATE UNIQUE INDEX one_answer ON idempotency_keys (status)");
    let refused = send("K2").await;
    assert!(refused.status >= 400, "{}", refused.text);
    assert!(known().await.contains(&"K1".to_owned()) && !known().await.contains(&"K2".to_owned()));
    sql("DROP INDEX one_answer");
    send("K2").await.expect(201);
    assert!(known().await.contains(&"K2".to_owned()));
}

#[actix_web::test]
async fn the_document_is_served_as_yaml_and_json_with_a_ui() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    let json = nobody.get("/openapi.json").await.expect(200);
    assert_eq!(json["openapi"], "3.1.0");
    assert!(nobody.get("/openapi.yaml").await.text.starts_with("openapi: 3.1.0"));
    let ui = Answer::of(nobody.plain(Method::GET, "/docs/")).await;
    assert!(ui.status == 200 && ui.text.contains("swagger-ui"));
}

#[actix_web::test]
async fn the_document_is_compressed_once_has_an_etag_and_is_limited() {
    let app = TestApp::start_with(|config| config.rate_limit = "1/8,100/100,100/100".parse().unwrap()).await;
    let nobody = app.anonymous();
    let get = |path: &'static str, headers: &'static [(&'static str, &'static str)]| {
        let request = nobody.plain(Method::GET, path);
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send()
    };
    for path in ["/api/v1/openapi.json", "/api/v1/openapi.yaml"] {
        let plain = get(path, &[]).await.unwrap();
        assert_eq!(plain.headers()["content-encoding"], "identity");
        let etag = plain.headers()["etag"].clone();
        let known = nobody.plain(Method::GET, path).header("If-None-Match", etag.clone()).send().await.unwrap();
        assert_eq!((known.status(), &known.headers()["etag"]), (304.try_into().unwrap(), &etag));
        let packed = get(path, &[("Accept-Encoding", "br, gzip")]).await.unwrap();
        assert_eq!(
            (&packed.headers()["content-encoding"], &packed.headers()["vary"]),
            (&"gzip".parse().unwrap(), &"Accept-Encoding".parse().unwrap())
        );
        assert_ne!(packed.headers()["etag"], etag);
        assert!(packed.bytes().await.unwrap().len() * 5 < plain.bytes().await.unwrap().len());
    }
    let mut statuses = Vec::new();
    for path in ["/docs/", "/api/v1/openapi.json", "/docs/swagger-ui-bundle.js", "/api/v1/openapi.yaml"] {
        statuses.push(get(path, &[]).await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 429, 429]);
}

#[actix_web::test]
async fn every_reference_in_the_document_resolves() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/openapi.json").await.expect(200);
    let text = document.to_string();
    let references: Vec<_> = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(!references.is_empty());
    for reference in references {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

#[actix_web::test]
async fn health_reports_live_and_ready() {
    let app = TestApp::start().await;
    for (path, status) in [("/health/live", "live"), ("/health/ready", "ready")] {
        let answer = Answer::of(app.anonymous().plain(Method::GET, path)).await;
        assert_eq!(answer.expect(200)["status"], status);
    }
}

#[actix_web::test]
async fn a_stored_response_is_not_given_to_a_caller_whose_scope_has_moved_away() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (here, there) = (admin.organization("district", &root).await, admin.organization("district", &root).await);
    let clerk = app.user(&admin, Role::BureauAdmin, &here).await;
    let body = json!({ "code": "ONCE", "name": "甲校", "kind": "school", "parent_id": here });
    let create = || clerk.request(Method::POST, "/organizations").header("idempotency-key", "k").json(&body);
    Answer::of(create()).await.expect(201);
    let replayed = Answer::of(create()).await;
    assert_eq!(replayed.headers["idempotency-replayed"], "true");
    let user = format!("/users/{}", clerk.me("/id"));
    admin.patch(&user, json!({ "scope_organization_id": there })).await.expect(200);
    Answer::of(create()).await.problem(422, "idempotency_mismatch");
}

#[actix_web::test]
async fn a_forwarded_address_is_accepted_only_from_trusted_proxies() {
    let forged = ["203.0.113.9, 203.0.113.8", "198.51.100.7", "192.0.2.3:41000"];
    // HAProxy sends a line of its own, others append to the last one.
    let (lines, joined) = (forged.to_vec(), forged.join(", "));
    for (proxies, address) in [(0, "127.0.0.1"), (1, "192.0.2.3"), (2, "198.51.100.7"), (9, "203.0.113.9")] {
        let app = TestApp::start_with(|config| config.trusted_proxies = proxies).await;
        let admin = app.admin().await;
        for (code, lines) in [("LINES", lines.as_slice()), ("JOINED", &[joined.as_str()])] {
            let mut request = admin.request(Method::POST, "/organizations");
            for line in lines {
                request = request.header("x-forwarded-for", *line);
            }
            Answer::of(request.json(&json!({ "code": code, "name": code, "kind": "school" }))).await.expect(201);
            let entry = &admin.get("/audit-log?entity=organization&limit=1").await.expect(200)["items"][0];
            assert_eq!(entry["ip"], address, "{proxies} {code}");
        }
        // A byte that is no text hides none of them.
        let lines = [&b"203.0.113.9, \xff"[..], b"\xfe, 198.51.100.7", b"\xff, 192.0.2.3"];
        let request = lines.iter().fold(admin.request(Method::POST, "/organizations"), |request, line| {
            request.header("x-forwarded-for", HeaderValue::from_bytes(line).unwrap())
        });
        Answer::of(request.json(&json!({ "code": "BYTES", "name": "BYTES", "kind": "school" }))).await.expect(201);
        let entry = &admin.get("/audit-log?entity=organization&limit=1").await.expect(200)["items"][0];
        let expected = match proxies {
            2 => "127.0.0.1",
            9 => "203.0.113.9",
            _ => address,
        };
        assert_eq!(entry["ip"], expected, "{proxies}");
    }
}

#[actix_web::test]
async fn a_user_over_the_rate_limit_gets_retry_after_and_others_are_unaffected() {
    let app = TestApp::start_with(|config| config.rate_limit = "1/20,1/3,100/1000".parse().unwrap()).await;
    let (admin, other) = (app.admin().await, app.admin().await);
    let user = app.user(&admin, Role::Auditor, &admin.me("/organization/id")).await;
    let mut answer = other.get("/me").await;
    // A user's sessions share one limit. The allowance grows while the test runs.
    for _ in 0..50 {
        if answer.status == 429 {
            break;
        }
        answer = other.get("/me").await;
    }
    let seconds: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=2).contains(&seconds), "{seconds}");
    assert_eq!(answer.problem(429, "rate_limited")["title"], "请求过于频繁，请稍后再试");
    user.get("/me").await.expect(200);
    app.anonymous().get("/verify/none").await.expect(200);
}

#[actix_web::test]
async fn an_address_over_the_public_rate_limit_leaves_others_unaffected() {
    let limit = |config: &mut ServeConfig| {
        config.rate_limit = "1/3,1000/5000,100/1000".parse().unwrap();
        config.trusted_proxies = 1;
    };
    let app = TestApp::start_with(limit).await;
    let admin = app.admin().await;
    let ask = |address: &'static str| {
        Answer::of(app.anonymous().request(Method::GET, "/verify/none").header("x-forwarded-for", address))
    };
    let mut answer = ask("203.0.113.9").await;
    for _ in 0..50 {
        if answer.status == 429 {
            break;
        }
        answer = ask("203.0.113.9").await;
    }
    assert!(answer.headers.contains_key("retry-after"));
    answer.problem(429, "rate_limited");
    ask("203.0.113.10").await.expect(200);
    admin.get("/me").await.expect(200);
}

#[actix_web::test]
async fn a_limit_that_is_off_limits_nobody() {
    let app = TestApp::start_with(|config| config.rate_limit = "off".parse().unwrap()).await;
    for _ in 0..250 {
        app.anonymous().get("/verify/none").await.expect(200);
    }
}

/// Sends a preflight request as a browser does for a page of that origin.
async fn preflight(app: &TestApp, origin: &str) -> Answer {
    let asked = app.anonymous().request(Method::OPTIONS, "/organizations/019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10");
    let asked = asked.header("origin", origin).header("access-control-request-method", "PATCH");
    Answer::of(asked.header("access-control-request-headers", "authorization,content-type,if-match")).await
}

#[actix_web::test]
async fn only_configured_origins_may_call() {
    let app = TestApp::start().await;
    let says = |answer: &Answer| answer.headers.keys().any(|name| name.as_str().starts_with("access-control-"));
    let refused = preflight(&app, "https://jiaoyu.example.cn").await;
    assert!(refused.status >= 400 && !says(&refused));
    let get = async |app: &TestApp, origin: &str| {
        Answer::of(app.admin().await.request(Method::GET, "/me").header("origin", origin)).await
    };
    assert!(!says(&get(&app, "https://jiaoyu.example.cn").await));

    let app = TestApp::start_with(|config| config.cors_origins = "https://jiaoyu.example.cn".parse().unwrap()).await;
    let leave = preflight(&app, "https://jiaoyu.example.cn").await;
    assert_eq!(leave.status, 200, "{}", leave.text);
    assert_eq!(leave.headers["access-control-allow-origin"], "https://jiaoyu.example.cn");
    assert!(leave.headers["access-control-allow-methods"].to_str().unwrap().contains("PATCH"));
    assert!(leave.headers["access-control-allow-headers"].to_str().unwrap().contains("if-match"));
    assert!(!leave.headers.contains_key("access-control-allow-credentials"));
    let refused = preflight(&app, "https://elsewhere.example.cn").await;
    assert!(!says(&refused), "{:?}", refused.headers);
    refused.problem(400, "malformed");
    // Pages can also read problems and ETags.
    let answer = get(&app, "https://jiaoyu.example.cn").await;
    assert_eq!(answer.headers["access-control-allow-origin"], "https://jiaoyu.example.cn");
    assert!(answer.headers["access-control-expose-headers"].to_str().unwrap().contains("etag"));
    answer.expect(200);
    let problem = app.anonymous().request(Method::GET, "/me").header("origin", "https://jiaoyu.example.cn");
    let problem = Answer::of(problem).await;
    assert_eq!(problem.headers["access-control-allow-origin"], "https://jiaoyu.example.cn");
    problem.problem(401, "unauthenticated");
}
