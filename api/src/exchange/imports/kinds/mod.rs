//! The kinds of imports. A kind reads rows one by one, then plans a batch of them as a set, then writes it.

pub mod accounts;
pub mod attendance;
pub mod enrollments;
pub mod hour_records;
mod kind;
pub mod lessons;
pub mod organizations;
mod references;
mod seen_rows;
pub mod teachers;

use songjiao_types::imports::ImportKind;

pub use kind::{Kind, PlanContext};

use super::columns::Column;

/// Returns the columns of a kind.
pub fn columns(kind: ImportKind) -> &'static [Column] {
    match kind {
        ImportKind::Organizations => organizations::Organizations::COLUMNS,
        ImportKind::Teachers => teachers::Teachers::COLUMNS,
        ImportKind::HourRecords => hour_records::HourRecords::COLUMNS,
        ImportKind::Enrollments => enrollments::Enrollments::COLUMNS,
        ImportKind::Attendance => attendance::Attendance::COLUMNS,
        ImportKind::Lessons => lessons::Lessons::COLUMNS,
        ImportKind::Accounts => accounts::Accounts::COLUMNS,
    }
}
