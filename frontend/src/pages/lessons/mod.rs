//! Lessons, their certification and the public verification of certificates.

pub mod certifications;
#[expect(clippy::module_inception, reason = "the area is named after its main slice")]
pub mod lessons;
pub mod verify;
