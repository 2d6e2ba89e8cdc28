//! Quotas 年度学时: 每人每年不少于 72 学时 (一-3), who reached them and who lacks how much.

mod breakdown;
mod common;
mod list;

pub use breakdown::Breakdown;
pub use common::{status_badge, status_tone};
pub use list::ListPage;
