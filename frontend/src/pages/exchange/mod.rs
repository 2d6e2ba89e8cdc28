//! Imports, webhooks and API keys.

pub mod api_keys;
pub mod imports;
pub mod webhooks;
