//! Backups, taken while the server runs and restored.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use serde_json::json;
use songjiao_api::{
    app::backup::{Backup, backup},
    config::{BackupConfig, DataConfig},
    db::{DatabaseUrl, verify_chain},
    hours::hour_records::ledger::verify_totals,
};
use songjiao_tests::TestApp;

fn config(app: &TestApp, target: &Path) -> BackupConfig {
    BackupConfig { data: app.data.clone(), target: target.to_owned(), pg_dump: "pg_dump".into() }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Takes a backup. Returns `None` if PostgreSQL's programs are missing, which the error must say.
fn taken(app: &TestApp, target: &Path) -> Option<Backup> {
    match backup(&config(app, target)) {
        Ok(made) => Some(made),
        Err(error) => {
            assert!(error.contains("pg_dump was not found"), "{error}");
            None
        }
    }
}

/// Starts from the copy, as described in the README.
async fn restored(made: &Backup) -> TestApp {
    let data_dir = made.database.parent().unwrap().to_owned();
    TestApp::start_with(|config| {
        if let Some(DatabaseUrl::Postgres(url)) = &config.data.database_url {
            let mut restore = Command::new("pg_restore");
            restore.args(["--clean", "--if-exists", "--exit-on-error", "--no-owner"]).arg(format!("--dbname={url}"));
            let done = restore.arg(&made.database).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            config.data = DataConfig { data_dir, ..config.data.clone() };
        } else {
            config.data = DataConfig { data_dir, database_url: None, connections: 4 };
        }
    })
    .await
}

#[actix_web::test]
async fn a_backup_taken_while_the_server_runs_is_restored_with_every_row() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let number = json!({ "id_number": "11010519491231002X" });
    let teacher = admin.teacher_with(&school, number).await;
    admin.hours(&teacher, 2025, 40.0).await;
    let (teachers, records) = (admin.all("/teachers").await, admin.all("/hour-records").await);
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("backup");
    let Some(made) = taken(&app, &target) else { return };
    // Not part of the backup.
    admin.teacher(&school).await;

    assert_eq!((mode(&target), mode(&made.database)), (0o700, 0o600));
    let key = target.join("id.key");
    assert!(made.keys.contains(&key));
    assert_eq!(mode(&key), 0o600);
    assert_eq!(fs::read(&key).unwrap(), fs::read(app.data.data_dir.join("id.key")).unwrap());

    let copy = restored(&made).await;
    let admin = copy.admin().await;
    assert_eq!(admin.all("/teachers").await, teachers);
    assert_eq!(admin.all("/hour-records").await, records);
    assert_eq!(copy.db.read_now(verify_totals).unwrap(), []);
    assert!(copy.db.read_now(verify_chain).unwrap().is_ok());
    // The copy can be written to.
    admin.teacher(&school).await;
}

#[actix_web::test]
async fn a_backup_overwrites_nothing() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine"), "mine").unwrap();
    let refused = backup(&config(&app, folder.path())).unwrap_err();
    assert!(refused.contains("exists already"), "{refused}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[actix_web::test]
async fn a_backup_that_fails_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("backup");
    let nowhere = DatabaseUrl::Sqlite(folder.path().join("nowhere.sqlite").display().to_string());
    let mut config = config(&app, &target);
    config.data.database_url = Some(nowhere);
    let refused = backup(&config).unwrap_err();
    assert!(refused.contains("there is no database"), "{refused}");
    config.data.database_url = Some("postgres://nobody:secret@127.0.0.1:1/nothing".parse().unwrap());
    config.pg_dump = "/nowhere/pg_dump".into();
    let refused = backup(&config).unwrap_err();
    assert!(refused.contains("/nowhere/pg_dump was not found"), "{refused}");
    assert!(!refused.contains("secret"), "{refused}");
    assert!(!target.exists());
}
