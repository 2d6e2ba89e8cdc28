//! Sources 学时来源: the provincial training platform and similar ones push hour records. Each item has
//! an id at its source and an outcome of its own: faults of one item do not affect others, and pushing the
//! same item again changes nothing. Who may write under a source is decided in `hour_records::sources`.

mod list;
mod parse;
mod pushed_record;
mod routes;
mod rules;
mod store;

pub use routes::configure;
