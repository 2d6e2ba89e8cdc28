//! Shared by the pages of quotas.

use songjiao_types::{WireEnum, quotas::QuotaStatus};
use yew::prelude::*;

use crate::components::{Tone, badge};

/// The tone of a quota's status.
pub const fn status_tone(status: QuotaStatus) -> Tone {
    match status {
        QuotaStatus::Met => Tone::Success,
        QuotaStatus::Short => Tone::Warning,
        QuotaStatus::Exempt => Tone::Neutral,
    }
}

/// The status of a quota.
pub fn status_badge(status: QuotaStatus) -> Html {
    badge(status_tone(status), t!(status.label()))
}
