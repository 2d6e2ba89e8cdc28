//! The dashboard 总览: what each role wants to know first, within what it may see. A dozen grouped
//! queries, whatever the size of the county.

mod counts;
mod routes;
mod rules;
mod store;

pub use routes::configure;
