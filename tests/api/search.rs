use serde_json::{Value, json};
use songjiao_tests::{Answer, Polishing, Session, TestApp, id};
use songjiao_types::Role;

async fn search(session: &Session, query: &str) -> Vec<Value> {
    session.get(&format!("/search?{query}")).await.expect(200)["items"].as_array().unwrap().clone()
}

/// Returns the titles of the results for a text.
async fn titles(session: &Session, q: &str) -> Vec<String> {
    search(session, &format!("q={q}")).await.iter().map(|hit| hit["title"].as_str().unwrap().to_owned()).collect()
}

async fn teacher(admin: &Session, name: &str) -> String {
    admin.teacher_with(&admin.me("/organization/id"), json!({ "name": name })).await
}

#[actix_web::test]
async fn a_text_finds_teachers_organizations_and_projects() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = json!({ "code": "LJS-01", "name": "亮甲山中心小学", "kind": "school", "parent_id": root });
    let school = id(&admin.post("/organizations", school).await.expect(201));
    let teacher = admin.teacher_with(&school, json!({ "name": "梁军", "teacher_no": "T-0815" })).await;
    let project = id(&admin.published_project(json!({ "title": "亮甲山送教下乡" })).await);
    let expected = [
        json!({ "kind": "organization", "id": school, "title": "亮甲山中心小学", "detail": "LJS-01 · 中小学" }),
        json!({ "kind": "project", "id": project, "title": "亮甲山送教下乡", "detail": "2026年度 · 送教下乡 · 已发布" }),
    ];
    for q in ["亮甲山", "ljs", "LJS", "l j s", "甲山"] {
        assert_eq!(search(&admin, &format!("q={q}")).await, expected, "{q}");
    }
    let person = json!({ "kind": "teacher", "id": teacher, "title": "梁军", "detail": "T-0815 · 亮甲山中心小学" });
    for q in ["梁", "军", "梁军", "t-0815", "0815"] {
        assert_eq!(search(&admin, &format!("q={q}")).await, std::slice::from_ref(&person), "{q}");
    }
    assert_eq!(titles(&admin, "lj").await, ["梁军", "亮甲山中心小学", "亮甲山送教下乡"]);
    assert_eq!(titles(&admin, "zxxx").await, ["亮甲山中心小学"], "in the middle of a name");
}

#[actix_web::test]
async fn initials_find_a_name_by_each_reading_of_its_characters() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for name in ["单丹", "解敏", "曾志强", "王芳", "重阳"] {
        teacher(&admin, name).await;
    }
    for (q, name) in [
        ("sd", "单丹"),
        ("dd", "单丹"),
        ("xm", "解敏"),
        ("jm", "解敏"),
        ("zzq", "曾志强"),
        ("czq", "曾志强"),
        ("wf", "王芳"),
        ("zy", "重阳"),
        ("cy", "重阳"),
    ] {
        assert_eq!(titles(&admin, q).await, [name], "{q}");
        let listed = admin.all(&format!("/teachers?q={q}")).await;
        assert_eq!((listed.len(), &listed[0]["name"]), (1, &json!(name)), "the list understands {q}, too");
    }
}

#[actix_web::test]
async fn prefix_matches_come_before_other_matches() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for name in ["李王芳", "王芳玲", "王芳", "欧王芳"] {
        teacher(&admin, name).await;
    }
    for q in ["wf", "王芳"] {
        assert_eq!(titles(&admin, q).await, ["王芳", "王芳玲", "李王芳", "欧王芳"], "{q}");
    }
    assert_eq!(search(&admin, "q=wf&limit=3").await.len(), 3);
}

#[actix_web::test]
async fn no_kind_of_result_crowds_out_another() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for number in 0..12 {
        teacher(&admin, &format!("王芳{number}")).await;
    }
    let root = admin.me("/organization/id");
    let school = json!({ "code": "WF", "name": "汪方小学", "kind": "school", "parent_id": root });
    admin.post("/organizations", school).await.expect(201);
    let found = search(&admin, "q=wf&limit=4").await;
    let kinds: Vec<_> = found.iter().map(|hit| hit["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["teacher", "teacher", "teacher", "organization"]);
    assert_eq!(search(&admin, "q=wf").await.len(), 10, "by default");
}

#[actix_web::test]
async fn a_search_finds_what_the_lists_show_and_nothing_else() {
    let county = Polishing::start().await;
    // 李敏 serves at `school` and participates, 王芳 serves at `other_school` and leads the team.
    county.new_teacher("李明", &county.school);
    county.app.db.migrate().unwrap();
    let draft = county.admin.project(json!({ "title": "小学语文研修草稿" })).await;
    assert_eq!(draft["status"], "draft");
    let sees = |who: Session, q: &'static str| async move { titles(&who, q).await };
    assert_eq!(sees(county.admin.clone(), "lm").await, ["李敏", "李明"]);
    assert_eq!(sees(county.admin.clone(), "xxyw").await, ["小学语文送教下乡", "小学语文研修草稿"]);
    let head = county.user(Role::SchoolAdmin, &county.school).await;
    assert_eq!(sees(head.clone(), "lm").await, ["李敏", "李明"]);
    assert_eq!(sees(head.clone(), "xxyw").await, ["小学语文送教下乡"], "a draft is its planner's");
    assert!(sees(head, "wf").await.is_empty(), "who serves elsewhere is out of sight");
    let other = county.user(Role::SchoolAdmin, &county.other_school).await;
    assert!(sees(other, "lm").await.is_empty());
    let leader = county.team_leader().await;
    assert_eq!(sees(leader.clone(), "lm").await, ["李敏"], "a participant of the team's project");
    let teacher = county.user_linked_to(Role::Teacher, &county.teacher, &county.school).await;
    assert_eq!(sees(teacher.clone(), "lm").await, ["李敏"], "a teacher finds but themselves");
    assert_eq!(sees(teacher, "xxyw").await, ["小学语文送教下乡"]);
    let elsewhere = county.admin.get(&format!("/organizations/{}", county.other_school)).await.expect(200);
    let name = elsewhere["name"].as_str().unwrap();
    assert_eq!(titles(&county.admin, name).await, [name]);
    assert!(titles(&county.user(Role::SchoolAdmin, &county.school).await, name).await.is_empty());
}

#[actix_web::test]
async fn initials_follow_a_name_however_it_is_written() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let organization = json!({ "code": "O1", "name": "平安小学", "kind": "school", "parent_id": root });
    let organization = id(&admin.post("/organizations", organization).await.expect(201));
    let person = admin.teacher_with(&organization, json!({ "name": "周杰", "teacher_no": "T1" })).await;
    let project = id(&admin.project(json!({ "title": "名师工作坊" })).await);
    let found = |q: &'static str| {
        let admin = admin.clone();
        async move { titles(&admin, q).await }
    };
    assert_eq!((found("paxx").await, found("zj").await), (vec!["平安小学".to_owned()], vec!["周杰".to_owned()]));
    assert_eq!(found("msgzf").await, ["名师工作坊"]);
    admin.patch(&format!("/organizations/{organization}"), json!({ "name": "金马小学" })).await.expect(200);
    admin.patch(&format!("/teachers/{person}"), json!({ "name": "何英" })).await.expect(200);
    admin.patch(&format!("/projects/{project}"), json!({ "title": "校园长培训" })).await.expect(200);
    for old in ["paxx", "zj", "msgzf"] {
        assert!(found(old).await.is_empty(), "{old}");
    }
    assert_eq!((found("jmxx").await, found("hy").await), (vec!["金马小学".to_owned()], vec!["何英".to_owned()]));
    assert_eq!(found("xyzpx").await, ["校园长培训"]);

    let import = |kind: &str, csv: &str| {
        let request = admin.request(reqwest::Method::POST, &format!("/imports/{kind}"));
        Answer::of(request.header("content-type", "text/csv").body(csv.to_owned()))
    };
    let csv = "单位编号,单位名称,单位类型\nO1,溪河小学,学校\nO2,法特小学,学校\n";
    import("organizations", csv).await.expect(201);
    let csv =
        "教师编号,姓名,单位编号,学科,学段,入职日期\nT1,郑洁,O1,语文,小学,2010-09-01\nT2,冯刚,O2,语文,小学,2010-09-01\n";
    import("teachers", csv).await.expect(201);
    for (q, name) in [("xhxx", "溪河小学"), ("ftxx", "法特小学"), ("zj", "郑洁"), ("fg", "冯刚")] {
        assert_eq!(found(q).await, [name], "{q}");
    }
    assert!(found("jmxx").await.is_empty() && found("hy").await.is_empty());
}

#[actix_web::test]
async fn rows_older_than_the_initials_are_filled_at_startup() {
    let county = Polishing::start().await;
    county.sql("UPDATE organizations SET initials = NULL; UPDATE projects SET initials = NULL");
    assert!(titles(&county.admin, "lm").await.is_empty() && titles(&county.admin, "slsjyj").await.is_empty());
    county.app.db.migrate().unwrap();
    for (q, name) in [("lm", "李敏"), ("wf", "王芳"), ("slsjyj", "舒兰市教育局"), ("xxywsjxx", "小学语文送教下乡")]
    {
        assert_eq!(titles(&county.admin, q).await, [name], "{q}");
    }
}

#[actix_web::test]
async fn lists_can_be_searched_by_initials() {
    let county = Polishing::start().await;
    county.app.db.migrate().unwrap();
    for (path, names) in [
        ("/teachers?q=lm", vec!["李敏"]),
        ("/organizations?q=slsjyj", vec!["舒兰市教育局"]),
        ("/projects?q=xxyw", vec!["小学语文送教下乡"]),
        ("/quotas?training_year=2025&q=wf", vec!["王芳"]),
        ("/credits?cycle_first_year=2021&q=WF", vec!["王芳"]),
        ("/teachers?q=zz", vec![]),
        ("/teachers?q=%20", vec![]),
    ] {
        let rows = county.admin.all(path).await;
        let found: Vec<_> = rows
            .iter()
            .map(|row| ["name", "title", "teacher_name"].iter().find_map(|name| row[*name].as_str()).unwrap())
            .collect();
        assert_eq!(found, names, "{path}");
    }
}

#[actix_web::test]
async fn a_search_refuses_bad_queries_and_finds_nothing_for_punctuation() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    teacher(&admin, "王芳").await;
    for (query, name) in [("q=wf&limit=0", "limit"), ("q=wf&limit=51", "limit"), ("q=wf&kind=teacher", "kind")] {
        assert_eq!(admin.get(&format!("/search?{query}")).await.faults()[0].0, name, "{query}");
    }
    let long = "王".repeat(65);
    assert_eq!(admin.get(&format!("/search?q={long}")).await.faults(), [("q".to_owned(), "length".to_owned())]);
    for q in ["", "%20", "%25", "_", "'", "%5C", "%E2%80%94"] {
        assert!(titles(&admin, q).await.iter().all(|title| title != "王芳"), "{q}");
    }
    assert!(search(&admin, "").await.is_empty());
    admin.get("/search?q=%00").await.problem(422, "invalid");
}
