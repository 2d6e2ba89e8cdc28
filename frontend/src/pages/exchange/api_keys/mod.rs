//! API keys 接口密钥: their scopes, rotation and revocation.

mod actions;
mod common;
mod form;
mod list;

pub use list::ListPage;
