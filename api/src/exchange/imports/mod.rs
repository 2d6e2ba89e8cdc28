//! Bulk imports 批量导入: all rows of a file or none, and a report that names every fault by row and
//! column. Each import is one entry in the audit log.
//!
//! A file is spooled to disk ([`upload`]), read row by row whatever its format ([`source`]), and
//! processed in batches ([`pipeline`]): a kind ([`kinds`]) reads rows through [`cells`], resolves
//! their references as sets, and writes as long as no fault was found. An import runs at once or in the
//! background ([`jobs`]).

mod cells;
mod columns;
mod faults;
mod import_job;
mod jobs;
mod kinds;
mod low_priority;
mod pipeline;
mod preview;
mod report;
mod routes;
mod source;
mod store;
mod templates;
mod upload;

pub use jobs::{FOLDER, Jobs, resume};
pub use routes::configure;
pub use store::{forget_rows, queued_ids};
