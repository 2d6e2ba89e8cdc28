//! Webhooks 事件推送: which systems are notified of changes, and what happened to each message.

mod actions;
mod common;
mod delivery;
mod detail;
mod form;
mod labels;
mod list;
mod log;
mod rotate;
mod types_field;

pub use detail::DetailPage;
pub use form::{CreatePage, EditPage};
pub use list::ListPage;
