//! API keys 接口密钥: access for machines, such as the provincial training platform or a script with curl.
//!
//! A key sees one organization and those below, and may do what its scopes allow. It has a service account, a
//! row of `users` that cannot sign in and is in no list of users, so that its writes have an author and the
//! audit log names the key. A key that submits hours may be made for a source 学时来源; it pushes under that one
//! alone. The key keeps its scopes when its creator loses rights or leaves, so that a data transfer does not
//! depend on a person's post. It ends when it expires or an administrator revokes it.

mod routes;
mod rules;
mod store;

pub use routes::configure;
