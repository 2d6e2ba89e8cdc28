//! The API of Songjiao 送教下乡培训管理平台.
//!
//! Every request takes the same path: a slice's `routes` (permissions, extraction, validation) → its `store`
//! (scoped queries) with its `rules` in between → a wire type of `songjiao-types`. `docs/ARCHITECTURE.md`
//! describes the areas and their order.

#![warn(missing_docs, clippy::missing_errors_doc)]

#[macro_use]
pub mod http;
#[macro_use]
pub mod people;

pub mod app;
mod auth;
pub mod config;
pub mod db;
pub mod error;
mod exchange;
pub mod hours;
mod insight;
mod lessons;
mod training;
mod visibility;

/// The set-wise writers of the slices, for programs that fill a database.
pub mod batch {
    pub use crate::{
        auth::password::hash_now as hash_password,
        hours::{
            exemptions::batch as exemptions,
            hour_records::{batch as hour_records, sources::insert as insert_source},
            years::close_through as close_years,
        },
        lessons::{
            certifications::{batch as certifications, rules::number as certificate_number},
            lessons::batch as lessons,
        },
        people::{
            appointments::batch as appointments, organizations::batch as organizations,
            policies::create_next as insert_policy, teachers::batch as teachers, teams::batch as teams,
            users::batch as users,
        },
        training::{
            activities::{batch as activities, named as activities_named},
            attendance::batch as attendance,
            deliverables::batch as deliverables,
            enrollments::batch as enrollments,
            phases::batch as phases,
            projects::batch as projects,
        },
    };
}
