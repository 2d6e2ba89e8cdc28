//! Accounts of teachers 教师账号: opened in bulk, activated with slips of paper.

mod activate;
mod list;
mod notice;
mod open;
mod slips;

pub use activate::ActivatePage;
pub use list::ListPage;
pub use notice::PrivacyPage;
pub use slips::{IssueButton, IssueTarget};
