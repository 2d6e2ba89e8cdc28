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
pub fn check_time_in_post(
    joined_on: NaiveDate,
    left_on: Option<NaiveDate>,
    status: Option<TeacherStatus>,
) -> Result<()> {
    match left_on {
        Some(left) if left < joined_on => {
            Err(ApiError::invalid("/left_on", "ends_before_start", "离任日期不能早于入职日期"))
        }
        None if status.is_some_and(TeacherStatus::has_ended) => {
            Err(ApiError::invalid("/left_on", "required", "退休或离职须填写离任日期"))
        }
        _ => Ok(()),
    }
}

/// Checks that a status of present service does not contradict a last day that has passed.
///
/// # Errors
/// 422 at `/status`.
pub fn check_status(status: Option<TeacherStatus>, left_on: Option<NaiveDate>, today: NaiveDate) -> Result<()> {
    let ended = left_on.is_some_and(|left| left < today);
    if ended && status.is_some_and(|status| !status.has_ended()) {
        return Err(ApiError::invalid(
            "/status",
            "service_ended",
            "离任日期已过，状态随任职为离任；恢复在职请清除离任日期或新增任职",
        ));
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
        let check =
            |left: Option<&str>, status| check_time_in_post(day("2010-08-01"), left.map(day), Some(status)).is_ok();
        assert!(check(None, TeacherStatus::Active));
        assert!(check(Some("2026-08-31"), TeacherStatus::Retired));
        assert!(check(Some("2030-08-31"), TeacherStatus::Active), "a retirement that is known ahead");
        assert!(!check(None, TeacherStatus::Retired));
        assert!(!check(None, TeacherStatus::Left));
        assert!(!check(Some("2010-07-31"), TeacherStatus::Left));
    }

    #[test]
    fn a_status_of_present_service_needs_a_last_day_that_has_not_passed() {
        let check = |left: Option<&str>, status| check_status(status, left.map(day), day("2026-11-30")).is_ok();
        assert!(check(Some("2026-11-30"), Some(TeacherStatus::Active)));
        assert!(check(Some("2026-11-29"), Some(TeacherStatus::Left)) && check(Some("2026-11-29"), None));
        assert!(!check(Some("2026-11-29"), Some(TeacherStatus::OnLeave)));
    }
}
