//! What the pages of quotas share.

use songjiao_types::{WireEnum, quotas::QuotaStatus};
use yew::prelude::*;

use crate::components::{Tone, badge};

/// The colour of a year's standing.
pub const fn status_tone(status: QuotaStatus) -> Tone {
    match status {
        QuotaStatus::Met => Tone::Success,
        QuotaStatus::Short => Tone::Warning,
    }
}

/// A year's standing.
pub fn status_badge(status: QuotaStatus) -> Html {
    badge(status_tone(status), t!(status.label()))
}
