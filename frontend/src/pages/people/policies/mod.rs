//! Policies 政策参数: what the policy document leaves to the county, as dated rows that are never edited.

mod common;
mod form;
mod list;

pub use form::CreatePage;
pub use list::ListPage;
