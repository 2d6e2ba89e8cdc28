//! The pages, by resource.

pub mod account;
pub mod credits;
pub mod exemptions;
pub mod home;
pub mod hour_records;
pub mod imports;
pub mod login;
pub mod not_found;
pub mod organizations;
pub mod policies;
pub mod quotas;
pub mod teachers;
pub mod users;
