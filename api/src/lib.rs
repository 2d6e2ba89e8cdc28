//! The API of Songjiao 送教下乡培训管理平台.
//!
//! A request takes one way: a slice's `routes` (who may call; extract and validate) → its `store`
//! (scoped query) with its `rules` in between → a wire type of `songjiao-types`. The areas and their
//! order stand in `docs/ARCHITECTURE.md`.

#[macro_use]
pub mod http;

pub mod app;
mod auth;
pub mod config;
pub mod db;
pub mod error;
mod exchange;
pub mod hours;
mod insight;
mod lessons;
pub mod people;
mod training;
mod visibility;

/// The set-wise writers of the slices, for programs that fill a database.
pub mod batch {
    pub use crate::{
        auth::password::hash_now as hash_password,
        lessons::certifications::rules::number as certificate_number,
        people::{
            organizations::batch as organizations, teachers::batch as teachers, teams::batch as teams,
            users::batch as users,
        },
    };
}
