//! Access control, enforced as the OpenAPI document declares it.
//!
//! Each operation names its permissions in its `security` requirement; `security(())` makes it public. An
//! operation without one prevents the start.

use std::collections::HashMap;

use actix_web::{
    HttpMessage, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
};
use songjiao_types::{ErrorCode, Permission, WireEnum};
use utoipa::openapi::{OpenApi, path::Operation};

use crate::{
    auth::{CurrentUser, keys, profile::PasswordProfile, store, tokens::TokenKeys},
    db::Database,
    error::{ApiError, Result},
    http::{
        limits::Limits,
        metrics::RoutePattern,
        parts::{bearer, part},
        problems::{RequestId, client_ip},
    },
};

/// The operations that prove a password or a token.
const AUTH_PATHS: &str = "/api/v1/auth/";
/// The OpenAPI document and its UI, which are no operations themselves.
const DOCUMENT_PATHS: [&str; 2] = ["/api/v1/openapi.", "/docs"];
/// A whole school may activate its accounts at once; codes have a limit of their own.
const ACTIVATION_PATH: &str = "/api/v1/auth/activate";

/// What an operation requires of its caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Public,
    /// All of these permissions.
    Needs(Vec<Permission>),
}

/// The access of each operation, by path pattern and method.
pub struct AccessTable(HashMap<String, Vec<(Method, Access)>>);

impl AccessTable {
    /// Reads the table from the document.
    ///
    /// # Errors
    /// Names an operation without a security requirement, or with an unknown permission.
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

    /// Returns the access of an operation; `None` if there is no such operation.
    fn find(&self, pattern: &str, method: &Method) -> Option<&Access> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let methods = self.0.get(pattern)?;
        methods.iter().find(|(known, _)| known == method).map(|(_, access)| access)
    }

    /// Returns the methods of a request's path, separated by commas; `None` if the path is unknown.
    pub fn methods(&self, request: &HttpRequest) -> Option<String> {
        let methods = self.0.get(&request.match_pattern()?)?;
        Some(methods.iter().map(|(method, _)| method.as_str()).collect::<Vec<_>>().join(", "))
    }
}

fn declared(operation: &Operation) -> Option<Access> {
    let requirements = operation.security.as_ref()?;
    // utoipa keeps the requirements private, so they are read from the JSON.
    let json = serde_json::to_value(requirements).ok()?;
    let requirement = json.as_array()?.first()?.as_object()?;
    if requirement.is_empty() {
        return Some(Access::Public);
    }
    let names = requirement.get("bearer")?.as_array()?.iter();
    let permissions: Option<Vec<_>> = names.map(|name| Permission::from_identifier(name.as_str()?)).collect();
    permissions.filter(|all| !all.is_empty()).map(Access::Needs)
}

/// Middleware that admits a request to its handler, with its [`CurrentUser`], or refuses it.
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

/// Returns the caller; `None` for public operations and unknown paths.
async fn admit(request: &HttpRequest) -> Result<Option<CurrentUser>> {
    let Some(pattern) = request.match_pattern() else { return Ok(None) };
    let access = part::<AccessTable>(request)?;
    let access = access.find(&pattern, request.method());
    request.extensions_mut().insert(RoutePattern(pattern.clone()));
    if pattern.starts_with(AUTH_PATHS) && pattern != ACTIVATION_PATH {
        part::<Limits>(request)?.count_auth(request)?;
    }
    if access.is_some() {
        part::<Database>(request)?.begin_day().await?;
    }
    match access {
        Some(Access::Needs(permissions)) => {
            let user = authenticate(request).await?;
            if user.must_change_password && *permissions != [Permission::Account] {
                return Err(ApiError::new(ErrorCode::PasswordChangeRequired));
            }
            if permissions.iter().all(|permission| user.allows(*permission)) {
                Ok(Some(user))
            } else {
                Err(ApiError::forbidden())
            }
        }
        Some(Access::Public) => part::<Limits>(request)?.count_address(request).map(|()| None),
        None if DOCUMENT_PATHS.iter().any(|path| pattern.starts_with(path)) => {
            part::<Limits>(request)?.count_address(request).map(|()| None)
        }
        // The default service answers unknown paths.
        None => Ok(None),
    }
}

/// Returns the access token or API key of a request.
fn credential(request: &HttpRequest) -> Option<&str> {
    let shown = |name: &str| request.headers().get(name)?.to_str().ok();
    match shown("authorization") {
        Some(value) => bearer(value),
        None => shown("x-api-key").map(str::trim).filter(|key| keys::is_secret(key)),
    }
}

async fn authenticate(request: &HttpRequest) -> Result<CurrentUser> {
    let db = part::<Database>(request)?;
    let credential = credential(request).ok_or_else(ApiError::unauthenticated)?;
    if keys::is_secret(credential) {
        return keys::authenticate(request, db, credential).await;
    }
    let claims = part::<TokenKeys>(request)?.read(credential)?;
    part::<Limits>(request)?.count_user(claims.sub)?;
    let (ip, now) = (client_ip(request), db.clock().now());
    let request_id = RequestId::of(request);
    let found = db.read(move |conn| store::find_caller(conn, claims.sub, claims.sid, now)).await?;
    let caller = found.ok_or_else(|| ApiError::new(ErrorCode::TokenExpired))?;
    let must_change_password = caller.must_change_password(***part::<PasswordProfile>(request)?, now);
    Ok(CurrentUser { must_change_password, ..caller.into_user(Some(claims.sid), ip, request_id, now) })
}
