//! The change feed 变更流: what happened, in the order in which it happened, from the outbox that each
//! transaction writes. Whoever pulls it and keeps their place misses nothing and is told nothing twice.

mod data;
mod routes;
mod store;

pub use routes::configure;
pub use store::{Wanted, read};
