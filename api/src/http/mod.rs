//! What all routes share: extractors, pagination, problems, exports, the guard, the OpenAPI document.
//! Only this folder, `auth`, `app` and the slices' `routes` know actix.

#[macro_use]
pub mod listing;

pub mod body;
pub mod cors;
pub mod etag;
pub mod export;
pub mod extract;
pub mod guard;
pub mod health;
pub mod idempotency;
pub mod limits;
pub mod metrics;
pub mod openapi;
pub mod parts;
pub mod problems;
pub mod spa;
