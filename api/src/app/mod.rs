//! The composition root: database, middleware, routes, server. `main` and the tests build the same
//! application.

pub mod backup;
mod data_folder;
mod database;
pub mod heap;
pub mod log;
pub mod maintenance;
pub mod routes;
pub mod setup;

pub use database::{open, open_for_command};

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    middleware, web,
};
use chrono::TimeDelta;

use crate::{
    auth::{keys::LastUses, profile::PasswordProfile, tokens::TokenKeys},
    config::ServeConfig,
    db::{Actor, Database, clock::Clock},
    exchange::{
        imports::{self, Jobs},
        webhooks::{self, Courier, SigningKeys},
    },
    hours::quotas::standing,
    http::{
        body::{JSON_LIMIT, body_timeouts},
        cors::cors,
        guard::{AccessTable, guard},
        idempotency::{self, idempotency},
        limits::{self, Limits},
        metrics::Metrics,
        openapi::Documents,
        parts::{BodyTimeout, PublicAddress, SpoolDir, TrustedProxies},
        problems::problems,
        spa,
    },
    people::teachers::identity::IdNumbers,
};

/// How often what is kept for a time is deleted.
const MAINTENANCE_INTERVAL: Duration = Duration::from_hours(1);

/// How often a process renews its registration with the database.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(5);

/// The parts that handlers and middleware share, each registered by its own type.
#[derive(Clone)]
struct Parts {
    db: web::Data<Database>,
    tokens: web::Data<TokenKeys>,
    password_profile: web::Data<PasswordProfile>,
    access: web::Data<AccessTable>,
    limits: web::Data<Limits>,
    key_uses: web::Data<LastUses>,
    metrics: web::Data<Metrics>,
    documents: web::Data<Documents>,
    trusted_proxies: web::Data<TrustedProxies>,
    body_timeout: web::Data<BodyTimeout>,
    spool_dir: web::Data<SpoolDir>,
    public_address: web::Data<PublicAddress>,
    id_numbers: web::Data<IdNumbers>,
    jobs: web::Data<Jobs>,
    courier: web::Data<Courier>,
}

impl Parts {
    fn register(&self, config: &mut web::ServiceConfig) {
        let parts = self.clone();
        config
            .app_data(parts.db)
            .app_data(parts.tokens)
            .app_data(parts.password_profile)
            .app_data(parts.access)
            .app_data(parts.limits)
            .app_data(parts.key_uses)
            .app_data(parts.metrics)
            .app_data(parts.documents)
            .app_data(parts.trusted_proxies)
            .app_data(parts.body_timeout)
            .app_data(parts.spool_dir)
            .app_data(parts.public_address)
            .app_data(parts.id_numbers)
            .app_data(parts.jobs)
            .app_data(parts.courier);
    }
}

/// The application, ready to run.
pub struct Application {
    server: Server,
    address: SocketAddr,
    db: Database,
    limits: web::Data<Limits>,
    jobs: web::Data<Jobs>,
    courier: web::Data<Courier>,
    keep_failed_rows_days: u32,
}

impl Application {
    /// Opens and migrates the database, sets up an empty installation and binds the address.
    ///
    /// # Errors
    /// A sentence for the person who starts the program.
    pub fn build(config: &ServeConfig, clock: Clock) -> Result<Self, String> {
        data_folder::restrict_all(&config.data.data_dir)?;
        let db = open(&config.data, clock.clone())?;
        db.migrate()?;
        db.register(&config.data.url()?)?;
        setup::first_start(&db, &config.first_start, config.password_profile)?;
        db.begin_day_now().map_err(|error| error.to_string())?;
        db.write_now(Actor::system(), standing::refresh).map_err(|error| error.to_string())?;
        idempotency::release_unfinished(&db)?;
        data_folder::remove_leftovers(&config.data.data_dir, &db)?;
        let document = routes::document();
        let id_numbers = IdNumbers::new(&config.id_secret()?)?;
        let limits = web::Data::new(Limits::new(config.rate_limit));
        let jobs = Jobs::new(db.clone(), id_numbers.clone(), config.data.data_dir.join(imports::FOLDER))?;
        let jobs = web::Data::new(jobs);
        let courier = web::Data::new(Courier::new(
            db.clone(),
            SigningKeys::new(&config.id_secret()?)?,
            config.webhooks.webhook_retries.clone(),
            Duration::from_secs(config.webhooks.webhook_timeout),
            config.webhooks.webhook_private,
        ));
        let tokens = TokenKeys::new(&config.token_secret()?, TimeDelta::seconds(config.access_token_seconds), clock)
            .map_err(|error| error.to_string())?;
        let parts = Parts {
            db: web::Data::new(db.clone()),
            tokens: web::Data::new(tokens),
            password_profile: web::Data::new(config.password_profile),
            access: web::Data::new(AccessTable::read(&document)?),
            limits: limits.clone(),
            key_uses: web::Data::new(LastUses::default()),
            metrics: web::Data::new(Metrics::new(config.metrics_token.as_deref())?),
            documents: web::Data::new(Documents::render(&document)?),
            trusted_proxies: web::Data::new(TrustedProxies(config.trusted_proxies)),
            body_timeout: web::Data::new(BodyTimeout(Duration::from_secs(config.body_timeout))),
            spool_dir: web::Data::new(SpoolDir(idempotency::prepare_spool(&config.data.data_dir)?)),
            public_address: web::Data::new(PublicAddress(config.public_url.clone())),
            id_numbers: web::Data::new(id_numbers),
            jobs: jobs.clone(),
            courier: courier.clone(),
        };
        let listener = TcpListener::bind(&config.listen)
            .map_err(|error| format!("cannot listen on {}: {error}", config.listen))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let origins = config.cors_origins.clone();
        let web_dir = config.web_dir.clone().map(Arc::new);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::PayloadConfig::new(usize::try_from(JSON_LIMIT).unwrap_or(usize::MAX)))
                .wrap(middleware::from_fn(idempotency))
                .wrap(middleware::from_fn(body_timeouts))
                .wrap(middleware::from_fn(guard))
                .wrap(middleware::Compress::default())
                .wrap(cors(&origins))
                .wrap(middleware::from_fn(problems))
                .configure(|config| parts.register(config))
                .configure(routes::configure)
                .configure(|config| spa::configure(config, web_dir.as_deref()))
        })
        .workers(std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8))
        .worker_max_blocking_threads(16)
        // Long enough for the client to read the response while the rest of a refused body is discarded.
        .client_disconnect_timeout(Duration::from_secs(1))
        .shutdown_timeout(10)
        .listen(listener)
        .map_err(|error| error.to_string())?
        .run();
        let keep_failed_rows_days = config.keep_failed_rows_days;
        Ok(Self { server, address, db, limits, jobs, courier, keep_failed_rows_days })
    }

    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the database that it serves.
    pub fn database(&self) -> &Database {
        &self.db
    }

    /// Returns the handle that stops it.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until it is stopped.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn run(self) -> std::io::Result<()> {
        imports::resume(self.jobs).await;
        let courier = actix_web::rt::spawn(webhooks::run(self.courier.clone()));
        let (limits, maintained, days) = (self.limits, self.db.clone(), self.keep_failed_rows_days);
        let cleanup = actix_web::rt::spawn(async move {
            let mut done: Option<Instant> = None;
            loop {
                tokio::time::sleep(limits::CLEANUP_INTERVAL).await;
                limits.forget_idle();
                if done.is_none_or(|at| at.elapsed() >= MAINTENANCE_INTERVAL) {
                    done = Some(Instant::now());
                    maintenance::run(&maintained, days).await;
                }
            }
        });
        let db = self.db.clone();
        let heartbeat = actix_web::rt::spawn(async move {
            loop {
                tokio::time::sleep(HEARTBEAT_INTERVAL).await;
                let db = db.clone();
                // It logs its own failures.
                let _ = web::block(move || db.heartbeat()).await;
            }
        });
        let served = self.server.await;
        cleanup.abort();
        heartbeat.abort();
        // Waits for messages in flight, which would be sent again otherwise.
        self.courier.close();
        if let Err(error) = courier.await {
            tracing::error!(%error, "the delivery of webhooks was aborted");
        }
        served
    }
}
