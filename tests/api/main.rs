//! The API's tests, a file per slice. The same tests run on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod audit_log;
mod auth;
mod certifications;
mod contract;
mod credits;
mod dashboard;
mod demo;
mod exemptions;
mod hour_records;
mod lessons;
mod organizations;
mod permissions;
mod policies;
mod quotas;
mod teachers;
mod users;
