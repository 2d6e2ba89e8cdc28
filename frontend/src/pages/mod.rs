//! The pages, by resource.

pub mod account;
pub mod attendance;
pub mod credits;
pub mod enrollments;
pub mod exemptions;
pub mod home;
pub mod hour_records;
pub mod imports;
pub mod login;
pub mod not_found;
pub mod organizations;
pub mod policies;
pub mod projects;
pub mod quotas;
pub mod teachers;
pub mod teams;
pub mod users;
