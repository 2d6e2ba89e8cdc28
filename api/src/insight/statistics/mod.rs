//! Statistics 统计: the figures behind the charts of the dashboard, within what the caller may see.
//! A fixed number of grouped queries each, whatever the size of the county; the rules of quota
//! (一-3), credit (三-1) and lateness are those of their slices.

mod export;
mod routes;
mod rules;
mod schedule;
mod store;

pub use routes::configure;
