//! Hour records 学时记录: what was earned, who told of it, and who recognised it. Append-only:
//! what was wrong is voided with a reason and stays in sight.

mod common;
mod decisions;
mod detail;
mod form;
mod list;
mod selection;

pub use common::{source_label, status_badge, title_link};
pub use detail::DetailPage;
pub use form::CreatePage;
pub use list::ListPage;
