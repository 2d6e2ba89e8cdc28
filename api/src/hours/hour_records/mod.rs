//! Hour records 学时记录: the append-only ledger behind the annual quota (一-3) and the five-year
//! credit (三-1). A record is recognised, rejected or voided with a reason and the person, never
//! edited or deleted; the database refuses it. Only recognised hours count.

mod annual_return;
mod duplicates;
pub mod incoming;
pub mod known;
pub mod ledger;
mod routes;
mod rules;
mod store;
mod totals;

pub use routes::configure;
pub use store::{find_all, visible_ids};
