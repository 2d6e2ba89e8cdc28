//! Quotas 年度学时: 每人每年不少于 72 学时 (一-3), who reached them and who lacks how much.

mod breakdown;
mod list;

pub use breakdown::Breakdown;
pub use list::ListPage;

use songjiao_types::{WireEnum, quotas::QuotaStatus};
use yew::prelude::*;

use crate::components::{Tone, badge};

/// The colour of a year's standing.
pub(super) const fn status_tone(status: QuotaStatus) -> Tone {
    match status {
        QuotaStatus::Met => Tone::Success,
        QuotaStatus::Short => Tone::Warning,
    }
}

/// A year's standing.
pub(super) fn status_badge(status: QuotaStatus) -> Html {
    badge(status_tone(status), t!(status.label()))
}
