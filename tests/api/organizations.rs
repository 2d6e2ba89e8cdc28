use reqwest::{Method, header};
use serde_json::json;
use songjiao_tests::{Answer, TestApp, unique};
use songjiao_types::Role;

#[actix_web::test]
async fn an_empty_installation_has_one_root_organization() {
    let app = TestApp::start().await;
    let page = app.admin().await.get("/organizations?with_total=true").await.expect(200);
    assert_eq!(page["total"], 1);
    assert_eq!(page["items"][0]["code"], "220283");
    assert_eq!(page["items"][0]["name"], "舒兰市教育局");
    assert_eq!(page["items"][0]["kind"], "bureau");
    assert_eq!(page["next_cursor"], json!(null));
}

#[actix_web::test]
async fn a_created_organization_stands_below_its_parent() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let district = admin.organization("district", &admin.me("/organization/id")).await;
    let new = json!({
        "code": "SL-ZX-003", "name": "舒兰市第三中学校", "kind": "school", "parent_id": district, "rural": true,
    });
    let answer = admin.post("/organizations", new).await;
    let location = answer.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(answer.headers[header::ETAG], "\"1\"");
    let school = answer.expect(201);
    assert_eq!(location, format!("/api/v1/organizations/{}", school["id"].as_str().unwrap()));
    assert!(school["path"].as_str().unwrap().ends_with("/SL-ZX-003"));
    assert!(school["path"].as_str().unwrap().starts_with("220283/"));
    let found = admin.get(&format!("/organizations/{}", school["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(found, school);
}

#[actix_web::test]
async fn without_a_parent_an_organization_stands_below_the_callers() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let new = json!({ "code": "JX", "name": "教师进修学校", "kind": "training_school" });
    let created = admin.post("/organizations", new).await.expect(201);
    assert_eq!(created["parent_id"].as_str().unwrap(), admin.me("/organization/id"));
}

#[actix_web::test]
async fn a_code_is_taken_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let new = json!({ "code": "A1", "name": "甲校", "kind": "school" });
    admin.post("/organizations", new.clone()).await.expect(201);
    let problem = admin.post("/organizations", new).await.problem(409, "already_exists");
    assert_eq!(problem["errors"][0]["pointer"], "/code");
}

#[actix_web::test]
async fn a_change_needs_the_version_it_was_made_on() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let path = format!("/organizations/{}", admin.organization("school", &admin.me("/organization/id")).await);
    let change = |tag: Option<&str>| {
        let request = admin.request(Method::PATCH, &path).json(&json!({ "name": "新名" }));
        tag.map(|tag| request.try_clone().unwrap().header(header::IF_MATCH, tag)).unwrap_or(request)
    };
    Answer::of(change(None)).await.problem(428, "precondition_required");
    Answer::of(change(Some("\"7\""))).await.problem(412, "precondition_failed");
    let changed = Answer::of(change(Some("\"1\""))).await;
    assert_eq!(changed.headers[header::ETAG], "\"2\"");
    assert_eq!(changed.expect(200)["name"], "新名");
    Answer::of(change(Some("\"1\""))).await.problem(412, "precondition_failed");
}

#[actix_web::test]
async fn an_organization_that_others_refer_to_is_not_deleted() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let district = admin.organization("district", &root).await;
    let school = admin.organization("school", &district).await;
    admin.delete(&format!("/organizations/{district}")).await.problem(409, "in_use");
    admin.delete(&format!("/organizations/{school}")).await.expect(204);
    admin.delete(&format!("/organizations/{district}")).await.expect(204);
    admin.get(&format!("/organizations/{district}")).await.problem(404, "not_found");
    admin.delete(&format!("/organizations/{root}")).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_user_sees_their_own_subtree_and_nothing_else() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("district", &root).await, admin.organization("district", &root).await);
    let school = admin.organization("school", &ours).await;
    let foreign = admin.organization("school", &theirs).await;
    let coordinator = app.user(&admin, Role::DistrictCoordinator, &ours).await;
    let seen: Vec<_> = coordinator.all("/organizations").await.iter().map(|o| o["id"].clone()).collect();
    assert_eq!(seen.len(), 2);
    assert!(seen.contains(&json!(ours)) && seen.contains(&json!(school)));
    coordinator.get(&format!("/organizations/{foreign}")).await.problem(404, "not_found");
    coordinator.get(&format!("/organizations/{root}")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_parent_out_of_scope_does_not_exist() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let ours = admin.organization("district", &root).await;
    let local = app.user(&admin, Role::BureauAdmin, &ours).await;
    let new = json!({ "code": "X", "name": "越界", "kind": "school", "parent_id": root });
    let faults = local.post("/organizations", new).await.faults();
    assert_eq!(faults, [("/parent_id".to_owned(), "unknown_organization".to_owned())]);
}

#[actix_web::test]
async fn pages_cover_a_list_once_in_every_order() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for n in 0..7 {
        // Equal names: the id has to keep the pages apart.
        let new = json!({ "code": unique("P"), "name": format!("学校{}", n % 3), "kind": "school" });
        admin.post("/organizations", new).await.expect(201);
    }
    for (sort, key) in [("code", "code"), ("-code", "code"), ("name", "name"), ("-name", "name")] {
        let rows = admin.all(&format!("/organizations?sort={sort}&limit=3")).await;
        let ids: std::collections::HashSet<_> = rows.iter().map(|row| row["id"].to_string()).collect();
        assert_eq!((rows.len(), ids.len()), (8, 8), "{sort}");
        let keys: Vec<_> = rows.iter().map(|row| row[key].as_str().unwrap().to_owned()).collect();
        let mut sorted = keys.clone();
        sorted.sort();
        if sort.starts_with('-') {
            sorted.reverse();
        }
        assert_eq!(keys, sorted, "{sort}");
    }
}

#[actix_web::test]
async fn a_list_is_filtered() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let district = admin.organization("district", &admin.me("/organization/id")).await;
    let new =
        json!({ "code": "R-1", "name": "百分之100%小学", "kind": "school", "parent_id": district, "rural": true });
    admin.post("/organizations", new).await.expect(201);
    let count = |query: &'static str| {
        let admin = admin.clone();
        async move { admin.all(&format!("/organizations?{query}")).await.len() }
    };
    assert_eq!(count("rural=true").await, 1);
    assert_eq!(count("kind=district").await, 1);
    assert_eq!(count("q=r-1").await, 1);
    assert_eq!(count("q=0%25").await, 1, "a percent sign is no wildcard");
    assert_eq!(count("q=9%25").await, 0);
    assert_eq!(admin.all(&format!("/organizations?parent_id={district}")).await.len(), 1);
}
