//! The ledger: records hours and decides on records, and keeps the totals per teacher and year.
//! Set-based: each statement handles many records.

mod append;
mod closed;
mod decide;
mod outcome;
mod recorder;

pub use append::append;
pub use decide::{decide, decide_project};
pub use outcome::{Appended, Outcome};
pub use recorder::Recorder;

pub use crate::hours::quotas::teacher_years::{TotalsDifference, rebuild_totals, verify_totals};
