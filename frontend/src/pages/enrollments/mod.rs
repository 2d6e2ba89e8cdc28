//! Enrollments 参培学员: schools nominate, the training school admits (五-1).

mod nominate;
mod participants;

pub use nominate::NominatePage;
pub use participants::Participants;

use songjiao_types::{WireEnum, enrollments::EnrollmentStatus};
use yew::prelude::*;

use crate::components::{Tone, badge};

/// Where a participant stands.
fn status_badge(status: EnrollmentStatus) -> Html {
    let tone = match status {
        EnrollmentStatus::Nominated | EnrollmentStatus::Announced | EnrollmentStatus::Reviewed => Tone::Warning,
        EnrollmentStatus::Admitted => Tone::Info,
        EnrollmentStatus::Completed => Tone::Success,
        EnrollmentStatus::Withdrawn => Tone::Neutral,
        EnrollmentStatus::Rejected | EnrollmentStatus::Disqualified => Tone::Danger,
    };
    badge(tone, t!(status.label()))
}

/// Whether the nomination waits for a decision.
fn waits(status: EnrollmentStatus) -> bool {
    matches!(status, EnrollmentStatus::Nominated | EnrollmentStatus::Announced | EnrollmentStatus::Reviewed)
}
