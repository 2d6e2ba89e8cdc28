//! Organizations, teachers, users, teams and policies.

pub mod accounts;
pub mod appointments;
pub mod organizations;
pub mod policies;
pub mod teachers;
pub mod teams;
pub mod users;
