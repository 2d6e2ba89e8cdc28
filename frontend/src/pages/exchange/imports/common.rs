//! Shared by the pages of imports.

use songjiao_types::{
    WireEnum,
    imports::{ImportReport, ImportStatus},
};
use yew::prelude::*;

use crate::components::{Tone, badge};

/// The outcome of an import.
pub fn status_badge(report: &ImportReport) -> Html {
    let tone = match report.status {
        ImportStatus::Imported => Tone::Success,
        ImportStatus::Checked | ImportStatus::Queued | ImportStatus::Running => Tone::Info,
        ImportStatus::Cancelled => Tone::Neutral,
        ImportStatus::Rejected | ImportStatus::Failed => Tone::Danger,
    };
    badge(tone, t!(report.status.label()))
}
