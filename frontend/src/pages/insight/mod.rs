//! The home page, statistics, search and the audit log.

pub mod audit_log;
pub mod home;
pub mod search;
pub mod statistics;
