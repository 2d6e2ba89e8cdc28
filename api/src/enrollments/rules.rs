use chrono::NaiveDate;
use songjiao_types::{
    ErrorCode, FieldError, WireEnum, enrollments::EnrollmentStatus, teachers::TeacherStatus, training::Stage,
};

use crate::error::{ApiError, Result};

/// What a project asks of its participants.
#[derive(Clone, Debug)]
pub struct Conditions {
    pub subject: Option<String>,
    pub stage: Option<Stage>,
    pub requires_rural: bool,
}

/// A teacher, as far as the conditions look.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub name: String,
    pub status: TeacherStatus,
    pub left_on: Option<NaiveDate>,
    pub subject: String,
    pub stage: Stage,
    pub rural: bool,
    /// The title of a project of the same level for which the teacher was selected lately.
    pub selected_before: Option<String>,
}

/// Each condition that a teacher does not meet (五-1), as its code and what to tell people.
pub fn faults(conditions: &Conditions, candidate: &Candidate, today: NaiveDate) -> Vec<(&'static str, String)> {
    let name = &candidate.name;
    let mut found = Vec::new();
    if candidate.status != TeacherStatus::Active || candidate.left_on.is_some_and(|left_on| left_on <= today) {
        found.push(("not_in_post", format!("{name}不在岗（{}）", candidate.status.label())));
    }
    if let Some(subject) = conditions.subject.as_ref().filter(|subject| **subject != candidate.subject) {
        found.push(("subject_mismatch", format!("{name}任教{}，项目要求{subject}", candidate.subject)));
    }
    if let Some(stage) = conditions.stage.filter(|stage| *stage != candidate.stage) {
        found.push(("stage_mismatch", format!("{name}任教{}，项目要求{}", candidate.stage.label(), stage.label())));
    }
    if conditions.requires_rural && !candidate.rural {
        found.push(("not_rural", format!("{name}不在乡村学校任教")));
    }
    if let Some(title) = &candidate.selected_before {
        found.push(("repeat_selection", format!("{name}已参加同类培训“{title}”，不能重复选派")));
    }
    found
}

/// The one error for all faults, each at its teacher's pointer.
///
/// # Errors
/// 422 where there is any.
pub fn check_faults(errors: Vec<FieldError>) -> Result<()> {
    if errors.is_empty() { Ok(()) } else { Err(ApiError::new(ErrorCode::NotEligible).errors(errors)) }
}

/// Whether a participant goes on from one status to another.
///
/// # Errors
/// 409 where not.
pub fn check_step(from: EnrollmentStatus, to: EnrollmentStatus) -> Result<()> {
    use EnrollmentStatus as S;
    let waiting = matches!(from, S::Nominated | S::Announced | S::Reviewed);
    let allowed = match to {
        S::Admitted | S::Rejected => waiting,
        S::Withdrawn => waiting || from == S::Admitted,
        S::Disqualified | S::Completed => from == S::Admitted,
        S::Nominated => from == S::Withdrawn,
        S::Announced => from == S::Nominated,
        S::Reviewed => from == S::Announced,
    };
    if allowed { Ok(()) } else { Err(ApiError::wrong_state(format!("该学员{}，不能{}", from.label(), verb(to)))) }
}

fn verb(to: EnrollmentStatus) -> &'static str {
    use EnrollmentStatus as S;
    match to {
        S::Nominated => "再次选派",
        S::Announced => "公示",
        S::Reviewed => "审核",
        S::Admitted => "录取",
        S::Rejected => "驳回",
        S::Completed => "结业",
        S::Withdrawn => "退出",
        S::Disqualified => "取消资格",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn each_condition_that_is_not_met_is_named() {
        let conditions =
            Conditions { subject: Some("语文".to_owned()), stage: Some(Stage::Primary), requires_rural: true };
        let mut candidate = Candidate {
            name: "李娜".to_owned(),
            status: TeacherStatus::Active,
            left_on: None,
            subject: "语文".to_owned(),
            stage: Stage::Primary,
            rural: true,
            selected_before: None,
        };
        let codes = |candidate: &Candidate| {
            faults(&conditions, candidate, day("2026-03-01")).into_iter().map(|(code, _)| code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&candidate), [""; 0]);
        candidate.left_on = Some(day("2026-03-02"));
        assert_eq!(codes(&candidate), [""; 0], "in post until then");
        candidate = Candidate {
            status: TeacherStatus::Retired,
            subject: "数学".to_owned(),
            stage: Stage::Kindergarten,
            rural: false,
            selected_before: Some("2025年国培".to_owned()),
            ..candidate
        };
        assert_eq!(
            codes(&candidate),
            ["not_in_post", "subject_mismatch", "stage_mismatch", "not_rural", "repeat_selection"]
        );
    }

    #[test]
    fn only_who_waits_is_admitted_and_only_the_admitted_are_disqualified() {
        use EnrollmentStatus as S;
        let to = |to: S| S::ALL.iter().copied().filter(|from| check_step(*from, to).is_ok()).collect::<Vec<_>>();
        assert_eq!(to(S::Admitted), [S::Nominated, S::Announced, S::Reviewed]);
        assert_eq!(to(S::Rejected), [S::Nominated, S::Announced, S::Reviewed]);
        assert_eq!(to(S::Withdrawn), [S::Nominated, S::Announced, S::Reviewed, S::Admitted]);
        assert_eq!(to(S::Disqualified), [S::Admitted]);
        assert_eq!(to(S::Completed), [S::Admitted]);
    }
}
