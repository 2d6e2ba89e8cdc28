use songjiao_types::{
    ErrorCode,
    certifications::{Award, CertificationStatus},
    lessons::LessonGrade,
};

use crate::error::{ApiError, Result};

/// What a new application for a lesson's certification depends on in an earlier one.
#[derive(Clone, Copy, Debug)]
pub struct EarlierApplication {
    pub status: CertificationStatus,
    pub grade: LessonGrade,
}

/// Checks that certification may be applied for, given the lesson's grade and earlier applications, and returns the
/// grade. An open application rules out another, and so does an award in force unless the grade is now higher;
/// rejected, revoked and superseded ones do not.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_application(grade: Option<LessonGrade>, earlier: &[EarlierApplication]) -> Result<LessonGrade> {
    let grade = grade.ok_or_else(|| ApiError::wrong_state("课例尚未评定等次，不能申请认定"))?;
    for EarlierApplication { status, grade: certified } in earlier {
        match status {
            CertificationStatus::Applied => return Err(ApiError::wrong_state("该课例已有评审中的申请")),
            CertificationStatus::Accepted if grade <= *certified => {
                return Err(ApiError::wrong_state("该课例已按此等次或更高等次认定"));
            }
            _ => {}
        }
    }
    Ok(grade)
}

/// The caller's relation to a certification.
#[derive(Clone, Copy, Debug)]
pub struct CallerRelation {
    /// The caller is the lesson's teacher.
    pub own: bool,
    /// The caller has applied for it.
    pub applicant: bool,
    /// The caller has reviewed it already.
    pub reviewed: bool,
}

/// Checks that the caller may review a certification: once, and neither their own lesson nor their own
/// application.
///
/// # Errors
/// 403, 409 `wrong_state` after the decision, or 409 `already_reviewed`.
pub fn check_review(status: CertificationStatus, caller: CallerRelation) -> Result<()> {
    if caller.own {
        return Err(ApiError::forbidden().detail("不能评审本人的课例"));
    }
    if caller.applicant {
        return Err(ApiError::forbidden().detail("申请人不能评审自己提交的申请"));
    }
    if status != CertificationStatus::Applied {
        return Err(ApiError::wrong_state("该申请已有结论，不再评审"));
    }
    if caller.reviewed {
        return Err(ApiError::new(ErrorCode::AlreadyReviewed));
    }
    Ok(())
}

/// The reviews of a certification, counted.
#[derive(Clone, Copy, Debug)]
pub struct Tally {
    /// The number of reviews that a decision requires (policy, two or more).
    pub required: i64,
    pub accepts: i64,
    pub rejects: i64,
}

/// Checks that the caller may decide on a certification. `own` says that the lesson is the caller's.
/// A rejection requires a reason, and so does an acceptance against the majority of the reviewers.
///
/// # Errors
/// 403 for the caller's own lesson, 409 `wrong_state` after a decision, 409 `reviews_missing`, or 422
/// at `/reason`.
pub fn check_decision(
    status: CertificationStatus,
    own: bool,
    tally: Tally,
    accept: bool,
    reason: Option<&str>,
) -> Result<()> {
    if own {
        return Err(ApiError::forbidden().detail("不能决定本人课例的认定"));
    }
    if status != CertificationStatus::Applied {
        return Err(ApiError::wrong_state("该申请已有结论"));
    }
    let Tally { required, accepts, rejects } = tally;
    if accepts + rejects < required {
        return Err(ApiError::new(ErrorCode::ReviewsMissing)
            .detail(format!("需要 {required} 名评审人的意见，现有 {} 名", accepts + rejects)));
    }
    let has_reason = reason.is_some_and(|reason| !reason.trim().is_empty());
    match (accept, has_reason) {
        (false, false) => Err(ApiError::invalid("/reason", "required", "不予认定须说明理由")),
        (true, false) if rejects > accepts => {
            Err(ApiError::invalid("/reason", "required", "多数评审人不同意，予以认定须说明理由"))
        }
        _ => Ok(()),
    }
}

/// Checks that a certification may be revoked: only an award in force.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_revocation(status: CertificationStatus) -> Result<()> {
    match status {
        CertificationStatus::Accepted => Ok(()),
        _ => Err(ApiError::wrong_state("只有有效的认定可以撤销")),
    }
}

/// Returns the number on a certificate: `SL2026-示-0007`.
pub fn number(prefix: &str, year: i32, award: Award, sequence: i32) -> String {
    format!("{prefix}{year}-{}-{sequence:04}", award.sign())
}

#[cfg(test)]
mod tests {
    use CertificationStatus::{Accepted, Applied as Open, Rejected, Revoked, Superseded};
    use LessonGrade::{Excellent, Good, Qualified};

    use super::*;

    #[test]
    fn the_award_follows_from_the_grade_alone() {
        let awards = [Qualified, Good, Excellent].map(LessonGrade::award);
        assert_eq!(awards, [Award::Standard, Award::Quality, Award::Demonstration]);
    }

    #[test]
    fn only_a_graded_lesson_is_applied_for_and_once_at_a_time() {
        let before = |status, grade| [EarlierApplication { status, grade }];
        assert!(check_application(None, &[]).is_err());
        assert!(check_application(Some(Good), &[]).is_ok());
        assert!(check_application(Some(Good), &before(Open, Qualified)).is_err());
        assert!(check_application(Some(Good), &before(Accepted, Good)).is_err());
        assert!(check_application(Some(Good), &before(Accepted, Qualified)).is_ok());
        for ended in [Rejected, Revoked, Superseded] {
            assert!(check_application(Some(Good), &before(ended, Good)).is_ok(), "{ended}");
        }
    }

    #[test]
    fn a_decision_needs_its_reviews_and_against_them_a_reason() {
        let decide = |accepts, rejects, accept, reason| {
            check_decision(Open, false, Tally { required: 2, accepts, rejects }, accept, reason)
        };
        assert_eq!(decide(1, 0, true, None).map_err(|error| error.code), Err(ErrorCode::ReviewsMissing));
        assert!(decide(2, 0, true, None).is_ok());
        assert!(decide(1, 1, true, None).is_ok());
        assert!(decide(0, 2, true, None).is_err());
        assert!(decide(0, 2, true, Some("复核后达标")).is_ok());
        assert!(decide(0, 2, false, Some("  ")).is_err());
        assert!(decide(2, 0, false, Some("材料不实")).is_ok());
    }

    #[test]
    fn numbers_have_four_digits_or_more() {
        assert_eq!(number("SL", 2026, Award::Demonstration, 7), "SL2026-示-0007");
        assert_eq!(number("SL", 2026, Award::Standard, 12_345), "SL2026-达-12345");
    }
}
