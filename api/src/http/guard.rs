//! Who may call what: the routes' own words, from the OpenAPI document, enforced.
//!
//! Each operation names its permission in its `security` requirement; `security(())` opens it to
//! everybody. An operation that says nothing is closed, and the start fails over it.

use std::collections::HashMap;

use actix_web::{
    HttpMessage, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web,
};
use songjiao_types::{ErrorCode, Permission, WireEnum};
use utoipa::openapi::{OpenApi, path::Operation};

use crate::auth::{CurrentUser, store};
use crate::{
    app::AppState,
    error::{ApiError, Result},
    exchange::api_keys,
    http::{
        metrics::RoutePattern,
        problems::{RequestId, client_ip},
    },
};

/// What an operation asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Public,
    Needs(Permission),
}

/// What each operation asks, by its path's pattern and method.
pub struct AccessTable(HashMap<String, Vec<(Method, Access)>>);

impl AccessTable {
    /// Reads the document.
    ///
    /// # Errors
    /// Names the operation that declares nothing, or a permission that does not exist.
    pub fn read(document: &OpenApi) -> Result<Self, String> {
        let mut table: HashMap<String, Vec<(Method, Access)>> = HashMap::new();
        for (path, item) in &document.paths.paths {
            let operations = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in operations {
                if let Some(operation) = operation {
                    let access =
                        declared(operation).ok_or_else(|| format!("{method} {path} declares no permission"))?;
                    table.entry(path.clone()).or_default().push((method, access));
                }
            }
        }
        Ok(Self(table))
    }

    /// What is asked of the caller; `None` where there is no such operation.
    fn find(&self, pattern: &str, method: &Method) -> Option<Access> {
        let asked = if method == Method::HEAD { &Method::GET } else { method };
        let methods = self.0.get(pattern)?;
        methods.iter().find(|(method, _)| method == asked).map(|(_, access)| *access)
    }

    /// The methods that a path knows, where it knows any.
    pub fn methods(&self, request: &HttpRequest) -> Option<String> {
        let methods = self.0.get(&request.match_pattern()?)?;
        Some(methods.iter().map(|(method, _)| method.as_str()).collect::<Vec<_>>().join(", "))
    }
}

fn declared(operation: &Operation) -> Option<Access> {
    let requirements = operation.security.as_ref()?;
    // utoipa keeps the requirements private: the document's own JSON tells them.
    let json = serde_json::to_value(requirements).ok()?;
    let requirement = json.as_array()?.first()?.as_object()?;
    if requirement.is_empty() {
        return Some(Access::Public);
    }
    let name = requirement.get("bearer")?.as_array()?.first()?.as_str()?;
    Permission::from_identifier(name).map(Access::Needs)
}

/// Lets a request through to its handler, with its [`CurrentUser`], or refuses it.
pub async fn guard<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    match admit(request.request()).await {
        Ok(user) => {
            if let Some(user) = user {
                request.extensions_mut().insert(user);
            }
            next.call(request).await.map(ServiceResponse::map_into_left_body)
        }
        Err(error) => Ok(request.error_response(error).map_into_right_body()),
    }
}

/// The caller, where the route asks who it is.
async fn admit(request: &HttpRequest) -> Result<Option<CurrentUser>> {
    let state = request.app_data::<web::Data<AppState>>().ok_or_else(|| ApiError::internal("no state"))?;
    let Some(pattern) = request.match_pattern() else { return Ok(None) };
    let access = state.access.find(&pattern, request.method());
    request.extensions_mut().insert(RoutePattern(pattern));
    match access {
        Some(Access::Needs(permission)) => {
            let user = authenticate(request, state).await?;
            if user.allows(permission) { Ok(Some(user)) } else { Err(ApiError::forbidden()) }
        }
        Some(Access::Public) => state.limits.count_address(request).map(|()| None),
        // What is no operation is answered by the service for unknown paths.
        None => Ok(None),
    }
}

/// What a request shows of who makes it.
fn credential(request: &HttpRequest) -> Option<&str> {
    let shown = |name: &str| request.headers().get(name)?.to_str().ok();
    match shown("authorization") {
        Some(value) => value.strip_prefix("Bearer ").map(str::trim),
        None => shown("x-api-key").map(str::trim).filter(|key| api_keys::is_secret(key)),
    }
}

async fn authenticate(request: &HttpRequest, state: &web::Data<AppState>) -> Result<CurrentUser> {
    let credential = credential(request).ok_or_else(ApiError::unauthenticated)?;
    if api_keys::is_secret(credential) {
        return api_keys::authenticate(request, state, credential).await;
    }
    let claims = state.tokens.read(credential)?;
    state.limits.count_user(claims.sub)?;
    let ip = client_ip(request);
    let request_id = RequestId::of(request);
    let found = state.db.read(move |conn| store::find_caller(conn, claims.sub, claims.sid)).await?;
    let caller = found.ok_or_else(|| ApiError::new(ErrorCode::TokenExpired))?;
    Ok(caller.into_user(Some(claims.sid), ip, request_id))
}
