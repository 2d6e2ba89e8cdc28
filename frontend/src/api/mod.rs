//! The only HTTP layer of the application.
//!
//! A read is a value: [`Get`] says what to fetch and what it gives, and
//! [`crate::hooks::use_query`] fetches it. A change is an async function that takes the
//! [`Client`]. Both carry the names of the API's operations.

mod client;
mod error;
mod request;
mod tokens;

pub mod audit_log;
pub mod auth;
pub mod certifications;
pub mod dashboard;
pub mod lessons;
pub mod organizations;
pub mod teachers;
pub mod users;

pub use client::{Client, SessionEvent};
pub use error::{ApiError, ApiResult};
pub use request::{Fetched, Get};
