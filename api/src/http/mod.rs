//! What all routes share: extractors, pagination, problems, exports, the guard, the OpenAPI document.
//! Only this folder, `auth`, `app` and the slices' `routes` know actix.

#[macro_use]
pub(crate) mod listing;

pub(crate) mod body;
pub(crate) mod cors;
pub(crate) mod etag;
pub(crate) mod export;
pub(crate) mod extract;
pub(crate) mod guard;
pub(crate) mod health;
pub(crate) mod idempotency;
pub(crate) mod limits;
pub(crate) mod metrics;
mod normal_json;
pub mod openapi;
pub(crate) mod parts;
pub(crate) mod problems;
pub(crate) mod spa;
