//! Organizations 单位: the county's tree of bureau, training school, districts and schools.

mod common;
mod detail;
mod form;
mod list;
mod tree;

pub use detail::DetailPage;
pub use form::{CreatePage, EditPage};
pub use list::ListPage;
