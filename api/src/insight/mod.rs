//! Views across the areas: dashboard, statistics, search, audit log.

pub mod audit_log;
pub mod dashboard;
pub mod search;
pub mod statistics;
