//! Files as people and other systems make them, and malicious files.

use std::io::{Read, Write};

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use encoding_rs::GB18030;
use flate2::{Compression, write::GzEncoder};
use reqwest::{Method, header};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Value, json};
use songjiao_tests::{Answer, Session, TestApp};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use zip::{ZipWriter, write::SimpleFileOptions};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HEADER: [&str; 10] = [
    "教师编号",
    "培训年度",
    "培训类别",
    "项目名称",
    "机构名称",
    "培训方式",
    "获得学时",
    "开始日期",
    "结束日期",
    "来源编号",
];

async fn send(session: &Session, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = session.request(Method::POST, &format!("/imports/{path}"));
    Answer::of(request.header(header::CONTENT_TYPE, kind).body(body)).await
}

async fn with_teacher() -> (TestApp, Session) {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    admin.teacher_with(&admin.me("/organization/id"), json!({ "teacher_no": "T1" })).await;
    (app, admin)
}

/// Returns the first fault: row, column and code.
fn fault(report: &Value) -> (i64, Option<&str>, &str) {
    let fault = &report["errors"][0];
    (fault["row"].as_i64().unwrap(), fault["column"].as_str(), fault["code"].as_str().unwrap())
}

/// Returns a workbook like the national system's form: a merged title above the header, redundant columns, codes, and
/// dates as date cells.
fn form() -> Vec<u8> {
    let mut book = Workbook::new();
    let notes = book.add_worksheet().set_name("填表说明").unwrap();
    notes.write(0, 0, "请勿修改表头").unwrap();
    let sheet = book.add_worksheet().set_name("培训学时").unwrap();
    sheet.merge_range(0, 0, 0, 9, "2026年教师培训学时登记表", &Format::new()).unwrap();
    sheet.write(1, 0, "填报单位：舒兰市教师进修学校").unwrap();
    let header = [
        "序号",
        "姓名",
        "教师编号",
        "培训年度",
        "培训类别",
        "培训项目名称",
        "培训机构名称",
        "培训方式",
        "获得学时",
        "开始日期",
        "结束日期",
    ];
    for (name, at) in header.iter().zip(0..) {
        sheet.write(2, at, *name).unwrap();
    }
    let day = Format::new().set_num_format("yyyy/m/d");
    for (row, hours) in [(3, 40.0), (5, 8.5)] {
        sheet.write(row, 0, row - 2).unwrap();
        sheet.write(row, 1, "王芳").unwrap();
        sheet.write(row, 2, "T1").unwrap();
        sheet.write(row, 3, 2026).unwrap();
        sheet.write(row, 4, "10-国培").unwrap();
        sheet.write(row, 5, format!("国培计划{row}")).unwrap();
        sheet.write(row, 6, "东北师范大学").unwrap();
        sheet.write(row, 7, 3).unwrap();
        sheet.write(row, 8, hours).unwrap();
        let date = ExcelDateTime::from_ymd(2026, 7, 6).unwrap();
        sheet.write_with_format(row, 9, &date, &day).unwrap();
        sheet.write(row, 10, "2026-07-10").unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[actix_web::test]
async fn a_workbook_with_titles_above_its_header_is_imported() {
    let (_app, admin) = with_teacher().await;
    let report = send(&admin, "hour-records", XLSX, form()).await.expect(201);
    assert_eq!((&report["rows_imported"], &report["format"]), (&json!(2), &json!("xlsx")));
    let records = admin.all("/hour-records?sort=created").await;
    let says = |name: &str| records.iter().map(|record| record[name].clone()).collect::<Vec<_>>();
    assert_eq!(says("hours"), [json!(40), json!(8.5)]);
    assert_eq!(says("starts_on"), ["2026-07-06", "2026-07-06"]);
    assert_eq!((says("level"), says("mode")), (vec![json!("national"); 2], vec![json!("online"); 2]));
    let again = send(&admin, "hour-records", XLSX, form()).await.expect(201);
    assert_eq!(again["rows_unchanged"], 2);
}

#[actix_web::test]
async fn a_fault_in_a_workbook_is_named_by_the_row_that_the_spreadsheet_shows() {
    let (_app, admin) = with_teacher().await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (name, at) in ["教师编号", "姓名", "单位编号", "学科", "学段", "入职日期", "身份证号"].iter().zip(0..)
    {
        sheet.write(1, at, *name).unwrap();
    }
    for (cell, at) in ["T2", "李雷", "220283", "语文", "小学", "2010-09-01"].iter().zip(0..) {
        sheet.write(4, at, *cell).unwrap();
    }
    // Stored as a number, it has lost its last digits.
    sheet.write(4, 6, 220_283_198_501_011_234_f64).unwrap();
    let report = send(&admin, "teachers", XLSX, book.save_to_buffer().unwrap()).await.expect(422);
    assert_eq!(fault(&report), (5, Some("身份证号"), "digits_lost"));
    assert!(!report.to_string().contains("220283198501"), "an ID number is never repeated");
}

/// Returns a CSV file as saved by Excel on a Chinese Windows: GBK, CRLF, dates with slashes, empty rows at the end, and
/// quotes only where required.
#[actix_web::test]
async fn a_csv_saved_by_excel_in_gbk_is_imported() {
    let (_app, admin) = with_teacher().await;
    let text = format!(
        "{}\r\nT1,2026,国培,\"语文,数学\r\n培训\",东北师大,网络研修,40.5,2026/7/6,2026/7/10,E1\r\n\
         T1,2026,校本研修,\"“校本”研修\",本校,其他,6,2026/9/1,2026/9/1,\r\n,,,,,,,,,\r\n,,,,,,,,,\r\n",
        HEADER.join(",")
    );
    let report = send(&admin, "hour-records", "application/vnd.ms-excel", GB18030.encode(&text).0.into_owned()).await;
    let report = report.expect(201);
    assert_eq!((&report["rows_imported"], &report["encoding"]), (&json!(2), &json!("GB18030")));
    let records = admin.all("/hour-records?sort=created").await;
    assert_eq!(records[0]["title"], "语文,数学培训");
    assert_eq!(records[0]["starts_on"], "2026-07-06");
}

#[actix_web::test]
async fn text_may_be_separated_by_tabs_or_semicolons_and_be_utf_16() {
    let (_app, admin) = with_teacher().await;
    let row = |key: &str| {
        ["T1", "２０２６年", "国培", "甲", "乙", "网络研修", "４", "2026.7.6", "20260710", key].map(str::to_owned)
    };
    let table = |separator: &str, key: &str| format!("{}\r\n{}\r\n", HEADER.join(separator), row(key).join(separator));
    let semicolons = send(&admin, "hour-records", "text/csv", table(";", "E1")).await.expect(201);
    assert_eq!(semicolons["rows_imported"], 1);
    let units = std::iter::once(0xFEFF).chain(table("\t", "E2").encode_utf16().collect::<Vec<_>>());
    let utf16: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    let report = send(&admin, "hour-records", "text/plain", utf16).await.expect(201);
    assert_eq!((&report["rows_imported"], &report["encoding"]), (&json!(1), &json!("UTF-16")));
    let records = admin.all("/hour-records").await;
    assert!(records.iter().all(|record| record["training_year"] == 2026 && record["hours"] == 4));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[actix_web::test]
async fn a_file_may_be_gzipped_or_come_as_a_part_of_a_form() {
    let (_app, admin) = with_teacher().await;
    let file = |key: &str| format!("{}\nT1,2026,国培,甲,乙,网络研修,4,2026-07-06,2026-07-10,{key}\n", HEADER.join(","));
    let report = send(&admin, "hour-records", "application/gzip", gzip(file("E1").as_bytes())).await.expect(201);
    assert_eq!(report["rows_imported"], 1);
    let form = format!(
        "--X\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n甲\r\n\
         --X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"学时.csv\"\r\nContent-Type: text/csv\r\n\r\n{}\r\n--X--\r\n",
        file("E2")
    );
    let report = send(&admin, "hour-records", "multipart/form-data; boundary=X", form).await.expect(201);
    assert_eq!((&report["rows_imported"], &report["file_name"]), (&json!(1), &json!("学时.csv")));
    let empty = "--X\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n甲\r\n--X--\r\n";
    send(&admin, "hour-records", "multipart/form-data; boundary=X", empty).await.problem(422, "invalid");
    send(&admin, "hour-records", "multipart/form-data; boundary=X", "--X\r\nnonsense").await.problem(400, "malformed");
}

#[actix_web::test]
async fn unknown_columns_are_ignored_on_request_and_reported() {
    let (_app, admin) = with_teacher().await;
    let file = format!("{},备注\nT1,2026,国培,甲,乙,网络研修,4,2026-07-06,2026-07-10,E1,无\n", HEADER.join(","));
    let report = send(&admin, "hour-records", "text/csv", file.clone()).await.expect(422);
    assert_eq!(fault(&report), (1, Some("备注"), "unknown_column"));
    let report = send(&admin, "hour-records?unknown_columns=ignore", "text/csv", file).await.expect(201);
    assert_eq!((&report["rows_imported"], &report["unknown_columns"]), (&json!(1), &json!(["备注"])));
}

#[actix_web::test]
async fn a_thousand_faults_of_every_kind_are_each_named_by_row_and_column() {
    let (_app, admin) = with_teacher().await;
    let good = ["T1", "2026", "国培", "甲", "乙", "网络研修", "4", "2026-07-06", "2026-07-10", ""];
    let kinds: [(usize, &str, &str); 20] = [
        (0, "", "required"),
        (0, "T9", "unknown_teacher"),
        (0, "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三", "length"),
        (1, "", "required"),
        (1, "二〇二六", "bad_year"),
        (1, "20260", "bad_year"),
        (2, "世界级", "unknown_value"),
        (2, "10-省培", "unknown_value"),
        (3, "", "required"),
        (4, "", "required"),
        (5, "5", "unknown_value"),
        (6, "0", "hours_not_positive"),
        (6, "-4", "bad_hours"),
        (6, "4.255", "bad_hours"),
        (6, "八", "bad_hours"),
        (6, "1e3", "bad_hours"),
        (7, "2026-02-30", "bad_date"),
        (7, "46209", "bad_date"),
        (8, "2026-07-05", "ends_before_start"),
        (8, "明天", "bad_date"),
    ];
    let (mut file, mut expected) = (HEADER.join(","), Vec::new());
    for at in 0..1000 {
        let (column, value, code) = kinds[at % kinds.len()];
        // A valid row and a blank line in between, so that row numbers must be counted.
        let mut row = good.map(str::to_owned);
        row[9] = format!("G{at}");
        file.extend(["\n", &row.join(","), "\n\n"]);
        value.clone_into(&mut row[column]);
        row[9] = format!("F{at}");
        file += &row.join(",");
        expected.push(json!([3 * at + 4, HEADER[column], code]));
    }
    let answer = send(&admin, "hour-records", "text/csv", file).await;
    let report = answer.expect(422);
    let found: Vec<_> =
        report["errors"].as_array().unwrap().iter().map(|e| json!([e["row"], e["column"], e["code"]])).collect();
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!((&report["rows_failed"], &report["errors_total"]), (&json!(1000), &json!(1000)));
    assert!(admin.all("/hour-records").await.is_empty(), "nothing was written");
}

#[actix_web::test]
async fn the_faulty_rows_are_returned_as_a_file_to_correct() {
    let (_app, admin) = with_teacher().await;
    let file = format!(
        "{}\nT1,2026,国培,甲,乙,网络研修,4,2026-07-06,2026-07-10,E1\nT1,2026,国培,=1+1,乙,网络研修,0,2026-07-06,2026-07-10,E2\n",
        HEADER.join(",")
    );
    let report = send(&admin, "hour-records", "text/csv", file).await.expect(422);
    let path = format!("/imports/{}/errors.csv", report["id"].as_str().unwrap());
    let failed = admin.get(&path).await;
    let lines: Vec<_> = failed.text.lines().collect();
    assert_eq!(lines[0], format!("\u{feff}{},原行号,错误说明", HEADER.join(",")));
    assert_eq!(lines[1], "T1,2026,国培,'=1+1,乙,网络研修,0,2026-07-06,2026-07-10,E2,3,获得学时：学时必须大于 0");
    assert_eq!(lines.len(), 2, "only the faulty rows");
    let mended = failed.text.replace(",0,", ",6,");
    let report = send(&admin, "hour-records", "text/csv", mended).await.expect(201);
    assert_eq!(report["rows_imported"], 1);
    assert_eq!(admin.all("/hour-records").await[0]["title"], "=1+1");
    let good = format!("/imports/{}/errors.csv", report["id"].as_str().unwrap());
    admin.get(&good).await.problem(404, "not_found");

    let teachers =
        "教师编号,姓名,单位编号,学科,学段,入职日期,身份证号\nT5,甲,S9,语文,小学,2010-09-01,11010519491231002X\n";
    let report = send(&admin, "teachers", "text/csv", teachers).await.expect(422);
    let failed = admin.get(&format!("/imports/{}/errors.csv", report["id"].as_str().unwrap())).await;
    assert_eq!(failed.status, 200);
    assert!(!failed.text.contains("110105"), "an ID number never leaves");
}

#[actix_web::test]
async fn the_header_of_the_faulty_rows_is_no_formula() {
    let (_app, admin) = with_teacher().await;
    let formula = "=HYPERLINK(A1)";
    let file = format!("{},{formula}\nT1,2026,国培,甲,乙,网络研修,0,2026-07-06,2026-07-10,E1,x\n", HEADER.join(","));
    let report = send(&admin, "hour-records?unknown_columns=ignore", "text/csv", file).await.expect(422);
    let failed = admin.get(&format!("/imports/{}/errors.csv", report["id"].as_str().unwrap())).await;
    assert!(failed.text.contains(&format!(",'{formula},")), "{}", failed.text);
}

#[actix_web::test]
async fn a_template_explains_itself_and_can_be_imported() {
    let (_app, admin) = with_teacher().await;
    for kind in ["organizations", "teachers", "hour-records"] {
        let request = admin.request(Method::GET, &format!("/imports/templates/{kind}.xlsx"));
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()[header::CONTENT_TYPE], XLSX);
        let bytes = response.bytes().await.unwrap();
        let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes.clone())).unwrap();
        let names = book.sheet_names();
        assert_eq!(names[1], "填写说明");
        let sheet = book.worksheet_range(&names[0]).unwrap();
        let text = |cell: &Data| cell.to_string();
        let csv = admin.get(&format!("/imports/templates/{kind}.csv")).await.text;
        let header: Vec<_> = sheet.rows().next().unwrap().iter().map(text).collect();
        assert_eq!(csv.trim_start_matches('\u{feff}').trim(), header.join(","));
        let explained = book.worksheet_range("填写说明").unwrap();
        assert_eq!(explained.height(), header.len() + 1, "each column has an explanation");
        let mut rules = String::new();
        let mut parts = zip::ZipArchive::new(std::io::Cursor::new(bytes.clone())).unwrap();
        parts.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut rules).unwrap();
        assert!(rules.contains("<dataValidation "), "there are lists to choose from");
        let report = send(&admin, &format!("{kind}?dry_run=true"), XLSX, bytes).await.expect(201);
        assert_eq!((&report["status"], &report["rows_total"]), (&json!("checked"), &json!(0)));
    }
}

/// Returns a zip whose entry `name` consists of the given megabytes of zeros.
fn bomb(name: &str, megabytes: usize) -> Vec<u8> {
    let mut file = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().large_file(true);
    file.start_file("[Content_Types].xml", options).unwrap();
    file.write_all(b"<Types/>").unwrap();
    file.start_file(name, options).unwrap();
    let block = vec![b' '; 1024 * 1024];
    for _ in 0..megabytes {
        file.write_all(&block).unwrap();
    }
    file.finish().unwrap().into_inner()
}

#[actix_web::test]
async fn malicious_files_are_refused_within_the_limits() {
    let (_app, admin) = with_teacher().await;
    let code = |report: &Value| fault(report).2.to_owned();
    for (name, megabytes) in [("xl/worksheets/sheet1.xml", 40), ("xl/sharedStrings.xml", 120), ("xl/workbook.xml", 40)]
    {
        let report = send(&admin, "hour-records", XLSX, bomb(name, megabytes)).await.expect(422);
        assert_eq!(code(&report), "too_large", "{name}");
    }
    let whole = form();
    for length in [4, 100, whole.len() / 2, whole.len() - 30] {
        let report = send(&admin, "hour-records", XLSX, whole[..length].to_vec()).await.expect(422);
        assert_eq!(code(&report), "damaged", "{length} bytes");
    }
    let endless = format!("{}\n\"{}", HEADER.join(","), "x".repeat(3 * 1024 * 1024));
    let report = send(&admin, "hour-records", "text/csv", endless).await.expect(422);
    assert_eq!((fault(&report).0, code(&report)), (2, "row_too_long".to_owned()));
    let broken = gzip(HEADER.join(",").as_bytes());
    let report =
        send(&admin, "hour-records", "application/gzip", broken[..broken.len() - 6].to_vec()).await.expect(422);
    assert_eq!(code(&report), "damaged");
    let report =
        send(&admin, "hour-records", "text/csv", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec()).await.expect(422);
    assert_eq!(code(&report), "old_excel");
    send(&admin, "hour-records", "application/pdf", "%PDF").await.problem(415, "unsupported_media_type");
    assert!(admin.all("/hour-records").await.is_empty());
}

#[actix_web::test]
async fn an_endless_body_is_cut_off_at_the_limit() {
    let form = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";
    for (media_type, begins) in [("text/csv", "a"), ("multipart/form-data; boundary=B", form)] {
        let (app, admin) = with_teacher().await;
        let host = app.url.strip_prefix("http://").unwrap();
        let token = admin.tokens.as_ref().unwrap()["access_token"].as_str().unwrap();
        let stream = TcpStream::connect(host).await.unwrap();
        let (mut from, mut to) = stream.into_split();
        let head = format!(
            "POST /api/v1/imports/hour-records HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: {media_type}\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{begins}\r\n",
            begins.len()
        );
        to.write_all(head.as_bytes()).await.unwrap();
        let sent = actix_web::rt::spawn(async move {
            let chunk = [b"100000\r\n".as_slice(), &vec![b'a'; 0x10_0000], b"\r\n"].concat();
            let mut megabytes = 0;
            // Ten gigabytes, if they were accepted.
            while megabytes < 10_240 && to.write_all(&chunk).await.is_ok() {
                megabytes += 1;
            }
            megabytes
        });
        let mut answer = [0; 12];
        from.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 413", "{media_type}");
        drop(from);
        assert!(sent.await.unwrap() < 10_240, "{media_type} was not read to the end");
    }
}
