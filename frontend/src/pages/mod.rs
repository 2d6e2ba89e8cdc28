//! The pages, by resource.

pub mod account;
pub mod attendance;
pub mod enrollments;
pub mod home;
pub mod login;
pub mod not_found;
pub mod organizations;
pub mod projects;
pub mod teams;
pub mod users;
