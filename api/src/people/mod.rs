//! Organizations, teachers, users, teams, and the policies that apply to them. The first area: it imports from no
//! other.

#[macro_use]
pub mod mutations;

pub(crate) mod accounts;
pub mod appointments;
pub mod effects;
pub mod organizations;
pub mod policies;
pub mod teachers;
pub mod teams;
pub mod users;
