//! ETag and If-Match: optimistic locking, so that nobody overwrites a version that they have not seen.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, Responder, body::EitherBody, dev::Payload, http::StatusCode, http::header,
    web,
};
use serde::Serialize;
use songjiao_types::{ErrorCode, Resource, Versioned};

use crate::error::ApiError;

/// A resource with its version as the ETag.
pub struct Tagged<T> {
    /// The JSON body.
    pub body: T,
    /// The version that the ETag is made of.
    pub version: i32,
    /// The status.
    pub status: StatusCode,
    /// The Location header.
    pub location: Option<String>,
}

impl<T: Versioned> From<T> for Tagged<T> {
    /// Answers 200 with the version as the ETag.
    fn from(body: T) -> Self {
        Self { version: body.version(), body, status: StatusCode::OK, location: None }
    }
}

impl<T: Resource> Tagged<T> {
    /// Answers 201 with the address of the new resource.
    pub fn created(body: T) -> Self {
        let location = Some(format!("/api/v1{}", body.path()));
        Self { status: StatusCode::CREATED, location, ..body.into() }
    }
}

impl<T: Serialize> Responder for Tagged<T> {
    type Body = EitherBody<String>;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse<Self::Body> {
        let mut response = (web::Json(self.body), self.status).respond_to(request);
        let headers = response.headers_mut();
        if let Ok(tag) = header::HeaderValue::try_from(format!("\"{}\"", self.version)) {
            headers.insert(header::ETAG, tag);
        }
        if let Some(Ok(location)) = self.location.map(header::HeaderValue::try_from) {
            headers.insert(header::LOCATION, location);
        }
        response
    }
}

/// The version that the client changes: `If-Match: "3"`.
#[derive(Clone, Copy)]
pub struct IfMatch(i32);

impl IfMatch {
    /// Checks the version of the row.
    ///
    /// # Errors
    /// 412 if the row has another version by now.
    pub fn check(self, version: i32) -> Result<(), ApiError> {
        if self.0 == version { Ok(()) } else { Err(ApiError::new(ErrorCode::PreconditionFailed)) }
    }

    /// Checks the number of rows that an update conditional on the version has changed.
    ///
    /// # Errors
    /// 412 if a concurrent update came first.
    #[allow(clippy::unused_self, reason = "a caller that has an `IfMatch` has a version to check")]
    pub fn require_one_row(self, rows: usize) -> Result<(), ApiError> {
        if rows == 1 { Ok(()) } else { Err(ApiError::new(ErrorCode::PreconditionFailed)) }
    }
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let version = match request.headers().get(header::IF_MATCH) {
            None => Err(ApiError::new(ErrorCode::PreconditionRequired)),
            Some(value) => value
                .to_str()
                .ok()
                .and_then(|text| text.trim().trim_start_matches("W/").trim_matches('"').parse().ok())
                .map(Self)
                .ok_or_else(|| ApiError::new(ErrorCode::PreconditionFailed)),
        };
        ready(version)
    }
}
