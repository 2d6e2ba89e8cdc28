//! Enrollments 参培学员: who was selected for a project, by whom, and how it went (五-1).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{EnrollmentId, OrganizationId, ProjectId, TeacherId, training::Stage, validate};

/// The most participants that one request nominates or admits.
pub const ENROLLMENTS_AT_ONCE: u64 = 500;

wire_enum! {
    /// Where a participant stands.
    EnrollmentStatus {
        Nominated = "nominated", "已选派";
        Announced = "announced", "公示中";
        Reviewed = "reviewed", "已审核";
        Admitted = "admitted", "已录取";
        Rejected = "rejected", "未通过";
        Completed = "completed", "已结业";
        Withdrawn = "withdrawn", "已退出";
        Disqualified = "disqualified", "取消资格";
    }
}

/// An enrollment 参培学员.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrollmentView {
    pub id: EnrollmentId,
    pub project_id: ProjectId,
    pub project_title: String,
    pub teacher_id: TeacherId,
    #[cfg_attr(feature = "openapi", schema(example = "SL-T-00017"))]
    pub teacher_no: String,
    #[cfg_attr(feature = "openapi", schema(example = "李娜"))]
    pub teacher_name: String,
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub subject: String,
    pub stage: Stage,
    /// 骨干教师.
    pub backbone: bool,
    /// Where the teacher served when nominated.
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub status: EnrollmentStatus,
    /// Why rejected, withdrawn or disqualified.
    pub reason: Option<String>,
    /// Whose place it takes.
    pub replaces_id: Option<EnrollmentId>,
    pub reviewed_at: Option<DateTime<Utc>>,
    /// Counts the changes; the ETag is made of it.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The teachers whom a school nominates: all of them or, with a fault in one, none.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NominateTeachers {
    #[validate(length(min = 1, max = "ENROLLMENTS_AT_ONCE"))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub teacher_ids: Vec<TeacherId>,
}

/// The participants who are admitted: all of them or none.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AdmitEnrollments {
    #[validate(length(min = 1, max = "ENROLLMENTS_AT_ONCE"))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub ids: Vec<EnrollmentId>,
}

/// Why a participant is rejected, withdrawn or disqualified.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrollmentReason {
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "不符合遴选条件", min_length = 1, max_length = 500))]
    pub reason: String,
}
