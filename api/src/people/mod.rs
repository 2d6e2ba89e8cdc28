//! The people and the places they belong to: organizations, teachers, users, teams, and the
//! policies they are measured by. The first area: it imports from no other.

pub mod effects;
pub mod organizations;
pub mod policies;
pub mod teachers;
pub mod teams;
pub mod users;
