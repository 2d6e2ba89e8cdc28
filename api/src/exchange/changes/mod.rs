//! The change feed 变更流: all changes in their order, from the outbox that each transaction writes. A client
//! that stores its position misses nothing and receives nothing twice.

mod data;
mod routes;
mod store;

pub use routes::configure;
pub use store::{Wanted, read};
