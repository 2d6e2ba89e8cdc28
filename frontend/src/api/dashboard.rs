//! The dashboard 总览 and the teachers' desk.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, de::IgnoredAny};
use songjiao_types::{
    CertificationId, Hours, LessonId, Page, ProjectId, TeacherId,
    appointments::AppointmentQuery,
    certifications::{Award, CertificationQuery, CertificationSort, CertificationStatus},
    credits::CreditView,
    dashboard::DashboardView,
    duplicate_groups::{DuplicateGroupQuery, DuplicateGroupStatus},
    exemptions::ExemptionQuery,
    hour_records::{HourRecordHold, HourRecordQuery},
    lessons::{LessonCertification, LessonGrade, LessonQuery},
    phases::{PhaseKind, PhaseStatus},
    projects::{ProjectCounts, ProjectKind, ProjectQuery, ProjectStatus},
    quotas::{QuotaQuery, QuotaSort, QuotaStatus, QuotaView, TeacherQuotaView},
};

use super::Get;

/// The figures of what is visible to the user.
pub fn find_dashboard() -> Get<DashboardView> {
    Get::new("/dashboard")
}

/// One training year of a teacher.
pub fn find_own_quota(teacher: TeacherId, training_year: i32) -> Get<TeacherQuotaView> {
    Get::new(format!("/teachers/{teacher}/quotas/{training_year}"))
}

/// One five-year cycle of a teacher.
pub fn find_own_credit(teacher: TeacherId, cycle_first_year: i32) -> Get<CreditView> {
    Get::new(format!("/teachers/{teacher}/credits/{cycle_first_year}"))
}

/// The part of a project that the desk shows. The desk is the first page, so it reads no more than it shows.
#[derive(Clone, PartialEq, Deserialize)]
pub struct OwnProject {
    pub id: ProjectId,
    pub title: String,
    pub kind: ProjectKind,
    pub status: ProjectStatus,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub planned_hours: Hours,
}

/// The part of a lesson that the desk shows.
#[derive(Clone, PartialEq, Deserialize)]
pub struct OwnLesson {
    pub id: LessonId,
    pub title: String,
    pub grade: Option<LessonGrade>,
    pub certification: Option<LessonCertification>,
    pub can_apply: bool,
    pub created_at: DateTime<Utc>,
}

/// The part of a certificate that the desk shows.
#[derive(Clone, PartialEq, Deserialize)]
pub struct OwnCertificate {
    pub id: CertificationId,
    pub number: Option<String>,
    pub award: Option<Award>,
    pub lesson_title: String,
    pub issued_on: Option<NaiveDate>,
}

/// Lists the projects in which the user takes part.
pub fn list_own_projects() -> Get<Page<OwnProject>> {
    Get::list("/projects", &ProjectQuery { mine: Some(true), limit: Some(20), ..Default::default() })
}

/// Lists the teacher's lessons, latest first. 50 are enough to include all that await an action.
pub fn list_own_lessons() -> Get<Page<OwnLesson>> {
    Get::list("/lessons", &LessonQuery { limit: Some(50), ..Default::default() })
}

/// Lists the teacher's valid certificates.
pub fn list_own_certificates() -> Get<Page<OwnCertificate>> {
    let status = Some(CertificationStatus::Accepted);
    Get::list("/certifications", &CertificationQuery { status, limit: Some(20), ..Default::default() })
}

/// The part of a project that the worklist shows.
#[derive(Clone, PartialEq, Deserialize)]
pub struct WorklistProject {
    pub id: ProjectId,
    pub title: String,
    pub phases: Vec<WorklistPhase>,
    pub counts: ProjectCounts,
}

/// The part of a phase that the worklist shows.
#[derive(Clone, Copy, PartialEq, Deserialize)]
pub struct WorklistPhase {
    pub kind: PhaseKind,
    pub status: PhaseStatus,
    pub ends_on: Option<NaiveDate>,
}

/// The part of a waiting certification that the worklist shows.
#[derive(Clone, PartialEq, Deserialize)]
pub struct WorklistCertification {
    pub id: CertificationId,
    pub teacher_name: String,
    pub lesson_title: String,
    pub accepts: i64,
    pub rejects: i64,
    pub waiting_for_me: bool,
    pub may_decide: bool,
}

/// Counts the projects that have been over for 30 days and that the user completes or cancels.
pub fn count_overdue_projects() -> Get<Page<IgnoredAny>> {
    let (overdue, with_total) = (Some(true), Some(true));
    Get::list("/projects", &ProjectQuery { overdue, with_total, limit: Some(1), ..Default::default() })
}

/// Counts the appointments that wait for confirmation.
pub fn count_waiting_appointments() -> Get<Page<IgnoredAny>> {
    let (confirmed, with_total) = (Some(false), Some(true));
    Get::list("/appointments", &AppointmentQuery { confirmed, with_total, limit: Some(1), ..Default::default() })
}

/// Counts the exemptions that wait for confirmation.
pub fn count_waiting_exemptions() -> Get<Page<IgnoredAny>> {
    let (confirmed, with_total) = (Some(false), Some(true));
    Get::list("/exemptions", &ExemptionQuery { confirmed, with_total, limit: Some(1), ..Default::default() })
}

/// Counts the pending hour records whose first hold is this.
pub fn count_records_held(hold: HourRecordHold) -> Get<Page<IgnoredAny>> {
    let (hold, with_total) = (Some(hold), Some(true));
    Get::list("/hour-records", &HourRecordQuery { hold, with_total, limit: Some(1), ..Default::default() })
}

/// Counts the groups of suspected duplicates that wait for a decision.
pub fn count_open_duplicate_groups() -> Get<Page<IgnoredAny>> {
    let (status, with_total) = (Some(DuplicateGroupStatus::Open), Some(true));
    Get::list("/duplicate-groups", &DuplicateGroupQuery { status, with_total, limit: Some(1), ..Default::default() })
}
pub fn list_open_for_nomination() -> Get<Page<WorklistProject>> {
    let status = Some(ProjectStatus::Published);
    Get::list("/projects", &ProjectQuery { status, limit: Some(50), ..Default::default() })
}

/// Lists the running projects of the user's team.
pub fn list_running_team_projects() -> Get<Page<WorklistProject>> {
    let status = Some(ProjectStatus::Running);
    Get::list("/projects", &ProjectQuery { status, mine: Some(true), limit: Some(50), ..Default::default() })
}

/// Lists the applications that ask the user to review them, oldest first.
pub fn list_waiting_for_me() -> Get<Page<WorklistCertification>> {
    let (waiting_for_me, sort) = (Some(true), Some(CertificationSort::Oldest));
    Get::list("/certifications", &CertificationQuery { waiting_for_me, sort, limit: Some(50), ..Default::default() })
}

/// Lists the applications that wait for a decision, oldest first.
pub fn list_ready_to_decide() -> Get<Page<WorklistCertification>> {
    let (ready_to_decide, sort) = (Some(true), Some(CertificationSort::Oldest));
    Get::list("/certifications", &CertificationQuery { ready_to_decide, sort, limit: Some(50), ..Default::default() })
}

/// Lists the teachers with the most missing hours.
pub fn list_largest_shortfalls() -> Get<Page<QuotaView>> {
    // Without `training_year` the API takes the current one, which may begin in any month.
    let (status, sort) = (Some(QuotaStatus::Short), Some(QuotaSort::RemainingHoursDesc));
    Get::list("/quotas", &QuotaQuery { status, sort, limit: Some(8), ..Default::default() })
}
