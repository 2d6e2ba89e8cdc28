use std::collections::HashSet;

use songjiao_types::{
    ErrorCode, FieldError, WireEnum,
    deliverables::DeliverableKind,
    phases::{PhaseKind, PhaseStatus, Requirement},
    projects::ProjectStatus,
};

use crate::error::{ApiError, Result};

/// What there is to show for a phase.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    pub kinds: HashSet<DeliverableKind>,
    /// Whether the team has graded a lesson of the project.
    pub graded_lesson: bool,
}

/// What a phase's clause asks for, and whether it is there: ① 二-1, ② 二-2, ③ 二-3 (合格课、优质课、
/// 精品课 come of it), ④ 二-4 (any of 微课例、微案例、微故事), ⑤ 二-5.
pub fn requirements(kind: PhaseKind, evidence: &Evidence) -> Vec<Requirement> {
    use DeliverableKind as D;
    let one = |kind: D| Requirement {
        code: kind.as_str().to_owned(),
        kinds: vec![kind],
        label: kind.label().to_owned(),
        met: evidence.kinds.contains(&kind),
    };
    let several = |kinds: &[D]| kinds.iter().copied().map(one).collect::<Vec<_>>();
    match kind {
        PhaseKind::IntensiveStudy => several(&[D::PlanBriefing, D::ClassBuilding]),
        PhaseKind::DiagnosisDemonstration => several(&[D::DiagnosisReport, D::DemonstrationLesson, D::StudyTask]),
        PhaseKind::LessonPolishing => {
            let mut asked = several(&[D::LessonStudyRecord, D::LessonPolishingRecord]);
            asked.push(Requirement {
                code: "graded_lesson".to_owned(),
                kinds: Vec::new(),
                label: "评定等次的课（合格课、优质课或精品课）".to_owned(),
                met: evidence.graded_lesson,
            });
            asked
        }
        PhaseKind::OutcomeShowcase => {
            let micro = [D::MicroLesson, D::MicroCase, D::MicroStory];
            let mut asked = several(&[D::ShowcaseRecord]);
            asked.push(Requirement {
                code: "micro_outcome".to_owned(),
                label: "微课例、微案例或微故事".to_owned(),
                met: micro.iter().any(|kind| evidence.kinds.contains(kind)),
                kinds: micro.to_vec(),
            });
            asked
        }
        PhaseKind::SummaryImprovement => {
            several(&[D::SummaryReport, D::RepresentativeOutcome, D::NextYearSchoolPlan, D::PersonalDevelopmentPlan])
        }
    }
}

/// Whether a phase may complete.
///
/// # Errors
/// 409 naming each thing that is missing.
pub fn check_evidence(requirements: &[Requirement]) -> Result<()> {
    let missing: Vec<_> = requirements
        .iter()
        .enumerate()
        .filter(|(_, requirement)| !requirement.met)
        .map(|(index, requirement)| {
            let pointer = format!("/requirements/{index}");
            FieldError::new(pointer, requirement.code.clone(), format!("缺少{}", requirement.label))
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let named: Vec<_> = requirements.iter().filter(|one| !one.met).map(|one| one.label.as_str()).collect();
    Err(ApiError::new(ErrorCode::DeliverablesMissing).detail(format!("缺少：{}", named.join("、"))).errors(missing))
}

/// Whether a phase may start: its project runs, and every phase before it is done.
///
/// # Errors
/// 409.
pub fn check_start(project: ProjectStatus, status: PhaseStatus, before: &[(PhaseKind, PhaseStatus)]) -> Result<()> {
    check_running(project)?;
    if status != PhaseStatus::Planned {
        return Err(ApiError::wrong_state(format!("该阶段{}，不能再次启动", status.label())));
    }
    match before.iter().find(|(_, status)| !status.is_done()) {
        None => Ok(()),
        Some((kind, status)) => Err(ApiError::new(ErrorCode::PhaseOutOfOrder).detail(format!(
            "{}{}，须先完成该阶段",
            kind.label(),
            status.label()
        ))),
    }
}

/// # Errors
/// 409 where the project does not run.
pub fn check_running(project: ProjectStatus) -> Result<()> {
    if project == ProjectStatus::Running {
        Ok(())
    } else {
        Err(ApiError::wrong_state(format!("项目{}，须在实施中进行此操作", project.label())))
    }
}

/// Whether a phase and what belongs to it may still change.
///
/// # Errors
/// 409 where the phase is done, or the project over.
pub fn check_open(project: ProjectStatus, phase: Option<PhaseStatus>) -> Result<()> {
    if let Some(status) = phase.filter(|status| status.is_done()) {
        return Err(ApiError::wrong_state(format!("该阶段{}，不能再修改", status.label())));
    }
    match project {
        ProjectStatus::Draft | ProjectStatus::Published | ProjectStatus::Running => Ok(()),
        _ => Err(ApiError::wrong_state(format!("项目{}，不能再修改", project.label()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(kind: PhaseKind, evidence: &Evidence) -> Vec<String> {
        let unmet = requirements(kind, evidence).into_iter().filter(|requirement| !requirement.met);
        unmet.map(|requirement| requirement.code).collect()
    }

    #[test]
    fn each_clause_names_what_it_asks_for() {
        let none = Evidence::default();
        assert_eq!(missing(PhaseKind::IntensiveStudy, &none), ["plan_briefing", "class_building"]);
        assert_eq!(
            missing(PhaseKind::DiagnosisDemonstration, &none),
            ["diagnosis_report", "demonstration_lesson", "study_task"]
        );
        assert_eq!(
            missing(PhaseKind::LessonPolishing, &none),
            ["lesson_study_record", "lesson_polishing_record", "graded_lesson"]
        );
        assert_eq!(missing(PhaseKind::OutcomeShowcase, &none), ["showcase_record", "micro_outcome"]);
        assert_eq!(
            missing(PhaseKind::SummaryImprovement, &none),
            ["summary_report", "representative_outcome", "next_year_school_plan", "personal_development_plan"]
        );
    }

    #[test]
    fn any_of_the_three_micro_outcomes_serves() {
        for kind in [DeliverableKind::MicroLesson, DeliverableKind::MicroCase, DeliverableKind::MicroStory] {
            let evidence = Evidence { kinds: [kind].into(), graded_lesson: false };
            assert_eq!(missing(PhaseKind::OutcomeShowcase, &evidence), ["showcase_record"]);
        }
    }

    #[test]
    fn a_requirement_belongs_to_the_phase_of_its_deliverables() {
        for kind in PhaseKind::ALL {
            for requirement in requirements(*kind, &Evidence::default()) {
                assert!(requirement.kinds.iter().all(|deliverable| deliverable.phase() == Some(*kind)));
            }
        }
    }
}
