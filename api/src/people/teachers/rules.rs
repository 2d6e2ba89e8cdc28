use chrono::NaiveDate;
use songjiao_types::teachers::TeacherStatus;

use crate::error::{ApiError, Result};

/// Checks that the days in post are in order, and that a teacher who has retired or left has a last day.
///
/// # Errors
/// 422 at `/left_on`.
pub fn check_time_in_post(joined_on: NaiveDate, left_on: Option<NaiveDate>, status: TeacherStatus) -> Result<()> {
    match left_on {
        Some(left) if left < joined_on => {
            Err(ApiError::invalid("/left_on", "ends_before_start", "离任日期不能早于入职日期"))
        }
        None if status.has_ended() => Err(ApiError::invalid("/left_on", "required", "退休或离职须填写离任日期")),
        _ => Ok(()),
    }
}

/// Checks that a transfer begins after the current appointment and not in the future, because lists show where
/// a teacher serves today.
///
/// # Errors
/// 422 at `/starts_on`.
pub fn check_transfer(current_since: NaiveDate, starts_on: NaiveDate, today: NaiveDate) -> Result<()> {
    if starts_on <= current_since {
        let message = format!("调动日期须晚于现任职开始日期 {current_since}");
        return Err(ApiError::invalid("/starts_on", "not_after_present", message));
    }
    if starts_on > today {
        return Err(ApiError::invalid("/starts_on", "in_the_future", "调动日期不能晚于今天，请到岗后再登记"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn who_retired_has_a_last_day_not_before_the_first() {
        let check = |left: Option<&str>, status| check_time_in_post(day("2010-08-01"), left.map(day), status).is_ok();
        assert!(check(None, TeacherStatus::Active));
        assert!(check(Some("2026-08-31"), TeacherStatus::Retired));
        assert!(check(Some("2030-08-31"), TeacherStatus::Active), "a retirement that is known ahead");
        assert!(!check(None, TeacherStatus::Retired));
        assert!(!check(None, TeacherStatus::Left));
        assert!(!check(Some("2010-07-31"), TeacherStatus::Left));
    }

    #[test]
    fn a_transfer_lies_between_the_present_appointment_and_today() {
        let check = |starts: &str| check_transfer(day("2010-08-01"), day(starts), day("2026-09-01")).is_ok();
        assert!(check("2010-08-02") && check("2026-09-01"));
        assert!(!check("2010-08-01") && !check("2026-09-02"));
    }
}
