//! Explanations of quotas, credits and rates, and figures as of an earlier day.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, Days, Months, NaiveDate};
use serde_json::{Value, json};
use songjiao_api::people::policies;
use songjiao_tests::{Session, TestApp, id};
use songjiao_types::Role;

use super::figures;

/// Hours in hundredths.
fn hours(value: &Value) -> i64 {
    #[allow(clippy::cast_possible_truncation, reason = "hours are small")]
    let hundredths = (value.as_f64().unwrap() * 100.0).round() as i64;
    hundredths
}

fn day(value: &Value) -> NaiveDate {
    value.as_str().unwrap().parse().unwrap()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap_or_else(|| panic!("{name} in {value}"))
}

fn ceil_to_tenth(whole: i64, parts: i64) -> i64 {
    (whole + 10 * parts - 1).div_euclid(10 * parts) * 10
}

/// Whether the elapsed months of a free period, or its calendar months, take a month: written here from the rule alone.
fn takes(basis: &str, period: &Value, first: NaiveDate, last: NaiveDate) -> bool {
    let starts = day(&period["starts_on"]);
    let ends = if period["ends_on"].is_null() { NaiveDate::MAX } else { day(&period["ends_on"]) };
    if basis == "calendar" {
        return starts <= first && ends >= last;
    }
    let end_of = |months: u32| {
        let same = starts + Months::new(months);
        if same.day() == starts.day() { same - Days::new(1) } else { same }
    };
    (1..=3000).map(end_of).take_while(|end| *end <= last && *end <= ends).any(|end| end >= first)
}

/// The figures that follow from an explanation of a quota alone: required, recognised, counted, pending and remaining
/// hours in hundredths, and the status.
pub fn evaluate(explanation: &Value) -> ([i64; 5], &'static str) {
    let (year, months) = (&explanation["year"], list(explanation, "months"));
    let (first_day, last_day) = (day(&year["first_day"]), day(&year["last_day"]));
    assert_eq!(months.len(), usize::try_from(year["months"].as_u64().unwrap()).unwrap());
    let mut next = first_day;
    for month in months {
        assert_eq!(day(&month["first_day"]), next, "months join");
        next = day(&month["last_day"]) + Days::new(1);
    }
    assert_eq!(next, last_day + Days::new(1));

    // The days on which nothing is owed are those without service and the exempt ones.
    let covers = |rows: &[Value], date: NaiveDate| {
        let covered =
            |row: &Value| day(&row["starts_on"]) <= date && (row["ends_on"].is_null() || day(&row["ends_on"]) >= date);
        rows.iter().any(covered)
    };
    let [spells, exemptions, free] = ["spells", "exemptions", "free_periods"].map(|name| list(explanation, name));
    for date in first_day.iter_days().take_while(|date| *date <= last_day) {
        let expected = !covers(spells, date) || covers(exemptions, date);
        // Out of service, exemptions alone say nothing.
        assert_eq!(covers(free, date), expected, "{date} in {explanation}");
    }

    let basis = explanation["month_basis"].as_str().unwrap();
    let mut owed = 0;
    for month in months {
        let (first, last) = (day(&month["first_day"]), day(&month["last_day"]));
        let taken = free.iter().any(|period| takes(basis, period, first, last));
        assert_eq!(month["owed"], json!(!taken), "{month} in {explanation}");
        assert_eq!(month["taken_by"].is_null(), !taken);
        if taken {
            let ends_on = day(&month["taken_by"]["month_ends_on"]);
            assert!(first <= ends_on && ends_on <= last, "{month}");
        }
        owed += i64::from(!taken);
    }
    let policy = &explanation["policy"];
    let divisor = i64::try_from(months.len()).unwrap().max(12);
    let required = ceil_to_tenth(hours(&policy["annual_hours"]) * owed, divisor);
    assert_eq!(hours(&explanation["computation"]["required_hours"]), required);

    let mut sums: HashMap<&str, i64> = HashMap::new();
    let (mut by_tier, mut by_dimension): (HashMap<&str, i64>, HashMap<&str, i64>) = (HashMap::new(), HashMap::new());
    for record in list(explanation, "records") {
        let amount = hours(&record["hours"]);
        *sums.entry(record["status"].as_str().unwrap()).or_default() += amount;
        if record["status"] == "recognized" {
            *by_tier.entry(record["tier"].as_str().unwrap()).or_default() += amount;
            if let Some(dimension) = record["dimension"].as_str() {
                *by_dimension.entry(dimension).or_default() += amount;
            }
        }
    }
    let [recognized, pending] = ["recognized", "pending"].map(|status| sums.get(status).copied().unwrap_or_default());
    let limit = |of: &str, name: &str| {
        let value = &policy[of][name];
        (!value.is_null()).then(|| hours(value))
    };
    let up_to_cap = |(tier, earned): (&&str, &i64)| limit("tier_caps", tier).map_or(*earned, |cap| cap.min(*earned));
    let counted: i64 = by_tier.iter().map(up_to_cap).sum();
    let missed = ["ethics", "knowledge", "skill"].iter().any(|name| {
        limit("dimension_minimums", name).is_some_and(|least| by_dimension.get(name).copied().unwrap_or(0) < least)
    });
    let status = match required {
        0 => "exempt",
        _ if counted >= required && !missed => "met",
        _ => "short",
    };
    ([required, recognized, counted, pending, (required - counted).max(0)], status)
}

/// The same figures of a row or view.
pub fn figures_of(row: &Value) -> ([i64; 5], &str) {
    let names = ["required_hours", "recognized_hours", "counted_hours", "pending_hours", "remaining_hours"];
    (names.map(|name| hours(&row[name])), row["status"].as_str().unwrap())
}

/// Evaluates an explanation of credits: required, recognised, due and remaining hours in hundredths, and the status.
pub fn evaluate_credit(explanation: &Value) -> ([i64; 4], &'static str) {
    let (mut required, mut recognized, mut due) = (0, 0, 0);
    let running = explanation["running"].as_bool().unwrap();
    for share in list(explanation, "shares") {
        let policy = &share["policy"];
        let parts = policy["cycle_years"].as_i64().unwrap() * share["divisor"].as_i64().unwrap();
        assert_eq!(share["divisor"].as_i64(), Some(share["year"]["months"].as_i64().unwrap().max(12)));
        let (owed, over) = (list(share, "owed"), share["months_over"].as_i64().unwrap());
        let of = |months: usize| ceil_to_tenth(hours(&policy["cycle_hours"]) * i64::try_from(months).unwrap(), parts);
        let share_hours = of(owed.len());
        let due_hours = of(owed.iter().filter(|month| month.as_i64().unwrap() <= over).count());
        assert_eq!([hours(&share["share_hours"]), hours(&share["due_hours"])], [share_hours, due_hours], "{share}");
        required += share_hours;
        due += due_hours;
        recognized += hours(&share["recognized_hours"]);
    }
    let status = match () {
        () if required == 0 => "exempt",
        () if recognized >= required => "met",
        () if running && recognized >= due => "on_track",
        () => "behind",
    };
    ([required, recognized, due, (required - recognized).max(0)], status)
}

/// The same figures of a row or view.
pub fn credit_figures_of(row: &Value) -> ([i64; 4], &str) {
    let names = ["required_hours", "recognized_hours", "due_hours", "remaining_hours"];
    (names.map(|name| hours(&row[name])), row["status"].as_str().unwrap())
}

/// Returns a teacher's quota after checking that its explanation says the same.
pub async fn quota(by: &Session, teacher: &str, year: i32) -> Value {
    let path = format!("/teachers/{teacher}/quotas/{year}");
    let found = by.get(&path).await.expect(200);
    let explanation = by.get(&format!("{path}/explanation")).await.expect(200);
    assert_eq!(evaluate(&explanation), figures_of(&found), "{explanation}");
    let names = ["organization_id", "organization_name", "teacher_no", "training_year"];
    assert_eq!(names.map(|name| &explanation[name]), names.map(|name| &found[name]));
    assert_eq!(explanation["belongs_to"]["organization_id"], found["organization_id"]);
    assert_eq!(figures_of(&explanation), figures_of(&found));
    found
}

/// Returns a teacher's credits after checking that their explanation says the same.
pub async fn credit(by: &Session, teacher: &str, cycle: i32) -> Value {
    let path = format!("/teachers/{teacher}/credits/{cycle}");
    let found = by.get(&path).await.expect(200);
    let explanation = by.get(&format!("{path}/explanation")).await.expect(200);
    assert_eq!(evaluate_credit(&explanation), credit_figures_of(&found), "{explanation}");
    for (name, value) in found.as_object().unwrap() {
        assert_eq!(&explanation[name], value, "{name}");
    }
    found
}

#[actix_web::test]
async fn an_explanation_names_everything_that_a_quota_is_made_of() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let limits = json!({
        "effective_from": "2025-01-01", "tier_caps": { "school": 24 }, "dimension_minimums": { "ethics": 8 },
    });
    let policy = admin.post("/policies", limits).await.expect(201);
    let teacher = admin.teacher(&here).await;
    let transfer = json!({ "organization_id": there, "starts_on": "2026-09-01" });
    admin.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
    let leave = json!({
        "teacher_id": teacher, "kind": "maternity", "starts_on": "2026-03-10", "ends_on": "2026-08-14",
    });
    let exemption = id(&admin.post("/exemptions", leave).await.expect(201));
    let ethics = json!({ "level": "school", "dimension": "ethics" });
    let school = id(&admin.hours_with(&teacher, 2026, 30.0, ethics).await);
    admin.hours_with(&teacher, 2026, 8.5, json!({ "status": "pending" })).await;
    let path = format!("/teachers/{teacher}/quotas/2026/explanation");
    let explanation = admin.get(&path).await.expect(200);
    let owner = &explanation["belongs_to"];
    assert_eq!(
        [&owner["organization_id"], &owner["rule"], &owner["day"], &owner["spell"]["starts_on"]],
        [&json!(there), &json!("last_day"), &json!("2026-11-30"), &json!("2026-09-01")]
    );
    assert_eq!(
        [&explanation["policy"]["id"], &explanation["policy"]["organization_id"]],
        [&policy["id"], &json!(root)]
    );
    assert_eq!(explanation["clause"], "舒教局函〔2017〕82号 一-3");
    let spells: Vec<_> = list(&explanation, "spells").iter().map(|spell| &spell["organization_id"]).collect();
    assert_eq!(spells, [&json!(here), &json!(there)]);
    assert_eq!(explanation["exemptions"][0]["exemption_id"], json!(exemption));
    let period = json!({ "reason": "exempt", "starts_on": "2026-03-10", "ends_on": "2026-08-14" });
    assert_eq!(explanation["free_periods"], json!([period]));
    let free: Vec<_> = list(&explanation, "months").iter().filter(|month| month["owed"] == false).collect();
    let numbers: Vec<_> = free.iter().map(|month| month["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [4, 5, 6, 7, 8]);
    assert_eq!(free[0]["taken_by"]["month_ends_on"], "2026-04-09");
    assert_eq!(explanation["computation"]["text"], "72 × 7 ÷ 12 = 42");
    let tier = &explanation["tiers"][0];
    assert_eq!(
        ["tier", "recognized_hours", "cap", "counted_hours"].map(|name| tier[name].clone()),
        [json!("school"), json!(30), json!(24), json!(24)]
    );
    let dimension = &explanation["dimensions"][0];
    assert_eq!([&dimension["minimum"], &dimension["missing_hours"]], [&json!(8), &json!(0)]);
    let record = list(&explanation, "records").iter().find(|record| record["id"] == json!(school)).unwrap();
    assert_eq!(
        [&record["tier"], &record["status"], &record["hold"]],
        [&json!("school"), &json!("recognized"), &json!(null)]
    );
    assert_eq!(evaluate(&explanation), ([4200, 3000, 2400, 850, 1800], "short"));
    let text = explanation["text"].as_str().unwrap();
    for part in [
        "王芳 2026 年度应修 42 学时",
        "72 × 7 ÷ 12 = 42",
        "不计 5 个月",
        "计入 24 学时",
        "还缺 18 学时，未达标",
        "一-3",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[actix_web::test]
async fn an_explanation_is_for_those_who_see_the_figure() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let teacher = admin.teacher(&here).await;
    let leave =
        json!({ "teacher_id": teacher, "kind": "sick_leave", "starts_on": "2026-01-01", "ends_on": "2026-02-28" });
    admin.post("/exemptions", leave).await.expect(201);
    let paths = [format!("/teachers/{teacher}/quotas/2026"), format!("/teachers/{teacher}/credits/2026")];
    let other = app.user(&admin, Role::SchoolAdmin, &there).await;
    let own = app.user_with(&admin, Role::Teacher, &here, json!({ "teacher_id": teacher })).await;
    let colleague = admin.teacher(&here).await;
    let colleague = app.user_with(&admin, Role::Teacher, &here, json!({ "teacher_id": colleague })).await;
    for path in &paths {
        for stranger in [&other, &colleague] {
            stranger.get(path).await.problem(404, "not_found");
            stranger.get(&format!("{path}/explanation")).await.problem(404, "not_found");
        }
        own.get(&format!("{path}/explanation")).await.expect(200);
    }
    for (reader, kind) in [
        (&own, json!("sick_leave")),
        (&admin, json!("sick_leave")),
        (&app.user(&admin, Role::Auditor, &root).await, json!(null)),
    ] {
        let explanation = reader.get(&format!("{}/explanation", paths[0])).await.expect(200);
        let reads = !reader.get(&paths[0]).await.expect(200)["reductions"][0]["kind"].is_null();
        assert_eq!(explanation["exemptions"][0]["kind"].is_null(), !reads, "{kind}");
        assert_eq!(explanation["exemptions"][0]["starts_on"], "2026-01-01");
    }
    admin.get(&format!("/teachers/{teacher}/quotas/1066/explanation")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_year_without_service_is_explained_as_a_whole() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher_with(&root, json!({ "joined_on": "2025-03-01" })).await;
    for (year, required) in [(2013, 0), (2023, 0), (2024, 0), (2025, 60), (2026, 72)] {
        assert_eq!(quota(&admin, &teacher, year).await["required_hours"], required, "{year}");
    }
    let path = format!("/teachers/{teacher}/quotas/2024/explanation");
    assert_eq!(admin.get(&path).await.expect(200)["belongs_to"]["rule"], "current");
}

#[actix_web::test]
async fn credits_are_explained_by_the_share_of_each_year() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let raise = json!({ "effective_from": "2027-01-01", "annual_hours": 80, "cycle_hours": 400 });
    admin.post("/policies", raise).await.expect(201);
    let teacher = admin.teacher_with(&root, json!({ "joined_on": "2026-03-01" })).await;
    admin.hours(&teacher, 2026, 50.0).await;
    let found = credit(&admin, &teacher, 2026).await;
    assert_eq!(
        [&found["required_hours"], &found["due_hours"], &found["status"]],
        [&json!(380), &json!(48), &json!("on_track")]
    );
    let explanation = admin.get(&format!("/teachers/{teacher}/credits/2026/explanation")).await.expect(200);
    assert_eq!(explanation["shares"][0]["text"], "360 ÷ 5 × 10 ÷ 12 = 60");
    assert_eq!(explanation["shares"][1]["text"], "400 ÷ 5 × 12 ÷ 12 = 80");
    let text = explanation["text"].as_str().unwrap();
    for part in
        ["2026–2030 周期应修 380 学时", "2026 年度 360 ÷ 5 × 10 ÷ 12 = 60", "应完成 48 学时", "进度正常", "三-1"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[actix_web::test]
async fn a_rate_is_explained_by_the_organizations_below() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let district = admin.organization("district", &root).await;
    let (school, other) = (admin.organization("school", &district).await, admin.organization("school", &root).await);
    for (place, earned) in [(&school, 72.0), (&school, 10.0), (&other, 80.0), (&root, 72.0)] {
        let teacher = admin.teacher(place).await;
        admin.hours(&teacher, 2025, earned).await;
    }
    let exempt = admin.teacher(&school).await;
    let all_year = json!({ "teacher_id": exempt, "kind": "study", "starts_on": "2025-01-01", "ends_on": "2025-12-31" });
    admin.post("/exemptions", all_year).await.expect(201);
    let rate = admin.get("/quotas/explanation?training_year=2025").await.expect(200);
    let counts = |row: &Value| ["teachers", "exempt", "rated", "met", "short"].map(|name| row[name].as_i64().unwrap());
    assert_eq!((counts(&rate), &rate["rate"]), ([5, 1, 4, 3, 1], &json!(75.0)));
    assert_eq!(counts(&rate["itself"]), [1, 0, 1, 1, 0]);
    let below: BTreeMap<_, _> = list(&rate, "children")
        .iter()
        .map(|row| (row["organization"]["id"].as_str().unwrap().to_owned(), (counts(row), row["rate"].clone())))
        .collect();
    let expected = [(district.clone(), ([3, 1, 2, 1, 1], json!(50.0))), (other, ([1, 0, 1, 1, 0], json!(100.0)))];
    assert_eq!(below, expected.into());
    assert_eq!(rate["computation"], "3 ÷ 4 = 75 %");
    let text = rate["text"].as_str().unwrap();
    assert!(text.contains("免训 1 人不计入") && text.contains("达标率 75%"), "{text}");
    let of_district = admin.get(&format!("/quotas/explanation?training_year=2025&organization_id={district}")).await;
    assert_eq!(counts(&of_district.expect(200)), [3, 1, 2, 1, 1]);
    let nobody = admin.get(&format!("/quotas/explanation?training_year=2013&organization_id={district}")).await;
    assert_eq!(nobody.expect(200)["rate"], json!(null));
}

#[actix_web::test]
async fn a_figure_as_of_a_day_is_what_was_known_at_its_end() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let teacher = admin.teacher(&here).await;
    let kept = id(&admin.hours(&teacher, 2026, 40.0).await);
    let voided = id(&admin.hours(&teacher, 2026, 10.0).await);
    let pending = id(&admin.hours_with(&teacher, 2026, 5.0, json!({ "status": "pending" })).await);
    let leave =
        json!({ "teacher_id": teacher, "kind": "sick_leave", "starts_on": "2026-02-01", "ends_on": "2026-03-31" });
    let leave = admin.post("/exemptions", leave).await.expect(201);

    // Day 1: the leave is deleted, one record voided, another recognised.
    app.advance(1);
    let admin = app.admin().await;
    let exemption = format!("/exemptions/{}", id(&leave));
    admin.delete(&exemption).await.expect(204);
    admin.get(&exemption).await.problem(404, "not_found");
    assert!(admin.all("/exemptions").await.is_empty());
    admin.post_to(&format!("/hour-records/{voided}"), "void", json!({ "reason": "重复" })).await.expect(200);
    admin.post_to(&format!("/hour-records/{pending}"), "recognize", json!({})).await.expect(200);

    // Day 2: a transfer of September becomes known, and a policy.
    app.advance(1);
    let admin = app.admin().await;
    let transfer = json!({ "organization_id": there, "starts_on": "2026-09-01" });
    admin.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
    admin.post("/policies", json!({ "effective_from": "2026-01-01", "annual_hours": 90 })).await.expect(201);

    let path = format!("/teachers/{teacher}/quotas/2026");
    let known = |day: &'static str| {
        let (admin, path) = (admin.clone(), path.clone());
        async move {
            let quota = admin.get(&format!("{path}?as_of={day}")).await.expect(200);
            let explanation = admin.get(&format!("{path}/explanation?as_of={day}")).await.expect(200);
            assert_eq!(evaluate(&explanation), figures_of(&quota), "{day}");
            assert_eq!(explanation["day"], day);
            let figures = ["required_hours", "recognized_hours", "pending_hours"].map(|name| quota[name].clone());
            (figures.map(|value| value.as_i64().unwrap()), quota["organization_id"].as_str().unwrap().to_owned())
        }
    };
    assert_eq!(known("2026-11-30").await, ([60, 50, 5], here.clone()));
    assert_eq!(known("2026-12-01").await, ([72, 45, 0], here));
    assert_eq!(known("2026-12-02").await, ([90, 45, 0], there.clone()));
    let now = admin.get(&path).await.expect(200);
    assert_eq!(admin.get(&format!("{path}?as_of=2026-12-02")).await.expect(200), now, "today is now");
    assert_eq!(now["organization_id"], json!(there));

    let credits = format!("/teachers/{teacher}/credits/2026");
    let then = admin.get(&format!("{credits}?as_of=2026-11-30")).await.expect(200);
    assert_eq!(credit_figures_of(&then), ([34800, 5000, 4800, 29800], "on_track"));
    let explanation = admin.get(&format!("{credits}/explanation?as_of=2026-11-30")).await.expect(200);
    assert_eq!(evaluate_credit(&explanation), credit_figures_of(&then));
    let now = admin.get(&credits).await.expect(200);
    assert_eq!(admin.get(&format!("{credits}?as_of=2026-12-02")).await.expect(200), now);
    assert_eq!(credit_figures_of(&now), ([36000, 4500, 6600, 31500], "behind"), "eleven months are over");
    assert!(!kept.is_empty());
}

#[actix_web::test]
async fn no_figure_is_given_as_of_a_day_to_come_or_before_the_first_policy() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    for path in ["quotas/2026", "quotas/2026/explanation", "credits/2026", "credits/2026/explanation"] {
        for (day, code) in [("2026-12-01", "in_future"), ("2015-12-31", "before_first_policy")] {
            let answer = admin.get(&format!("/teachers/{teacher}/{path}?as_of={day}")).await;
            assert_eq!(answer.faults(), [("as_of".to_owned(), code.to_owned())], "{path} {day}");
        }
        admin.get(&format!("/teachers/{teacher}/{path}?as_of=2026-11-30")).await.expect(200);
    }
}

/// Evaluates the explanations of that many teacher-years of a random county and compares them with the list.
async fn explanations_alone_give_the_figures(most: usize) {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for (effective_from, more) in [
        ("2020-01-01", json!({ "annual_hours": 80.5, "month_basis": "calendar" })),
        ("2024-09-01", json!({ "annual_hours": 71.9, "cycle_hours": 90, "year_starts_on": "09-01" })),
        ("2025-09-01", json!({ "tier_caps": { "school": 24, "county": 50 }, "month_basis": "elapsed" })),
        ("2026-09-01", json!({ "dimension_minimums": { "ethics": 6 }, "tier_caps": { "other": 12.5 } })),
    ] {
        let mut policy = json!({ "effective_from": effective_from });
        policy.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        admin.post("/policies", policy).await.expect(201);
    }
    figures::write(&app, &admin.me("/id"), &admin.me("/organization/id"), &mut figures::Random(14));
    let years: Vec<i32> =
        app.db.read_now(|conn| Ok(policies::all(conn)?.root().first_year()..=2028)).unwrap().collect();
    let mut rows = Vec::new();
    for year in &years {
        rows.extend(admin.all(&format!("/quotas?training_year={year}&limit=500")).await);
    }
    assert!(rows.len() >= most, "{}", rows.len());
    let step = rows.len() / most;
    // Exempt teachers are few.
    let (exempt, others): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row["status"] == "exempt");
    let few = exempt.len().min(most / 20);
    let mut statuses = BTreeMap::<&str, usize>::new();
    for row in exempt.into_iter().take(few).chain(others.into_iter().step_by(step)).take(most) {
        let (teacher, year) = (row["teacher_id"].as_str().unwrap(), &row["training_year"]);
        let explanation = admin.get(&format!("/teachers/{teacher}/quotas/{year}/explanation")).await.expect(200);
        assert_eq!(evaluate(&explanation), figures_of(row), "{explanation}");
        *statuses.entry(row["status"].as_str().unwrap()).or_default() += 1;
    }
    assert_eq!(statuses.values().sum::<usize>(), most);
    assert!(statuses.len() == 3 && statuses.values().all(|count| count * 50 >= most), "{statuses:?}");
    for cycle in [2016, 2021, 2026] {
        for row in admin.all(&format!("/credits?cycle_first_year={cycle}&limit=500")).await.iter().step_by(step) {
            let teacher = row["teacher_id"].as_str().unwrap();
            let path = format!("/teachers/{teacher}/credits/{cycle}/explanation");
            let explanation = admin.get(&path).await.expect(200);
            assert_eq!(evaluate_credit(&explanation), credit_figures_of(row), "{explanation}");
        }
    }
}

#[actix_web::test]
async fn an_evaluator_that_reads_explanations_alone_finds_the_figures_of_the_list() {
    explanations_alone_give_the_figures(300).await;
}

#[actix_web::test]
#[ignore = "for the record: 2,000 requests"]
async fn an_evaluator_that_reads_two_thousand_explanations_alone_finds_the_figures_of_the_list() {
    explanations_alone_give_the_figures(2000).await;
}
