//! Metrics in Prometheus' text format. They count requests by route, never by user: no label carries an
//! id or a name.

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
    http::parts::{TrustedProxies, bearer},
};

/// In seconds; large imports fall into the last buckets.
const BUCKETS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// The registered metrics.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    connections: IntGaugeVec,
    /// SHA-256 of the token that lets remote callers read the metrics.
    token: Option<[u8; 32]>,
}

/// The pattern of the matched route, such as `/api/v1/lessons/{id}`.
pub struct RoutePattern(pub String);

impl Metrics {
    /// Registers the metrics.
    ///
    /// # Errors
    /// A sentence for the person who starts the program.
    pub fn new(token: Option<&str>) -> Result<Self, String> {
        // An empty variable counts as unset.
        let token = token.filter(|token| !token.is_empty());
        if token.is_some_and(|token| token.len() < 32) {
            return Err("SONGJIAO_METRICS_TOKEN needs at least 32 characters".to_owned());
        }
        let register = || -> prometheus::Result<Self> {
            let requests = IntCounterVec::new(
                Opts::new("songjiao_http_requests_total", "Requests answered"),
                &["method", "route", "status"],
            )?;
            let seconds = HistogramVec::new(
                HistogramOpts::new("songjiao_http_request_seconds", "Time until an answer began")
                    .buckets(BUCKETS.to_vec()),
                &["method", "route"],
            )?;
            let connections = IntGaugeVec::new(
                Opts::new("songjiao_database_turns", "Database connections in use, and queries waiting for one"),
                &["kind", "state"],
            )?;
            let build = IntGaugeVec::new(Opts::new("songjiao_build_info", "What is running"), &["version"])?;
            build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
            let registry = Registry::new();
            registry.register(Box::new(requests.clone()))?;
            registry.register(Box::new(seconds.clone()))?;
            registry.register(Box::new(connections.clone()))?;
            registry.register(Box::new(build))?;
            Ok(Self { registry, requests, seconds, connections, token: token.map(digest) })
        };
        register().map_err(|error| format!("the metrics cannot be set up: {error}"))
    }

    /// Counts a request and its duration.
    pub fn observe(&self, request: &HttpRequest, status: u16, elapsed: Duration) {
        let method = known_method(request.method());
        let extensions = request.extensions();
        let route = extensions.get::<RoutePattern>().map_or("unmatched", |pattern| pattern.0.as_str());
        self.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        self.seconds.with_label_values(&[method, route]).observe(elapsed.as_secs_f64());
    }

    fn render(&self, db: &Database) -> Result<String> {
        for (kind, usage) in db.usage() {
            self.connections.with_label_values(&[kind, "in_use"]).set(usage.in_use.into());
            self.connections.with_label_values(&[kind, "waiting"]).set(usage.waiting.into());
        }
        TextEncoder::new().encode_to_string(&self.registry.gather()).map_err(ApiError::internal)
    }

    /// Returns whether the caller may read the metrics: with the token, or else from the machine itself. A
    /// request through a proxy comes from elsewhere, whatever its address says.
    fn is_readable_by(&self, request: &HttpRequest, behind_proxy: bool) -> bool {
        let bearer =
            request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
        if let (Some(token), Some(given)) = (self.token, bearer) {
            return digest(given) == token;
        }
        let through_proxy = behind_proxy
            || ["x-forwarded-for", "forwarded", "via"].iter().any(|name| request.headers().contains_key(*name));
        !through_proxy && request.peer_addr().is_some_and(|address| address.ip().to_canonical().is_loopback())
    }
}

/// Hashes a token, so that the time of the comparison reveals nothing about it.
fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Maps unknown methods to one label: callers can invent methods, and each would be a time series.
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

/// Registers `/metrics`.
pub fn configure(config: &mut web::ServiceConfig) {
    config.route("/metrics", web::get().to(show_metrics));
}

async fn show_metrics(
    db: web::Data<Database>,
    metrics: web::Data<Metrics>,
    proxies: web::Data<TrustedProxies>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    if !metrics.is_readable_by(&request, proxies.0 > 0) {
        return Err(ApiError::not_found());
    }
    let text = metrics.render(&db)?;
    Ok(HttpResponse::Ok().content_type(TEXT_FORMAT).insert_header((header::CACHE_CONTROL, "no-store")).body(text))
}
