use encoding_rs::GB18030;
use reqwest::Method;
use serde_json::{Value, json};
use songjiao_api::hours::hour_records::ledger;
use songjiao_tests::{Answer, Polishing, Session, TestApp, id};
use songjiao_types::Role;

/// Sends a CSV file of a kind: `lessons?dry_run=true`.
pub async fn send(session: &Session, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    session.post_csv(&format!("/imports/{path}"), body).await
}

/// Returns `[status, encoding, total, imported, updated, unchanged, failed]`.
pub fn counts(report: &Value) -> Value {
    let names = ["status", "encoding", "rows_total", "rows_imported", "rows_updated", "rows_unchanged", "rows_failed"];
    names.map(|name| report[name].clone()).to_vec().into()
}

/// Returns `(row, column, code)` of each fault.
pub fn faults(report: &Value) -> Vec<(i64, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let faults = report["errors"].as_array().unwrap();
    faults.iter().map(|e| (e["row"].as_i64().unwrap(), text(&e["column"]), text(&e["code"]))).collect()
}

const HOURS_HEADER: &str =
    "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号\n";

async fn two_teachers(admin: &Session) -> (String, String) {
    let root = admin.me("/organization/id");
    let first = admin.teacher_with(&root, json!({ "teacher_no": "T1" })).await;
    (first, admin.teacher_with(&root, json!({ "teacher_no": "T2" })).await)
}

#[actix_web::test]
async fn hours_are_imported_counted_and_recognised_at_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (first, _) = two_teachers(&admin).await;
    let file = format!(
        "{HOURS_HEADER}T1,2025,国培,国培计划,东北师大,网络研修,40.5,2025-07-06,2025/7/11,E1\n\
         T1,2025,40,县级培训,进修学校,2,8,20250801,2025年8月2日,E2\nT2,2025,school,校本研修,本校,other,6,2025-09-01,2025-09-01,\n"
    );
    let report = send(&admin, "hour-records", file.clone()).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 3, 3, 0, 0, 0]));
    assert_eq!(report["source"], "import");
    let records = admin.all(&format!("/hour-records?teacher_id={first}&sort=created")).await;
    assert_eq!((&records[0]["level"], &records[0]["mode"]), (&json!("national"), &json!("online")));
    assert_eq!((&records[1]["level"], &records[1]["mode"]), (&json!("county"), &json!("face_to_face")));
    let quota = admin.get(&format!("/teachers/{first}/quotas/2025")).await.expect(200);
    assert_eq!(quota["recognized_hours"], 48.5);
    let again = send(&admin, "hour-records", file).await.expect(201);
    assert_eq!(counts(&again), json!(["imported", "UTF-8", 3, 0, 0, 3, 0]), "the same file again changes nothing");
    assert_eq!(admin.all("/hour-records").await.len(), 3);
    assert!(app.db.read_now(ledger::verify_totals).unwrap().is_empty());
    let entries = admin.all("/audit-log?entity=import").await;
    assert_eq!(entries.len(), 2, "one entry for each file");
}

#[actix_web::test]
async fn an_import_is_all_or_nothing_and_names_each_broken_row() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    two_teachers(&admin).await;
    let file = format!(
        "{HOURS_HEADER}T1,2025,国培,甲,乙,网络研修,40,2025-07-06,2025-07-10,E1\n\
         T9,2025,国培,甲,乙,网络研修,40,2025-07-06,2025-07-10,E2\n\
         T1,2025,国培,甲,乙,网络研修,0,2025-07-06,2025-07-10,E3\n\
         T1,2025,国培,甲,乙,网络研修,-1,2025-07-06,2025-07-10,E4\n\
         T1,2025,国培,甲,乙,网络研修,0.005,2025-07-06,2025-07-10,E5\n\
         T1,2025,国培,甲,乙,网络研修,1000000000,2025-07-06,2025-07-10,E6\n\
         T1,2025,国培,甲,乙,网络研修,8,2025-02-29,2025-07-10,E7\n\
         T1,2025,国培,甲,乙,网络研修,8,2025-07-06,2025-07-05,E8\n\
         \n\
         T1,二〇二五,世界级,,乙,网络研修,8,2025-07-06,2025-07-10,E9\n\
         T2,2025,国培,甲,乙,网络研修,9,2025-07-06,2025-07-10,E1\n"
    );
    let windows = send(&admin, "hour-records", file.replace('\n', "\r\n")).await.expect(422);
    let report = send(&admin, "hour-records", file).await.expect(422);
    assert_eq!(windows["errors"], report["errors"], "whatever ends the lines");
    assert_eq!(counts(&report), json!(["rejected", "UTF-8", 10, 0, 0, 0, 9]));
    let fault = |row: i64, column: &str, code: &str| (row, column.to_owned(), code.to_owned());
    assert_eq!(
        faults(&report),
        [
            fault(3, "教师编号", "unknown_teacher"),
            fault(4, "获得学时", "hours_not_positive"),
            fault(5, "获得学时", "bad_hours"),
            fault(6, "获得学时", "bad_hours"),
            fault(7, "获得学时", "bad_hours"),
            fault(8, "开始日期", "bad_date"),
            fault(9, "结束日期", "ends_before_start"),
            fault(11, "培训年度", "bad_year"),
            fault(11, "培训类别", "unknown_value"),
            fault(11, "项目名称", "required"),
            fault(12, "来源编号", "repeated_row"),
        ]
    );
    assert_eq!(report["errors"][4]["value"], "1000000000");
    assert!(admin.all("/hour-records").await.is_empty(), "nothing was written");
    let path = format!("/imports/{}", report["id"].as_str().unwrap());
    assert_eq!(admin.get(&path).await.expect(200), report, "the report is stored");
}

#[actix_web::test]
async fn a_dry_run_checks_and_writes_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    two_teachers(&admin).await;
    let file = format!("{HOURS_HEADER}T1,2025,国培,甲,乙,网络研修,40,2025-07-06,2025-07-10,E1\n");
    let report = send(&admin, "hour-records?dry_run=true", file).await.expect(201);
    assert_eq!(counts(&report), json!(["checked", "UTF-8", 1, 1, 0, 0, 0]));
    assert!(admin.all("/hour-records").await.is_empty());
}

#[actix_web::test]
async fn files_in_gb18030_and_with_a_bom_are_understood() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    two_teachers(&admin).await;
    let file =
        |key: &str| format!("{HOURS_HEADER}T1,2025,国培,国培计划,东北师大,网络研修,4,2025-07-06,2025-07-10,{key}\n");
    let gb = GB18030.encode(&file("E1")).0.into_owned();
    let report = send(&admin, "hour-records", gb).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "GB18030", 1, 1, 0, 0, 0]));
    assert_eq!(admin.all("/hour-records").await[0]["institution"], "东北师大");
    let report = send(&admin, "hour-records", format!("\u{feff}{}", file("E2"))).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 1, 1, 0, 0, 0]));
    let broken = send(&admin, "hour-records", vec![0x31, 0xFF, 0xFF, 0x31]).await.expect(422);
    assert_eq!(faults(&broken)[0].2, "bad_encoding");
    let empty = send(&admin, "hour-records", "").await.expect(422);
    assert_eq!(faults(&empty)[0].2, "empty");
}

#[actix_web::test]
async fn columns_have_any_order_and_either_name_and_unknown_ones_are_reported() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    two_teachers(&admin).await;
    let file = "hours,teacher_no,level,mode,title,institution,starts_on,ends_on,training_year\n\
                8,T1,county,online,甲,乙,2025-07-06,2025-07-10,2025\n";
    send(&admin, "hour-records", file).await.expect(201);
    let report = send(&admin, "hour-records", "教师编号,培训年度,备注,培训年度\nT1,2025,,\n").await.expect(422);
    let found = faults(&report);
    assert!(found.iter().all(|(row, ..)| *row == 1));
    let columns =
        |code: &str| found.iter().filter(|fault| fault.2 == code).map(|fault| fault.1.clone()).collect::<Vec<_>>();
    assert_eq!(
        (columns("unknown_column"), columns("repeated_column")),
        (vec!["备注".to_owned()], vec!["培训年度".to_owned()])
    );
    assert_eq!(columns("missing_column").len(), 7);
}

#[actix_web::test]
async fn a_record_that_differs_under_its_key_is_a_fault_or_supersedes() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (first, _) = two_teachers(&admin).await;
    let file = |hours: &str| format!("{HOURS_HEADER}T1,2025,国培,甲,乙,网络研修,{hours},2025-07-06,2025-07-10,E1\n");
    send(&admin, "hour-records?source=province", file("40")).await.expect(201);
    let report = send(&admin, "hour-records?source=province", file("30")).await.expect(422);
    assert_eq!(faults(&report), [(2, "来源编号".to_owned(), "conflict".to_owned())]);
    let report = send(&admin, "hour-records?source=province&on_conflict=supersede", file("30")).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 1, 0, 1, 0, 0]));
    let records = admin.all("/hour-records?sort=created").await;
    let standing: Vec<_> = records.iter().map(|r| (r["status"].clone(), r["hours"].clone())).collect();
    assert_eq!(standing, [(json!("voided"), json!(40)), (json!("recognized"), json!(30))]);
    let quota = admin.get(&format!("/teachers/{first}/quotas/2025")).await.expect(200);
    assert_eq!(quota["recognized_hours"], 30);
    let report = send(&admin, "hour-records", file("40")).await.expect(201);
    assert_eq!(report["rows_imported"], 1);
    assert_eq!(admin.all("/hour-records?suspected=true&status=pending").await.len(), 1, "another source waits");
    assert!(app.db.read_now(ledger::verify_totals).unwrap().is_empty());
}

#[actix_web::test]
async fn a_school_imports_its_own_teachers_hours_and_they_wait() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    admin.teacher_with(&here, json!({ "teacher_no": "T1" })).await;
    admin.teacher_with(&there, json!({ "teacher_no": "T2" })).await;
    let clerk = app.user(&admin, Role::SchoolAdmin, &here).await;
    let row = |no: &str| format!("{HOURS_HEADER}{no},2025,60,校本,本校,9,6,2025-07-06,2025-07-10,\n");
    let report = send(&clerk, "hour-records", row("T2")).await.expect(422);
    assert_eq!(faults(&report)[0].2, "unknown_teacher");
    send(&clerk, "hour-records?status=recognized", row("T1")).await.problem(403, "forbidden");
    send(&clerk, "hour-records?on_conflict=supersede", row("T1")).await.problem(403, "forbidden");
    send(&clerk, "hour-records", row("T1")).await.expect(201);
    assert_eq!(clerk.all("/hour-records?status=pending").await.len(), 1);
    send(&clerk, "organizations", "单位编号,单位名称,单位类型\nX,甲,中小学\n").await.problem(403, "forbidden");
    assert_eq!(admin.all("/imports").await.len(), 2);
    assert_eq!(clerk.all("/imports?limit=1").await.len(), 2);
    let stranger = app.user(&admin, Role::SchoolAdmin, &there).await;
    assert!(stranger.all("/imports").await.is_empty());
    stranger.get(&format!("/imports/{}", report["id"].as_str().unwrap())).await.problem(404, "not_found");
}

#[actix_web::test]
async fn an_import_report_is_for_its_importer_and_those_above() {
    let county = Polishing::start().await;
    let (app, admin, school) = (&county.app, &county.admin, &county.other_school);
    let district = admin.organization("district", &county.root).await;
    let (center, below) =
        (admin.organization("training_school", &county.root).await, admin.organization("school", &district).await);
    let with_scope = |organization: &str, scope: &str| {
        let (organization, more) = (organization.to_owned(), json!({ "scope_organization_id": scope }));
        async move { app.user_with(admin, Role::TrainingSchoolAdmin, &organization, more).await }
    };
    let (trainer, local) = (with_scope(&center, &county.root).await, with_scope(&center, &center).await);
    let (clerk, colleague) =
        (app.user(admin, Role::SchoolAdmin, &below).await, app.user(admin, Role::SchoolAdmin, &below).await);
    // Works for the school, and sees the whole district.
    let wider = with_scope(&below, &district).await;
    let (leader, head) = (county.team_leader().await, app.user(admin, Role::SchoolAdmin, school).await);
    let file = format!("{HOURS_HEADER}T9,2025,60,校本,本校,9,6,2025-07-06,2025-07-10,\n");
    let lesson = "教师编号,课题\nT9,课\n".to_owned();
    let users = [
        ("admin", admin),
        ("trainer", &trainer),
        ("local", &local),
        ("clerk", &clerk),
        ("colleague", &colleague),
        ("wider", &wider),
        ("leader", &leader),
        ("head", &head),
    ];
    for (importer, kind, file, expected) in [
        (&trainer, "hour-records", &file, vec!["admin", "trainer"]),
        (&local, "hour-records", &file, vec!["admin", "trainer", "local"]),
        (&clerk, "hour-records", &file, vec!["admin", "trainer", "clerk", "colleague", "wider"]),
        (&wider, "hour-records", &file, vec!["admin", "trainer", "wider"]),
        // The team's participants come from other schools than the leader's.
        (&leader, "lessons", &lesson, vec!["admin", "trainer", "leader"]),
        (&head, "hour-records", &file, vec!["admin", "trainer", "head"]),
    ] {
        let report = id(&send(importer, kind, file.clone()).await.expect(422));
        let mut seen = Vec::new();
        for (name, user) in users {
            let listed = user.all("/imports").await.iter().any(|row| id(row) == report);
            for path in [format!("/imports/{report}"), format!("/imports/{report}/errors.csv")] {
                assert_eq!(user.get(&path).await.status, if listed { 200 } else { 404 }, "{name} at {path}");
            }
            if !listed {
                user.act(&format!("/imports/{report}/cancel")).await.problem(404, "not_found");
            }
            seen.extend(listed.then_some(name));
        }
        assert_eq!(seen, expected);
    }
}

#[actix_web::test]
async fn organizations_are_imported_in_any_order_and_updated() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let header = "单位编号,单位名称,单位类型,上级编号,乡村,学区基地校\n";
    let file = format!("{header}S1,一校,中小学,XQ1,是,否\nXQ1,一学区,学区,,,\nS2,二园,kindergarten,220283,否,\n");
    let report = send(&admin, "organizations", file.clone()).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 3, 3, 0, 0, 0]));
    let school = &admin.all("/organizations?q=S1").await[0];
    assert_eq!((&school["path"], &school["rural"]), (&json!("220283/XQ1/S1"), &json!(true)));
    assert_eq!(counts(&send(&admin, "organizations", file).await.expect(201))[5], 3);
    let renamed = format!("{header}S1,第一小学,中小学,XQ1,,是\nXQ1,一学区,学区,,,\n");
    assert_eq!(
        counts(&send(&admin, "organizations", renamed).await.expect(201)),
        json!(["imported", "UTF-8", 2, 0, 1, 1, 0])
    );
    let school = &admin.all("/organizations?q=S1").await[0];
    assert_eq!((&school["name"], &school["rural"], &school["version"]), (&json!("第一小学"), &json!(true), &json!(2)));
    let bad = format!(
        "{header}S1,一校,中小学,220283,,\nS3,三校,宫殿,,,\nS4,四校,中小学,S9,,\nS5,五校,中小学,S6,,\nS6,六校,中小学,S5,,\nS7,七校,中小学,,也许,\nS8,八,中小学,,,\nS8,八,中小学,,,\n"
    );
    let report = send(&admin, "organizations", bad).await.expect(422);
    let codes: Vec<_> = faults(&report).into_iter().map(|(row, _, code)| (row, code)).collect();
    let expected = [
        (2, "parent_changed"),
        (3, "unknown_value"),
        (4, "unknown_organization"),
        (5, "unknown_organization"),
        (6, "unknown_organization"),
        (7, "unknown_value"),
        (9, "repeated_row"),
    ];
    assert_eq!(codes, expected.map(|(row, code)| (row, code.to_owned())));
}

#[actix_web::test]
async fn teachers_are_imported_with_appointments_and_updated() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let organizations = "单位编号,单位名称,单位类型\nS1,一校,中小学\nS2,二校,中小学\n";
    send(&admin, "organizations", organizations).await.expect(201);
    let file = "教师编号,姓名,单位编号,学科,学段,入职日期,性别,职称,骨干,身份证号,离任日期,状态\n\
                T1,王芳,S1,语文,小学,2010/9/1,女,一级教师,是,11010519491231002X,,\n\
                T2,李雷,S1,数学,初中,2025-07-01,1,,,,,在职\n\
                T3,赵六,S2,英语,高中,2000-01-01,,,,,2025-06-30,退休\n";
    let report = send(&admin, "teachers", file).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 3, 3, 0, 0, 0]));
    let rows = admin.all("/teachers").await;
    assert_eq!(rows[0]["id_number"], "****************2X");
    assert_eq!(
        (&rows[0]["gender"], &rows[0]["backbone"], &rows[1]["gender"]),
        (&json!("female"), &json!(true), &json!("male"))
    );
    let required: Vec<_> =
        admin.all("/quotas?training_year=2025").await.iter().map(|q| q["required_hours"].clone()).collect();
    assert_eq!(required, [72, 36, 36]);
    assert_eq!(counts(&send(&admin, "teachers", file).await.expect(201)), json!(["imported", "UTF-8", 3, 0, 0, 3, 0]));
    let moved = "教师编号,姓名,单位编号,学科,学段,入职日期\nT1,王芳芳,S2,语文,小学,2010-09-01\nT2,李雷,S1,数学,初中,2025-10-01\n";
    let accepted = send(&admin, "teachers?accept_transfers=true", moved).await.expect(201);
    assert_eq!(counts(&accepted), json!(["imported", "UTF-8", 2, 0, 2, 0, 0]));
    let teacher = &admin.all("/teachers?q=T1").await[0];
    assert_eq!(
        (&teacher["name"], &teacher["organization"]["code"], &teacher["title"]),
        (&json!("王芳芳"), &json!("S2"), &json!("一级教师"))
    );
    let path = format!("/teachers/{}/appointments", teacher["id"].as_str().unwrap());
    let spells = admin.get(&path).await.expect(200);
    assert_eq!(spells.as_array().unwrap().len(), 2, "another organization is a transfer");
    assert_eq!((&spells[0]["ends_on"], &spells[1]["organization"]["code"]), (&json!(null), &json!("S1")));
    let teacher = &admin.all("/quotas?training_year=2025&q=T2").await[0];
    assert_eq!(teacher["required_hours"], 18, "the later joining");
    let bad = "教师编号,姓名,单位编号,学科,学段,入职日期,身份证号,状态,离任日期\n\
               T5,甲,S9,语文,小学,2010-09-01,,,\nT6,乙,S1,语文,大学,2010-09-31,,,\nT7,丙,S1,语文,小学,2010-09-01,11010519491231002X,,\n\
               T8,丁,S1,语文,小学,2010-09-01,110105194912310021,,\nT9,戊,S1,语文,小学,2010-09-01,,退休,\nT10,己,S1,语文,小学,2010-09-01,,,2010-08-01\n";
    let answer = send(&admin, "teachers", bad).await;
    assert!(!answer.text.contains("110105"), "a report does not repeat an id number");
    let codes: Vec<_> = faults(&answer.expect(422)).into_iter().map(|(row, column, _)| (row, column)).collect();
    let expected = [(2, "单位编号"), (3, "学段"), (3, "入职日期"), (5, "身份证号"), (6, "离任日期"), (7, "离任日期")];
    assert_eq!(codes, expected.map(|(row, column)| (row, column.to_owned())));
    assert_eq!(admin.all("/teachers").await.len(), 3);
}

#[actix_web::test]
async fn the_former_path_of_hour_records_still_works_and_is_marked_deprecated() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    two_teachers(&admin).await;
    let file = format!("{HOURS_HEADER}T1,2025,国培,甲,乙,网络研修,4,2025-07-06,2025-07-10,E1\n");
    let deprecated = |answer: &Answer| {
        let since = answer.headers.get("deprecation").map(|value| value.to_str().unwrap());
        since.map(|since| since.strip_prefix('@').expect("RFC 9745").parse::<i64>().expect("a Unix time"))
    };
    let former = send(&admin, "hour_records?dry_run=true", file.clone()).await;
    assert!(deprecated(&former).is_some());
    former.expect(201);
    let faulty = send(&admin, "hour_records?source=project", file.clone()).await;
    assert!(deprecated(&faulty).is_some());
    faulty.problem(422, "invalid");
    let current = send(&admin, "hour-records", file).await;
    assert_eq!(deprecated(&current), None);
    current.expect(201);
    for extension in ["csv", "xlsx"] {
        let template = |name| admin.request(Method::GET, &format!("/imports/templates/{name}.{extension}")).send();
        let former = template("hour_records").await.unwrap();
        assert_eq!(former.status(), 200);
        assert!(former.headers().contains_key("deprecation"));
        assert!(!template("hour-records").await.unwrap().headers().contains_key("deprecation"));
    }
    let document = admin.get("/openapi.json").await.expect(200);
    assert_eq!(document["paths"]["/api/v1/imports/hour_records"]["post"]["deprecated"], true);
    assert_eq!(document["paths"]["/api/v1/imports/hour-records"]["post"].get("deprecated"), None);
}

#[actix_web::test]
async fn a_template_has_the_columns_and_nothing_else() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let answer = admin.get("/imports/templates/hour-records.csv").await;
    let header = HOURS_HEADER.replace("来源编号", "三修,来源编号,来源,状态");
    assert_eq!(answer.text.trim(), format!("\u{feff}{header}").trim());
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"hour-records.csv\"");
    admin.get("/imports/templates/palaces.csv").await.problem(404, "not_found");
    let json = admin.post("/imports/hour-records", json!({})).await;
    json.problem(415, "unsupported_media_type");
    admin.post("/imports/palaces", json!({})).await.problem(405, "method_not_allowed");
    let large = format!("{HOURS_HEADER}{}", "T1,2025,国培,甲,乙,网络研修,4,2025-07-06,2025-07-10,\n".repeat(8000));
    let report = send(&admin, "hour-records", large).await.expect(422);
    assert_eq!((report["errors"].as_array().unwrap().len(), &report["rows_failed"]), (1000, &json!(8000)));
}

#[actix_web::test]
async fn values_are_recognised_by_common_synonyms() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    two_teachers(&admin).await;
    let spoken = [("国家级", "远程培训"), ("省级培训", "面授"), ("校本", "其他"), ("县级", "混合式"), ("10", "1")];
    let rows: Vec<_> = spoken
        .iter()
        .enumerate()
        .map(|(at, (level, mode))| format!("T1,2025,{level},培训{at},进修学校,{mode},8,2025-07-06,2025-07-07,W{at}\n"))
        .collect();
    send(&admin, "hour-records", format!("{HOURS_HEADER}{}", rows.concat())).await.expect(201);
    let records = admin.all("/hour-records?sort=created").await;
    let understood: Vec<_> = records.iter().map(|record| (&record["level"], &record["mode"])).collect();
    let expected = [
        ("national", "online"),
        ("provincial", "face_to_face"),
        ("school", "other"),
        ("county", "blended"),
        ("national", "full_time_long"),
    ];
    for (understood, (level, mode)) in understood.into_iter().zip(expected) {
        assert_eq!(understood, (&json!(level), &json!(mode)));
    }
}
