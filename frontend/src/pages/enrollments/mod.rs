//! Enrollments 参培学员: schools nominate, the training school admits (五-1).

mod nominate;
mod participants;

pub use nominate::NominatePage;
pub use participants::Participants;

use songjiao_types::{WireEnum, enrollments::EnrollmentStatus};
use yew::prelude::*;

use crate::components::{Badge, Tone};

/// Where a participant stands.
fn status_badge(status: EnrollmentStatus) -> Html {
    let tone = match status {
        EnrollmentStatus::Nominated | EnrollmentStatus::Announced | EnrollmentStatus::Reviewed => Tone::Warning,
        EnrollmentStatus::Admitted => Tone::Info,
        EnrollmentStatus::Completed => Tone::Success,
        EnrollmentStatus::Withdrawn => Tone::Neutral,
        EnrollmentStatus::Rejected | EnrollmentStatus::Disqualified => Tone::Danger,
    };
    html! { <Badge {tone}>{ t!(status.label()) }</Badge> }
}

/// Whether the nomination waits for a decision.
fn waits(status: EnrollmentStatus) -> bool {
    matches!(status, EnrollmentStatus::Nominated | EnrollmentStatus::Announced | EnrollmentStatus::Reviewed)
}
