//! Sources 学时来源: the provincial training platform, and others like it, push what they know of
//! teachers' hours. Each item has an id at its source and an outcome of its own: a good one is taken
//! whatever is wrong with another, and pushing the same again changes nothing.

mod item;
mod reading;
mod routes;
mod rules;
mod store;

pub use routes::configure;
