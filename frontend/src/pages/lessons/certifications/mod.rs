//! Certifications 三课认定: applications, reviews, decisions, certificates.

mod certificate;
mod common;
mod deciding;
mod detail;
mod ending;
mod history;
mod list;
mod reviewers;

pub use certificate::CertificatePage;
pub use common::{number_link, status_badge};
pub use detail::DetailPage;
pub use list::ListPage;
