//! API keys 接口密钥: which machines may call, how far they see, and the way to end them.

mod actions;
mod common;
mod form;
mod list;

pub use list::ListPage;
