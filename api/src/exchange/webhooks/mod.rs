//! Webhooks 事件推送: changes of the outbox are sent to other systems, signed according to the Standard
//! Webhooks specification. Each change becomes one message, which is attempted until the receiver accepts
//! it: at least once, under one id.

mod addresses;
mod courier;
mod deliveries;
mod queue;
mod routes;
mod rules;
mod sender;
mod signature;
mod store;

pub use courier::{Courier, run};
pub use routes::configure;
pub use rules::Retries;
pub use signature::SigningKeys;
