use std::sync::LazyLock;

use actix_web::dev::ServerHandle;
use songjiao_api::{
    app::Application,
    config::{DataConfig, FirstStart, PasswordProfile, ServeConfig, WebhookConfig},
    db::{Database, clock::Clock},
};
use songjiao_types::Role;

use crate::{PASSWORD, Session, database::TestDatabase};

/// The application, serving on a free port of its own.
pub struct TestApp {
    pub url: String,
    /// The database underneath, for what no client may see or do.
    pub db: Database,
    /// Where it lies, for the commands beside the server.
    pub data: DataConfig,
    nobody: Session,
    config: ServeConfig,
    server: ServerHandle,
    _database: TestDatabase,
}

impl TestApp {
    /// Starts with one organization, the bureau 220283, and its `admin`.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts with the built SPA, from the folder in `SONGJIAO_WEB_DIR`.
    pub async fn start_with_web() -> Self {
        Self::start_with_web_and(|_| {}).await
    }

    /// Starts with the built SPA and other settings.
    pub async fn start_with_web_and(change: impl FnOnce(&mut ServeConfig)) -> Self {
        let dir = std::env::var("SONGJIAO_WEB_DIR").expect("SONGJIAO_WEB_DIR names the built SPA");
        Self::start_with(|config| {
            config.web_dir = Some(dir.into());
            change(config);
        })
        .await
    }

    /// Starts with other settings.
    #[allow(clippy::unused_async, reason = "it starts a task, which needs a runtime")]
    pub async fn start_with(change: impl FnOnce(&mut ServeConfig)) -> Self {
        let database = TestDatabase::create();
        let mut config = ServeConfig {
            data: DataConfig {
                data_dir: database.dir().to_owned(),
                database_url: Some(database.url()),
                connections: 4,
            },
            first_start: first_start(),
            listen: "127.0.0.1:0".to_owned(),
            web_dir: None,
            behind_proxy: false,
            jwt_secret: Some("a secret for the tests, and for them alone".to_owned()),
            id_key: None,
            access_token_seconds: 900,
            password_profile: PasswordProfile::Asvs,
            cors_origins: "".parse().unwrap(),
            metrics_token: None,
            rate_limit: "20/200,1000/5000".parse().unwrap(),
            webhooks: WebhookConfig {
                webhook_retries: "5,300".parse().unwrap(),
                webhook_timeout: 5,
                webhook_private: false,
            },
        };
        change(&mut config);
        let application = Application::build(&config, clock()).unwrap();
        let (address, server) = (application.address(), application.handle());
        let url = format!("http://{address}");
        let db = application.database().clone();
        actix_web::rt::spawn(application.run());
        // Where it is found again after a stop.
        config.listen = address.to_string();
        let nobody = Session::at(&url);
        Self { url, db, data: config.data.clone(), nobody, config, server, _database: database }
    }

    /// Stops serving at once; further requests fail to connect.
    pub async fn stop(&self) {
        self.server.stop(false).await;
    }

    /// Serves with other settings from the next start on.
    pub fn change(&mut self, change: impl FnOnce(&mut ServeConfig)) {
        change(&mut self.config);
    }

    /// Serves again, at the same address and with the same data.
    #[allow(clippy::unused_async, reason = "it starts a task, which needs a runtime")]
    pub async fn start_again(&mut self) {
        let application = Application::build(&self.config, clock()).unwrap();
        self.server = application.handle();
        self.db = application.database().clone();
        actix_web::rt::spawn(application.run());
    }

    /// A client who is nobody.
    pub fn anonymous(&self) -> Session {
        self.nobody.clone()
    }

    /// The bureau's administrator.
    pub async fn admin(&self) -> Session {
        self.sign_in("admin", PASSWORD).await
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> Session {
        self.nobody.sign_in(username, password).await
    }

    /// A new user of a role, working in an organization and seeing what is below it.
    pub async fn user(&self, admin: &Session, role: Role, organization_id: &str) -> Session {
        self.user_with(admin, role, organization_id, serde_json::json!({})).await
    }

    /// A new user with further fields, such as `teacher_id`.
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
        self.sign_in(&username, PASSWORD).await
    }
}

/// The clock of the tests: it runs on from the morning of 2026-11-30 in Shanghai.
pub fn clock() -> Clock {
    static CLOCK: LazyLock<Clock> =
        LazyLock::new(|| Clock::starting_at("2026-11-30T09:00:00+08:00".parse().expect("an instant")));
    CLOCK.clone()
}

pub(crate) fn first_start() -> FirstStart {
    FirstStart {
        admin_password: Some(PASSWORD.to_owned()),
        root_code: "220283".to_owned(),
        root_name: "舒兰市教育局".to_owned(),
    }
}
