//! The registered parts of the application that middleware reads from a request.

use std::{path::PathBuf, time::Duration};

use actix_web::{HttpRequest, web};

use crate::error::{ApiError, Result};

/// The number of proxies in front of the server, each of which appends the address that it sees to `X-Forwarded-For`.
#[derive(Clone, Copy)]
pub struct TrustedProxies(pub usize);

/// How long to wait for the next bytes of a body, and for a small body as a whole.
#[derive(Clone, Copy)]
pub struct BodyTimeout(pub Duration);

/// The folder for bodies that are read before their handler runs.
pub struct SpoolDir(pub PathBuf);

/// Returns a part that `app` has registered.
///
/// # Errors
/// 500 if it is not registered.
pub fn part<T: 'static>(request: &HttpRequest) -> Result<&web::Data<T>> {
    request.app_data::<web::Data<T>>().ok_or_else(|| ApiError::internal("a part is not registered"))
}

/// Returns the token of an `Authorization` header; the case of the scheme does not matter (RFC 9110).
pub fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
