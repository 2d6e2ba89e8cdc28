//! Certifications 三课认定 (三-2): a graded lesson that reviewers find to meet the county's standard
//! becomes 达标课, 优质课 or 示范课. Certificate numbers can be verified without signing in.

mod application;
pub mod batch;
mod endings;
pub mod independence;
mod naming;
mod numbers;
mod related;
mod reviewers;
mod routes;
pub mod rules;
mod store;
mod verification;
mod views;
mod workflow;

pub use routes::configure;
pub use store::find_all;
