//! Statistics 统计: the figures behind the charts, limited to what the caller may see. Each takes a
//! fixed number of grouped queries, whatever the size of the county. The rules of quota (一-3), credit
//! (三-1) and lateness belong to their own slices.

mod routes;
mod rules;
mod schedule;
mod store;

pub use routes::configure;
