//! Credits 五年学分: 360 学时 in five years (三-1), and which years were short.

mod common;
mod list;

pub use common::{status_badge, status_tone, year_state};
pub use list::ListPage;
