//! Users 用户: who may sign in, with which role and scope.

pub mod common;
mod detail;
mod form;
mod list;

pub use detail::DetailPage;
pub use form::{CreatePage, EditPage};
pub use list::ListPage;
