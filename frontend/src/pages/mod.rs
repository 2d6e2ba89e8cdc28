//! The pages, by resource.

pub mod account;
pub mod home;
pub mod login;
pub mod not_found;
pub mod organizations;
pub mod users;
