//! Bulk imports 批量导入: one file, all of its rows or none, and a report that names every fault by
//! row and column. One entry in the audit log each.
//!
//! A file is spooled to disk ([`upload`]), read row by row whatever it was saved as ([`source`]),
//! and carried out in batches ([`pipeline`]): a kind ([`kinds`]) reads its rows with
//! [`columns::Cells`], resolves what they refer to in sets, and writes only as long as nothing was
//! found wrong. At once, or later by itself ([`jobs`]).

mod behind;
mod columns;
mod jobs;
mod kinds;
mod order;
mod pipeline;
mod preview;
mod report;
mod routes;
mod source;
mod store;
mod templates;
mod upload;

pub use jobs::{Jobs, resume};
pub use routes::configure;
