//! The pages, by resource.

pub mod account;
pub mod audit_log;
pub mod certifications;
pub mod home;
pub mod lessons;
pub mod login;
pub mod not_found;
pub mod organizations;
pub mod users;
pub mod verify;
