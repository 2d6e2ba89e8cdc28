use songjiao_types::{
    ErrorCode, TeacherId, UserId, WireEnum,
    certifications::{Award, CertificationStatus, ReviewerExclusion},
    lessons::LessonGrade,
};

use super::application::Application;
use crate::{
    auth::person::PersonId,
    error::{ApiError, Result},
};

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

/// Checks that a person may review an application with an account: once, and independently of the lesson (三-2).
///
/// # Errors
/// 403 with the code of the [`ReviewerExclusion`], 409 `wrong_state` after the decision, or 409 `already_reviewed`.
pub fn check_review(application: &Application, account: UserId, person: PersonId) -> Result<()> {
    if let Some(exclusion) = application.exclusion(person) {
        return Err(ApiError::new(match exclusion {
            ReviewerExclusion::OwnLesson => ErrorCode::OwnLesson,
            ReviewerExclusion::OwnApplication => ErrorCode::OwnApplication,
            ReviewerExclusion::GradedLesson => ErrorCode::GradedLesson,
            ReviewerExclusion::LessonTeam => ErrorCode::LessonTeam,
            ReviewerExclusion::SamePerson => ErrorCode::SamePerson,
        })
        .detail(format!("您{}，不能评审", exclusion.label())));
    }
    if !application.open {
        return Err(ApiError::wrong_state("该申请已有结论，不再评审"));
    }
    let mut own = application.reviews.iter().filter(|review| review.person == person).map(|review| review.account);
    match own.next() {
        None => Ok(()),
        Some(first) if first == account || own.any(|other| other == account) => {
            Err(ApiError::new(ErrorCode::AlreadyReviewed))
        }
        Some(_) => {
            Err(ApiError::new(ErrorCode::SamePerson)
                .detail("您已用另一账号或接口密钥评审过该申请，同一人只算一名评审人"))
        }
    }
}

/// The reviews of a certification, counted.
#[derive(Clone, Copy, Debug)]
pub struct Tally {
    /// The number of reviews that a decision requires (policy, two or more).
    pub required: i64,
    pub accepts: i64,
    pub rejects: i64,
}

/// Checks that a person may be named as a reviewer, and returns whether that admits a member of the lesson's team. `too_few`
/// says that too few others can review.
///
/// # Errors
/// 409 `wrong_state` after the decision or the person's review; 422 at `/user_id` with the code of the
/// [`ReviewerExclusion`]; for a member of the team 403 unless the caller admits, 409 `reviewers_suffice`, or 422 at
/// `/reason`.
pub fn check_naming(
    application: &Application,
    person: PersonId,
    may_admit: bool,
    too_few: bool,
    reason: Option<&str>,
) -> Result<bool> {
    if !application.open {
        return Err(ApiError::wrong_state("该申请已有结论，不再指定评审人"));
    }
    if application.reviews.iter().any(|review| review.person == person) {
        return Err(ApiError::wrong_state("该评审人已发表意见"));
    }
    match application.exclusion(person) {
        None => Ok(false),
        Some(ReviewerExclusion::LessonTeam) if !may_admit => {
            Err(ApiError::forbidden().detail("课例送培团队的成员只能由教育局准许评审"))
        }
        Some(ReviewerExclusion::LessonTeam) if !too_few => Err(ApiError::new(ErrorCode::ReviewersSuffice)),
        Some(ReviewerExclusion::LessonTeam) if reason.is_none_or(|reason| reason.trim().is_empty()) => {
            Err(ApiError::invalid("/reason", "required", "准许本团队成员评审须说明理由"))
        }
        Some(ReviewerExclusion::LessonTeam) => Ok(true),
        Some(cause) => Err(ApiError::invalid("/user_id", cause.as_str(), format!("该用户{}，不能评审", cause.label()))),
    }
}

/// Checks that the naming of a person may be taken back: not after their review, which rests on it.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_removal(application: &Application, person: Option<PersonId>) -> Result<()> {
    if !application.open {
        return Err(ApiError::wrong_state("该申请已有结论，评审人不再变更"));
    }
    if application.reviews.iter().any(|review| Some(review.person) == person) {
        return Err(ApiError::wrong_state("该评审人已发表意见，不能撤下"));
    }
    Ok(())
}

/// Checks that a person may decide an application: neither the lesson's teacher nor the applicant nor a reviewer does. A
/// rejection requires a reason, and so does an acceptance against the majority of the reviewers.
///
/// # Errors
/// 403 `own_lesson`, `own_application` or `own_review`, 409 `wrong_state` after a decision, 409 `reviews_missing`, or
/// 422 at `/reason`.
pub fn check_decision(
    application: &Application,
    person: PersonId,
    tally: Tally,
    accept: bool,
    reason: Option<&str>,
) -> Result<()> {
    if let Some((code, detail)) = application.decision_exclusion(person) {
        return Err(ApiError::new(code).detail(detail));
    }
    if !application.open {
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

/// Checks that a person takes no part in certifying their own lesson: names no reviewers, and neither revokes nor reissues
/// the certificate.
///
/// # Errors
/// 403 `own_lesson`.
pub fn check_own(person: PersonId, teacher: TeacherId) -> Result<()> {
    match person == PersonId::Teacher(teacher) {
        true => Err(ApiError::new(ErrorCode::OwnLesson)
            .detail("不能办理本人课例的认定：指定评审人、撤销和重新制发都须由他人办理")),
        false => Ok(()),
    }
}

/// Checks that a certification may be revoked: an award in force, or a revoked one if nobody has said yet what becomes of
/// the award that it superseded, as older versions let happen.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_revocation(status: CertificationStatus, unsettled: bool) -> Result<()> {
    match status {
        CertificationStatus::Accepted => Ok(()),
        _ if unsettled => Ok(()),
        _ => Err(ApiError::wrong_state("只有有效的认定可以撤销")),
    }
}

/// Checks that a certificate may be issued anew: one in force.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_reissue(status: CertificationStatus) -> Result<()> {
    match status {
        CertificationStatus::Accepted => Ok(()),
        _ => Err(ApiError::wrong_state("只有有效的证书可以重新制发")),
    }
}

/// Returns the number on a certificate: `SL2026-示-0007`.
pub fn number(prefix: &str, year: i32, award: Award, sequence: i32) -> String {
    format!("{prefix}{year}-{}-{sequence:04}", award.sign())
}

#[cfg(test)]
mod tests {
    use super::{
        super::application::samples::{application, person},
        *,
    };
    use CertificationStatus::{Accepted, Applied as Open, Reissued, Rejected, Revoked, Superseded};
    use LessonGrade::{Excellent, Good, Qualified};

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
        for ended in [Rejected, Revoked, Reissued, Superseded] {
            assert!(check_application(Some(Good), &before(ended, Good)).is_ok(), "{ended}");
        }
    }

    #[test]
    fn a_decision_needs_its_reviews_and_against_them_a_reason() {
        let decide = |accepts, rejects, accept, reason| {
            check_decision(&application(), person(), Tally { required: 2, accepts, rejects }, accept, reason)
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
