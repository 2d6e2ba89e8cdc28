//! Puts the program together: database, middleware, routes, server. `main` and the tests build
//! the same thing.

pub mod backup;
pub mod heap;
pub mod routes;
pub mod setup;

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    middleware, web,
};
use chrono::TimeDelta;

use crate::{
    auth::{profile::PasswordProfile, tokens::TokenKeys},
    config::ServeConfig,
    db::Database,
    exchange::{
        api_keys::LastUses,
        imports::{self, Jobs},
        webhooks::{self, Courier, SigningKeys},
    },
    http::{
        cors::cors,
        guard::{AccessTable, guard},
        idempotency::{self, idempotency},
        limits::{self, Limits},
        metrics::Metrics,
        openapi::Documents,
        problems::problems,
        spa,
    },
    people::teachers::identity::IdNumbers,
};

/// The largest body that a request with JSON may have.
pub const JSON_LIMIT: usize = 256 * 1024;

/// How often a process makes sure that others know it is there.
const STAYS_EVERY: Duration = Duration::from_secs(5);

/// What every handler can reach.
pub struct AppState {
    pub db: Database,
    pub tokens: TokenKeys,
    pub password_profile: PasswordProfile,
    pub access: AccessTable,
    pub limits: Limits,
    pub key_uses: LastUses,
    pub metrics: Metrics,
    pub documents: Documents,
    /// Whether a proxy stands before this, whose word on the caller's address is taken.
    pub behind_proxy: bool,
    pub id_numbers: IdNumbers,
    pub imports: Jobs,
    pub courier: Courier,
}

/// The program, ready to run.
pub struct Application {
    server: Server,
    address: SocketAddr,
    state: web::Data<AppState>,
}

impl Application {
    /// Opens and migrates the database, sets up what is missing and binds the address.
    ///
    /// # Errors
    /// In words for the person who starts it.
    pub fn build(config: &ServeConfig) -> Result<Self, String> {
        let url = config.data.url()?;
        let db = Database::connect(&url, config.data.connections)?;
        db.migrate()?;
        db.join(&url)?;
        setup::first_start(&db, &config.first_start)?;
        idempotency::forget_unfinished(&db)?;
        let document = crate::http::openapi::document();
        let state = web::Data::new(AppState {
            db,
            tokens: TokenKeys::new(&config.token_secret()?, TimeDelta::seconds(config.access_token_seconds)),
            password_profile: config.password_profile,
            access: AccessTable::read(&document)?,
            limits: Limits::new(config.rate_limit),
            key_uses: LastUses::default(),
            metrics: Metrics::new(config.metrics_token.as_deref())?,
            documents: Documents::render(&document)?,
            behind_proxy: config.behind_proxy,
            id_numbers: IdNumbers::new(&config.id_secret()?)?,
            imports: Jobs::new(config.data.data_dir.join("imports"))?,
            courier: Courier::new(
                SigningKeys::new(&config.id_secret()?)?,
                config.webhooks.webhook_retries.clone(),
                Duration::from_secs(config.webhooks.webhook_timeout),
                config.webhooks.webhook_private,
            ),
        });
        let listener = TcpListener::bind(&config.listen)
            .map_err(|error| format!("cannot listen at {}: {error}", config.listen))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let shared = state.clone();
        let origins = config.cors_origins.clone();
        let web_dir = config.web_dir.clone().map(Arc::new);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .app_data(web::PayloadConfig::new(JSON_LIMIT))
                .wrap(middleware::from_fn(idempotency))
                .wrap(middleware::from_fn(guard))
                .wrap(middleware::Compress::default())
                .wrap(cors(&origins))
                .wrap(middleware::from_fn(problems))
                .configure(routes::configure)
                .configure(|config| spa::configure(config, web_dir.as_deref()))
        })
        .workers(std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8))
        .worker_max_blocking_threads(16)
        // Long enough to read an answer by, while the rest of a refused body is thrown away.
        .client_disconnect_timeout(Duration::from_secs(1))
        .shutdown_timeout(10)
        .listen(listener)
        .map_err(|error| error.to_string())?
        .run();
        Ok(Self { server, address, state })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The database that it serves.
    pub fn database(&self) -> &Database {
        &self.state.db
    }

    /// By which it is told to stop.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until it is told to stop.
    pub async fn run(self) -> std::io::Result<()> {
        let state = self.state;
        imports::resume(state.clone()).await;
        let couriering = actix_web::rt::spawn(webhooks::run(state.clone()));
        let tidied = state.clone();
        let tidying = actix_web::rt::spawn(async move {
            loop {
                tokio::time::sleep(limits::TIDY_EVERY).await;
                tidied.limits.tidy();
            }
        });
        let joined = state.db.clone();
        let staying = actix_web::rt::spawn(async move {
            loop {
                tokio::time::sleep(STAYS_EVERY).await;
                let joined = joined.clone();
                // It says itself what went wrong.
                let _ = web::block(move || joined.stay_joined()).await;
            }
        });
        let served = self.server.await;
        tidying.abort();
        staying.abort();
        // What is on its way to receivers is waited for: else it would be sent once more.
        state.courier.close();
        if let Err(error) = couriering.await {
            tracing::error!(%error, "sending the messages of webhooks broke off");
        }
        served
    }
}
