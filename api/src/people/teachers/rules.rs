use chrono::{Datelike, NaiveDate};
use songjiao_types::{
    id_numbers::birth_and_sex,
    teachers::{Gender, TeacherStatus},
    validate::YEARS,
};

use crate::error::{ApiError, Result};

/// What an ID number states about a teacher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdNumberFacts {
    /// The date of birth.
    pub born: NaiveDate,
    /// The gender.
    pub gender: Gender,
}

impl IdNumberFacts {
    /// Reads a number; `None` if it is not a possible one.
    pub fn of(number: &str) -> Option<Self> {
        let (born, male) = birth_and_sex(number)?;
        Some(Self { born, gender: if male { Gender::Male } else { Gender::Female } })
    }

    /// Checks the facts against what else is known of the teacher.
    ///
    /// # Errors
    /// The code and the message of the fault.
    pub fn check(
        self,
        joined_on: NaiveDate,
        gender: Option<Gender>,
        today: NaiveDate,
    ) -> Result<(), (&'static str, &'static str)> {
        if self.born > today || !YEARS.contains(&self.born.year()) {
            Err(("bad_id_number", "身份证号中的出生日期不合理"))
        } else if self.born > joined_on {
            Err(("born_after_joining", "身份证号中的出生日期晚于入职日期"))
        } else if gender.is_some_and(|gender| gender != self.gender) {
            Err(("gender_mismatch", "身份证号与性别不符"))
        } else {
            Ok(())
        }
    }
}

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
    fn an_id_number_agrees_with_birth_and_gender() {
        let facts = |born: &str| IdNumberFacts { born: day(born), gender: Gender::Female };
        let check = |born: &str, gender| {
            facts(born).check(day("2010-08-01"), gender, day("2026-11-30")).err().map(|fault| fault.0)
        };
        assert_eq!(check("1985-03-01", None), None);
        assert_eq!(check("1985-03-01", Some(Gender::Female)), None);
        assert_eq!(check("1985-03-01", Some(Gender::Male)), Some("gender_mismatch"));
        assert_eq!(check("2099-01-01", None), Some("bad_id_number"));
        assert_eq!(check("0001-01-01", None), Some("bad_id_number"));
        assert_eq!(check("1899-12-31", None), Some("bad_id_number"));
        assert_eq!(check("2010-08-02", None), Some("born_after_joining"));
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
