//! A file's preview before its import.

use serde_json::json;
use songjiao_tests::{Browser, PASSWORD, TestApp, id};

const HEADER: &str = "项目名称,活动名称,教师编号,考勤,备注\n";

#[actix_web::test]
async fn a_checked_file_is_shown_with_its_faulty_cells_marked_and_imported_once_corrected() {
    let app = TestApp::start_with_web().await;
    let admin = app.admin().await;
    let project = admin.running_project(json!({ "title": "小学语文送教下乡" })).await;
    let phase = id(&project["phases"][0]);
    admin.act(&format!("/phases/{phase}/start")).await.expect(200);
    let activity = admin.activity(&phase, json!({ "title": "专题讲座" })).await;
    let teacher = admin.teacher_with(&admin.me("/organization/id"), json!({ "teacher_no": "T0001" })).await;
    admin.admitted(&project, &teacher).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("考勤.csv");
    let row = |number: &str, status: &str| format!("小学语文送教下乡,专题讲座,{number},{status},\n");
    let browser = Browser::signed_in(&app.url, "admin", PASSWORD, 1440).await;
    browser.go("/imports").await;
    browser.click("考勤").await;
    browser.at("/imports?kind=attendance").await;

    std::fs::write(&file, format!("{HEADER}{}{}", row("T0001", "在场"), row("T9999", "出勤"))).unwrap();
    browser.attach(&file).await;
    browser.click("试运行").await;
    browser.see("文件预览").await;
    browser.wait_until_loaded().await;
    // Colour, icon and text; the text describes the cell.
    let script = "return [...document.querySelectorAll('td.preview__fault')].map(cell => { \
                  const why = document.getElementById(cell.getAttribute('aria-describedby')); \
                  return [cell.parentNode.querySelector('th').innerText, cell.querySelector('strong').innerText, \
                  !!why.querySelector('svg') && why.innerText.length > 5]; })";
    let marked = browser.client.execute(script, vec![]).await.unwrap();
    assert_eq!(marked, json!([["2", "在场", true], ["3", "T9999", true]]));
    browser.is_accessible().await;
    browser.screenshot("import-preview").await;

    // On a phone the table scrolls in its own box.
    browser.resize(390).await;
    browser.wait_until_loaded().await;
    browser.has_no_sideways_scroll().await;
    let script = "const box = document.querySelector('.preview__box'); return box.scrollWidth > box.clientWidth";
    browser.wait_for("a table that scrolls", script, vec![]).await;
    browser.screenshot("import-preview-phone").await;

    std::fs::write(&file, format!("{HEADER}{}", row("T0001", "出勤"))).unwrap();
    browser.attach(&file).await;
    browser.click("试运行").await;
    browser.see("检查通过").await;
    browser.see("文件预览").await;
    browser.click("正式导入（1 行）").await;
    browser.see("已导入考勤 1 行").await;
    browser.wait_until_gone("文件预览").await;
    let sheet = admin.get(&format!("/activities/{activity}/attendance")).await.expect(200);
    assert_eq!(sheet["entries"][0]["status"], "present");
    browser.close().await;
}
