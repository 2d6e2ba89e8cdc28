//! The dashboard 总览: the figures that each role needs first, limited to what it may see. It takes a
//! dozen grouped queries, whatever the size of the county.

mod counts;
mod routes;
mod rules;
mod store;

pub use routes::configure;
