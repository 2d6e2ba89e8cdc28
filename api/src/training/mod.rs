//! Training projects: phases, activities, enrollments, attendance, deliverables.

pub mod activities;
pub mod attendance;
pub mod completions;
pub mod deliverables;
pub mod enrollments;
pub mod phases;
pub mod projects;
pub mod rows;
