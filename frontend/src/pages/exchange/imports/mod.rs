//! Imports 批量导入: a file of records of one kind is checked first and then imported completely or not at all.

mod common;
mod detail;
mod history;
mod new;
mod page;
mod preview;
mod report;
mod take_back;

pub use detail::DetailPage;
pub use page::ImportsPage;
