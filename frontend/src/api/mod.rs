//! The HTTP layer, the only one of the application.
//!
//! A read is a value: [`Get`] says what to fetch and of which type, and [`crate::hooks::use_query`] fetches it. A
//! change is an async function that takes the [`Client`]. Both are named after the API's operations.

mod client;
mod error;
mod request;
mod tokens;

pub mod accounts;
pub mod api_keys;
pub mod appointments;
pub mod audit_log;
pub mod auth;
pub mod certifications;
pub mod completions;
pub mod credits;
pub mod dashboard;
pub mod duplicate_groups;
pub mod enrollments;
pub mod exemptions;
pub mod explanations;
pub mod hour_records;
pub mod imports;
pub mod lessons;
pub mod organizations;
pub mod phases;
pub mod policies;
pub mod projects;
pub mod quotas;
pub mod search;
pub mod statistics;
pub mod teachers;
pub mod teams;
pub mod users;
pub mod webhooks;
pub mod years;

pub use client::{Client, SessionEvent};
pub(crate) use error::translate_error;
pub use error::{ApiError, ApiResult, errors_by_item};
pub use request::{ErasedGet, Fetched, Get, etag};
