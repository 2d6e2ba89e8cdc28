//! Teams 送培团队, which deliver the training (六-1-3).

mod common;
mod detail;
mod form;
mod list;
mod members;

pub use detail::DetailPage;
pub use form::{CreatePage, EditPage};
pub use list::ListPage;
