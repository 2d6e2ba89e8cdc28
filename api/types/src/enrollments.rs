//! Enrollments 参培学员: the teachers selected for projects (五-1).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{Column, EnrollmentId, OrganizationId, ProjectId, Tabular, TeacherId, column, training::Stage, validate};

/// The maximum number of participants that one request nominates or admits.
pub const ENROLLMENTS_AT_ONCE: u64 = 500;

wire_enum! {
    /// The status of a participant (五-1).
    EnrollmentStatus {
        Nominated = "nominated", "已选派";
        Announced = "announced", "公示中";
        Reviewed = "reviewed", "已审核";
        Admitted = "admitted", "已录取";
        Rejected = "rejected", "未通过";
        Completed = "completed", "已结业";
        NotCompleted = "not_completed", "未结业";
        Withdrawn = "withdrawn", "已退出";
        Disqualified = "disqualified", "取消资格";
        Cancelled = "cancelled", "已取消";
    }
}

impl EnrollmentStatus {
    /// The statuses of participants who have a place in the project and count towards its capacity.
    pub const WITH_PLACE: [Self; 3] = [Self::Admitted, Self::Completed, Self::NotCompleted];
    /// The statuses that wait for a decision. They become `cancelled` when the project ends.
    pub const UNDECIDED: [Self; 3] = [Self::Nominated, Self::Announced, Self::Reviewed];

    /// Returns whether the participant has a place in the project.
    pub fn has_place(self) -> bool {
        Self::WITH_PLACE.contains(&self)
    }
}

/// An enrollment 参培学员.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrollmentView {
    /// The enrollment.
    pub id: EnrollmentId,
    /// The project.
    pub project_id: ProjectId,
    /// The project's title.
    pub project_title: String,
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The teacher's number 教师编号.
    #[cfg_attr(feature = "openapi", schema(example = "SL-T-00017"))]
    pub teacher_no: String,
    /// The teacher's name.
    #[cfg_attr(feature = "openapi", schema(example = "李娜"))]
    pub teacher_name: String,
    /// The subject that the teacher teaches.
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub subject: String,
    /// The stage at which the teacher teaches.
    pub stage: Stage,
    /// Whether the teacher is a backbone teacher 骨干教师.
    pub backbone: bool,
    /// The school that nominated the teacher last: the one where they served then.
    pub organization_id: OrganizationId,
    /// The name of that school.
    pub organization_name: String,
    /// The status.
    pub status: EnrollmentStatus,
    /// Why the teacher was rejected, withdrawn or disqualified, why a rejection was taken back, or why the
    /// nomination was closed.
    pub reason: Option<String>,
    /// The enrollment whose place it takes.
    pub replaces_id: Option<EnrollmentId>,
    /// When the training school decided.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// The first day that concerns the participant; `null` until admitted. Who is admitted by the project's first day is
    /// concerned by everything in it.
    pub admitted_on: Option<NaiveDate>,
    /// The last day that concerns a participant who withdrew or was disqualified.
    pub left_on: Option<NaiveDate>,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
    /// When the teacher was first nominated.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// The teachers whom a school nominates: all of them, or none if one is at fault.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NominateTeachers {
    /// The teachers, each once.
    #[validate(length(min = 1, max = "ENROLLMENTS_AT_ONCE"))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub teacher_ids: Vec<TeacherId>,
}

/// The enrollments to be admitted: all or none.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AdmitEnrollments {
    /// The first day that concerns the participants, not after today. By default today or, until attendance has been taken
    /// in the project, its first day.
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admitted_on: Option<NaiveDate>,
    /// The enrollments, each once.
    #[validate(length(min = 1, max = "ENROLLMENTS_AT_ONCE"))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub ids: Vec<EnrollmentId>,
}

/// The reason for rejecting, withdrawing or disqualifying a participant, or for taking back a rejection.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrollmentReason {
    /// The reason, shown in the enrollment.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "不符合遴选条件", min_length = 1, max_length = 500))]
    pub reason: String,
}

list_query! {
    /// The filters and page of a list of participants.
    EnrollmentQuery {
        /// Part of the teacher's name, number or pinyin initials
        q: String,
        /// Enrollments of this status
        #[param(inline)]
        status: EnrollmentStatus,
        /// Teachers nominated by this organization or one below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
    }
}

resource!(EnrollmentView, "/enrollments");

impl Tabular for EnrollmentView {
    const NAME: &'static str = "参培学员";
    const FILE: &'static str = "enrollments";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("project_title", "项目名称", 36, |row: &Self| row.project_title.as_str().into()),
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization_name.as_str().into()),
            column("subject", "学科", 12, |row: &Self| row.subject.as_str().into()),
            column("stage", "学段", 10, |row: &Self| row.stage.into()),
            column("backbone", "骨干", 8, |row: &Self| row.backbone.into()),
            column("status", "状态", 10, |row: &Self| row.status.into()),
            column("reason", "状态说明", 24, |row: &Self| row.reason.as_deref().into()),
            column("reviewed_at", "审核时间", 20, |row: &Self| row.reviewed_at.into()),
            column("created_at", "选派时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
