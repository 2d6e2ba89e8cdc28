//! Lists as files: CSV, workbooks and NDJSON.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use csv::StringRecord;
use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_tests::{Answer, County, Operation, Session, TestApp, id};
use songjiao_types::Role;

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const NDJSON: &str = "application/x-ndjson";

/// Fetches a list as a file.
async fn file(session: &Session, path: &str, accept: &str) -> (header::HeaderMap, Vec<u8>) {
    let response = session.request(Method::GET, path).header(header::ACCEPT, accept).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap().to_vec();
    assert_eq!(status, 200, "{path} as {accept}: {}", String::from_utf8_lossy(&bytes));
    assert!(headers[header::CONTENT_TYPE].to_str().unwrap().starts_with(accept), "{path} as {accept}");
    (headers, bytes)
}

/// Returns the header and the rows of a list as CSV.
async fn csv(session: &Session, path: &str) -> (StringRecord, Vec<StringRecord>) {
    read_csv(&file(session, path, CSV).await.1)
}

fn read_csv(bytes: &[u8]) -> (StringRecord, Vec<StringRecord>) {
    let mut reader = csv::Reader::from_reader(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap());
    (reader.headers().unwrap().clone(), reader.records().map(Result::unwrap).collect())
}

/// Returns the rows of a list's workbook, header first.
async fn xlsx(session: &Session, path: &str) -> Vec<Vec<Data>> {
    let (_, bytes) = file(session, path, XLSX).await;
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

async fn ndjson(session: &Session, path: &str) -> Vec<Value> {
    let (_, bytes) = file(session, path, NDJSON).await;
    String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns the cells of one column.
fn cells<'a>((header, rows): &'a (StringRecord, Vec<StringRecord>), name: &str) -> Vec<&'a str> {
    let at = header.iter().position(|header| header == name).unwrap_or_else(|| panic!("{name} in {header:?}"));
    rows.iter().map(|row| &row[at]).collect()
}

/// Returns the lists that the document offers as files, except the attendance sheet, which is more than its rows.
async fn lists(session: &Session) -> Vec<Operation> {
    let document = session.get("/openapi.json").await.expect(200);
    let mut operations = session.operations().await;
    operations.retain(|operation| {
        let content = &document["paths"][format!("/api/v1{}", operation.path)]["get"]["responses"]["200"]["content"];
        let json = &content["application/json"]["schema"]["$ref"];
        operation.reads() && json.as_str().is_some_and(|name| name.contains("Page_")) && content[CSV].is_object()
    });
    operations
}

#[actix_web::test]
async fn every_list_is_exported_in_every_format_with_all_rows() {
    let county = County::start().await;
    let lists = lists(&county.admin).await;
    assert!(lists.len() >= 22, "{}", lists.len());
    for list in lists {
        let path = county.path(&list);
        let page = county.admin.get(&format!("{path}?limit=500")).await.expect(200);
        assert_eq!(page["next_cursor"], Value::Null, "{path} is more than a page");
        let total = page["items"].as_array().unwrap().len();
        assert!(total > 0, "{path} is empty");
        let (header, rows) = csv(&county.admin, &path).await;
        assert_eq!(rows.len(), total, "{path}");
        assert!(header.iter().all(|name| !name.is_ascii()), "{path}: {header:?}");
        let sheet = xlsx(&county.admin, &path).await;
        assert_eq!(sheet.len(), total + 1, "{path}");
        let names: Vec<_> = sheet[0].iter().map(ToString::to_string).collect();
        assert_eq!(names, header.iter().collect::<Vec<_>>(), "{path}");
        assert_eq!(Value::from(ndjson(&county.admin, &path).await), page["items"], "{path}");
    }
}

#[actix_web::test]
async fn a_file_holds_all_rows_beyond_a_page_in_the_order_of_the_list() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let rows: Vec<_> = (0..1200).map(|at| format!("S{at:04},第{at}小学,school")).collect();
    let rows = format!("单位编号,单位名称,单位类型\n{}\n", rows.join("\n"));
    admin.post_csv("/imports/organizations", rows).await.expect(201);
    let path = "/organizations?sort=-code";
    let total = admin.get(&format!("{path}&with_total=true")).await.expect(200)["total"].clone();
    assert_eq!(total, 1201);
    let listed: Vec<_> = admin.all(&format!("{path}&limit=500")).await;
    let codes: Vec<_> = listed.iter().map(|row| row["code"].as_str().unwrap()).collect();
    assert_eq!(cells(&csv(&admin, path).await, "单位编号"), codes);
    assert_eq!(ndjson(&admin, path).await, listed);
    let sheet = xlsx(&admin, path).await;
    assert_eq!(sheet[1..].iter().map(|row| row[0].to_string()).collect::<Vec<_>>(), codes);
    let (_, rows) = csv(&admin, "/organizations?kind=school&limit=1&with_total=true").await;
    assert_eq!(rows.len(), 1200, "a file is not limited to a page");
}

#[actix_web::test]
async fn a_file_respects_filters_and_scope() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    admin.teacher_with(&ours, json!({ "teacher_no": "T1", "id_number": "11010519491231002X" })).await;
    admin.teacher_with(&ours, json!({ "teacher_no": "T2", "subject": "数学" })).await;
    admin.teacher_with(&theirs, json!({ "teacher_no": "T3" })).await;
    let school = app.user(&admin, Role::SchoolAdmin, &ours).await;
    for (session, path, expected) in [
        (&admin, "/teachers?subject=语文", vec!["T1", "T3"]),
        (&school, "/teachers", vec!["T1", "T2"]),
        (&school, "/teachers?sort=-teacher_no", vec!["T2", "T1"]),
    ] {
        assert_eq!(cells(&csv(session, path).await, "教师编号"), expected, "{path}");
        let sheet = xlsx(session, path).await;
        assert_eq!(sheet[1..].iter().map(|row| row[0].to_string()).collect::<Vec<_>>(), expected, "{path}");
        let lines = ndjson(session, path).await;
        assert_eq!(lines.iter().map(|row| row["teacher_no"].as_str().unwrap()).collect::<Vec<_>>(), expected);
    }
    let (_, bytes) = file(&admin, "/teachers", CSV).await;
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("身份证号（掩码）") && text.contains(",****************2X"), "{text}");
    assert!(!text.contains("002X"), "{text}");
    let elsewhere = admin.request(Method::GET, &format!("/teachers?organization_id={theirs}"));
    Answer::of(elsewhere.header(header::ACCEPT, CSV)).await.expect(200);
    let refused = school.request(Method::GET, "/audit-log").header(header::ACCEPT, CSV);
    Answer::of(refused).await.problem(403, "forbidden");
    let invalid = admin.request(Method::GET, "/teachers?stage=none").header(header::ACCEPT, XLSX);
    Answer::of(invalid).await.problem(422, "invalid");
}

#[actix_web::test]
async fn csv_opens_in_excel() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (headers, bytes) = file(&admin, "/organizations", CSV).await;
    let text = String::from_utf8(bytes).unwrap();
    let expected = "\u{feff}单位编号,单位名称,单位类型,上级编号,乡村,学区基地校,上级名称,在职教师数\r\n\
                    220283,舒兰市教育局,教育局,,否,否,,0\r\n";
    assert_eq!(text, expected);
    assert_eq!(headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert!(headers.get_all(header::VARY).iter().any(|name| name == "accept"));
    let disposition = headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"organizations-20"), "{disposition}");
    let (_, name) = disposition.split_once("; filename*=UTF-8''%E5%8D%95%E4%BD%8D%2D20").unwrap();
    assert!(name.contains(".csv"), "{disposition}");
}

#[actix_web::test]
async fn nothing_in_a_file_is_a_formula() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let names = ["=HYPERLINK(\"http://a.cn\",\"看\")", "+1", "-1", "@SUM(A1)", "王芳"];
    for (at, name) in names.iter().enumerate() {
        admin.teacher_with(&root, json!({ "teacher_no": format!("T{at}"), "name": name })).await;
    }
    let safe = ["'=HYPERLINK(\"http://a.cn\",\"看\")", "'+1", "'-1", "'@SUM(A1)", "王芳"];
    assert_eq!(cells(&csv(&admin, "/teachers").await, "姓名"), safe);
    let (_, bytes) = file(&admin, "/teachers", XLSX).await;
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let written: Vec<_> = sheet.rows().skip(1).map(|row| row[1].clone()).collect();
    assert_eq!(written, names.map(|name| Data::String(name.to_owned())));
    let formulas = book.worksheet_formula("教师").unwrap();
    assert!(formulas.used_cells().next().is_none());
}

#[actix_web::test]
async fn the_cells_of_a_workbook_are_typed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher_with(&root, json!({ "teacher_no": "0012" })).await;
    admin.hours_with(&teacher, 2025, 16.5, json!({ "external_id": "220283000123456789" })).await;
    let (headers, bytes) = file(&admin, "/hour-records", XLSX).await;
    assert_eq!(headers[header::CONTENT_LENGTH].to_str().unwrap().parse(), Ok(bytes.len()));
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["学时记录 (按任职单位)"]);
    let sheet = book.worksheet_range("学时记录 (按任职单位)").unwrap();
    let cell = |name: &str| {
        let at = sheet.rows().next().unwrap().iter().position(|cell| cell == &Data::String(name.to_owned()));
        sheet.rows().nth(1).unwrap()[at.unwrap()].clone()
    };
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!(cell("教师编号"), text("0012"));
    assert_eq!(cell("来源编号"), text("220283000123456789"));
    assert_eq!(cell("培训类别"), text("县级培训"));
    assert_eq!((cell("培训年度"), cell("获得学时")), (Data::Float(2025.0), Data::Float(16.5)));
    let Data::DateTime(day) = cell("开始日期") else { panic!("{:?}", cell("开始日期")) };
    assert_eq!(day.as_datetime().unwrap().date().to_string(), "2025-05-19");
    assert!(matches!(cell("登记时间"), Data::DateTime(_)));
}

#[actix_web::test]
async fn the_accept_header_decides_and_json_is_the_default() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let kind = async |accept: &str| {
        let request = admin.request(Method::GET, "/teachers").header(header::ACCEPT, accept);
        Answer::of(request).await.headers[header::CONTENT_TYPE].to_str().unwrap().to_owned()
    };
    for (accept, expected) in [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/csv;q=0.2, application/x-ndjson;q=0.8", NDJSON),
        ("text/csv, application/json;q=0.9", "text/csv; charset=utf-8"),
    ] {
        assert_eq!(kind(accept).await, expected, "{accept}");
    }
    assert_eq!(Answer::of(admin.request(Method::GET, "/teachers")).await.headers["content-type"], "application/json");
    for accept in ["text/html", "application/pdf", "text/csv;q=0"] {
        let refused = Answer::of(admin.request(Method::GET, "/teachers").header(header::ACCEPT, accept)).await;
        assert!(refused.problem(406, "not_acceptable")["detail"].as_str().unwrap().contains(XLSX), "{accept}");
    }
}

#[actix_web::test]
async fn an_export_has_the_headers_of_its_import() {
    let county = County::start().await;
    for (list, kind) in
        [("/organizations", "organizations"), ("/teachers", "teachers"), ("/hour-records", "hour-records")]
    {
        let (header, _) = csv(&county.admin, list).await;
        let template = Answer::of(county.admin.request(Method::GET, &format!("/imports/templates/{kind}.csv"))).await;
        for name in template.text.trim_start_matches('\u{feff}').trim().split(',') {
            // Only the masked number is exported, as text.
            assert!(name == "身份证号" || header.iter().any(|header| header == name), "{list}: {name}");
        }
    }
}

/// Creates a teacher with records of every level and mode; signs in as a user of the teacher's school.
async fn records(app: &TestApp) -> (Session, Session) {
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = json!({ "code": "SL-01", "name": "亮甲山小学", "kind": "school", "parent_id": root });
    let school = admin.post("/organizations", school).await.expect(201)["id"].as_str().unwrap().to_owned();
    let teacher = admin.teacher_with(&school, json!({ "teacher_no": "T1" })).await;
    let other = admin.teacher_with(&root, json!({ "teacher_no": "T2" })).await;
    let levels = ["national", "provincial", "municipal", "county", "school", "other"];
    let modes = ["full_time_long", "face_to_face", "online", "blended", "other", "other"];
    for (level, mode) in levels.into_iter().zip(modes) {
        let title = format!("{level}-{mode}");
        admin.hours_with(&teacher, 2025, 8.5, json!({ "level": level, "mode": mode, "title": title })).await;
    }
    admin.hours_with(&teacher, 2025, 4.0, json!({ "status": "pending", "title": "待认定" })).await;
    admin.hours_with(&teacher, 2024, 4.0, json!({})).await;
    admin.hours_with(&other, 2025, 4.0, json!({})).await;
    let user = app.user(&admin, Role::SchoolAdmin, &school).await;
    (admin, user)
}

#[actix_web::test]
async fn the_annual_return_uses_the_national_codes() {
    let app = TestApp::start().await;
    let (admin, school) = records(&app).await;
    let path = "/hour-records/annual-return?training_year=2025";
    let returned = csv(&school, path).await;
    let names =
        "教师编号,姓名,单位编号,单位名称,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期";
    assert_eq!(returned.0.iter().collect::<Vec<_>>().join(","), names);
    assert_eq!(cells(&returned, "培训类别"), ["10", "20", "30", "40", "60", "99"], "recognised alone, and of 2025");
    assert_eq!(cells(&returned, "培训方式"), ["1", "2", "3", "4", "9", "9"]);
    let row: Vec<_> = returned.1[0].iter().collect();
    let expected = [
        "T1",
        "王芳",
        "SL-01",
        "亮甲山小学",
        "2025",
        "10",
        "national-full_time_long",
        "教师进修学校",
        "1",
        "8.5",
        "2025-05-19",
        "2025-06-03",
    ];
    assert_eq!(row, expected);
    assert_eq!(csv(&admin, path).await.1.len(), 7, "the bureau also sees the other teacher's");
    let answer = Answer::of(school.request(Method::GET, path)).await;
    assert_eq!(answer.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8", "without a word CSV");
    let sheet = xlsx(&school, path).await;
    assert_eq!((&sheet[1][5], &sheet[1][9]), (&Data::String("10".to_owned()), &Data::Float(8.5)));
    let refused = school.request(Method::GET, path).header(header::ACCEPT, "application/json");
    Answer::of(refused).await.problem(406, "not_acceptable");
    school.get("/hour-records/annual-return").await.problem(422, "invalid");
}

#[actix_web::test]
async fn the_annual_return_can_be_imported_elsewhere() {
    let app = TestApp::start().await;
    let (admin, _) = records(&app).await;
    let (_, returned) = file(&admin, "/hour-records/annual-return?training_year=2025", CSV).await;
    let (_, listed) = file(&admin, "/hour-records?training_year=2025&status=recognized", XLSX).await;
    let elsewhere = TestApp::start().await;
    let bureau = elsewhere.admin().await;
    for number in ["T1", "T2"] {
        bureau.teacher_with(&bureau.me("/organization/id"), json!({ "teacher_no": number })).await;
    }
    let report = bureau.post_csv("/imports/hour-records", returned).await.expect(201);
    assert_eq!(report["rows_imported"], 7);
    let again = bureau.request(Method::POST, "/imports/hour-records").header(header::CONTENT_TYPE, XLSX).body(listed);
    let report = Answer::of(again).await.expect(201);
    assert_eq!(report["rows_unchanged"], 7, "the list says the same of them");
    let records = bureau.all("/hour-records?sort=created").await;
    assert_eq!((&records[0]["level"], &records[0]["mode"]), (&json!("national"), &json!("full_time_long")));
}

#[actix_web::test]
async fn completion_as_a_file_has_all_groups_and_its_rates_as_numbers() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    for (code, name, hours) in [("S1", "甲小学", 30.0), ("S2", "乙小学", 72.0)] {
        let school = json!({ "code": code, "name": name, "kind": "school", "parent_id": root });
        let school = id(&admin.post("/organizations", school).await.expect(201));
        let teacher = admin.teacher(&school).await;
        admin.hours_with(&teacher, 2025, hours, json!({})).await;
        admin.teacher(&school).await;
    }
    let path = "/statistics/completion?training_year=2025&by=organization";
    let listed = admin.get(path).await.expect(200);
    let short = format!("{path}&limit=1");
    let table = csv(&admin, &short).await;
    for (name, expected) in [
        ("培训年度", ["2025", "2025"]),
        ("单位", ["甲小学", "乙小学"]),
        ("教师数", ["2", "2"]),
        ("已达标", ["0", "1"]),
        ("未达标", ["2", "1"]),
        ("达标率（%）", ["0.0", "50.0"]),
        ("应修学时", ["144", "144"]),
        ("已认定学时", ["30", "72"]),
    ] {
        assert_eq!(cells(&table, name), expected, "{name}");
    }
    assert_eq!(xlsx(&admin, &short).await[2][6], Data::Float(50.0));
    let (lines, items) = (ndjson(&admin, &short).await, listed["items"].as_array().unwrap());
    assert_eq!((lines.len(), items.len()), (2, 2));
    for (line, item) in lines.iter().zip(items) {
        assert_eq!((&line["training_year"], &line["by"]), (&json!(2025), &json!("organization")));
        assert!(item.as_object().unwrap().iter().all(|(name, value)| line[name] == *value), "{line} has {item}");
    }
    let (header, _) = csv(&admin, "/statistics/completion?training_year=2025&by=subject").await;
    assert_eq!(&header[1], "学科");
}
