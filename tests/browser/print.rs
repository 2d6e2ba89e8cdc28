//! Printed pages as PDF: A4, heading first, all rows, without the page frame.

use songjiao_tests::Browser;
use songjiao_types::normal;

use crate::tour::{DEMO_PASSWORD, county, first};

const FRAME: [&str; 3] = ["退出登录", "上一页", "导出 CSV"];

fn has_no_frame(sheets: &[String]) {
    for sheet in sheets {
        for word in FRAME {
            assert!(!sheet.contains(word), "{word} in {sheet}");
        }
    }
}

#[actix_web::test]
async fn a_certificate_fills_one_sheet_with_number_seal_and_code() {
    let app = county().await;
    let admin = app.sign_in("admin", DEMO_PASSWORD).await;
    let accepted = admin.get("/certifications?status=accepted&limit=1").await.expect(200);
    let certification = &accepted["items"][0];
    let browser = Browser::signed_in(&app.url, "admin", DEMO_PASSWORD, 1440).await;
    browser.go(&format!("/certifications/{}/certificate", certification["id"].as_str().unwrap())).await;
    browser.wait_until_loaded().await;
    let sheets = browser.sheets("certificate").await;
    assert_eq!(sheets.len(), 1, "{sheets:#?}");
    // A PDF may name the radical that looks like a character.
    let sheet = normal::key(&sheets[0]);
    for said in ["number", "teacher_name", "school_name"] {
        let said = certification[said].as_str().unwrap();
        assert!(sheet.contains(&normal::key(said)), "{said} in {}", sheets[0]);
    }
    assert!(sheets[0].contains("盖章处"), "{}", sheets[0]);
    has_no_frame(&sheets);
    browser.close().await;
}

#[actix_web::test]
async fn a_filtered_list_is_printed_completely() {
    let app = county().await;
    let admin = app.sign_in("admin", DEMO_PASSWORD).await;
    let wanted = admin.all("/teachers?stage=kindergarten&sort=name").await;
    assert!(wanted.len() > 50, "more than one page of the list and one sheet: {}", wanted.len());
    let browser = Browser::signed_in(&app.url, "admin", DEMO_PASSWORD, 1440).await;
    browser.go("/teachers?stage=kindergarten&sort=name").await;
    browser.wait_until_loaded().await;
    // A page whose print dialog is open cannot be printed by WebDriver.
    let listen = "window.print = () => { window.askedToPrint = true; }; return true";
    browser.wait_for("its place taken", listen, vec![]).await;
    browser.click("打印").await;
    let there = "return document.querySelectorAll('.paper tbody tr').length === arguments[0]";
    browser.wait_for("the paper", there, vec![wanted.len().into()]).await;
    browser.wait_for("the browser asked to print", "return window.askedToPrint === true", vec![]).await;
    let sheets = browser.sheets("teachers").await;
    assert!(sheets.len() > 1, "{}", sheets.len());
    assert!(sheets[0].contains("学段:学前"), "{}", sheets[0]);
    for sheet in &sheets {
        assert!(sheet.contains("教师编号"), "the headings on every sheet: {sheet}");
    }
    let all = sheets.concat();
    for teacher in &wanted {
        let number = teacher["teacher_no"].as_str().unwrap();
        assert!(all.contains(number), "{number}");
    }
    assert!(sheets.last().unwrap().contains("审核人"), "who signs, at the end");
    has_no_frame(&sheets);

    // Another filter gives another document.
    browser.choose("学段", "小学").await;
    browser.wait_for("no paper", "return document.querySelector('.paper') === null", vec![]).await;
    browser.close().await;
}

#[actix_web::test]
async fn a_teachers_hours_over_the_cycle_are_printed() {
    let app = county().await;
    let admin = app.sign_in("admin", DEMO_PASSWORD).await;
    let teacher = first(&admin, "/teachers?sort=teacher_no").await;
    let browser = Browser::signed_in(&app.url, "admin", DEMO_PASSWORD, 1440).await;
    browser.go(&format!("/teachers/{teacher}")).await;
    browser.wait_until_loaded().await;
    let sheets = browser.sheets("teacher").await;
    assert!(sheets.len() <= 3, "{}", sheets.len());
    assert!(sheets[0].contains("教师培训学时登记表"), "{}", sheets[0]);
    let all = sheets.concat();
    for said in ["五年学分", "学时记录", "教师签名"] {
        assert!(all.contains(said), "{said} in {all}");
    }
    has_no_frame(&sheets);
    browser.close().await;
}
