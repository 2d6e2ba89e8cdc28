//! Teachers 教师: their data, appointments and hours.

mod common;
mod cycle;
mod detail;
mod form;
mod list;
mod records;
mod year;

pub use common::{list_crumb, teacher_link};
pub use detail::DetailPage;
pub use form::{CreatePage, EditPage};
pub use list::ListPage;
