//! What rows name: teachers by their numbers, projects by titles or ids. Looked up in sets, each
//! name once in an import.

mod projects;
mod teachers;

pub use projects::{PROJECT, ProjectName, Projects, YEAR};
pub use teachers::{Teachers, UNKNOWN_TEACHER, teacher_no};

/// Names looked up by one statement.
const CHUNK: usize = 1000;
