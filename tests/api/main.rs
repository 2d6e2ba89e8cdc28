//! Tests of the API, one file for each slice. The same tests run on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod api_keys;
mod attendance;
mod audit_log;
mod auth;
mod backup;
mod bad_input;
mod certifications;
mod changes;
mod contract;
mod credits;
mod curl;
mod dashboard;
mod deliverables;
mod demo;
mod duplicates;
mod enrollments;
mod exemptions;
mod exports;
mod figures;
mod hour_records;
mod import_attendance;
mod import_enrollments;
mod import_files;
mod import_jobs;
mod import_lessons;
mod import_preview;
mod imports;
mod lessons;
mod metrics;
mod organizations;
mod permissions;
mod phases;
mod policies;
mod projects;
mod quotas;
mod search;
mod slow_bodies;
mod sources;
mod statistics;
mod teachers;
mod teams;
mod training;
mod users;
mod webhooks;
