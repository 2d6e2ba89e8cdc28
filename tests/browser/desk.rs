//! The desk 工作台 as it comes: nothing moves away under the reader's finger.

use songjiao_tests::Browser;

use crate::tour::{DEMO_PASSWORD, county};

/// What is taken for standing still: a shift of a tenth of the screen by the distance that it went (Web Vitals).
const GOOD: f64 = 0.1;

#[actix_web::test]
async fn the_desk_stands_still_while_it_comes() {
    let app = county().await;
    // Who has much to do, little, and nothing ever.
    for username in ["training2", "leader", "school", "district", "auditor"] {
        let browser = Browser::signed_in(&app.url, username, DEMO_PASSWORD, 390).await;
        browser.go("/").await;
        browser.settled().await;
        let script = "const seen = new PerformanceObserver(() => {}); \
                      seen.observe({ type: 'layout-shift', buffered: true }); \
                      return seen.takeRecords().filter(it => !it.hadRecentInput).reduce((sum, it) => sum + it.value, 0)";
        let shift = browser.client.execute(script, vec![]).await.unwrap().as_f64().unwrap();
        assert!(shift < GOOD, "the desk of {username} shifted by {shift}");
        let waits = "return document.querySelector('section[aria-label=\"等我处理\"] .work__task') !== null";
        let waits = browser.client.execute(waits, vec![]).await.unwrap() == true;
        assert_eq!(waits, !["district", "auditor"].contains(&username), "{username}");
        browser.has_logged_no_error().await;
        browser.close().await;
    }
}
