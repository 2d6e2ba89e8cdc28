//! Projects with their phases, activities and deliverables, enrollments and attendance.

pub mod activities;
pub mod attendance;
pub mod completions;
pub mod deliverables;
pub mod enrollments;
pub mod phases;
pub mod projects;
