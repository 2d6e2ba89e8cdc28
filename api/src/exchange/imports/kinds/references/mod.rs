//! The references of rows: teachers by number, projects and activities by title or id. They are looked
//! up as sets, each name once in an import.

mod activities;
mod projects;
mod teachers;

pub use activities::{Activities, ActivityName, VisibleActivity};
pub use projects::{PROJECT, ProjectName, Projects, YEAR};
pub use teachers::{Teachers, UNKNOWN_TEACHER, teacher_no};
