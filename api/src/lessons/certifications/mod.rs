//! Certifications 三课认定 (三-2): a graded lesson that reviewers find to meet the county's standard
//! becomes 达标课, 优质课 or 示范课; and the public check of a certificate's number.

mod deciding;
mod numbers;
mod routes;
pub(crate) mod rules;
mod store;
mod verification;

pub use routes::configure;
pub use store::find_all;
