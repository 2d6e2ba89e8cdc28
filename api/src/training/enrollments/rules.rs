use songjiao_types::{
    ErrorCode, ProjectId, WireEnum,
    enrollments::EnrollmentStatus,
    projects::ProjectStatus,
    teachers::TeacherStatus,
    training::{Stage, TrainingLevel},
};

use crate::error::{ApiError, Result};

/// The conditions that a project's participants must meet (五-1).
#[derive(Clone, Debug)]
pub struct Conditions {
    /// The selection that participation in the project is.
    pub selection: Selection,
    pub look_back_years: i32,
    pub subject: Option<String>,
    pub stage: Option<Stage>,
    pub requires_rural: bool,
}

/// What the conditions look at in a teacher.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub name: String,
    pub status: TeacherStatus,
    /// Whether confirmed service covers today.
    pub in_post: bool,
    pub subject: String,
    pub stage: Stage,
    pub rural: bool,
    /// The projects in which the teacher takes or took part.
    pub selections: Vec<Selection>,
}

/// A project for which a teacher was selected.
#[derive(Clone, Debug)]
pub struct Selection {
    pub project_id: ProjectId,
    pub level: TrainingLevel,
    pub training_year: i32,
    pub title: String,
}

impl Conditions {
    /// Returns the latest other project of the same level within the look-back for which a teacher
    /// was selected (重复选派).
    fn earlier_selection<'a>(&self, selections: &'a [Selection]) -> Option<&'a Selection> {
        let Selection { project_id, level, training_year, .. } = self.selection;
        let look_back = training_year - self.look_back_years..=training_year;
        selections
            .iter()
            .filter(|_| self.look_back_years > 0)
            .filter(|before| before.project_id != project_id && before.level == level)
            .filter(|before| look_back.contains(&before.training_year))
            .max_by_key(|before| before.training_year)
    }
}

/// Returns each condition that a teacher does not meet (五-1), as a code and a message.
pub fn faults(conditions: &Conditions, candidate: &Candidate) -> Vec<(&'static str, String)> {
    let name = &candidate.name;
    let mut found = Vec::new();
    if candidate.status != TeacherStatus::Active {
        found.push(("not_in_post", format!("{name}不在岗（{}）", candidate.status.label())));
    } else if !candidate.in_post {
        found.push(("not_in_post", format!("{name}不在岗（当日没有已确认的任职）")));
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
    if let Some(before) = conditions.earlier_selection(&candidate.selections) {
        found.push(("repeat_selection", format!("{name}已参加同类培训“{}”，不能重复选派", before.title)));
    }
    found
}

/// Checks that a project takes participants.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_open(status: ProjectStatus) -> Result<()> {
    match status {
        ProjectStatus::Published | ProjectStatus::Running => Ok(()),
        _ => Err(ApiError::wrong_state(format!("项目{}，不在选派期间", status.label()))),
    }
}

/// Checks that a project has places for more participants than are admitted. Its number of
/// participants is fixed (三-1).
///
/// # Errors
/// 409 `capacity_reached`.
pub fn check_capacity(capacity: i32, admitted: i64, more: usize) -> Result<()> {
    let places = i64::try_from(more).unwrap_or(i64::MAX);
    if admitted.saturating_add(places) <= i64::from(capacity) {
        return Ok(());
    }
    let detail = format!("固定人数 {capacity} 人，已录取 {admitted} 人，不能再录取 {more} 人");
    Err(ApiError::new(ErrorCode::CapacityReached).detail(detail))
}

/// Returns the message about a teacher who is enrolled in the project already.
pub fn already_enrolled(status: EnrollmentStatus) -> String {
    format!("该教师已在参培名单中（{}）", status.label())
}

/// Checks that a participant's status leads to another.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_step(from: EnrollmentStatus, to: EnrollmentStatus) -> Result<()> {
    use EnrollmentStatus as S;
    let waiting = S::UNDECIDED.contains(&from);
    let allowed = match to {
        S::Admitted | S::Rejected | S::Cancelled => waiting,
        S::Withdrawn => waiting || from == S::Admitted,
        S::Disqualified | S::Completed | S::NotCompleted => from == S::Admitted,
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
        S::NotCompleted => "未结业",
        S::Withdrawn => "退出",
        S::Disqualified => "取消资格",
        S::Cancelled => "取消",
    }
}

/// Checks that a participant's rejection can be taken back.
///
/// # Errors
/// 409 `wrong_state` if the participant is not rejected.
pub fn check_reinstate(from: EnrollmentStatus) -> Result<()> {
    if from == EnrollmentStatus::Rejected {
        return Ok(());
    }
    Err(ApiError::wrong_state(format!("该学员{}，只有未通过的学员可以撤销驳回", from.label())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(project: u128, training_year: i32) -> Selection {
        Selection {
            project_id: ProjectId::from_uuid(uuid::Uuid::from_u128(project)),
            level: TrainingLevel::National,
            training_year,
            title: format!("{training_year}年国培"),
        }
    }

    #[test]
    fn each_condition_that_is_not_met_is_named() {
        let conditions = Conditions {
            selection: selection(3, 2026),
            look_back_years: 2,
            subject: Some("语文".to_owned()),
            stage: Some(Stage::Primary),
            requires_rural: true,
        };
        let mut candidate = Candidate {
            name: "李娜".to_owned(),
            status: TeacherStatus::Active,
            in_post: true,
            subject: "语文".to_owned(),
            stage: Stage::Primary,
            rural: true,
            selections: vec![selection(3, 2026), selection(1, 2023)],
        };
        let codes = |candidate: &Candidate| {
            faults(&conditions, candidate).into_iter().map(|(code, _)| code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&candidate), [""; 0]);
        candidate.in_post = false;
        assert_eq!(codes(&candidate), ["not_in_post"]);
        candidate = Candidate {
            status: TeacherStatus::Retired,
            subject: "数学".to_owned(),
            stage: Stage::Kindergarten,
            rural: false,
            selections: vec![selection(1, 2024), selection(2, 2025)],
            ..candidate
        };
        assert_eq!(
            codes(&candidate),
            ["not_in_post", "subject_mismatch", "stage_mismatch", "not_rural", "repeat_selection"]
        );
        let latest = conditions.earlier_selection(&candidate.selections).map(|before| before.training_year);
        assert_eq!(latest, Some(2025));
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
        assert_eq!(to(S::NotCompleted), [S::Admitted]);
        assert_eq!(to(S::Cancelled), S::UNDECIDED);
        assert_eq!(to(S::Nominated), [S::Withdrawn], "a rejection is taken back by a decision of its own");
    }
}
