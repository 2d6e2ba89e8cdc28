//! Every figure of an organization, wherever it is shown: those of one basis agree, and both bases agree at the county.

use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_tests::{Answer, Session, clock, id};
use songjiao_types::Hours;

/// The figures by teacher: teachers, met, short and exempt, with required, recognised, pending and remaining hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct ByTeacher {
    people: [i64; 4],
    hours: [i64; 4],
}

/// Totals lie beyond the hours of one record.
#[allow(clippy::cast_possible_truncation, reason = "below 2^53")]
fn hundredths(value: &Value) -> i64 {
    (value.as_f64().unwrap() * 100.0).round() as i64
}

fn hours_of(row: &Value) -> [i64; 4] {
    ["required_hours", "recognized_hours", "pending_hours", "remaining_hours"].map(|field| hundredths(&row[field]))
}

fn sum(rows: &[Value], field: &str) -> i64 {
    rows.iter().map(|row| hundredths(&row[field])).sum()
}

fn items(view: &Value) -> &[Value] {
    view["items"].as_array().unwrap()
}

/// Returns a column of a list as CSV.
async fn csv(session: &Session, path: &str, heading: &str) -> Vec<String> {
    let request = session.request(Method::GET, path).header(header::ACCEPT, "text/csv");
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 200, "{path}");
    let mut reader = csv::Reader::from_reader(answer.text.trim_start_matches('\u{feff}').as_bytes());
    let at = reader.headers().unwrap().iter().position(|name| name == heading).unwrap();
    reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
}

fn csv_hours(cells: &[String]) -> i64 {
    cells.iter().map(|cell| cell.parse::<Hours>().unwrap().hundredths()).sum()
}

async fn get(session: &Session, path: String) -> Value {
    session.get(&path).await.expect(200)
}

/// Asserts that all figures of an organization by teacher agree in a year, and returns them.
async fn by_teacher(session: &Session, organization: &str, year: i32) -> ByTeacher {
    let of = format!("organization_id={organization}&training_year={year}");
    let rows = session.all(&format!("/quotas?{of}&limit=500")).await;
    let status = |status: &str| i64::try_from(rows.iter().filter(|row| row["status"] == status).count()).unwrap();
    let mut listed = ByTeacher {
        people: [i64::try_from(rows.len()).unwrap(), status("met"), status("short"), status("exempt")],
        hours: [0; 4],
    };
    for row in &rows {
        let hours = hours_of(row);
        (0..4).for_each(|at| listed.hours[at] += hours[at]);
    }
    let ByTeacher { people: [teachers, met, short, exempt], hours: [required, recognized, pending, _] } = listed;

    let summary = get(session, format!("/quotas/summary?{of}")).await;
    let people = ["teachers", "met", "short", "exempt"].map(|field| summary[field].as_i64().unwrap());
    assert_eq!(ByTeacher { people, hours: hours_of(&summary) }, listed, "the summary of {of}");
    for by in ["by_tier", "by_mode", "by_dimension"] {
        let parts = summary[by].as_array().unwrap();
        let sums = [sum(parts, "recognized_hours"), sum(parts, "pending_hours")];
        assert_eq!(sums, [recognized, pending], "{by} in the summary of {of}");
    }

    let dashboard = get(session, format!("/dashboard?{of}")).await;
    let rate = &dashboard["quota"]["rate"];
    assert_eq!(dashboard["quota"], json!({ "met": met, "short": short, "exempt": exempt, "rate": rate }), "{of}");

    for by in ["organization", "subject", "stage"] {
        let view = get(session, format!("/statistics/completion?{of}&by={by}&limit=500")).await;
        let count = |field: &str| items(&view).iter().map(|row| row[field].as_i64().unwrap()).sum::<i64>();
        assert_eq!(
            [count("teachers"), count("met"), count("short"), count("exempt")],
            listed.people,
            "completion by {by} of {of}"
        );
        let sums = [sum(items(&view), "required_hours"), sum(items(&view), "recognized_hours")];
        assert_eq!(sums, [required, recognized], "completion by {by} of {of}");
    }

    let trend = get(session, format!("/statistics/trend?organization_id={organization}")).await;
    let of_year = trend["years"].as_array().unwrap().iter().find(|row| row["training_year"] == year).unwrap();
    let counts = ["teachers", "met", "exempt"].map(|field| of_year[field].as_i64().unwrap());
    assert_eq!(counts, [teachers, met, exempt], "the trend of {of}");
    assert_eq!((&of_year["rate"], hundredths(&of_year["recognized_hours"])), (rate, recognized), "the trend of {of}");

    let path = format!("/quotas?{of}");
    assert_eq!(csv_hours(&csv(session, &path, "已认定学时").await), recognized, "the file of {of}");
    let unmet = csv(session, &path, "是否达标").await.iter().filter(|cell| *cell == "未达标").count();
    assert_eq!(i64::try_from(unmet).unwrap(), short, "the file of {of}");
    listed
}

/// Asserts that the credits of an organization agree.
async fn credits(session: &Session, organization: &str, year: i32) {
    let dashboard = get(session, format!("/dashboard?organization_id={organization}&training_year={year}")).await;
    let first = &dashboard["credit"]["cycle_first_year"];
    let rows =
        session.all(&format!("/credits?organization_id={organization}&cycle_first_year={first}&limit=500")).await;
    let trend = get(session, format!("/statistics/trend?organization_id={organization}")).await;
    let cycle = trend["cycles"].as_array().unwrap().iter().find(|row| row["cycle_first_year"] == *first).unwrap();
    for status in ["met", "on_track", "behind", "exempt"] {
        let listed = rows.iter().filter(|row| row["status"] == status).count();
        assert_eq!((&dashboard["credit"][status], &cycle[status]), (&json!(listed), &json!(listed)), "{organization}");
    }
}

/// Asserts that all figures of an organization by place agree in a year, and returns the recognised hours, of a closed year
/// those of the closing. The records themselves are those of now, late ones 补录 among them.
async fn by_place(session: &Session, organization: &str, year: i32) -> i64 {
    let of = format!("organization_id={organization}&training_year={year}");
    let records = session.all(&format!("/hour-records?{of}&status=recognized&limit=500")).await;
    let recorded = sum(&records, "hours");
    let mut found = Vec::new();
    for by in ["tier", "mode", "dimension"] {
        let view = get(session, format!("/statistics/composition?{of}&by={by}")).await;
        let late: Vec<Value> = items(&view).iter().filter(|item| !item["late_hours"].is_null()).cloned().collect();
        let recognized = sum(items(&view), "recognized_hours");
        assert_eq!(recognized + sum(&late, "late_hours"), recorded, "composition by {by} of {of}");
        found.push(recognized);
    }
    assert!(found.iter().all(|recognized| *recognized == found[0]), "compositions of {of}: {found:?}");
    let annual = csv(session, &format!("/hour-records/annual-return?{of}"), "获得学时").await;
    assert_eq!(csv_hours(&annual), recorded, "the annual return of {of}");
    found[0]
}

/// Asserts that the teachers in post are the same number everywhere, and returns it.
async fn in_post(session: &Session, organization: &str) -> i64 {
    let path = format!("/teachers?organization_id={organization}&in_post=true&with_total=true&limit=1");
    let listed = get(session, path).await["total"].as_i64().unwrap();
    let dashboard = get(session, format!("/dashboard?organization_id={organization}")).await;
    assert_eq!(dashboard["teachers_in_post"], listed, "in post at {organization}");
    let children = dashboard["children"].as_array().unwrap();
    let below: i64 = children.iter().map(|child| child["teachers_in_post"].as_i64().unwrap()).sum();
    assert!(below <= listed, "in post below {organization}");
    listed
}

/// Transfers teachers of three schools: in the past, today and in the future.
async fn transfer(session: &Session, schools: &[String]) {
    let today = clock().today();
    for (at, days) in [-400, 0, 40].into_iter().enumerate() {
        let (from, to) = (&schools[at], &schools[at + 1]);
        let rows = get(session, format!("/teachers?organization_id={from}&in_post=true&limit=500")).await;
        let serves_long = |row: &&Value| row["joined_on"].as_str().is_some_and(|joined| joined < "2016");
        let teacher = id(items(&rows).iter().find(serves_long).unwrap());
        let starts_on = today + chrono::TimeDelta::days(days);
        let new = json!({ "organization_id": to, "starts_on": starts_on, "reason": "工作需要" });
        session.post(&format!("/teachers/{teacher}/transfers"), new).await.expect(201);
    }
}

/// Asserts that all figures of one basis agree for every organization of the county, and both bases at the county.
pub async fn figures_agree(admin: &Session) {
    let organizations = admin.all("/organizations?limit=500").await;
    let schools: Vec<String> = organizations.iter().filter(|row| row["kind"] == "school").map(id).collect();
    transfer(admin, &schools).await;
    let root = admin.me("/organization/id");
    for organization in organizations.iter().map(id) {
        by_teacher(admin, &organization, 2026).await;
        by_place(admin, &organization, 2026).await;
        credits(admin, &organization, 2026).await;
        in_post(admin, &organization).await;
    }
    for organization in schools[..4].iter().chain([&root]) {
        let teachers = by_teacher(admin, organization, 2025).await;
        let place = by_place(admin, organization, 2025).await;
        if *organization == root {
            assert_eq!(teachers.hours[1], place, "both bases at the county");
        }
    }
    assert_eq!(by_teacher(admin, &root, 2026).await.hours[1], by_place(admin, &root, 2026).await, "both bases");
}
