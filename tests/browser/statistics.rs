//! Charts: they load when visible, show the API's figures, and drill down when clicked.

use serde_json::{Value, json};
use songjiao_tests::{Browser, Session};

use crate::tour::{DEMO_PASSWORD, county};

/// Waits until a chart is drawn, in the named section or in any.
async fn drawn(browser: &Browser, section: &str) {
    let script = "const place = document.querySelector(`section[aria-label='${arguments[0]}'] .plot__place`); \
                  place?.scrollIntoView({ block: 'center' }); return place?.dataset.drawn === 'true'";
    browser.wait_for(&format!("the chart of {section}"), script, vec![json!(section)]).await;
}

/// Waits until every chart of the page is drawn and its animation has ended.
async fn all_drawn(browser: &Browser) {
    browser.wait_until_loaded().await;
    let first = "document.querySelector('.plot__place')?.scrollIntoView(); \
                 return document.querySelector('.plot__place')?.dataset.drawn === 'true'";
    browser.wait_for("a first chart", first, vec![]).await;
    let script = "const places = [...document.querySelectorAll('.plot__place')]; \
                  return places.length > 0 && places.every(place => place.dataset.drawn === 'true')";
    browser.wait_for("all charts", script, vec![]).await;
    actix_web::rt::time::sleep(std::time::Duration::from_millis(700)).await;
    browser.client.execute("window.scrollTo(0, 0)", vec![]).await.unwrap();
}

/// Clicks the middle of a bar in a section's chart.
async fn click_bar(browser: &Browser, section: &str, index: usize, rate: f64) {
    drawn(browser, section).await;
    actix_web::rt::time::sleep(std::time::Duration::from_millis(700)).await;
    let script = "const place = document.querySelector(`section[aria-label='${arguments[0]}'] .plot__place`); \
                  const at = echarts.getInstanceByDom(place).convertToPixel({ seriesIndex: 0 }, [arguments[2] / 2, arguments[1]]); \
                  const box = place.getBoundingClientRect(); return [box.x + at[0], box.y + at[1]]";
    let at = browser.client.execute(script, vec![json!(section), json!(index), json!(rate)]).await.unwrap();
    browser.click_at(at[0].as_f64().unwrap(), at[1].as_f64().unwrap()).await;
}

async fn completion(user: &Session, query: &str) -> Value {
    user.get(&format!("/statistics/completion?{query}")).await.expect(200)
}

/// Returns the table's expected cells for the API's figures: name, counts and rate.
fn said(view: &Value) -> Vec<[String; 6]> {
    let items = view["items"].as_array().unwrap().iter();
    let count = |number: &Value| match number.as_i64().unwrap() {
        number if number < 1000 => number.to_string(),
        number => format!("{},{:03}", number / 1000, number % 1000),
    };
    items
        .map(|item| {
            let rate = item["rate"].as_f64().map_or("—".to_owned(), |rate| format!("{rate}%"));
            let label = item["label"].as_str().unwrap().to_owned();
            let [teachers, met, short, exempt] = ["teachers", "met", "short", "exempt"].map(|name| count(&item[name]));
            [label, teachers, met, short, exempt, rate]
        })
        .collect()
}

/// Waits until the table beside a section's chart shows the API's figures. A chart keeps its former figures until the
/// next answer arrives.
async fn has_the_figures(browser: &Browser, section: &str, view: &Value) {
    let script = "const rows = document.querySelectorAll(`section[aria-label='${arguments[0]}'] tbody tr`); \
                  const shown = [...rows].map(row => [...row.cells].slice(0, 6).map(cell => cell.textContent)); \
                  return JSON.stringify(shown) === JSON.stringify(arguments[1])";
    browser.wait_for(&format!("the figures of {section}"), script, vec![json!(section), json!(said(view))]).await;
}

#[actix_web::test]
async fn a_clerk_clicks_from_the_districts_through_the_schools_to_the_teachers() {
    let app = county().await;
    let admin = app.sign_in("admin", DEMO_PASSWORD).await;
    let browser = Browser::signed_in(&app.url, "admin", DEMO_PASSWORD, 1440).await;
    browser.click("统计分析").await;
    browser.at("/statistics").await;
    browser.choose("培训年度", "2025 年度").await;
    browser.at("/statistics?training_year=2025").await;
    let districts = completion(&admin, "training_year=2025&by=district").await;
    drawn(&browser, "各学区年度学时达标率").await;
    has_the_figures(&browser, "各学区年度学时达标率", &districts).await;

    // The highest rate is last and has the longest bar.
    let last = districts["items"].as_array().unwrap().len() - 1;
    let district = &districts["items"][last];
    click_bar(&browser, "各学区年度学时达标率", last, district["rate"].as_f64().unwrap()).await;
    let id = district["organization_id"].as_str().unwrap();
    browser.at(&format!("/statistics?by=organization&training_year=2025&organization_id={id}")).await;
    let schools = completion(&admin, &format!("training_year=2025&organization_id={id}&by=organization")).await;
    drawn(&browser, "各单位年度学时达标率").await;
    browser.wait_until_loaded().await;
    has_the_figures(&browser, "各单位年度学时达标率", &schools).await;

    let last = schools["items"].as_array().unwrap().len() - 1;
    let school = &schools["items"][last];
    click_bar(&browser, "各单位年度学时达标率", last, school["rate"].as_f64().unwrap()).await;
    let id = school["organization_id"].as_str().unwrap();
    browser.at(&format!("/quotas?training_year=2025&organization_id={id}")).await;
    browser.wait_until_loaded().await;
    browser.see(school["label"].as_str().unwrap()).await;
    let total = format!("{} 名教师", school["teachers"]);
    browser.see(&total).await;
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn a_district_reads_the_charts_on_a_phone() {
    let app = county().await;
    let district = app.sign_in("district", DEMO_PASSWORD).await;
    let browser = Browser::signed_in(&app.url, "district", DEMO_PASSWORD, 390).await;
    browser.go("/statistics?training_year=2025").await;
    all_drawn(&browser).await;
    browser.has_no_sideways_scroll().await;
    browser.screenshot("statistics-district-390").await;
    let schools = completion(&district, "training_year=2025&by=organization").await;
    has_the_figures(&browser, "各单位年度学时达标率", &schools).await;
    browser.click("查看数据表").await;
    browser.has_no_sideways_scroll().await;
    browser.screenshot("statistics-table-390").await;
    browser.has_logged_no_error().await;
    browser.close().await;
}

#[actix_web::test]
async fn every_chart_is_drawn_on_screen_in_dark_mode_and_for_print() {
    let app = county().await;
    let browser = Browser::signed_in(&app.url, "admin", DEMO_PASSWORD, 1440).await;
    all_drawn(&browser).await;
    browser.screenshot("statistics-desk-1440").await;
    browser.go("/statistics?training_year=2025").await;
    all_drawn(&browser).await;
    browser.has_no_sideways_scroll().await;
    browser.screenshot("statistics-1440").await;
    browser.emulate("", "dark").await;
    actix_web::rt::time::sleep(std::time::Duration::from_millis(700)).await;
    browser.screenshot("statistics-dark-1440").await;
    browser.emulate("print", "light").await;
    browser.resize(720).await;
    browser.has_no_sideways_scroll().await;
    browser.screenshot("statistics-paper").await;
    browser.emulate("", "light").await;
    browser.go("/statistics").await;
    all_drawn(&browser).await;
    browser.screenshot("statistics-running-720").await;
    browser.has_logged_no_error().await;
    browser.close().await;
}
