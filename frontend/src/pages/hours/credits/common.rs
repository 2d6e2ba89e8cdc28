//! Shared by the pages of credits.

use songjiao_types::{
    WireEnum,
    credits::{CreditStatus, CreditYear},
    quotas::QuotaStatus,
};
use yew::prelude::*;

use crate::components::{Tone, badge};

/// The state of a year in a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearState {
    /// Requires nothing: not in post, or exempt for the whole year.
    Nothing,
    Met,
    /// Past and short.
    Short,
    Running,
    Ahead,
}

impl YearState {
    pub fn label(self) -> &'static str {
        match self {
            Self::Nothing => t!("无须学时"),
            Self::Met => t!("达标"),
            Self::Short => t!("未达标"),
            Self::Running => t!("进行中"),
            Self::Ahead => t!("未开始"),
        }
    }

    pub const fn tone(self) -> Tone {
        match self {
            Self::Met => Tone::Success,
            Self::Short => Tone::Danger,
            Self::Running => Tone::Info,
            Self::Nothing | Self::Ahead => Tone::Neutral,
        }
    }

    /// The label, with the missing hours if the year is short.
    pub fn words(self, year: &CreditYear) -> String {
        let lacking = year.required_hours.saturating_sub(year.recognized_hours);
        match self {
            Self::Short | Self::Running => t!("缺 {lacking}", lacking),
            _ => t!(self.label()).to_owned(),
        }
    }
}

/// The state of a year while `running` is the current training year.
pub fn year_state(year: &CreditYear, running: i32) -> YearState {
    match year.training_year {
        _ if year.status == QuotaStatus::Exempt => YearState::Nothing,
        _ if year.met => YearState::Met,
        over if over < running => YearState::Short,
        now if now == running => YearState::Running,
        _ => YearState::Ahead,
    }
}

/// The tone of a credit's status.
pub const fn status_tone(status: CreditStatus) -> Tone {
    match status {
        CreditStatus::Met => Tone::Success,
        CreditStatus::OnTrack => Tone::Info,
        CreditStatus::Behind => Tone::Warning,
        CreditStatus::Exempt => Tone::Neutral,
    }
}

/// The status of a credit.
pub fn status_badge(status: CreditStatus) -> Html {
    badge(status_tone(status), t!(status.label()))
}

#[cfg(test)]
mod tests {
    use songjiao_types::Hours;

    use super::*;

    #[test]
    fn a_year_is_short_only_once_it_is_over() {
        let year = |training_year, done| CreditYear {
            training_year,
            required_hours: Hours::whole(72),
            recognized_hours: Hours::whole(done),
            status: if done >= 72 { QuotaStatus::Met } else { QuotaStatus::Short },
            met: done >= 72,
        };
        assert_eq!(year_state(&year(2025, 40), 2026), YearState::Short);
        assert_eq!(year_state(&year(2026, 40), 2026), YearState::Running);
        assert_eq!(year_state(&year(2027, 0), 2026), YearState::Ahead);
        assert_eq!(year_state(&year(2026, 80), 2026), YearState::Met);
        assert_eq!(YearState::Short.words(&year(2025, 40)), "缺 32");
        let exempt = CreditYear { required_hours: Hours::ZERO, status: QuotaStatus::Exempt, ..year(2025, 0) };
        assert_eq!(year_state(&exempt, 2026), YearState::Nothing);
    }
}
