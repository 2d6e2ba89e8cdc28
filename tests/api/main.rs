//! The API's tests, a file per slice. The same tests run on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod audit_log;
mod auth;
mod certifications;
mod contract;
mod lessons;
mod organizations;
mod permissions;
mod users;
