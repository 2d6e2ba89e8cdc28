//! Support for the tests: the real application with a database of its own, signed-in clients, a browser and fixtures.
//!
//! Tests run on SQLite, or on PostgreSQL if `TEST_DATABASE_URL` is set, each in a fresh copy of a migrated template.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that cannot go on fails")]

mod app;
mod browser;
mod county;
mod database;
mod document;
mod fixtures;
mod polishing;
pub mod receiver;
mod session;
mod training;

pub use app::{TestApp, clock};
pub use browser::Browser;
pub use county::{County, resource_of};
pub use database::TestDatabase;
pub use document::{NO_ID, Operation};
pub use fixtures::{PASSWORD, hours_file, unique};
pub use polishing::Polishing;
pub use session::{Answer, Session};
pub use training::id;
