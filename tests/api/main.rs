//! The API's tests, a file per slice. The same tests run on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod auth;
mod contract;
mod organizations;
mod permissions;
mod users;
