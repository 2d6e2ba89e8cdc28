//! The outermost middleware: gives each request an id, logs it, turns every error into
//! `application/problem+json`, and sets the headers of every response.

use std::net::{IpAddr, SocketAddr};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
};
use songjiao_types::{ErrorCode, Problem, WireEnum, id_numbers::mask_owned};
use uuid::Uuid;

use crate::{
    error::ApiError,
    http::{
        metrics::Metrics,
        parts::{TrustedProxies, part},
    },
};

/// The id by which a request is found in the log.
#[derive(Clone)]
pub struct RequestId(String);

impl RequestId {
    /// Returns the id of a request; empty before [`problems`].
    pub fn of(request: &HttpRequest) -> String {
        request.extensions().get::<Self>().map_or_else(String::new, |id| id.0.clone())
    }
}

/// Returns the client's address as text, empty if unknown.
pub fn client_ip(request: &HttpRequest) -> String {
    client_address(request).map(|address| address.to_string()).unwrap_or_default()
}

/// Returns the client's address. Each trusted proxy appends the address that it sees to `X-Forwarded-For`, to the last
/// line or as a line of its own (HAProxy); the client may have forged what comes before.
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    let proxies = part::<TrustedProxies>(request).map_or(0, |proxies| proxies.0);
    let lines = request.headers().get_all("x-forwarded-for").map(header::HeaderValue::as_bytes);
    // As bytes: a line with other characters counts, too.
    let entries: Vec<&[u8]> = lines.flat_map(|line| line.split(|byte| *byte == b',')).collect();
    let seen = if proxies == 0 { None } else { entries.get(entries.len().saturating_sub(proxies)) };
    let parse = |entry: &&[u8]| {
        let entry = std::str::from_utf8(entry).ok()?.trim();
        entry.parse().ok().or_else(|| Some(entry.parse::<SocketAddr>().ok()?.ip()))
    };
    seen.and_then(parse).or_else(|| request.peer_addr().map(|address| address.ip()))
}

/// The middleware.
pub async fn problems<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = std::time::Instant::now();
    let id = Uuid::now_v7().simple().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    // Inner middleware turns its errors into responses: an error here would have lost its request.
    let response = next.call(request).await?;
    let (http, response) = response.into_parts();
    let response = match response.error() {
        Some(error) => {
            let mut problem = render(&http, error, &id);
            // Without these, pages of other origins could read every response but problems.
            for (name, value) in response.headers().iter().filter(|(name, _)| is_kept(name)) {
                problem.headers_mut().append(name.clone(), value.clone());
            }
            problem
        }
        None => response.map_into_boxed_body(),
    };
    let mut response = ServiceResponse::new(http.clone(), response);
    set_headers(&http, response.headers_mut(), &id);
    let elapsed = started.elapsed();
    if let Ok(metrics) = part::<Metrics>(&http) {
        metrics.observe(&http, response.status().as_u16(), elapsed);
    }
    tracing::info!(
        request_id = %id,
        method = %http.method(),
        path = %http.path(),
        status = response.status().as_u16(),
        micros = elapsed.as_micros(),
        "request"
    );
    Ok(response)
}

/// Returns whether an error keeps a header that a layer within has set.
fn is_kept(name: &header::HeaderName) -> bool {
    name == header::VARY || name == "deprecation" || name.as_str().starts_with("access-control-")
}

fn render(request: &HttpRequest, error: &actix_web::Error, id: &str) -> HttpResponse {
    match error.as_error::<ApiError>() {
        Some(error) => {
            if let Some(cause) = error.cause() {
                tracing::error!(request_id = %id, code = %error.code, cause, "request failed");
            }
            problem(request, error, id)
        }
        // Refused by actix before any handler ran.
        None => problem(request, &ApiError::new(code_of(error.as_response_error().status_code())), id),
    }
}

fn code_of(status: StatusCode) -> ErrorCode {
    match status {
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
        status if status.is_client_error() => ErrorCode::Malformed,
        _ => ErrorCode::Internal,
    }
}

fn problem(request: &HttpRequest, error: &ApiError, id: &str) -> HttpResponse {
    let english = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("en"));
    let title = if english { error.code.english() } else { error.code.label() };
    let problem = Problem {
        r#type: format!("/problems/{}", error.code),
        title: title.to_owned(),
        status: error.status().as_u16(),
        code: error.code,
        detail: error.detail.as_ref().map(ToString::to_string),
        errors: error.errors.clone(),
        request_id: id.to_owned(),
    };
    let mut response = HttpResponse::build(error.status());
    if error.status() == StatusCode::UNAUTHORIZED {
        response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    if error.code == ErrorCode::RequestTimeout {
        response.force_close();
    }
    if let Some(seconds) = error.retry_after {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    // Messages may repeat what the client sent.
    let body = mask_owned(serde_json::to_string(&problem).unwrap_or_default());
    response.content_type("application/problem+json").body(body)
}

/// The SPA loads its own files and WebAssembly only; Swagger UI has inline styles.
const CSP: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
                   object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
const CSP_DOCS: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                        object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

fn set_headers(request: &HttpRequest, headers: &mut header::HeaderMap, id: &str) {
    let docs = request.path().starts_with("/docs");
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, if docs { CSP_DOCS } else { CSP }),
    ];
    for (name, value) in fixed {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    if let Ok(value) = header::HeaderValue::try_from(id) {
        headers.insert(header::HeaderName::from_static("x-request-id"), value);
    }
    if request.path().starts_with("/api/") && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    }
}
