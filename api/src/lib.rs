//! The API of Songjiao 送教下乡培训管理平台.
//!
//! A request's way, and no other: a slice's `routes` (who may call; extract and validate) → its
//! `store` (scoped query) with its `rules` in between → a wire type of `songjiao-types`.

#[macro_use]
mod list;

mod activities;
mod api_keys;
pub mod app;
mod assignment;
mod attendance;
mod audit_log;
mod auth;
pub mod backup;
mod certifications;
mod changes;
pub mod config;
mod cors;
mod credits;
mod dashboard;
pub mod db;
mod deliverables;
pub mod demo;
mod enrollments;
pub mod error;
mod etag;
mod exemptions;
mod export;
mod extract;
mod health;
pub mod hour_records;
mod idempotency;
mod imports;
mod initials;
mod lessons;
mod limits;
mod metrics;
pub mod openapi;
mod organizations;
mod phases;
mod policies;
mod problems;
mod projects;
pub mod quotas;
mod routes;
mod scope;
mod search;
pub mod setup;
mod sources;
mod statistics;
mod teachers;
mod teams;
pub mod users;
mod web;
mod webhooks;
