//! Users 用户: who may sign in, with which role and scope.

pub mod accounts;
pub mod batch;
mod follow;
mod routes;
pub(crate) mod rules;
mod store;

pub(crate) use follow::follow;
pub(crate) use routes::configure;
pub(crate) use store::user_names;
