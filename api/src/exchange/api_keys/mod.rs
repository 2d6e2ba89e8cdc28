//! API keys 接口密钥: how machines call the API, such as the provincial training platform or a script with curl.
//!
//! A key sees one organization and those below, and may do what its scopes say and nothing else.
//! Behind it stands a service account, a row of users that nobody signs in as and no list of users
//! shows: what the key writes has an author, and the audit log names the key. Who made a key is
//! noted, and that is all: when its maker loses rights or leaves, the key keeps its own scopes, so
//! that a transfer of data does not end with a person's post. An administrator revokes it.
//!
//! Organizations cannot be disabled; a key ends by its expiry or its revocation.

mod routes;
mod rules;
mod store;

pub use routes::configure;
