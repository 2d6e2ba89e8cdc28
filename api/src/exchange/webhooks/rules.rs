use std::str::FromStr;

use chrono::TimeDelta;
use songjiao_types::{WireEnum, changes::ChangeType, webhooks::WebhookStatus};

use crate::{
    auth::CurrentUser,
    db::types::UtcTime,
    error::{ApiError, Result},
};

/// A receiver that has taken nothing for so long is not asked any more.
const GIVES_UP_AFTER: TimeDelta = TimeDelta::days(5);
/// The longest that a receiver may ask to be left alone.
const LONGEST_WAIT: i64 = 24 * 60 * 60;

/// The seconds between one attempt and the next: as many entries as there are further attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retries(Vec<u32>);

impl FromStr for Retries {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let seconds: Result<Vec<u32>, _> = text.split(',').map(|part| part.trim().parse()).collect();
        seconds.map(Self).map_err(|_| "seconds separated by commas, such as 5,300,1800".to_owned())
    }
}

impl Retries {
    /// When the next attempt is due after so many failed ones: `None` after the last. A fifth more or less,
    /// so that what failed together does not come back together.
    pub fn next(&self, failed: i32, now: UtcTime, asked_to_wait: Option<i64>) -> Option<UtcTime> {
        let index = usize::try_from(failed).ok()?.checked_sub(1)?;
        let seconds = i64::from(*self.0.get(index)?);
        let spread = 800 + i64::from(rand::random::<u16>() % 401);
        let planned = TimeDelta::milliseconds(seconds * spread);
        let asked = TimeDelta::seconds(asked_to_wait.unwrap_or_default().clamp(0, LONGEST_WAIT));
        Some(now.after(planned.max(asked)))
    }
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Taken,
    /// 410: there is nobody there any more.
    Gone,
    Refused {
        wait_seconds: Option<i64>,
    },
}

/// How a receiver's HTTP status is understood. A redirect is a refusal: whoever moves says so to a person.
pub fn answer(status: u16, wait_seconds: Option<i64>) -> Answer {
    match status {
        200..=299 => Answer::Taken,
        410 => Answer::Gone,
        _ => Answer::Refused { wait_seconds },
    }
}

/// Whether a receiver has failed for too long.
pub fn is_lasting(failing_since: Option<UtcTime>, now: UtcTime) -> bool {
    failing_since.is_some_and(|since| since.after(GIVES_UP_AFTER) <= now)
}

/// That whoever makes a webhook may themselves read what it is told of.
///
/// # Errors
/// 403.
pub fn check_types(user: &CurrentUser, types: &[ChangeType]) -> Result<()> {
    let all = if types.is_empty() { ChangeType::ALL } else { types };
    match all.iter().find(|kind| !user.allows(kind.entity().permission())) {
        Some(kind) => Err(ApiError::forbidden().detail(format!("没有读取“{}”的权限", kind.label()))),
        None => Ok(()),
    }
}

/// Types as the database keeps them, each once and in the order in which they are listed.
pub fn write_types(types: &[ChangeType]) -> String {
    let names: Vec<_> = ChangeType::ALL.iter().filter(|kind| types.contains(kind)).map(|kind| kind.as_str()).collect();
    names.join(" ")
}

pub fn read_types(kept: &str) -> Vec<ChangeType> {
    kept.split_whitespace().filter_map(ChangeType::from_identifier).collect()
}

/// What becomes of a webhook that a person switches.
pub fn switched(active: bool) -> WebhookStatus {
    if active { WebhookStatus::Active } else { WebhookStatus::Paused }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_follow_the_plan_and_end_with_it() {
        let retries: Retries = "5, 300".parse().expect("a plan");
        let now = UtcTime::from(chrono::Utc::now());
        let between = |failed, wait, low: i64, high: i64| {
            let next = retries.next(failed, now, wait).expect("another attempt");
            next >= now.after(TimeDelta::milliseconds(low)) && next <= now.after(TimeDelta::milliseconds(high))
        };
        assert!(between(1, None, 4000, 6000));
        assert!(between(2, None, 240_000, 360_000));
        assert!(between(1, Some(60), 60_000, 60_000), "the receiver asks for more time");
        assert!(between(1, Some(i64::MAX), 86_400_000, 86_400_000), "but not for any");
        assert_eq!(retries.next(3, now, None), None);
        assert!("5,x".parse::<Retries>().is_err());
    }

    #[test]
    fn only_a_success_counts_as_taken() {
        assert_eq!(answer(204, None), Answer::Taken);
        assert_eq!(answer(410, None), Answer::Gone);
        for status in [302, 400, 404, 429, 500, 503] {
            assert_eq!(answer(status, Some(7)), Answer::Refused { wait_seconds: Some(7) }, "{status}");
        }
    }

    #[test]
    fn five_days_of_failures_are_lasting() {
        let now = UtcTime::from(chrono::Utc::now());
        assert!(!is_lasting(None, now));
        assert!(!is_lasting(Some(now.after(TimeDelta::days(-5) + TimeDelta::seconds(1))), now));
        assert!(is_lasting(Some(now.after(TimeDelta::days(-5))), now));
    }
}
