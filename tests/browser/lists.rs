//! Lists: a shared link shows the same rows, back and forward restore the state, users choose the columns, and a bulk
//! action names the rows that failed.

use serde_json::{Value, json};
use songjiao_tests::{Browser, PASSWORD, TestApp};
use songjiao_types::Role;

use crate::tour::{DEMO_PASSWORD, county};

const LISTS: [&str; 12] = [
    "/teachers",
    "/organizations",
    "/teams",
    "/users",
    "/projects",
    "/lessons",
    "/certifications",
    "/hour-records",
    "/quotas",
    "/credits",
    "/exemptions",
    "/audit-log",
];

const ROWS: &str = "[...document.querySelectorAll('main tbody tr')].map(row => row.innerText)";

/// Returns the first cells of the list's rows, or its empty state.
async fn rows(browser: &Browser) -> Value {
    browser.wait_for_paint().await;
    browser.wait_until_loaded().await;
    browser.client.execute(&format!("return {ROWS}"), vec![]).await.unwrap()
}

/// Waits until the list at the address shows the rows.
async fn shows(browser: &Browser, address: &str, wanted: &Value) {
    browser.at(address).await;
    browser.wait_until_loaded().await;
    let script = format!("return JSON.stringify({ROWS}) === JSON.stringify(arguments[0])");
    browser.wait_for(&format!("the rows of {address}"), &script, vec![wanted.clone()]).await;
}

/// Asserts that a second user finds the same rows at the first user's address.
async fn seen_by(browser: &Browser, fresh: &Browser) -> (String, Value) {
    let address = browser.address().await;
    fresh.go(&address).await;
    let wanted = rows(fresh).await;
    shows(browser, &address, &wanted).await;
    (address, wanted)
}

/// Sets a filter's select to its second option, if there is one.
async fn filter(browser: &Browser) -> bool {
    let script = "const select = [...document.querySelectorAll('.filters select')].find(it => it.options.length > 2); \
                  if (!select) return false; select.selectedIndex = select.selectedIndex === 1 ? 2 : 1; \
                  select.dispatchEvent(new Event('change', { bubbles: true })); return true";
    browser.client.execute(script, vec![]).await.unwrap() == json!(true)
}

async fn press(browser: &Browser, selector: &str) -> bool {
    let script = "const button = document.querySelector(arguments[0]); if (!button || button.disabled) return false; \
                  button.click(); return true";
    browser.client.execute(script, vec![json!(selector)]).await.unwrap() == json!(true)
}

#[actix_web::test]
async fn the_address_of_every_list_shows_other_users_the_same_rows() {
    let app = county().await;
    let browser = Browser::signed_in(&app.url, "admin", DEMO_PASSWORD, 1440).await;
    let fresh = Browser::signed_in(&app.url, "admin", DEMO_PASSWORD, 1440).await;
    for list in LISTS {
        browser.go(list).await;
        let mut seen = vec![seen_by(&browser, &fresh).await];
        // Paging first: a filter may leave too few rows for a second page.
        for step in ["next", "sort", "filter"] {
            let done = match step {
                "next" => press(&browser, ".pager__turn button:last-child").await,
                "sort" => press(&browser, "th .table__sort").await,
                _ => filter(&browser).await,
            };
            if done {
                let before = json!(seen.last().unwrap().0);
                let moved = "return location.pathname + location.search !== arguments[0]";
                browser.wait_for(&format!("{list} after {step}"), moved, vec![before]).await;
                seen.push(seen_by(&browser, &fresh).await);
            }
        }
        assert!(seen.len() > 1, "{list} has nothing to choose");
        for (address, wanted) in seen.iter().rev().skip(1) {
            browser.client.back().await.unwrap();
            shows(&browser, address, wanted).await;
        }
        for (address, wanted) in seen.iter().skip(1) {
            browser.client.forward().await.unwrap();
            shows(&browser, address, wanted).await;
        }
    }
    browser.close().await;
    fresh.close().await;
}

#[actix_web::test]
async fn the_columns_are_the_readers_choice() {
    let app = county().await;
    let browser = Browser::signed_in(&app.url, "admin", DEMO_PASSWORD, 1440).await;
    browser.go("/teachers").await;
    browser.wait_until_loaded().await;
    browser.click("选择列").await;
    browser.is_accessible().await;
    browser.tick("职称").await;
    browser.screenshot("columns").await;
    browser.click("完成").await;
    browser.see("选择列（已隐藏 1）").await;
    let headings = "return [...document.querySelectorAll('thead th')].map(it => it.innerText.trim()).join()";
    let shown = browser.client.execute(headings, vec![]).await.unwrap();
    assert_eq!(shown, json!("教师编号,姓名,单位名称,学科,学段,状态"));
    browser.client.refresh().await.unwrap();
    browser.wait_until_loaded().await;
    assert_eq!(browser.client.execute(headings, vec![]).await.unwrap(), shown);
    browser.click("选择列（已隐藏 1）").await;
    browser.click("显示全部列").await;
    browser.click("完成").await;
    browser.see("选择列").await;
    let all = browser.client.execute(headings, vec![]).await.unwrap();
    assert_eq!(all, json!("教师编号,姓名,单位名称,学科,学段,职称,状态"));
    browser.close().await;
}

#[actix_web::test]
async fn two_hundred_records_are_recognised_at_once_and_failures_are_named() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let teacher = admin.teacher_with(&school, json!({ "name": "李敏", "teacher_no": "T0001" })).await;
    let head = app.user(&admin, Role::SchoolAdmin, &school).await;
    let rows = (1..=200)
        .map(|number| format!("T0001,2026,校本研修,校本研修第{number}期,本校,网络研修,0.3,2026-05-11,2026-05-11\n"));
    let header = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期\n";
    let file: String = std::iter::once(header.to_owned()).chain(rows).collect();
    head.post_csv("/imports/hour-records", file).await.expect(201);
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/hour-records?status=pending&limit=200").await;
    browser.see("本页有 200 条待认定").await;
    // A colleague decides two of them first.
    for title in ["校本研修第7期", "校本研修第8期"] {
        let record = admin.all(&format!("/hour-records?q={title}")).await.remove(0);
        let path = format!("/hour-records/{}/reject", record["id"].as_str().unwrap());
        admin.post(&path, json!({ "reason": "重复申报" })).await.expect(200);
    }
    browser.click("全选本页待认定").await;
    browser.see("已选 200 条").await;
    browser.click("认定所选").await;
    browser.click("认定").await;
    browser.see("已认定 198 条记录").await;
    browser.see("2 条记录没有认定").await;
    browser.see("校本研修第7期").await;
    browser.see("校本研修第8期").await;
    browser.screenshot("recognized-at-once").await;
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200);
    assert_eq!(quota["recognized_hours"], json!(59.4));
    browser.close().await;
}
