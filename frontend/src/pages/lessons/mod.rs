//! Lessons, their certification and the public verification of certificates.

pub mod certifications;
pub mod lessons;
pub mod verify;
