//! Text has one form, however it was typed, copied or sent.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use songjiao_api::db::{Actor, DatabaseUrl, hex};
use songjiao_tests::{Polishing, Session, TestApp, id, unique};
use uuid::Uuid;

use crate::imports::{counts, send};

const TEACHERS: &str = "教师编号,姓名,单位编号,学科,学段,入职日期\n";

fn names(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["name"].as_str().unwrap()).collect()
}

async fn found(session: &Session, list: &str, q: &str) -> Vec<Value> {
    let joint = if list.contains('?') { '&' } else { '?' };
    session.all(&format!("{list}{joint}q={}", percent_encoded(q))).await
}

fn percent_encoded(text: &str) -> String {
    text.bytes().flat_map(|byte| ["%".to_owned(), hex(&[byte])]).collect()
}

// Case C5
#[actix_web::test]
async fn a_name_padded_with_a_full_width_blank_is_stored_without_it_and_found() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher_with(&root, json!({ "name": "王　芳" })).await;
    assert_eq!(admin.get(&format!("/teachers/{teacher}")).await.expect(200)["name"], "王芳");
    send(&admin, "teachers", format!("{TEACHERS}T1,李　敏,220283,语文,小学,2010-09-01\n")).await.expect(201);
    for (q, name) in [("王芳", "王芳"), ("王　芳", "王芳"), ("王 芳", "王芳"), ("李敏", "李敏"), ("李　敏", "李敏")]
    {
        assert_eq!(names(&found(&admin, "/teachers", q).await), [name], "{q}");
        let hits = admin.get(&format!("/search?q={}", percent_encoded(q))).await.expect(200);
        assert_eq!(hits["items"][0]["title"], name, "{q}");
    }
}

// Case F3
#[actix_web::test]
async fn a_name_is_found_by_every_way_of_writing_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let written = ["阿卜杜拉•艾则孜", "阿卜杜拉・艾则孜", "阿卜杜拉‧艾则孜", "阿卜杜拉．艾则孜", "阿卜杜拉 · 艾则孜"];
    for name in written {
        admin.teacher_with(&root, json!({ "name": name })).await;
    }
    for q in written.into_iter().chain(["阿卜杜拉·艾则孜", "杜拉.艾"]) {
        let rows = found(&admin, "/teachers", q).await;
        assert_eq!(names(&rows), ["阿卜杜拉·艾则孜"; 5], "{q}");
    }
    for (name, stored) in [
        ("王\n芳", "王芳"),
        ("\u{202e}王\u{200b}芳\u{feff}", "王芳"),
        ("ＲＡＤ１", "RAD1"),
        ("Anna\u{a0} Li", "Anna Li"),
    ] {
        let teacher = admin.teacher_with(&root, json!({ "name": name })).await;
        assert_eq!(admin.get(&format!("/teachers/{teacher}")).await.expect(200)["name"], stored, "{name:?}");
        let path = format!("/teachers/{teacher}");
        assert_eq!(admin.patch(&path, json!({ "name": name })).await.expect(200)["name"], stored);
    }
    assert_eq!(found(&admin, "/teachers", "ｒａｄ１").await.len(), 1);
}

// Case F3
#[actix_web::test]
async fn our_own_file_comes_back_unchanged() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let file = format!(
        "{TEACHERS}Ｔ－１,王　芳,220283,语 文,⼩学,2010-09-01\nT-2,阿卜杜拉•艾则孜,２２０２８３,数学,小学,２０１０－０９－０１\n"
    );
    let report = send(&admin, "teachers", file.clone()).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 2, 2, 0, 0, 0]));
    let exported = admin.request(reqwest::Method::GET, "/teachers").header("accept", "text/csv");
    let exported = songjiao_tests::Answer::of(exported).await.text;
    for again in [file, exported] {
        let report = send(&admin, "teachers", again).await.expect(201);
        assert_eq!(counts(&report), json!(["imported", "UTF-8", 2, 0, 0, 2, 0]));
    }
}

// Case F2
#[actix_web::test]
async fn radicals_in_names_headings_stages_and_subjects_are_folded() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    // ⼩ U+2F29, ⻢ U+2EE2, ⽂ U+2F42, ⼯ U+2F2F, ⻓ U+2ED3.
    let file = "教师编号,姓名,单位编号,学科,学段,⼊职⽇期,职称\nT1,⻢芳,220283,语⽂,⼩学,2010-09-01,⼀级教师\n";
    send(&admin, "teachers", file).await.expect(201);
    let root = admin.me("/organization/id");
    let new = json!({
        "teacher_no": "T2", "name": "⻢明", "organization_id": root, "subject": "语⽂", "stage": "primary",
        "joined_on": "2010-09-01",
    });
    admin.post("/teachers", new).await.expect(201);
    let rows = admin.all("/teachers?sort=teacher_no").await;
    assert_eq!(names(&rows), ["马芳", "马明"]);
    assert_eq!((&rows[0]["subject"], &rows[0]["title"]), (&json!("语文"), &json!("一级教师")));
    assert_eq!(admin.all(&format!("/teachers?subject={}", percent_encoded("语⽂"))).await.len(), 2);
    assert_eq!(names(&found(&admin, "/teachers", "⻢芳").await), ["马芳"]);
    assert_eq!(names(&found(&admin, "/teachers", "马").await), ["马芳", "马明"]);
    // A push of a platform and free text.
    let item = json!([{
        "external_id": "Ａ１", "teacher_no": "Ｔ１", "training_year": 2025, "starts_on": "2025-06-01",
        "ends_on": "2025-06-03", "hours": 8, "level": "国培", "mode": "online", "title": "⼩学　语⽂",
        "institution": "东北师范⼤学",
    }]);
    let report = admin.post("/sources/province/hour-records", item).await.expect(200);
    assert_eq!(report["items"][0]["outcome"], "created");
    let record = admin.all("/hour-records").await.remove(0);
    assert_eq!(
        (&record["title"], &record["institution"], &record["external_id"]),
        (&json!("小学语文"), &json!("东北师范大学"), &json!("A1"))
    );
    assert_eq!(found(&admin, "/hour-records", "⼩学语⽂").await.len(), 1);
    let void = json!({ "reason": "⼀、重复\r\n⼆、有误\u{202e}" });
    let voided = admin.post(&format!("/hour-records/{}/void", id(&record)), void).await.expect(200);
    assert_eq!(voided["status_reason"], "一、重复\n二、有误");
}

// Case C4
#[actix_web::test]
async fn numbers_codes_and_user_names_are_one_without_regard_to_case() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let pointer = |problem: Value| problem["errors"][0]["pointer"].as_str().unwrap().to_owned();
    let organization = |code: &str| json!({ "code": code, "name": "小学", "kind": "school", "parent_id": root });
    let school = id(&admin.post("/organizations", organization("A01")).await.expect(201));
    let problem = admin.post("/organizations", organization("a01")).await.problem(409, "already_exists");
    assert_eq!(pointer(problem), "/code");
    let teacher = |number: &str| {
        json!({
            "teacher_no": number, "name": "王芳", "organization_id": school, "subject": "语文", "stage": "primary",
            "joined_on": "2010-09-01",
        })
    };
    let kept = id(&admin.post("/teachers", teacher("K1")).await.expect(201));
    let problem = admin.post("/teachers", teacher("k1")).await.problem(409, "already_exists");
    assert_eq!(pointer(problem), "/teacher_no");
    let user = |username: &str| {
        json!({
            "username": username, "name": "陈力", "password": "correct horse battery", "role": "auditor",
            "organization_id": school,
        })
    };
    admin.post("/users", user("Chen.Li")).await.expect(201);
    let problem = admin.post("/users", user("chen.li")).await.problem(409, "already_exists");
    assert_eq!(pointer(problem), "/username");
    admin.post("/users", user("ｃｈｅｎ．ｌｉ")).await.problem(409, "already_exists");

    // Imports find the existing rows.
    let file = format!("{TEACHERS}k1,王芳,a01,数学,小学,2010-09-01\n");
    let report = send(&admin, "teachers", file).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 1, 0, 1, 0, 0]));
    let view = admin.get(&format!("/teachers/{kept}")).await.expect(200);
    assert_eq!((&view["teacher_no"], &view["subject"]), (&json!("K1"), &json!("数学")));
    let file = "单位编号,单位名称,单位类型,上级编号\na01,小学校,学校,\nB01,教学点,学校,a01\n";
    let report = send(&admin, "organizations", file).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 2, 1, 1, 0, 0]));
    let twice = format!("{TEACHERS}M1,王芳,A01,数学,小学,2010-09-01\nm1,王芳,A01,数学,小学,2010-09-01\n");
    let report = send(&admin, "teachers", twice).await.expect(422);
    assert_eq!(report["errors"][0]["code"], "repeated_row");
    let hours = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期\n\
                 k1,2025,县级培训,校本,进修学校,面授,8,2025-08-01,2025-08-01\n";
    send(&admin, "hour-records", hours).await.expect(201);
    assert_eq!(admin.all(&format!("/hour-records?teacher_id={kept}")).await.len(), 1);
    let pushed = json!([{
        "external_id": "A", "teacher_no": "k1", "training_year": 2025, "starts_on": "2025-06-01",
        "ends_on": "2025-06-03", "hours": 8, "level": "national", "mode": "online", "title": "题", "institution": "所",
    }]);
    let report = admin.post("/sources/province/hour-records", pushed).await.expect(200);
    assert_eq!(report["items"][0]["outcome"], "created");
    let hits = admin.get("/search?q=k1").await.expect(200);
    assert_eq!(hits["items"][0]["id"], json!(kept));
}

// Case F4
#[actix_web::test]
async fn names_sort_by_their_readings_across_pages() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let sorted = [
        "阿依古丽",
        "令狐敏",
        "缪敏",
        "万俟雪",
        "区敏",
        "朴敏",
        "覃敏",
        "仇敏",
        "任敏",
        "单丹",
        "解敏",
        "尉迟敏",
        "员敏",
        "曾敏",
        "翟敏",
        "张伟",
        "长孙敏",
        "朱敏",
    ];
    for (number, name) in sorted.iter().rev().enumerate() {
        let teacher = admin.teacher_with(&school, json!({ "name": name })).await;
        let user = json!({
            "username": format!("u{number}"), "name": name, "password": "correct horse battery", "role": "teacher",
            "organization_id": school, "teacher_id": teacher,
        });
        admin.post("/users", user).await.expect(201);
    }
    for list in ["/teachers", "/accounts", "/users"] {
        let ascending = admin.all(&format!("{list}?organization_id={school}&sort=name&limit=3")).await;
        assert_eq!(names(&ascending), sorted, "{list}");
        let mut descending = admin.all(&format!("{list}?organization_id={school}&sort=-name&limit=3")).await;
        descending.reverse();
        assert_eq!(names(&descending), sorted, "{list}");
    }
    let request = admin.request(reqwest::Method::GET, &format!("/teachers?organization_id={school}&sort=name"));
    let csv = songjiao_tests::Answer::of(request.header("accept", "text/csv")).await.text;
    let exported: Vec<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    assert_eq!(exported, sorted);
}

// Case F5
#[actix_web::test]
async fn surnames_are_found_by_their_own_readings_and_the_common_ones() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    for (name, initials) in
        [("繁雪", "pf"), ("句雪", "gj"), ("谌雪", "sc"), ("费雪", "bf"), ("适雪", "ks"), ("角雪", "lj")]
    {
        admin.teacher_with(&root, json!({ "name": name })).await;
        for initial in initials.chars() {
            let rows = found(&admin, "/teachers", &format!("{initial}x")).await;
            assert!(names(&rows).contains(&name), "{name} by {initial}");
        }
    }
}

/// Returns a valid ID number.
fn id_number(region: &str, born: &str, order: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let number = format!("{region}{born}{order:03}");
    let sum: u32 = number.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{number}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

// Case F6
#[actix_web::test]
async fn an_id_number_with_an_impossible_birth_or_another_gender_is_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let new = |number: &str, gender: Value| {
        json!({
            "teacher_no": unique("T"), "name": "王芳", "organization_id": root, "subject": "语文", "stage": "primary",
            "joined_on": "2010-09-01", "gender": gender, "id_number": number,
        })
    };
    for (born, order, gender) in [
        ("20990101", 2, json!(null)),
        ("00010101", 2, json!(null)),
        ("18991231", 2, json!(null)),
        ("20100902", 2, json!(null)),
        ("19850301", 1, json!("female")),
        ("19850301", 2, json!("male")),
    ] {
        let number = id_number("220283", born, order);
        let refused = admin.post("/teachers", new(&number, gender.clone())).await;
        assert_eq!(refused.faults()[0].0, "/id_number", "{born} {gender}");
        let label = gender.as_str().map_or("", |gender| if gender == "male" { "男" } else { "女" });
        let file =
            format!("{},性别,身份证号\nT1,王芳,220283,语文,小学,2010-09-01,{label},{number}\n", TEACHERS.trim_end());
        let report = send(&admin, "teachers", file).await.expect(422);
        assert_eq!((&report["errors"][0]["column"], &report["errors"][0]["value"]), (&json!("身份证号"), &json!(null)));
    }
    for (region, born) in [
        ("810000", "19850301"),
        ("820000", "19850301"),
        ("830000", "19850301"),
        ("710000", "19850301"),
        ("911124", "19850301"),
        ("500101", "19550301"),
    ] {
        admin.post("/teachers", new(&id_number(region, born, 2), json!("female"))).await.expect(201);
    }
    let lower = (0..30).map(|order| id_number("220283", "19850301", order * 2)).find(|number| number.ends_with('X'));
    let lower = lower.unwrap().to_lowercase();
    let teacher = id(&admin.post("/teachers", new(&lower, json!("female"))).await.expect(201));
    // An update is checked against what it leaves unchanged.
    let path = format!("/teachers/{teacher}");
    let other = id_number("220283", "19850301", 1);
    assert_eq!(admin.patch(&path, json!({ "id_number": other })).await.faults()[0].0, "/id_number");
    admin.patch(&path, json!({ "id_number": other, "gender": "male" })).await.expect(200);
}

// Cases D3 and F1
#[actix_web::test]
async fn a_certificate_is_verified_however_its_number_is_written() {
    let county = Polishing::start().await;
    let certified = crate::certifications::certified(&county, "excellent").await;
    let number = certified["number"].as_str().unwrap();
    assert!(number.contains("-示-"), "{number}");
    let wide: String = number
        .chars()
        .map(|c| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c })
        .collect();
    for written in [
        number.to_owned(),
        wide,
        number.replace('-', "－"),
        number.replace('-', "–"),
        number.replace('-', " - "),
        number.replace('-', ""),
        number.to_lowercase(),
        number.to_lowercase().replace('-', ""),
        number.replace('示', "\u{2F70}"),
        number.replace('示', "\u{2EAC}"),
        format!("编号：{number}"),
        format!("\u{200b}{number}　"),
    ] {
        let answer = county.app.anonymous().get(&format!("/verify/{}", percent_encoded(&written))).await.expect(200);
        assert_eq!((&answer["result"], &answer["number"]), (&json!("valid"), &json!(number)), "{written:?}");
    }
    let unknown = county.app.anonymous().get("/verify/SL2026-0001").await.expect(200);
    assert_eq!(unknown["result"], "unknown");
}

// Case D6
#[actix_web::test]
async fn the_public_address_is_given_to_those_who_print() {
    let app =
        TestApp::start_with(|config| config.public_url = Some("https://peixun.example.cn/".parse().unwrap())).await;
    let admin = app.admin().await;
    assert_eq!(admin.me("/public_url"), "https://peixun.example.cn");
    let signed_in = admin.tokens.as_ref().unwrap();
    assert_eq!(signed_in["user"]["public_url"], "https://peixun.example.cn");
    let without = TestApp::start().await;
    assert_eq!(without.admin().await.get("/me").await.expect(200)["public_url"], json!(null));
}

/// Returns the key of an hour record without an external id.
fn natural_key(teacher: &str, title: &str, institution: &str) -> String {
    let mut digest = Sha256::new();
    for field in [teacher, "2025", title, institution] {
        digest.update(field.len().to_be_bytes());
        digest.update(field.as_bytes());
    }
    digest.update("2025-08-012025-08-01");
    format!("natural:{}", hex(&digest.finalize()))
}

// Case F2, for what is stored
#[actix_web::test]
async fn an_update_brings_older_texts_into_their_form_and_lists_pairs() {
    let mut app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let teacher = admin.teacher_with(&school, json!({ "teacher_no": "K1" })).await;
    let other = admin.teacher_with(&school, json!({ "teacher_no": "K2" })).await;
    let lone = admin.teacher_with(&school, json!({ "teacher_no": "S1" })).await;
    let record = id(&admin.hours_with(&teacher, 2025, 8.0, json!({})).await);
    let project = id(&admin.project(json!({ "title": "送教" })).await);
    app.stop().await;
    let down = match &app.data.database_url {
        Some(DatabaseUrl::Postgres(_)) => {
            include_str!("../../api/migrations/postgres/2026-01-01-000140_normal_text/down.sql")
        }
        _ => include_str!("../../api/migrations/sqlite/2026-01-01-000140_normal_text/down.sql"),
    };
    let (copy, key) = (Uuid::now_v7(), natural_key(&teacher, "⼩学　研修", "进修学校"));
    let earlier = format!(
        "{down}; DELETE FROM __diesel_schema_migrations WHERE version = '20260101000140';
         UPDATE teachers SET name = '⻢　芳', subject = '语⽂' WHERE id = '{teacher}';
         UPDATE teachers SET teacher_no = 'k1' WHERE id = '{other}';
         UPDATE teachers SET name = '繁雪' WHERE id = '{lone}';
         UPDATE organizations SET name = '⼩学' WHERE id = '{school}';
         UPDATE projects SET title = '⼩学\u{200b}送教', conditions = '⼀' WHERE id = '{project}';
         INSERT INTO hour_records (id, teacher_id, organization_id, training_year, starts_on, ends_on, hours, level, mode,
             title, institution, source, source_key, status, created_by, created_at)
         SELECT '{copy}', teacher_id, organization_id, training_year, '2025-08-01', '2025-08-01', hours, level, mode,
             '⼩学　研修', '进修学校', 'import', '{key}', status, created_by, created_at
         FROM hour_records WHERE id = '{record}';"
    );
    app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute(&earlier)?)).unwrap();
    app.start_again().await;
    let admin = app.admin().await;
    let view = admin.get(&format!("/teachers/{teacher}")).await.expect(200);
    assert_eq!(
        (&view["name"], &view["subject"], &view["organization"]["name"]),
        (&json!("马芳"), &json!("语文"), &json!("小学"))
    );
    assert_eq!(names(&found(&admin, "/teachers", "mf").await), ["马芳"], "the initials follow");
    assert_eq!(names(&found(&admin, "/teachers", "px").await), ["繁雪"]);
    assert_eq!(
        names(&admin.all(&format!("/teachers?organization_id={school}&sort=name")).await),
        ["马芳", "繁雪", "王芳"]
    );
    let view = admin.get(&format!("/projects/{project}")).await.expect(200);
    assert_eq!((&view["title"], &view["conditions"]), (&json!("小学送教"), &json!("一")));
    let view = admin.get(&format!("/hour-records/{copy}")).await.expect(200);
    assert_eq!(view["title"], "小学研修");
    // The record's key follows its title: the file it came from finds it.
    let hours = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期\n\
                 K1,2025,县级培训,⼩学　研修,进修学校,面授,8,2025-08-01,2025-08-01\n";
    let report = send(&admin, "hour-records", hours).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 1, 0, 0, 1, 0]));
    // The ledger accepts no other change.
    let edit = format!("UPDATE hour_records SET title = '其他' WHERE id = '{copy}'");
    assert!(app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute(&edit)?)).is_err());
    let entries = admin.all("/audit-log?action=normalize_texts").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["username"], "system");
    let changed = &entries[0]["after"]["changed"];
    assert_eq!((&changed["teachers.name"], &changed["hour_records.title"]), (&json!(1), &json!(1)));
    let updated = admin.get("/changes?types=teacher.updated&limit=500").await.expect(200);
    assert_eq!(updated["items"].as_array().unwrap().last().unwrap()["data"]["id"], json!(teacher));
    // Pairs stay, each found by its own number; another one is refused.
    for (number, id) in [("K1", &teacher), ("k1", &other)] {
        let file = format!("{TEACHERS}{number},马芳,220283,语文,小学,2010-09-01\n");
        let report = send(&admin, "teachers?dry_run=true&accept_transfers=true", file).await.expect(201);
        assert_eq!(report["rows_updated"], 1, "{number}");
        assert_eq!(admin.get(&format!("/teachers/{id}")).await.expect(200)["teacher_no"], number);
    }
    let new = json!({
        "teacher_no": "s1", "name": "王芳", "organization_id": school, "subject": "语文", "stage": "primary",
        "joined_on": "2010-09-01",
    });
    admin.post("/teachers", new).await.problem(409, "already_exists");
    // The step ran once.
    app.stop().await;
    app.start_again().await;
    assert_eq!(app.admin().await.all("/audit-log?action=normalize_texts").await.len(), 1);
}
