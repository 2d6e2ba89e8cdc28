//! Shared by the pages of enrollments.

use songjiao_types::{WireEnum, enrollments::EnrollmentStatus};
use yew::prelude::*;

use crate::components::{Tone, badge};

/// The status of a participant.
pub fn status_badge(status: EnrollmentStatus) -> Html {
    let tone = match status {
        EnrollmentStatus::Nominated | EnrollmentStatus::Announced | EnrollmentStatus::Reviewed => Tone::Warning,
        EnrollmentStatus::Admitted => Tone::Info,
        EnrollmentStatus::Completed => Tone::Success,
        EnrollmentStatus::Withdrawn | EnrollmentStatus::Cancelled => Tone::Neutral,
        EnrollmentStatus::Rejected | EnrollmentStatus::NotCompleted | EnrollmentStatus::Disqualified => Tone::Danger,
    };
    badge(tone, t!(status.label()))
}

/// Whether the nomination awaits a decision.
pub fn is_undecided(status: EnrollmentStatus) -> bool {
    EnrollmentStatus::UNDECIDED.contains(&status)
}
