//! API keys as credentials: the format of their secrets, and the callers who use them.

mod caller;
mod scopes;
mod secret;
mod store;

pub use caller::{LastUses, authenticate, find_job_owner};
pub use scopes::{read_scopes, write_scopes};
pub use secret::{NewSecret, is_secret};
