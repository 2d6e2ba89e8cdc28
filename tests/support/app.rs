use std::{
    path::Path,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, Ordering},
    },
};

use actix_web::dev::ServerHandle;
use chrono::TimeDelta;
use diesel::{RunQueryDsl, sql_query};
use reqwest::Method;
use serde_json::json;
use songjiao_api::{
    app::Application,
    config::{DataConfig, FirstStart, PasswordProfile, ServeConfig, WebhookConfig},
    db::{Actor, Database, clock::Clock},
};
use songjiao_types::Role;

use crate::{Answer, PASSWORD, Session, database::TestDatabase};

/// The application, served on a free port.
pub struct TestApp {
    pub url: String,
    /// The database, for what clients cannot see or do.
    pub db: Database,
    /// The location of the database, for commands that run beside the server.
    pub data: DataConfig,
    nobody: Session,
    config: ServeConfig,
    server: ServerHandle,
    /// Days by which its clock is ahead of that of the tests.
    ahead: Arc<AtomicI64>,
    _database: TestDatabase,
}

impl TestApp {
    /// Starts with one organization, the bureau 220283, and its user `admin`.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts with the built SPA from the folder `SONGJIAO_WEB_DIR`.
    pub async fn start_with_web() -> Self {
        Self::start_with_web_and(|_| {}).await
    }

    /// Starts with the built SPA and changed settings.
    pub async fn start_with_web_and(change: impl FnOnce(&mut ServeConfig)) -> Self {
        let dir = std::env::var("SONGJIAO_WEB_DIR").expect("SONGJIAO_WEB_DIR names the built SPA");
        Self::start_with(|config| {
            config.web_dir = Some(dir.into());
            change(config);
        })
        .await
    }

    /// Starts with the built SPA, on a copy of an SQLite file.
    pub async fn start_with_web_on(file: &Path) -> Self {
        let dir = std::env::var("SONGJIAO_WEB_DIR").expect("SONGJIAO_WEB_DIR names the built SPA");
        Self::start_on(TestDatabase::copy_of(file), |config| config.web_dir = Some(dir.into())).await
    }

    /// Starts with changed settings.
    pub async fn start_with(change: impl FnOnce(&mut ServeConfig)) -> Self {
        Self::start_on(TestDatabase::create(), change).await
    }

    #[allow(clippy::unused_async, reason = "it starts a task, which needs a runtime")]
    async fn start_on(database: TestDatabase, change: impl FnOnce(&mut ServeConfig)) -> Self {
        let mut config = ServeConfig {
            data: DataConfig {
                data_dir: database.dir().to_owned(),
                database_url: Some(database.url()),
                connections: 4,
            },
            first_start: first_start(),
            listen: "127.0.0.1:0".to_owned(),
            web_dir: None,
            public_url: None,
            trusted_proxies: 0,
            body_timeout: 30,
            keep_failed_rows_days: 14,
            jwt_secret: Some("a secret for the tests, and for them alone".to_owned()),
            id_key: None,
            access_token_seconds: 900,
            password_profile: PasswordProfile::Asvs,
            cors_origins: "".parse().unwrap(),
            metrics_token: None,
            rate_limit: "20/200,1000/5000,100/1000".parse().unwrap(),
            webhooks: WebhookConfig {
                webhook_retries: "5,300".parse().unwrap(),
                webhook_timeout: 5,
                webhook_private: false,
            },
        };
        change(&mut config);
        let ahead = Arc::new(AtomicI64::new(0));
        let application = Application::build(&config, clock_ahead(&ahead)).unwrap();
        let (address, server) = (application.address(), application.handle());
        let url = format!("http://{address}");
        let db = application.database().clone();
        actix_web::rt::spawn(application.run());
        // A restart uses the same port.
        config.listen = address.to_string();
        let nobody = Session::at(&url);
        Self { url, db, data: config.data.clone(), nobody, config, server, ahead, _database: database }
    }

    /// Stops the server immediately; connections are refused from then on.
    pub async fn stop(&self) {
        self.server.stop(false).await;
    }

    /// Changes the settings for the next start.
    pub fn change(&mut self, change: impl FnOnce(&mut ServeConfig)) {
        change(&mut self.config);
    }

    /// Restarts at the same address with the same data.
    #[allow(clippy::unused_async, reason = "it starts a task, which needs a runtime")]
    pub async fn start_again(&mut self) {
        let application = Application::build(&self.config, clock_ahead(&self.ahead)).unwrap();
        self.server = application.handle();
        self.db = application.database().clone();
        actix_web::rt::spawn(application.run());
    }

    /// Moves the clock ahead by whole days. Access tokens expire with it.
    pub fn advance(&self, days: i64) {
        self.ahead.fetch_add(days, Ordering::SeqCst);
    }

    /// Returns a client without a token.
    pub fn anonymous(&self) -> Session {
        self.nobody.clone()
    }

    /// Signs in as the bureau's administrator.
    pub async fn admin(&self) -> Session {
        self.sign_in("admin", PASSWORD).await
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> Session {
        self.nobody.sign_in(username, password).await
    }

    /// Creates a user with the role, whose organization and scope are the given one, and signs in.
    pub async fn user(&self, admin: &Session, role: Role, organization_id: &str) -> Session {
        self.user_with(admin, role, organization_id, serde_json::json!({})).await
    }

    /// Creates a user with additional fields such as `teacher_id`, and signs in as after a change of the first password.
    pub async fn user_with(
        &self,
        admin: &Session,
        role: Role,
        organization_id: &str,
        more: serde_json::Value,
    ) -> Session {
        let username = crate::unique("user");
        let mut new = serde_json::json!({
            "username": username, "name": "测试用户", "password": PASSWORD,
            "role": role, "organization_id": organization_id,
        });
        let fields = more.as_object().unwrap().clone();
        new.as_object_mut().unwrap().extend(fields);
        admin.post("/users", new).await.expect(201);
        self.keep_first_password(&username);
        self.sign_in(&username, PASSWORD).await
    }

    /// Takes the first password of a user for one that the user has chosen.
    pub fn keep_first_password(&self, username: &str) {
        let change = format!("UPDATE users SET must_change_password = false WHERE username = '{username}'");
        self.db.write_now(Actor::system(), |tx| Ok(sql_query(change).execute(tx.conn)?)).unwrap();
    }

    /// Signs in from another address, if the application trusts one proxy.
    pub async fn sign_in_from(&self, address: &str, username: &str, password: &str) -> Answer {
        let credentials = json!({ "username": username, "password": password });
        let request = self.anonymous().request(Method::POST, "/auth/login").header("x-forwarded-for", address);
        Answer::of(request.json(&credentials)).await
    }
}

/// The clock of the tests: it runs on from the morning of 2026-11-30 in Shanghai.
pub fn clock() -> Clock {
    static CLOCK: LazyLock<Clock> =
        LazyLock::new(|| Clock::starting_at("2026-11-30T09:00:00+08:00".parse().expect("an instant")));
    CLOCK.clone()
}

/// Returns the clock of the tests, ahead by as many days as the number says.
fn clock_ahead(days: &Arc<AtomicI64>) -> Clock {
    let (clock, days) = (clock(), Arc::clone(days));
    Clock::new(move || {
        let now: chrono::DateTime<chrono::Utc> = clock.now().into();
        now + TimeDelta::days(days.load(Ordering::SeqCst))
    })
}

pub(crate) fn first_start() -> FirstStart {
    FirstStart {
        admin_password: Some(PASSWORD.to_owned()),
        root_code: "220283".to_owned(),
        root_name: "舒兰市教育局".to_owned(),
    }
}
