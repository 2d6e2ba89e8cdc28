//! Appointments 任职: dated spells of teachers at organizations. Service is their union; gaps are allowed, overlaps are
//! not. Schools report spells, the training school confirms them. A statement is never overwritten: a correction retires
//! it and adds another that names it, so the table says what held when, and what was known when.

pub mod batch;
pub(crate) mod changes;
pub(crate) mod derived;
pub(crate) mod listing;
pub(crate) mod plan;
pub(crate) mod rollover;
pub(crate) mod roster;
mod routes;
pub(crate) mod rules;
pub mod service;
mod store;
pub(crate) mod timeline;

pub(crate) use routes::configure;
