//! Webhooks 事件推送: what the outbox tells is sent to other systems, signed after the Standard Webhooks
//! specification. A message is made once for each change, and attempted until the receiver takes it:
//! at least once, under one id.

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
