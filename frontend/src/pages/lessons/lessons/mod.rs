//! Lessons 课: polished by teachers in 研课磨课 and graded by the team.

mod common;
mod detail;
mod form;
mod grading;
mod list;
#[cfg(test)]
pub(crate) mod samples;

pub use common::{certification_link, grade_badge};
pub use detail::DetailPage;
pub use form::{CreatePage, EditPage};
pub use list::ListPage;
