//! The parts of the application that middleware reaches through a request.

use actix_web::{HttpRequest, web};

use crate::error::{ApiError, Result};

/// Whether a proxy stands before the server, so that `X-Forwarded-For` is trusted.
#[derive(Clone, Copy)]
pub struct BehindProxy(pub bool);

/// A part that `app` has registered.
///
/// # Errors
/// 500 if it has not.
pub fn part<T: 'static>(request: &HttpRequest) -> Result<&web::Data<T>> {
    request.app_data::<web::Data<T>>().ok_or_else(|| ApiError::internal("a part is not registered"))
}
