use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use songjiao_types::{
    ErrorCode, FieldError, Hours, WireEnum,
    deliverables::DeliverableKind,
    phases::{PhaseKind, PhaseStatus, Requirement, Responsible},
    projects::ProjectStatus,
};

use crate::error::{ApiError, Result};

/// A phase as a new project plans it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhasePlan {
    pub kind: PhaseKind,
    pub position: i32,
    pub planned_hours: Hours,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub responsible: Responsible,
}

/// Returns the plan of the five phases of 送教下乡, in order (二). Each phase gets a fifth of the
/// hours, except ③ with three tenths and ⑤ with one; the dates follow one another. Both are
/// proposals for the planner to correct. The school runs ③, the team the others (六-2, 六-3-3).
pub fn five_phases(hours: Hours, starts_on: NaiveDate, ends_on: NaiveDate) -> [PhasePlan; 5] {
    let hundredths = hours.hundredths();
    let shares = [2, 2, 3, 2, 1].map(|share| hundredths / 10 * share / 10 * 10);
    // ③ is the longest and takes what rounding leaves over.
    let left_over = hundredths - shares.iter().sum::<i64>();
    let days = (ends_on - starts_on).num_days() + 1;
    let mut position = 0_u8;
    PHASES.map(|kind| {
        let at = i64::from(position);
        let first = starts_on + days_from(days * at / 5);
        let last = starts_on + days_from((days * (at + 1) / 5 - 1).max(days * at / 5));
        let extra = if kind == PhaseKind::LessonPolishing { left_over } else { 0 };
        position += 1;
        PhasePlan {
            kind,
            position: i32::from(position),
            planned_hours: Hours::from_hundredths(shares[usize::from(position) - 1] + extra),
            starts_on: first.min(ends_on),
            ends_on: last.min(ends_on),
            responsible: match kind {
                PhaseKind::LessonPolishing => Responsible::School,
                _ => Responsible::Team,
            },
        }
    })
}

const PHASES: [PhaseKind; 5] = [
    PhaseKind::IntensiveStudy,
    PhaseKind::DiagnosisDemonstration,
    PhaseKind::LessonPolishing,
    PhaseKind::OutcomeShowcase,
    PhaseKind::SummaryImprovement,
];

fn days_from(days: i64) -> Days {
    Days::new(u64::try_from(days).unwrap_or_default())
}

/// The facts by which a phase completes.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The number of its deliverables of each kind.
    pub deliverables: HashMap<DeliverableKind, i64>,
    /// Whether a lesson of its project is graded.
    pub graded_lesson: bool,
}

/// Returns what the clause of a phase requires, each with whether the evidence meets it: ① 二-1,
/// ② 二-2, ③ 二-3 (including a 合格课, 优质课 or 精品课), ④ 二-4 (including one of 微课例, 微案例,
/// 微故事), ⑤ 二-5.
pub fn requirements(kind: PhaseKind, evidence: &Evidence) -> Vec<Requirement> {
    use DeliverableKind as D;
    let one = |kind: D| Requirement {
        code: kind.as_str().to_owned(),
        kinds: vec![kind],
        label: kind.label().to_owned(),
        met: evidence.deliverables.contains_key(&kind),
    };
    let several = |kinds: &[D]| kinds.iter().copied().map(one).collect::<Vec<_>>();
    match kind {
        PhaseKind::IntensiveStudy => several(&[D::PlanBriefing, D::ClassBuilding]),
        PhaseKind::DiagnosisDemonstration => several(&[D::DiagnosisReport, D::DemonstrationLesson, D::StudyTask]),
        PhaseKind::LessonPolishing => {
            let mut required = several(&[D::LessonStudyRecord, D::LessonPolishingRecord]);
            required.push(Requirement {
                code: "graded_lesson".to_owned(),
                kinds: Vec::new(),
                label: "评定等次的课（合格课、优质课或精品课）".to_owned(),
                met: evidence.graded_lesson,
            });
            required
        }
        PhaseKind::OutcomeShowcase => {
            let micro = [D::MicroLesson, D::MicroCase, D::MicroStory];
            let mut required = several(&[D::ShowcaseRecord]);
            required.push(Requirement {
                code: "micro_outcome".to_owned(),
                label: "微课例、微案例或微故事".to_owned(),
                met: micro.iter().any(|kind| evidence.deliverables.contains_key(kind)),
                kinds: micro.to_vec(),
            });
            required
        }
        PhaseKind::SummaryImprovement => {
            several(&[D::SummaryReport, D::RepresentativeOutcome, D::NextYearSchoolPlan, D::PersonalDevelopmentPlan])
        }
    }
}

/// Checks that a phase may complete: its project runs, it is active, and the evidence meets every
/// requirement of its clause.
///
/// # Errors
/// 409 `wrong_state`, or 409 `deliverables_missing` with an error for each unmet requirement.
pub fn check_complete(project: ProjectStatus, status: PhaseStatus, kind: PhaseKind, evidence: &Evidence) -> Result<()> {
    check_running(project)?;
    if status != PhaseStatus::Active {
        return Err(ApiError::wrong_state("只有进行中的阶段可以完成"));
    }
    let requirements = requirements(kind, evidence);
    let unmet: Vec<_> = requirements.iter().enumerate().filter(|(_, requirement)| !requirement.met).collect();
    if unmet.is_empty() {
        return Ok(());
    }
    let labels: Vec<_> = unmet.iter().map(|(_, requirement)| requirement.label.as_str()).collect();
    let errors = unmet.iter().map(|(index, Requirement { code, label, .. })| {
        FieldError::new(format!("/requirements/{index}"), code.clone(), format!("缺少{label}"))
    });
    let detail = format!("缺少：{}", labels.join("、"));
    Err(ApiError::new(ErrorCode::DeliverablesMissing).detail(detail).errors(errors.collect()))
}

/// Checks that a phase may be skipped.
///
/// # Errors
/// 409 `wrong_state` if its project does not run, the phase is done, or its attendance has been taken.
pub fn check_skip(project: ProjectStatus, status: PhaseStatus, marked: bool) -> Result<()> {
    check_running(project)?;
    if marked {
        return Err(ApiError::wrong_state("该阶段已登记考勤，不能跳过；请完成该阶段，或先清空考勤"));
    }
    if status.is_done() { Err(ApiError::wrong_state("已完成或已跳过的阶段不能跳过")) } else { Ok(()) }
}

/// Checks that a phase may be reopened.
///
/// # Errors
/// 409 `wrong_state` if its project does not run or the phase is not done.
pub fn check_reopen(project: ProjectStatus, status: PhaseStatus) -> Result<()> {
    if project == ProjectStatus::Completed {
        return Err(ApiError::wrong_state("项目已完成，请先重新打开项目"));
    }
    check_running(project)?;
    if status.is_done() {
        Ok(())
    } else {
        Err(ApiError::wrong_state("只有已完成或已跳过的阶段可以重新打开"))
    }
}

/// Checks that a phase does not end before it starts.
///
/// # Errors
/// 422 at `/ends_on`.
pub fn check_dates(starts_on: Option<NaiveDate>, ends_on: Option<NaiveDate>) -> Result<()> {
    match starts_on.zip(ends_on) {
        Some((starts_on, ends_on)) if ends_on < starts_on => {
            Err(ApiError::invalid("/ends_on", "ends_before_start", "结束日期不能早于开始日期"))
        }
        _ => Ok(()),
    }
}

/// Checks that a phase may start: its project runs, and every earlier phase is done.
///
/// # Errors
/// 409 `wrong_state`, or 409 `phase_out_of_order` if an earlier phase is not done.
pub fn check_start(project: ProjectStatus, status: PhaseStatus, earlier: &[(PhaseKind, PhaseStatus)]) -> Result<()> {
    check_running(project)?;
    if status != PhaseStatus::Planned {
        return Err(ApiError::wrong_state(format!("该阶段{}，不能再次启动", status.label())));
    }
    match earlier.iter().find(|(_, status)| !status.is_done()) {
        None => Ok(()),
        Some((kind, status)) => Err(ApiError::new(ErrorCode::PhaseOutOfOrder).detail(format!(
            "{}{}，须先完成该阶段",
            kind.label(),
            status.label()
        ))),
    }
}

fn check_running(project: ProjectStatus) -> Result<()> {
    if project == ProjectStatus::Running {
        Ok(())
    } else {
        Err(ApiError::wrong_state(format!("项目{}，须在实施中进行此操作", project.label())))
    }
}

/// Checks that a phase and what belongs to it may still change. `phase` is `None` for what belongs
/// to a project without phases.
///
/// # Errors
/// 409 `wrong_state` if the phase is done or the project has ended.
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

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn unmet(kind: PhaseKind, evidence: &Evidence) -> Vec<String> {
        let requirements = requirements(kind, evidence).into_iter();
        requirements.filter(|requirement| !requirement.met).map(|requirement| requirement.code).collect()
    }

    #[test]
    fn each_clause_names_what_it_asks_for() {
        let none = Evidence::default();
        assert_eq!(unmet(PhaseKind::IntensiveStudy, &none), ["plan_briefing", "class_building"]);
        assert_eq!(
            unmet(PhaseKind::DiagnosisDemonstration, &none),
            ["diagnosis_report", "demonstration_lesson", "study_task"]
        );
        assert_eq!(
            unmet(PhaseKind::LessonPolishing, &none),
            ["lesson_study_record", "lesson_polishing_record", "graded_lesson"]
        );
        assert_eq!(unmet(PhaseKind::OutcomeShowcase, &none), ["showcase_record", "micro_outcome"]);
        assert_eq!(
            unmet(PhaseKind::SummaryImprovement, &none),
            ["summary_report", "representative_outcome", "next_year_school_plan", "personal_development_plan"]
        );
    }

    #[test]
    fn any_of_the_three_micro_outcomes_serves() {
        for kind in [DeliverableKind::MicroLesson, DeliverableKind::MicroCase, DeliverableKind::MicroStory] {
            let evidence = Evidence { deliverables: [(kind, 1)].into(), graded_lesson: false };
            assert_eq!(unmet(PhaseKind::OutcomeShowcase, &evidence), ["showcase_record"]);
        }
    }

    #[test]
    fn a_phase_completes_by_its_evidence_and_is_refused_for_each_unmet_requirement() {
        let check =
            |kind, evidence: &Evidence| check_complete(ProjectStatus::Running, PhaseStatus::Active, kind, evidence);
        for kind in PhaseKind::ALL.iter().copied() {
            let mut evidence = Evidence::default();
            let error = check(kind, &evidence).expect_err("nothing is there");
            assert_eq!(error.code, ErrorCode::DeliverablesMissing);
            let codes: Vec<_> = error.errors.into_iter().map(|error| error.code).collect();
            assert_eq!(codes, unmet(kind, &evidence));
            for requirement in requirements(kind, &evidence) {
                assert!(check(kind, &evidence).is_err(), "{} is missing", requirement.code);
                match requirement.kinds.first() {
                    Some(kind) => drop(evidence.deliverables.insert(*kind, 1)),
                    None => evidence.graded_lesson = true,
                }
            }
            assert!(check(kind, &evidence).is_ok());
            for status in [PhaseStatus::Planned, PhaseStatus::Completed, PhaseStatus::Skipped] {
                assert!(check_complete(ProjectStatus::Running, status, kind, &evidence).is_err());
            }
            assert!(check_complete(ProjectStatus::Completed, PhaseStatus::Active, kind, &evidence).is_err());
        }
    }

    #[test]
    fn the_phases_share_the_hours_and_the_days_without_a_rest() {
        let phases = five_phases(Hours::from_hundredths(7230), day("2026-03-02"), day("2026-03-11"));
        assert_eq!(phases.map(|phase| phase.planned_hours.hundredths()), [1440, 1440, 2190, 1440, 720]);
        assert_eq!(phases.map(|phase| phase.position), [1, 2, 3, 4, 5]);
        assert_eq!((phases[0].starts_on, phases[0].ends_on), (day("2026-03-02"), day("2026-03-03")));
        assert_eq!((phases[4].starts_on, phases[4].ends_on), (day("2026-03-10"), day("2026-03-11")));
        assert_eq!(phases[2].responsible, Responsible::School);
    }

    #[test]
    fn phases_of_a_single_day_lie_on_it() {
        let phases = five_phases(Hours::whole(8), day("2026-03-02"), day("2026-03-02"));
        assert!(phases.iter().all(|phase| (phase.starts_on, phase.ends_on) == (day("2026-03-02"), day("2026-03-02"))));
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
