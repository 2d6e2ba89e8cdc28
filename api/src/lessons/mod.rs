//! Lessons and their certification 三课认定.

pub(crate) mod assignment;
pub mod certifications;
#[allow(clippy::module_inception, reason = "the area is called after its first slice")]
pub mod lessons;
