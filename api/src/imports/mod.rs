//! Bulk imports 批量导入 of organizations, teachers and hour records: one file, all of its rows or
//! none, and a report that names every fault by row and column. One entry in the audit log each.
//!
//! A kind reads its rows with [`columns::Cells`], resolves what they refer to in sets, and writes
//! only when nothing was found wrong. Another format comes in beside [`csv_source`], another kind
//! beside [`teachers`].

mod columns;
mod csv_source;
mod hour_records;
mod organizations;
mod report;
mod routes;
mod store;
mod teachers;

pub use routes::configure;
