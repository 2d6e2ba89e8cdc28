use songjiao_types::{Role, lessons::LessonGrade, phases::PhaseStatus, projects::ProjectStatus};

use crate::error::{ApiError, Result};

/// The status of a project, and that of its 研课磨课 if it has phases.
pub type ProjectProgress = (ProjectStatus, Option<PhaseStatus>);

/// The caller's relation to a lesson that they see.
#[derive(Clone, Copy, Debug)]
pub struct CallerRelation {
    pub role: Role,
    /// The caller is the lesson's teacher.
    pub own: bool,
    /// The caller is in the team of the lesson's project.
    pub in_team: bool,
}

impl CallerRelation {
    fn is_team(self) -> bool {
        matches!(self.role, Role::TeamLeader | Role::TeamMember)
    }
}

/// Checks that the caller may write a lesson. Team members write the lessons of their projects and
/// their own, not other lessons of their participants.
///
/// # Errors
/// 403.
pub fn check_may_write(caller: CallerRelation) -> Result<()> {
    if caller.is_team() && !caller.own && !caller.in_team {
        return Err(ApiError::forbidden().detail("只能登记本团队项目的课例或本人的课例"));
    }
    Ok(())
}

/// Checks that a lesson belongs to a project in which its teacher takes part. `project` is the
/// project's status, `None` if the teacher does not take part.
///
/// # Errors
/// A code and a message.
pub fn check_participation(project: Option<ProjectStatus>) -> Result<(), (&'static str, &'static str)> {
    match project {
        None => Err(("not_a_participant", "该教师未参加此项目")),
        Some(ProjectStatus::Draft | ProjectStatus::Cancelled) => Err(("wrong_state", "项目尚未发布或已取消")),
        Some(_) => Ok(()),
    }
}

/// Checks that the caller may grade a lesson: the project's team, the training school and the bureau
/// do (二-3), but nobody their own lesson.
///
/// # Errors
/// 403.
pub fn check_may_grade(caller: CallerRelation) -> Result<()> {
    if caller.own {
        return Err(ApiError::forbidden().detail("不能评定本人的课例"));
    }
    if caller.is_team() && !caller.in_team {
        return Err(ApiError::forbidden().detail("只有项目的送培团队或教师进修学校可以评定"));
    }
    Ok(())
}

/// Checks that a lesson may be graded now: in a project with phases from 研课磨课 on (二-3), in one
/// without phases from its start on, and outside any project at any time.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_time_to_grade(project: Option<ProjectProgress>) -> Result<()> {
    match project {
        Some((ProjectStatus::Cancelled, _)) => Err(ApiError::wrong_state("项目已取消，不能评定其课例")),
        None
        | Some(
            (_, Some(PhaseStatus::Active | PhaseStatus::Completed))
            | (ProjectStatus::Running | ProjectStatus::Completed | ProjectStatus::Archived, None),
        ) => Ok(()),
        Some((_, Some(_))) => Err(ApiError::wrong_state("研课磨课阶段开始后才能评定课例等次")),
        Some((_, None)) => Err(ApiError::wrong_state("项目实施后才能评定课例等次")),
    }
}

/// Checks that a lesson may be given a grade. A grade may rise later, but never falls below the grade
/// that is certified, and stays while an application is open, because reviewers judge the lesson by
/// it.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_grade(grade: LessonGrade, open_application: bool, certified: Option<LessonGrade>) -> Result<()> {
    if open_application {
        return Err(ApiError::wrong_state("课例正在认定评审中，不能改评等次"));
    }
    match certified {
        Some(certified) if grade < certified => Err(ApiError::wrong_state("课例已按更高等次认定，不能降低等次")),
        _ => Ok(()),
    }
}

/// Checks that a lesson is not graded. A graded lesson stays as it was when it was graded.
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_not_graded(grade: Option<LessonGrade>) -> Result<()> {
    if grade.is_some() { Err(ApiError::wrong_state("课例已评定等次，不能修改或删除")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEAM: CallerRelation = CallerRelation { role: Role::TeamMember, own: false, in_team: true };

    #[test]
    fn the_project_s_team_or_the_training_school_grades_and_nobody_their_own() {
        assert!(check_may_grade(TEAM).is_ok());
        assert!(check_may_grade(CallerRelation { in_team: false, ..TEAM }).is_err());
        assert!(check_may_grade(CallerRelation { own: true, ..TEAM }).is_err());
        let school = CallerRelation { role: Role::TrainingSchoolAdmin, own: false, in_team: false };
        assert!(check_may_grade(school).is_ok());
        assert!(check_may_grade(CallerRelation { own: true, ..school }).is_err());
    }

    #[test]
    fn grading_begins_with_lesson_polishing() {
        let running = |phase| Some((ProjectStatus::Running, phase));
        assert!(check_time_to_grade(running(Some(PhaseStatus::Planned))).is_err());
        assert!(check_time_to_grade(running(Some(PhaseStatus::Skipped))).is_err());
        assert!(check_time_to_grade(running(Some(PhaseStatus::Active))).is_ok());
        assert!(check_time_to_grade(running(Some(PhaseStatus::Completed))).is_ok());
        assert!(check_time_to_grade(running(None)).is_ok());
        assert!(check_time_to_grade(Some((ProjectStatus::Published, None))).is_err());
        assert!(check_time_to_grade(Some((ProjectStatus::Cancelled, Some(PhaseStatus::Active)))).is_err());
        assert!(check_time_to_grade(None).is_ok());
    }

    #[test]
    fn a_grade_rises_freely_and_never_falls_below_what_is_certified() {
        use LessonGrade::{Excellent, Good, Qualified};
        assert!(check_grade(Good, false, None).is_ok());
        assert!(check_grade(Qualified, false, Some(Good)).is_err());
        assert!(check_grade(Good, false, Some(Good)).is_ok());
        assert!(check_grade(Excellent, false, Some(Good)).is_ok());
        assert!(check_grade(Excellent, true, None).is_err());
    }
}
