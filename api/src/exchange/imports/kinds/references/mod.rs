//! What rows name: teachers by their numbers, projects and activities by titles or ids. Looked up
//! in sets, each name once in an import.

mod activities;
mod projects;
mod teachers;

pub use activities::{Activities, ActivityName, Seen};
pub use projects::{PROJECT, ProjectName, Projects, YEAR};
pub use teachers::{Teachers, UNKNOWN_TEACHER, teacher_no};

/// Names looked up by one statement.
const CHUNK: usize = 1000;

/// Why a name names nothing: the column at fault, a code and words.
pub type Misnamed = (&'static str, &'static str, String);
