//! The API of Songjiao 送教下乡培训管理平台.
//!
//! A request's way, and no other: a slice's `routes` (who may call; extract and validate) → its
//! `store` (scoped query) with its `rules` in between → a wire type of `songjiao-types`.

#[macro_use]
mod list;

pub mod app;
mod assignment;
mod audit_log;
mod auth;
mod certifications;
pub mod config;
pub mod db;
pub mod error;
mod etag;
mod exemptions;
mod extract;
mod health;

pub mod hour_records;
mod idempotency;
mod lessons;
pub mod openapi;
mod organizations;
mod policies;
mod problems;
pub mod quotas;
mod routes;
mod scope;
pub mod setup;
mod teachers;
mod users;
mod web;
