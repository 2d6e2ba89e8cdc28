//! Groups of suspected duplicates 疑似重复 and the decisions on them: which units count, singly or by a named rule. How
//! groups come about is [`super::hour_records::suspicion`]'s.

mod decide;
mod routes;
mod rules;
mod store;

pub(crate) use routes::configure;
