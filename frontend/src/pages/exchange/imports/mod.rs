//! Imports 批量导入: a file of one kind of things, checked first, then taken as a whole or not at
//! all.

mod common;
mod detail;
mod history;
mod new;
mod page;
mod preview;
mod report;

pub use detail::DetailPage;
pub use page::ImportsPage;
