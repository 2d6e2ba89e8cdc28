//! What the program can be watched by, in Prometheus' text format. It tells how much is asked of
//! which route, never by whom or for whom: no label carries an id or a name.

use std::time::Duration;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{Method, header},
    web,
};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, TEXT_FORMAT, TextEncoder};
use sha2::{Digest, Sha256};

use crate::{
    db::Database,
    error::{ApiError, Result},
    http::parts::BehindProxy,
};

/// Seconds; the last answers are those of large imports.
const BUCKETS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    turns: IntGaugeVec,
    /// SHA-256 of the token that opens them to others.
    token: Option<[u8; 32]>,
}

/// The pattern of the route that answers, such as `/api/v1/lessons/{id}`.
pub struct RoutePattern(pub String);

impl Metrics {
    /// # Errors
    /// In words for the person who starts the program.
    pub fn new(token: Option<&str>) -> Result<Self, String> {
        // What is passed on empty was not set.
        let token = token.filter(|token| !token.is_empty());
        if token.is_some_and(|token| token.len() < 32) {
            return Err("SONGJIAO_METRICS_TOKEN needs at least 32 characters".to_owned());
        }
        let made = || -> prometheus::Result<Self> {
            let requests = IntCounterVec::new(
                Opts::new("songjiao_http_requests_total", "Requests answered"),
                &["method", "route", "status"],
            )?;
            let seconds = HistogramVec::new(
                HistogramOpts::new("songjiao_http_request_seconds", "Time until an answer began")
                    .buckets(BUCKETS.to_vec()),
                &["method", "route"],
            )?;
            let turns = IntGaugeVec::new(
                Opts::new("songjiao_database_turns", "Turns at the database, taken and waited for"),
                &["kind", "state"],
            )?;
            let build = IntGaugeVec::new(Opts::new("songjiao_build_info", "What is running"), &["version"])?;
            build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
            let registry = Registry::new();
            registry.register(Box::new(requests.clone()))?;
            registry.register(Box::new(seconds.clone()))?;
            registry.register(Box::new(turns.clone()))?;
            registry.register(Box::new(build))?;
            Ok(Self { registry, requests, seconds, turns, token: token.map(digest) })
        };
        made().map_err(|error| format!("the metrics cannot be set up: {error}"))
    }

    /// Counts a request that was answered.
    pub fn observe(&self, request: &HttpRequest, status: u16, elapsed: Duration) {
        let method = known_method(request.method());
        let extensions = request.extensions();
        let route = extensions.get::<RoutePattern>().map_or("unmatched", |pattern| pattern.0.as_str());
        self.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        self.seconds.with_label_values(&[method, route]).observe(elapsed.as_secs_f64());
    }

    fn render(&self, db: &Database) -> Result<String> {
        for (kind, turns) in db.usage() {
            self.turns.with_label_values(&[kind, "in_use"]).set(turns.in_use.into());
            self.turns.with_label_values(&[kind, "waiting"]).set(turns.waiting.into());
        }
        TextEncoder::new().encode_to_string(&self.registry.gather()).map_err(ApiError::internal)
    }

    /// Whether the caller may see them: by the token, else from the machine itself. Who comes by a
    /// proxy comes from elsewhere, whatever the address says.
    fn open_to(&self, request: &HttpRequest, behind_proxy: bool) -> bool {
        let bearer = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        if let (Some(token), Some(given)) = (self.token, bearer) {
            return digest(given.trim()) == token;
        }
        let passed_on = behind_proxy
            || ["x-forwarded-for", "forwarded", "via"].iter().any(|name| request.headers().contains_key(*name));
        !passed_on && request.peer_addr().is_some_and(|address| address.ip().to_canonical().is_loopback())
    }
}

/// The time that it takes to compare digests tells nothing of the token.
fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Anybody can make methods up, each of them a row of its own.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

pub fn configure(config: &mut web::ServiceConfig) {
    config.route("/metrics", web::get().to(show_metrics));
}

async fn show_metrics(
    db: web::Data<Database>,
    metrics: web::Data<Metrics>,
    behind_proxy: web::Data<BehindProxy>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    if !metrics.open_to(&request, behind_proxy.0) {
        return Err(ApiError::not_found());
    }
    let text = metrics.render(&db)?;
    Ok(HttpResponse::Ok().content_type(TEXT_FORMAT).insert_header((header::CACHE_CONTROL, "no-store")).body(text))
}
