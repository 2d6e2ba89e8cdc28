//! Suspected duplicates 疑似重复: registrations that seem to be of one training, and the user decides which count.

mod compare;
mod deciding;
mod detail;
mod list;
mod rule;

pub use detail::DetailPage;
pub use list::ListPage;
pub use rule::RulePage;
