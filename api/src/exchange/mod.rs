//! Exchange with other systems: imports, sources, the change feed, webhooks, API keys.

pub mod api_keys;
pub mod changes;
pub mod imports;
pub mod sources;
pub mod webhooks;
