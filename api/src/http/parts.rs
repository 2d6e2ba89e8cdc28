//! The registered parts of the application that middleware reads from a request.

use actix_web::{HttpRequest, web};

use crate::error::{ApiError, Result};

/// Whether the server runs behind a proxy, so that `X-Forwarded-For` is trusted.
#[derive(Clone, Copy)]
pub struct BehindProxy(pub bool);

/// Returns a part that `app` has registered.
///
/// # Errors
/// 500 if it is not registered.
pub fn part<T: 'static>(request: &HttpRequest) -> Result<&web::Data<T>> {
    request.app_data::<web::Data<T>>().ok_or_else(|| ApiError::internal("a part is not registered"))
}
