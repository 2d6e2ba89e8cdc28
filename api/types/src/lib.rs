//! Wire types, enums, labels and limits of Songjiao, shared by the API and the SPA.
//!
//! One file per slice. Nothing here depends on a database or an HTTP server, and all of it compiles to wasm. The API
//! enables two features: `openapi` derives the schemas of the OpenAPI document, and `db` implements the column types
//! of ids, hours and enums.

#![warn(missing_docs, clippy::missing_errors_doc)]

#[macro_use]
mod list_query;
#[macro_use]
mod resource;
#[macro_use]
mod wire_enum;
#[macro_use]
mod wire_set;

mod basis;

pub mod accounts;
pub mod activities;
pub mod api_keys;
pub mod appointments;
pub mod attendance;
pub mod audit_log;
pub mod auth;
pub mod certifications;
pub mod changes;
pub mod completions;
pub mod credits;
pub mod dashboard;
#[cfg(feature = "db")]
pub mod db;
#[cfg(feature = "db")]
mod db_values;
pub mod deliverables;
pub mod duplicate_groups;
pub mod enrollments;
pub mod exemptions;
pub mod explanations;
mod hour_difference;
pub mod hour_records;
mod hours;
mod id;
pub mod id_numbers;
pub mod imports;
pub mod lessons;
mod month_day;
pub mod normal;
pub mod organizations;
mod page;
mod patch;
mod permission;
pub mod phases;
pub mod policies;
mod problem;
pub mod projects;
pub mod quotas;
pub mod search;
pub mod sources;
pub mod statistics;
mod tabular;
pub mod teachers;
pub mod teams;
pub mod training;
pub mod users;
pub mod validate;
pub mod webhooks;
pub mod years;

pub use basis::Basis;
pub use hour_difference::HourDifference;
pub use hours::{Hours, HoursError, total_hours};
pub use id::*;
pub use list_query::{ListQuery, ParameterValue, Parameters};
pub use month_day::{MonthDay, NotAMonthDay};
pub use page::Page;
pub use patch::{Patch, double_option};
pub use permission::{Permission, Role};
pub use problem::{ErrorCode, FieldError, Problem};
pub use resource::{Resource, Versioned};
pub use tabular::{Cell, Column, Tabular, column};
pub use wire_enum::WireEnum;
