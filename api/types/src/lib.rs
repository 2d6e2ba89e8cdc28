//! Wire types, enums, labels and limits of Songjiao, shared by the API and the SPA.
//!
//! One file per slice. Nothing here knows a database or an HTTP server, and all of it
//! compiles to wasm. With the feature `openapi` each type describes itself for the
//! OpenAPI document.

#[macro_use]
mod wire_enum;

pub mod auth;
mod hours;
mod id;
pub mod organizations;
mod page;
mod patch;
mod permission;
mod problem;
pub mod users;
pub mod validate;

pub use hours::{Hours, HoursError};
pub use id::*;
pub use page::Page;
pub use patch::{Patch, double_option};
pub use permission::{Permission, Role};
pub use problem::{ErrorCode, FieldError, Problem};
pub use wire_enum::WireEnum;
