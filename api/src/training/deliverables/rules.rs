use songjiao_types::{
    OrganizationId, TeacherId, WireEnum,
    deliverables::{DeliverableKind, DiagnosisMethod},
    phases::PhaseKind,
};

use crate::error::{ApiError, Result};

/// Checks that a deliverable names what its kind requires: a diagnosis its method (二-2), a school's
/// plan the school, a personal plan the teacher, or the school of the teachers whose plans it
/// contains (二-5).
///
/// # Errors
/// 422 at the missing field.
pub fn check_content(
    kind: DeliverableKind,
    method: Option<DiagnosisMethod>,
    organization: Option<OrganizationId>,
    teacher: Option<TeacherId>,
) -> Result<()> {
    use DeliverableKind as D;
    match kind {
        D::DiagnosisReport if method.is_none() => {
            Err(ApiError::invalid("/method", "required", "诊断报告须注明诊断方式：课堂观察、师生访谈或工具测评"))
        }
        D::NextYearSchoolPlan if organization.is_none() => {
            Err(ApiError::invalid("/organization_id", "required", "下一年度校本研修计划须注明学校"))
        }
        D::PersonalDevelopmentPlan if teacher.is_none() && organization.is_none() => {
            Err(ApiError::invalid("/teacher_id", "required", "个人发展计划须注明教师或学校"))
        }
        kind if kind != D::DiagnosisReport && method.is_some() => {
            Err(ApiError::invalid("/method", "not_applicable", "只有诊断报告有诊断方式"))
        }
        _ => Ok(()),
    }
}

/// Checks that a kind of deliverable belongs to a phase.
///
/// # Errors
/// 422 at `/kind`.
pub fn check_phase(kind: DeliverableKind, phase: PhaseKind) -> Result<()> {
    match kind.phase() {
        Some(other) if other != phase => {
            let message = format!("{}属于{}阶段", kind.label(), other.label());
            Err(ApiError::invalid("/kind", "other_phase", message))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointer(result: Result<()>) -> Option<String> {
        result.err().and_then(|error| error.errors.into_iter().next()).map(|error| error.pointer)
    }

    #[test]
    fn a_diagnosis_and_the_plans_name_what_they_are_about() {
        use DeliverableKind as D;
        let checked = |kind| pointer(check_content(kind, None, None, None));
        assert_eq!(checked(D::DiagnosisReport).as_deref(), Some("/method"));
        assert_eq!(checked(D::NextYearSchoolPlan).as_deref(), Some("/organization_id"));
        assert_eq!(checked(D::PersonalDevelopmentPlan).as_deref(), Some("/teacher_id"));
        assert_eq!(checked(D::StudyTask), None);
        let method = Some(DiagnosisMethod::Interview);
        assert_eq!(pointer(check_content(D::DiagnosisReport, method, None, None)), None);
        assert_eq!(pointer(check_content(D::StudyTask, method, None, None)).as_deref(), Some("/method"));
    }

    #[test]
    fn a_kind_is_taken_in_the_phase_of_its_clause() {
        let phase = PhaseKind::OutcomeShowcase;
        assert!(check_phase(DeliverableKind::MicroStory, phase).is_ok());
        assert!(check_phase(DeliverableKind::Other, phase).is_ok());
        assert_eq!(pointer(check_phase(DeliverableKind::StudyTask, phase)).as_deref(), Some("/kind"));
    }
}
