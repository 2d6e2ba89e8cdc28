//! Accounts in bulk: opened for teachers and schools without a password, and activated by their owners with a code that is
//! valid once. A forgotten password goes the same way.

mod codes;
mod listing;
pub(crate) mod opening;
mod routes;
pub(crate) mod rules;

pub(crate) use routes::configure;
