//! The commands of `docs/curl.md` and `docs/integration.md`, run as readers copy them.

use std::path::Path;

use serde_json::{Value, json};
use songjiao_tests::{Session, TestApp};
use tokio::process::Command;

/// Returns the document's `sh` blocks as one script.
fn commands(document: &str) -> String {
    let mut commands = String::from("set -eu\n");
    let mut inside = false;
    for line in document.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            _ if inside => commands.extend([line, "\n"]),
            _ => {}
        }
    }
    commands
}

/// Runs the commands of a document in a folder, with a key of the given scopes and source; returns their output.
async fn run(
    app: &TestApp,
    admin: &Session,
    document: &str,
    (scopes, source): (&[&str], &str),
    folder: &Path,
) -> String {
    let root = admin.me("/organization/id");
    let key = json!({ "name": "脚本", "organization_id": root, "scopes": scopes, "source": source });
    let key = admin.post("/api-keys", key).await.expect(201);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(document);
    let commands = commands(&std::fs::read_to_string(path).unwrap());
    let run = Command::new("sh")
        .args(["-c", &commands])
        .current_dir(folder)
        .env("SONGJIAO", format!("{}/api/v1", app.url))
        .env("SONGJIAO_KEY", key["secret"].as_str().unwrap())
        .env("no_proxy", "*")
        .output()
        .await
        .unwrap();
    let said = format!("{}\n{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{said}");
    assert!(commands.contains("curl "), "the document has its commands");
    said
}

#[actix_web::test]
async fn the_commands_for_integrators_work() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    admin.teacher_with(&admin.me("/organization/id"), json!({ "teacher_no": "T0001" })).await;
    let folder = tempfile::tempdir().unwrap();
    let scopes = ["hours.submit", "hours.recognize", "changes.read", "teachers.read", "hours.read"];
    let said = run(&app, &admin, "integration.md", (&scopes, "province"), folder.path()).await;
    let report: Value = serde_json::from_str(said.trim()).unwrap();
    assert_eq!(report["items"][0]["outcome"], "created", "{said}");
    let changes: Value = serde_json::from_slice(&std::fs::read(folder.path().join("changes.json")).unwrap()).unwrap();
    let types: Vec<_> = changes["items"].as_array().unwrap().iter().map(|change| change["type"].clone()).collect();
    assert_eq!(types, ["teacher.created", "hour_record.recorded"]);
    assert_eq!(changes["items"][1]["data"]["external_id"], "JL-2026-0001");
    assert_eq!(changes["next_after"], changes["head"]);
}

#[actix_web::test]
async fn the_commands_for_scripts_work() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let scopes = [
        "imports.write",
        "organizations.write",
        "teachers.write",
        "appointments.confirm",
        "lessons.write",
        "hours.read",
        "hours.submit",
        "hours.recognize",
    ];
    let folder = tempfile::tempdir().unwrap();
    let said = run(&app, &admin, "curl.md", (&scopes, "guopei"), folder.path()).await;
    assert_eq!(admin.all("/lessons").await[0]["title"], "《荷花》第二课时", "{said}");
    let records = admin.all("/hour-records?sort=created").await;
    let says: Vec<_> =
        records.iter().map(|record| json!([record["source"], record["hours"], record["status"]])).collect();
    let expected =
        [json!(["guopei", 16.5, "recognized"]), json!(["guopei", 24, "recognized"]), json!(["import", 16, "pending"])];
    assert_eq!(says, expected, "{said}");
    let exported = std::fs::read_to_string(folder.path().join("exported.csv")).unwrap();
    assert_eq!(exported.lines().count(), 4, "the header and three records");
    let returned = std::fs::read_to_string(folder.path().join("annual-return.csv")).unwrap();
    assert_eq!(returned.lines().count(), 3, "the recognised ones");
    assert!(folder.path().join("teachers.xlsx").metadata().unwrap().len() > 4000);
}
