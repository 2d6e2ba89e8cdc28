//! What the pages of enrollments share.

use songjiao_types::{WireEnum, enrollments::EnrollmentStatus};
use yew::prelude::*;

use crate::components::{Tone, badge};

/// Where a participant stands.
pub fn status_badge(status: EnrollmentStatus) -> Html {
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
pub fn waits(status: EnrollmentStatus) -> bool {
    matches!(status, EnrollmentStatus::Nominated | EnrollmentStatus::Announced | EnrollmentStatus::Reviewed)
}
