//! Sign-in, tokens, API keys, and who the caller is.
//!
//! The guard admits a caller by the permissions that the OpenAPI document names for the operation.
//! Which rows the caller then sees is decided by the stores, from scope and assignment.

pub mod attempts;
mod current_user;
pub mod keys;
pub mod password;
pub mod person;
pub mod profile;
pub mod routes;
pub mod scope;
pub mod store;
pub mod tokens;

pub use current_user::CurrentUser;
pub(crate) use store::in_service;
pub use store::{earlier_passwords, end_codes, end_sessions, find_job_owner, set_password};
