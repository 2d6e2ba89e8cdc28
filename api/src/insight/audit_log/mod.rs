//! The audit log 审计日志: who changed what, when, from where. Written by every transaction that
//! changes something ([`crate::db::Tx`]), append-only, read here.

mod routes;
mod store;

pub use routes::configure;
