//! Policies 政策参数: what the policy document leaves to the counties, as dated rows that are never edited.

mod common;
mod draft;
mod fields;
mod form;
mod list;
mod preview;

pub use form::CreatePage;
pub use list::ListPage;
