use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use diesel::{Connection, PgConnection, connection::SimpleConnection};
use songjiao_api::{
    app::{self, setup},
    config::{DataConfig, PasswordProfile},
    db::{Database, DatabaseUrl},
};
use tempfile::TempDir;

use crate::{
    app::{clock, first_start},
    unique,
};

/// A database for one test, dropped with it.
pub struct TestDatabase {
    dir: TempDir,
    url: String,
    postgres: Option<String>,
}

/// The migrated database, which is copied for every test.
enum Template {
    Sqlite(PathBuf),
    Postgres { server: String, name: String },
}

static TEMPLATE: LazyLock<Template> = LazyLock::new(|| {
    let prepare = |url: &str| {
        let db = open(url);
        db.migrate().unwrap();
        setup::first_start(&db, &first_start(), PasswordProfile::Asvs).unwrap();
    };
    match std::env::var("TEST_DATABASE_URL") {
        Ok(server) => {
            let name = unique("songjiao_template").replace('-', "_");
            execute(&server, &format!("CREATE DATABASE {name}"));
            prepare(&on_server(&server, &name));
            Template::Postgres { server, name }
        }
        Err(_) => {
            // Kept for the life of the process; the system cleans its temporary folder.
            let file = TempDir::new().unwrap().keep().join("template.sqlite");
            prepare(&format!("sqlite://{}", file.display()));
            Template::Sqlite(file)
        }
    }
});

impl TestDatabase {
    pub fn create() -> Self {
        match &*TEMPLATE {
            Template::Sqlite(template) => Self::copy_of(template),
            Template::Postgres { server, name } => {
                let dir = TempDir::new().unwrap();
                let own = unique("songjiao_test").replace('-', "_");
                execute(server, &format!("CREATE DATABASE {own} TEMPLATE {name} STRATEGY file_copy"));
                Self { url: on_server(server, &own), dir, postgres: Some(own) }
            }
        }
    }

    /// An SQLite database that is a copy of a file.
    pub fn copy_of(file: &Path) -> Self {
        let dir = TempDir::new().unwrap();
        let copy = dir.path().join("songjiao.sqlite");
        fs::copy(file, &copy).unwrap();
        Self { url: format!("sqlite://{}", copy.display()), dir, postgres: None }
    }

    /// Fills an SQLite database for tests to copy, which is quicker than to fill each of them.
    pub fn filled(name: &str, fill: impl FnOnce(&Database)) -> PathBuf {
        let database = Self::create();
        fill(&open(database.address()));
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tmp");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{name}.sqlite"));
        fs::copy(database.dir().join("songjiao.sqlite"), &file).unwrap();
        file
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn url(&self) -> DatabaseUrl {
        self.url.parse().unwrap()
    }

    /// Returns the URL as text.
    pub fn address(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let (Some(name), Template::Postgres { server, .. }) = (&self.postgres, &*TEMPLATE) {
            execute(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn open(url: &str) -> Database {
    let database_url = Some(url.parse().unwrap());
    app::open(&DataConfig { data_dir: PathBuf::new(), database_url, connections: 1 }, clock()).unwrap()
}

fn execute(server: &str, sql: &str) {
    PgConnection::establish(server).unwrap().batch_execute(sql).unwrap();
}

/// Returns the URL of another database on the same server.
fn on_server(server: &str, database: &str) -> String {
    let (address, parameters) = server.split_once('?').map_or((server, String::new()), |(a, p)| (a, format!("?{p}")));
    let (address, _) = address.rsplit_once('/').unwrap();
    format!("{address}/{database}{parameters}")
}
