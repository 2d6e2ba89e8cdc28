//! What the tests stand on: the real application on a database of its own, and clients that are
//! signed in as somebody.
//!
//! Without `TEST_DATABASE_URL` a test runs on SQLite, with it on PostgreSQL, each in a fresh
//! database copied from a migrated template.

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
