//! Citizen ID numbers: no answer confirms one, and no text, file or log holds one in clear.

use std::{collections::HashSet, fs, os::unix::fs::PermissionsExt, path::Path};

use chrono::{Days, NaiveDate, TimeDelta};
use diesel::{
    Connection, ExpressionMethods, PgConnection, QueryDsl, QueryableByName, RunQueryDsl, connection::SimpleConnection,
    sql_query, sql_types::Text,
};
use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_api::{
    app::maintenance,
    db::{Actor, DatabaseUrl, Tx, schema::imports, verify_chain},
};
use songjiao_tests::{Answer, County, Operation, Session, TestApp, id, unique};
use songjiao_types::{ImportId, Role, WireEnum, imports::ImportKind};

use crate::imports::send;

const HEADER: &str = "教师编号,姓名,单位编号,学科,学段,入职日期,身份证号\n";

/// Returns a valid number, another one for each `n`.
fn number(n: u64) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let born = NaiveDate::from_ymd_opt(1960, 1, 1).unwrap() + Days::new(n);
    let number = format!("220283{}{:03}", born.format("%Y%m%d"), (n * 7) % 1000);
    let sum: u32 = number.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{number}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

fn new_teacher(organization: &str, more: Value) -> Value {
    let mut new = json!({
        "teacher_no": unique("T"), "name": "王芳", "organization_id": organization, "subject": "语文",
        "stage": "primary", "joined_on": "2010-09-01",
    });
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    new
}

/// Removes from an answer what differs between any two.
fn comparable(mut value: Value) -> Value {
    for name in ["id", "teacher_no", "created_at", "updated_at", "finished_at", "id_number", "request_id"] {
        if let Some(fields) = value.as_object_mut() {
            fields.remove(name);
        }
    }
    value
}

#[actix_web::test]
async fn no_answer_confirms_that_another_teacher_has_a_number() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = |code: &str| json!({ "code": code, "name": code, "kind": "school", "parent_id": root });
    let ours = id(&admin.post("/organizations", school("OURS")).await.expect(201));
    let theirs = id(&admin.post("/organizations", school("THEIRS")).await.expect(201));
    let (taken_there, taken_here, free) = (number(1), number(2), number(3));
    admin.teacher_with(&theirs, json!({ "id_number": taken_there })).await;
    admin.teacher_with(&ours, json!({ "id_number": taken_here })).await;
    let clerk = app.user(&admin, Role::SchoolAdmin, &ours).await;
    let mut seen = Vec::new();
    for number in [&free, &taken_there, &taken_here] {
        assert!(admin.all(&format!("/teachers?q={number}")).await.is_empty(), "a search finds no number");
        let file = format!("{HEADER}{},王芳,OURS,语文,小学,2010-09-01,{number}\n", unique("T"));
        let mut report = send(&clerk, "teachers?dry_run=true", file).await.expect(201);
        report["preview"]["rows"] = json!(null);
        let created = clerk.post("/teachers", new_teacher(&ours, json!({ "id_number": number }))).await.expect(201);
        let path = format!("/teachers/{}", clerk.teacher(&ours).await);
        let changed = clerk.patch(&path, json!({ "id_number": number })).await.expect(200);
        assert_eq!(changed["id_number"], format!("****************{}", &number[16..]));
        seen.push([report, created, changed].map(comparable));
    }
    assert_eq!(seen[0], seen[1], "a number of another school");
    assert_eq!(seen[0], seen[2], "a number of the same school");
}

#[actix_web::test]
async fn a_dry_run_confirms_no_guess_of_a_teachers_own_number() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    admin.teacher_with(&root, json!({ "teacher_no": "T1", "id_number": number(1) })).await;
    let mut reports = Vec::new();
    for guess in [number(1), number(2)] {
        let file = format!("{HEADER}T1,王芳,220283,语文,小学,2010-09-01,{guess}\n");
        reports.push(comparable(send(&admin, "teachers?dry_run=true", file).await.expect(201)));
    }
    assert_eq!(reports[0], reports[1]);
    let file = format!("{HEADER}T1,王芳,220283,语文,小学,2010-09-01,{}\n", number(2));
    send(&admin, "teachers", file).await.expect(201);
    let mask = format!("****************{}", &number(2)[16..]);
    assert_eq!(admin.all("/teachers?q=T1").await[0]["id_number"], mask, "it is written nevertheless");
}

#[actix_web::test]
async fn administrators_list_shared_numbers_in_their_scope_audited_and_bounded() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    for (place, n) in [(&here, 1), (&there, 1), (&there, 2), (&here, 3)] {
        admin.teacher_with(place, json!({ "id_number": number(n) })).await;
    }
    let list = "/teachers?shared_id_number=true";
    assert_eq!(admin.all(list).await.len(), 2);
    assert_eq!(admin.all("/teachers?shared_id_number=false").await.len(), 4);
    let of_a_part = app.user(&admin, Role::BureauAdmin, &here).await;
    assert!(of_a_part.all(list).await.is_empty(), "who sees one of both sees no sharing");
    for role in [Role::SchoolAdmin, Role::Auditor] {
        app.user(&admin, role, &root).await.get(list).await.problem(403, "forbidden");
    }
    let entries = admin.all("/audit-log?action=look_up_id_numbers").await;
    assert_eq!(entries.len(), 2, "one entry for each list");
    for _ in 0..19 {
        admin.get(list).await.expect(200);
    }
    let refused = admin.get(list).await;
    assert!(refused.headers.contains_key("retry-after"));
    refused.problem(429, "rate_limited");
}

#[actix_web::test]
async fn a_code_that_is_an_id_number_is_refused() {
    let county = County::start().await;
    let (ours, school) = (&county.ours, county.id_of("organizations"));
    let teacher = county.id_of("teachers");
    let record = json!({
        "teacher_id": teacher, "training_year": 2026, "hours": 4, "starts_on": "2026-06-01", "ends_on": "2026-06-01",
        "level": "county", "mode": "online", "title": "培训", "institution": "进修学校",
    });
    let with = |field: &str, code: &str| {
        let mut record = record.clone();
        record[field] = json!(code);
        record
    };
    let number = number(1);
    let grouped = format!("{}-{}-{}", &number[..6], &number[6..14], &number[14..]);
    for code in [&number, &grouped, "220283600101001"] {
        let organization = json!({ "code": code, "name": "学校", "kind": "school", "parent_id": school });
        let user = json!({
            "username": code, "name": "甲", "password": "horse-battery-staple", "role": "auditor", "organization_id": school,
        });
        for (path, body, pointer) in [
            ("/teachers", new_teacher(school, json!({ "teacher_no": code })), "/teacher_no"),
            ("/organizations", organization, "/code"),
            ("/users", user, "/username"),
            ("/hour-records", with("external_id", code), "/external_id"),
            ("/hour-records", with("source", code), "/source"),
        ] {
            let answer = ours.post(path, body).await;
            assert!(!answer.text.contains(code), "{}", answer.text);
            assert_eq!(answer.faults(), [(pointer.to_owned(), "id_number_not_allowed".to_owned())], "{path} {code}");
        }
        let pushed = json!([{ "external_id": code, "teacher_no": code, "withdrawn": false }]);
        let answer = ours.post("/sources/province/hour-records", pushed.clone()).await;
        assert!(!answer.text.contains(code), "{}", answer.text);
        let faults = answer.expect(200)["items"][0]["errors"].clone();
        let refused =
            faults.as_array().unwrap().iter().filter(|fault| fault["code"] == "id_number_not_allowed").count();
        assert_eq!(refused, 2, "{faults}");
        let answer = ours.post(&format!("/sources/{code}/hour-records"), pushed).await;
        assert_eq!(answer.faults()[0].1, "id_number_not_allowed");
        let key = ours.request(Method::POST, "/teachers").header("idempotency-key", code).json(&json!({}));
        assert_eq!(Answer::of(key).await.faults()[0].1, "id_number_not_allowed");
        let hours = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号";
        for (kind, file, expected) in [
            ("teachers", format!("{HEADER}{code},王芳,220283,语文,小学,2010-09-01,\n"), 1),
            ("organizations", format!("单位编号,单位名称,单位类型\n{code},学校,中小学\n"), 1),
            ("hour-records", format!("{hours}\n{code},2026,国培,甲,乙,网络研修,4,2026-06-01,2026-06-01,{code}\n"), 2),
        ] {
            let answer = send(ours, kind, file).await;
            assert!(!answer.text.contains(code), "{}", answer.text);
            let report = answer.expect(422);
            let errors = report["errors"].as_array().unwrap();
            assert_eq!(
                errors.iter().filter(|error| error["code"] == "id_number_not_allowed").count(),
                expected,
                "{report}"
            );
        }
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Returns the files and folders below a folder.
fn below(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found
}

#[actix_web::test]
async fn a_start_restricts_the_data_folder_and_removes_what_a_killed_process_left() {
    let mut app = TestApp::start().await;
    app.stop().await;
    let folder = app.data.data_dir.clone();
    let leftovers = ["imports/.tmpAbCdEf", "imports/019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10", "requests/.tmpAbCdEf"];
    for name in leftovers {
        fs::write(folder.join(name), number(1)).unwrap();
    }
    for path in below(&folder) {
        fs::set_permissions(&path, fs::Permissions::from_mode(if path.is_dir() { 0o755 } else { 0o644 })).unwrap();
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    app.start_again().await;
    let admin = app.admin().await;
    admin.teacher(&admin.me("/organization/id")).await;
    for name in leftovers {
        assert!(!folder.join(name).exists(), "{name}");
    }
    assert_eq!(mode(&folder), 0o700);
    for path in below(&folder) {
        assert_eq!(mode(&path), if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

#[actix_web::test]
async fn the_files_of_a_new_installation_are_private() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    let app = TestApp::start_with(|config| {
        config.data.data_dir.clone_from(&folder);
        if let Some(DatabaseUrl::Sqlite(_)) = config.data.database_url {
            config.data.database_url = None;
        }
    })
    .await;
    let admin = app.admin().await;
    admin.teacher(&admin.me("/organization/id")).await;
    assert_eq!(mode(&folder), 0o700);
    let files = below(&folder);
    assert!(files.iter().any(|path| path.ends_with("id.key")));
    for path in files {
        assert_eq!(mode(&path), if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

#[actix_web::test]
async fn failed_rows_and_previews_are_kept_for_days() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let file = || format!("{HEADER}T1,王芳,220283,语文,大学,2010-09-01,\n");
    let old = id(&send(&admin, "teachers?dry_run=true", file()).await.expect(422));
    let young = id(&send(&admin, "teachers?dry_run=true", file()).await.expect(422));
    let finished = |tx: &mut Tx<'_>| {
        let import = imports::table.find(old.parse::<ImportId>().unwrap());
        let earlier = imports::finished_at.eq(Some(tx.now.after(-TimeDelta::days(15))));
        Ok(diesel::update(import).set(earlier).execute(tx.conn)?)
    };
    assert_eq!(app.db.write_now(Actor::system(), finished).unwrap(), 1);
    maintenance::run(&app.db, 14).await;
    let report = admin.get(&format!("/imports/{old}")).await.expect(200);
    assert_eq!((report.get("preview"), report["errors"].as_array().unwrap().len()), (None, 1), "the report stays");
    admin.get(&format!("/imports/{old}/errors.csv")).await.problem(404, "not_found");
    let report = admin.get(&format!("/imports/{young}")).await.expect(200);
    assert_eq!(report["preview"]["rows"].as_array().unwrap().len(), 1);
    assert_eq!(admin.get(&format!("/imports/{young}/errors.csv")).await.status, 200);
}

#[actix_web::test]
async fn an_update_shortens_the_masks_and_masks_older_texts() {
    let mut app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher_with(&root, json!({ "id_number": number(1) })).await;
    let import = id(&send(&admin, "teachers", format!("{HEADER}T1,王芳,220283,语文,大学,2010-09-01,\n")).await.json);
    app.stop().await;
    let down = match &app.data.database_url {
        Some(DatabaseUrl::Postgres(_)) => {
            include_str!("../../api/migrations/postgres/2026-01-01-000120_id_number_masks/down.sql")
        }
        _ => include_str!("../../api/migrations/sqlite/2026-01-01-000120_id_number_masks/down.sql"),
    };
    let earlier = format!(
        "{down}; DELETE FROM __diesel_schema_migrations WHERE version = '20260101000120';
         UPDATE teachers SET id_number_mask = '220***********0071', title = '教师{0}', version = version + 1;
         UPDATE imports SET errors = replace(errors, '大学', '{0}'), file_name = '{0}.csv';
         UPDATE import_failed_rows SET csv = replace(csv, '大学', '{0}');",
        number(2)
    );
    app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute(&earlier)?)).unwrap();
    app.start_again().await;
    let admin = app.admin().await;
    let view = admin.get(&format!("/teachers/{teacher}")).await.expect(200);
    assert_eq!(view["id_number"], "****************71");
    let mask = format!("****************{}", &number(2)[16..]);
    assert_eq!(view["title"], format!("教师{mask}"));
    let report = admin.get(&format!("/imports/{import}")).await.expect(200);
    assert_eq!((&report["file_name"], &report["errors"][0]["value"]), (&json!(format!("{mask}.csv")), &json!(mask)));
    let rows = admin.get(&format!("/imports/{import}/errors.csv")).await.text;
    assert!(rows.contains(&mask) && !rows.contains(&number(2)), "{rows}");
    for _ in 0..2 {
        admin.teacher_with(&root, json!({ "id_number": number(1) })).await;
    }
    assert_eq!(admin.all("/teachers?shared_id_number=true").await.len(), 3, "the number is compared as before");
}

/// Hands out numbers, each written in one of several ways, and remembers them.
#[derive(Default)]
struct Numbers {
    given: HashSet<String>,
    found: Vec<String>,
}

impl Numbers {
    fn next(&mut self) -> String {
        let number = number(self.given.len() as u64);
        self.given.insert(number[..17].to_owned());
        number
    }

    /// Returns a text with a number.
    fn text(&mut self) -> String {
        let number = self.next();
        let wide = |c: char| char::from_u32(c as u32 + 0xFEE0).unwrap();
        match self.given.len() % 5 {
            0 => format!("甲{number}乙"),
            1 => number.chars().map(wide).collect(),
            2 => format!("{}-{}-{}", &number[..6], &number[6..14], &number[14..]),
            3 => format!("{} {} {}", &number[..6], &number[6..14], &number[14..]),
            _ => number,
        }
    }

    /// Notes the place if the text holds a number.
    fn look_for(&mut self, text: &str, place: &str) {
        let narrow = |c: char| match c {
            '０'..='９' => char::from_u32(c as u32 - 0xFEE0).unwrap(),
            c => c,
        };
        let text: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).map(narrow).collect();
        for run in text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= 17) {
            let windows = (0..=run.len() - 17).map(|at| &run[at..at + 17]);
            self.found.extend(windows.filter(|w| self.given.contains(*w)).map(|number| format!("{number} in {place}")));
        }
    }
}

/// Puts numbers into every text of a value, one at a time.
fn planted(numbers: &mut Numbers, name: &str, value: &Value) -> Vec<Value> {
    match value {
        Value::String(_) if name == "id_number" => vec![json!(numbers.next())],
        Value::String(_) | Value::Null => vec![json!(numbers.text())],
        Value::Array(items) => {
            let first = items.first().map_or_else(Vec::new, |item| planted(numbers, name, item));
            first.into_iter().map(|item| json!([item])).collect()
        }
        Value::Object(fields) => {
            let mut found = Vec::new();
            for (name, value) in fields {
                for field in planted(numbers, name, value) {
                    let mut whole = fields.clone();
                    for key in ["teacher_no", "code", "username", "external_id"] {
                        whole.entry(key).and_modify(|value| *value = json!(unique("K")));
                    }
                    whole[name] = field;
                    found.push(Value::Object(whole));
                }
            }
            found
        }
        _ => Vec::new(),
    }
}

/// Sends numbers in every field of every operation's body. Returns how many bodies were accepted.
async fn plant_in_bodies(county: &County, operations: &[Operation], numbers: &mut Numbers) -> usize {
    let mut accepted = 0;
    for operation in operations {
        // They would end the session, or lock its user.
        if operation.path.starts_with("/auth/") {
            continue;
        }
        let Some(body) = county.body(operation) else { continue };
        let path = county.path(operation);
        let mut bodies = planted(numbers, "", &body);
        if operation.method == Method::PATCH {
            // Of all fields together some may be fixed.
            for (name, value) in body.as_object().unwrap() {
                bodies.extend(planted(numbers, name, value).into_iter().map(|field| json!({ name: field })));
            }
        }
        for body in bodies {
            let tag = county.tag(&path).await;
            let answer = Answer::of(operation.request(&county.ours, &path, &tag).json(&body)).await;
            assert!(answer.status < 500, "{}: {}", operation.name(), answer.text);
            accepted += usize::from(answer.status < 300);
            numbers.look_for(&answer.text, &operation.name());
        }
    }
    accepted
}

/// Sends numbers in paths, queries and headers.
async fn plant_in_requests(county: &County, operations: &[Operation], numbers: &mut Numbers) {
    for operation in operations.iter().filter(|operation| operation.reads()) {
        for parameter in &operation.query {
            let (path, name) = (county.path(operation), parameter["name"].as_str().unwrap());
            let text = numbers.text().bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
            let answer = county.ours.get(&format!("{path}?{name}={text}")).await;
            numbers.look_for(&answer.text, &operation.name());
        }
    }
    let credentials = json!({ "username": numbers.next(), "password": numbers.next() });
    county.app.anonymous().post("/auth/login", credentials).await.problem(401, "bad_credentials");
    county.ours.get(&format!("/verify/{}", numbers.next())).await.expect(200);
    let key = county.ours.request(Method::POST, "/teams").header("idempotency-key", numbers.text());
    Answer::of(key.json(&json!({}))).await.problem(422, "invalid");
}

/// Sends numbers in every cell, header and file name of every kind of import.
async fn plant_in_files(session: &Session, numbers: &mut Numbers) {
    for kind in ImportKind::ALL {
        let kind = kind.slug();
        let template = session.get(&format!("/imports/templates/{kind}.csv")).await.text;
        let labels: Vec<String> =
            template.trim_start_matches('\u{feff}').trim().split(',').map(str::to_owned).collect();
        let mut files = vec![format!("{},{}\n", numbers.text(), numbers.text())];
        for at in 0..labels.len() {
            let cells = |n: usize, text: &str| if n == at { text.to_owned() } else { "甲".to_owned() };
            let text = if labels[at] == "身份证号" { numbers.next() } else { numbers.text() };
            let row: Vec<String> = (0..labels.len()).map(|n| cells(n, &text)).collect();
            files.push(format!("{}\n{}\n", labels.join(","), row.join(",")));
            let mut headers = labels.clone();
            headers[at] = numbers.text();
            files.push(format!("{}\n{}\n", headers.join(","), vec!["甲"; labels.len()].join(",")));
        }
        for (n, file) in files.into_iter().enumerate() {
            let options = if n % 2 == 0 { "dry_run=true&unknown_columns=ignore" } else { "unknown_columns=reject" };
            let request = session.request(Method::POST, &format!("/imports/{kind}?{options}"));
            let name = format!("attachment; filename*=UTF-8''%E6%95%99%E5%B8%88{}.csv", numbers.next());
            let request = request.header(header::CONTENT_TYPE, "text/csv").header(header::CONTENT_DISPOSITION, name);
            let answer = Answer::of(request.body(file)).await;
            assert!(answer.status < 500, "{}", answer.text);
            numbers.look_for(&answer.text, kind);
            let rows = format!("/imports/{}/errors.csv", id(&answer.json));
            numbers.look_for(&session.get(&rows).await.text, &rows);
        }
    }
    let file =
        format!("{HEADER}P1,王芳{},220283,语文{},小学,2010-09-01,{}\n", numbers.next(), numbers.next(), numbers.next());
    send(session, "teachers", file).await.expect(201);
    let hours = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期";
    let (title, institution) = (numbers.text(), numbers.text());
    let file = format!("{hours}\nP1,2026,国培,{title},{institution},网络研修,4,2026-06-01,2026-06-01\n");
    send(session, "hour-records", file).await.expect(201);
    let pushed = json!([{
        "external_id": "A", "teacher_no": "P1", "training_year": 2026, "starts_on": "2026-07-06", "ends_on": "2026-07-10",
        "hours": 4, "level": "国培", "mode": "网络研修", "title": numbers.text(), "institution": numbers.text(),
    }, { numbers.next(): 1, "external_id": numbers.next() }]);
    let answer = session.post("/sources/our-platform/hour-records", pushed).await;
    numbers.look_for(&answer.text, "a push");
    let outcome = answer.expect(200)["items"][0]["outcome"].clone();
    assert!(["created", "superseded"].map(Value::from).contains(&outcome), "{outcome}");
}

#[derive(QueryableByName)]
struct Content {
    #[diesel(sql_type = Text)]
    content: String,
}

/// Returns the content of all tables; of SQLite none, since its files are read.
fn tables(app: &TestApp) -> Vec<String> {
    let Some(DatabaseUrl::Postgres(url)) = &app.data.database_url else { return Vec::new() };
    let mut connection = PgConnection::establish(url).unwrap();
    let names = "SELECT table_name::text AS content FROM information_schema.tables WHERE table_schema = 'public'";
    let names: Vec<Content> = sql_query(names).load(&mut connection).unwrap();
    let rows = |Content { content: name }| {
        let rows = format!("SELECT coalesce(json_agg(t)::text, '') AS content FROM {name} t");
        format!("{name} {}", sql_query(rows).get_result::<Content>(&mut connection).unwrap().content)
    };
    names.into_iter().map(rows).collect()
}

#[actix_web::test]
async fn no_id_number_is_kept_in_clear_wherever_it_is_sent() {
    let mut control = Numbers::default();
    for _ in 0..5 {
        let text = control.text();
        control.look_for(&text, "the control");
    }
    assert_eq!(control.found.len(), 5, "each way of writing is found");
    let county = County::start().await;
    let mut numbers = Numbers::default();
    let operations = county.ours.operations().await;
    let mut accepted = 0;
    while numbers.given.len() < 1000 {
        accepted += plant_in_bodies(&county, &operations, &mut numbers).await;
        plant_in_requests(&county, &operations, &mut numbers).await;
        plant_in_files(&county.admin, &mut numbers).await;
    }
    for operation in operations.iter().filter(|operation| operation.reads() && operation.path != "/openapi.json") {
        let path = county.path(operation);
        for media_type in ["application/json", "text/csv", "application/x-ndjson"] {
            let request = county.admin.request(Method::GET, &path).header(header::ACCEPT, media_type);
            numbers.look_for(&Answer::of(request).await.text, &format!("{} as {media_type}", operation.name()));
        }
    }
    let files = below(&county.app.data.data_dir).into_iter().filter(|path| path.is_file());
    for file in files {
        numbers.look_for(&String::from_utf8_lossy(&fs::read(&file).unwrap()), &file.display().to_string());
    }
    for table in tables(&county.app) {
        let place: String = table.chars().take(20).collect();
        numbers.look_for(&table, &place);
    }
    assert!(numbers.found.is_empty(), "{}", numbers.found.join("\n"));
    assert!(accepted > 50, "{accepted} bodies were accepted");
    assert!(county.app.db.read_now(verify_chain).unwrap().is_ok());
}
