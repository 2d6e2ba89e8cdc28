//! Tests of the SPA in headless Chromium, on a desktop and a phone screen.
//!
//! They need the built SPA (`SONGJIAO_WEB_DIR`) and ChromeDriver; `cargo xtask test` provides both.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod activation;
mod appointments;
mod completions;
mod connection;
mod decisions;
mod desk;
mod forms;
mod hours;
mod imports;
mod lessons;
mod lists;
mod organizations;
mod policies;
mod preferences;
mod print;
mod projects;
mod search;
mod staff;
mod statistics;
mod tour;
mod visibility;
mod webhooks;
