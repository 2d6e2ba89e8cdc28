//! An evaluator of explanations: it recomputes the figures from the explanations alone.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, Days, Months, NaiveDate};
use serde_json::{Value, json};
use songjiao_api::people::policies;
use songjiao_tests::TestApp;

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

pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
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
