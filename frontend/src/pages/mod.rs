//! The pages, by resource.

pub mod account;
pub mod api_keys;
pub mod attendance;
pub mod audit_log;
pub mod certifications;
pub mod credits;
pub mod duplicates;
pub mod enrollments;
pub mod exemptions;
pub mod gallery;
pub mod home;
pub mod hour_records;
pub mod imports;
pub mod lessons;
pub mod login;
pub mod not_found;
pub mod organizations;
pub mod policies;
pub mod projects;
pub mod quotas;
pub mod search;
pub mod statistics;
pub mod teachers;
pub mod teams;
pub mod users;
pub mod verify;
