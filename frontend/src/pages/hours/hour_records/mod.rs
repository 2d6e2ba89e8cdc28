//! Hour records 学时记录. They are append-only: a wrong record is voided with a reason and stays visible.

mod bulk;
mod common;
mod decisions;
mod detail;
mod form;
mod list;
mod selection;

pub use bulk::DecidePage;
pub use common::{source_label, status_badge, title_link};
pub use detail::DetailPage;
pub use form::CreatePage;
pub use list::ListPage;
