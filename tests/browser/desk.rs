//! The home page 工作台 while it loads: nothing shifts.

use songjiao_tests::Browser;

use crate::tour::{DEMO_PASSWORD, county};

/// The cumulative layout shift up to which a page counts as stable (Web Vitals).
const GOOD: f64 = 0.1;

#[actix_web::test]
async fn the_home_page_does_not_shift_while_it_loads() {
    let app = county().await;
    // Users with many open tasks, with few, and with none.
    for username in ["training2", "leader", "school", "district", "auditor"] {
        let browser = Browser::signed_in(&app.url, username, DEMO_PASSWORD, 390).await;
        browser.go("/").await;
        browser.wait_until_loaded().await;
        let script = "const seen = new PerformanceObserver(() => {}); \
                      seen.observe({ type: 'layout-shift', buffered: true }); \
                      return seen.takeRecords().filter(it => !it.hadRecentInput).reduce((sum, it) => sum + it.value, 0)";
        let shift = browser.client.execute(script, vec![]).await.unwrap().as_f64().unwrap();
        assert!(shift < GOOD, "the home page of {username} shifted by {shift}");
        let waits = "return document.querySelector('section[aria-label=\"等我处理\"] .work__task') !== null";
        let waits = browser.client.execute(waits, vec![]).await.unwrap() == true;
        assert_eq!(waits, !["district", "auditor"].contains(&username), "{username}");
        browser.has_logged_no_error().await;
        browser.close().await;
    }
}
