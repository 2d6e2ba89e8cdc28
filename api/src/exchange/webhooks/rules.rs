use std::str::FromStr;

use chrono::TimeDelta;
use songjiao_types::{WireEnum, changes::ChangeType, webhooks::WebhookStatus};

use crate::{
    auth::CurrentUser,
    db::types::UtcTime,
    error::{ApiError, Result},
};

/// The time without success after which a webhook is disabled.
const DISABLED_AFTER: TimeDelta = TimeDelta::days(5);
/// The longest Retry-After that is honoured, in seconds.
const LONGEST_WAIT: i64 = 24 * 60 * 60;

/// The seconds between consecutive attempts, one entry for each retry.
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
    /// Returns when the next attempt is due after the given number of failed ones, `None` after the last. The
    /// delay varies by a fifth, so that messages that failed together do not return together.
    pub fn next(&self, failed: i32, now: UtcTime, retry_after: Option<i64>) -> Option<UtcTime> {
        let index = usize::try_from(failed).ok()?.checked_sub(1)?;
        let seconds = i64::from(*self.0.get(index)?);
        let spread = 800 + i64::from(rand::random::<u16>() % 401);
        let planned = TimeDelta::milliseconds(seconds * spread);
        let asked = TimeDelta::seconds(retry_after.unwrap_or_default().clamp(0, LONGEST_WAIT));
        Some(now.after(planned.max(asked)))
    }
}

/// The receiver's response to an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    Delivered,
    /// 410: the receiver is gone for good.
    Gone,
    Failed {
        retry_after: Option<i64>,
    },
}

/// Interprets the HTTP status of a response. A redirect is a failure: a moved receiver needs a new URL.
pub fn receipt(status: u16, retry_after: Option<i64>) -> Receipt {
    match status {
        200..=299 => Receipt::Delivered,
        410 => Receipt::Gone,
        _ => Receipt::Failed { retry_after },
    }
}

/// Returns whether a receiver has failed for too long.
pub fn has_failed_too_long(failing_since: Option<UtcTime>, now: UtcTime) -> bool {
    failing_since.is_some_and(|since| since.after(DISABLED_AFTER) <= now)
}

/// Checks that the caller may read the types of a webhook.
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

/// Formats types for the database: each once, in their declared order.
pub fn write_types(types: &[ChangeType]) -> String {
    let names: Vec<_> = ChangeType::ALL.iter().filter(|kind| types.contains(kind)).map(|kind| kind.as_str()).collect();
    names.join(" ")
}

/// Parses types from the database.
pub fn read_types(kept: &str) -> Vec<ChangeType> {
    kept.split_whitespace().filter_map(ChangeType::from_identifier).collect()
}

/// Returns the status of a webhook after a user switches it.
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
        assert_eq!(receipt(204, None), Receipt::Delivered);
        assert_eq!(receipt(410, None), Receipt::Gone);
        for status in [302, 400, 404, 429, 500, 503] {
            assert_eq!(receipt(status, Some(7)), Receipt::Failed { retry_after: Some(7) }, "{status}");
        }
    }

    #[test]
    fn five_days_of_failures_are_lasting() {
        let now = UtcTime::from(chrono::Utc::now());
        assert!(!has_failed_too_long(None, now));
        assert!(!has_failed_too_long(Some(now.after(TimeDelta::days(-5) + TimeDelta::seconds(1))), now));
        assert!(has_failed_too_long(Some(now.after(TimeDelta::days(-5))), now));
    }
}
