//! Enrollments 参培学员 and attendance 考勤.

use songjiao_types::{
    ActivityId, EnrollmentId, Page, ProjectId,
    attendance::{AttendanceSheet, RecordAttendance},
    completions::{DisqualifyEnrollment, IssuedHoursFate, Unmarked, WithdrawEnrollment},
    enrollments::{AdmitEnrollments, EnrollmentQuery, EnrollmentReason, EnrollmentView, NominateTeachers},
};

use super::{ApiResult, Client, Fetched, Get};

/// The decisions about a participant that require a reason.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ReasonedDecision {
    /// By the training school, before admission.
    Reject,
    /// By the training school, after a rejection by mistake.
    Reinstate,
    /// By the school or the participant.
    Withdraw,
    /// By the training school, after admission.
    Disqualify,
}

/// Lists the participants of a project, a page at a time.
pub fn list_enrollments(project: ProjectId, query: &EnrollmentQuery) -> Get<Page<EnrollmentView>> {
    Get::list(&format!("/projects/{project}/enrollments"), query)
}

/// Nominates teachers. If one is refused, none is nominated.
pub async fn nominate_teachers(client: &Client, project: ProjectId, body: &NominateTeachers) -> ApiResult<()> {
    client.post_silent(&format!("/projects/{project}/enrollments"), body).await
}

/// Admits nominated teachers. If one is refused, none is admitted.
pub async fn admit_enrollments(client: &Client, project: ProjectId, body: &AdmitEnrollments) -> ApiResult<()> {
    client.post_silent(&format!("/projects/{project}/enrollments/admit"), body).await
}

/// Decides on a participant, with a reason. The fate of hours is for who is disqualified, missing marks are filled in for
/// who withdraws.
pub async fn decide_enrollment(
    client: &Client,
    id: EnrollmentId,
    decision: ReasonedDecision,
    reason: String,
    (fate, unmarked): (IssuedHoursFate, Option<Unmarked>),
) -> ApiResult<Fetched<EnrollmentView>> {
    let path = |verb: &str| format!("/enrollments/{id}/{verb}");
    match decision {
        ReasonedDecision::Reject => client.post(&path("reject"), &EnrollmentReason { reason }).await,
        ReasonedDecision::Reinstate => client.post(&path("reinstate"), &EnrollmentReason { reason }).await,
        ReasonedDecision::Withdraw => {
            client.post(&path("withdraw"), &WithdrawEnrollment { reason, left_on: None, unmarked }).await
        }
        ReasonedDecision::Disqualify => {
            client.post(&path("disqualify"), &DisqualifyEnrollment { reason, issued_hours: Some(fate) }).await
        }
    }
}

/// The attendance sheet of an activity.
pub fn find_attendance(activity: ActivityId) -> Get<AttendanceSheet> {
    Get::new(format!("/activities/{activity}/attendance"))
}

/// Records entries of an attendance sheet.
pub async fn record_attendance(
    client: &Client,
    activity: ActivityId,
    body: &RecordAttendance,
) -> ApiResult<Fetched<AttendanceSheet>> {
    client.post(&format!("/activities/{activity}/attendance"), body).await
}
