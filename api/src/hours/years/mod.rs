//! Closing a training year 年度结账: the figures of a year that is over are frozen for its county; what is recognised or
//! voided afterwards is late 补录 and shown beside them.

mod closing;
mod matters;
mod part;
mod routes;
mod rules;
mod store;
mod verify;

pub use closing::close_through;
pub(crate) use routes::configure;
pub use verify::{ClosingFault, verify_closings};

pub use super::quotas::standing::{Difference as StandingDifference, verify_standings};
