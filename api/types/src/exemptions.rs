//! Exemptions 减免: periods in which a teacher need not earn hours. They are records of their own, never
//! pseudo-hours.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{Column, ExemptionId, OrganizationId, Tabular, TeacherId, UserId, column, validate};

wire_enum! {
    /// Why a teacher is exempt.
    ExemptionKind {
        Maternity = "maternity", "产假";
        SickLeave = "sick_leave", "病假";
        Secondment = "secondment", "借调";
        Study = "study", "脱产学习";
        Other = "other", "其他";
    }
}

/// An exemption 减免. Once confirmed, each month that it covers entirely reduces the year's requirement by a twelfth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExemptionView {
    /// The exemption's id.
    pub id: ExemptionId,
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The teacher's number 教师编号.
    #[cfg_attr(feature = "openapi", schema(example = "220283000123"))]
    pub teacher_no: String,
    /// The teacher's name 姓名.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub teacher_name: String,
    /// The organization where the teacher serves now.
    pub organization_id: OrganizationId,
    /// The organization's name 单位名称.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub organization_name: String,
    /// The kind.
    pub kind: ExemptionKind,
    /// The first day.
    #[cfg_attr(feature = "openapi", schema(example = "2026-03-01"))]
    pub starts_on: NaiveDate,
    /// The last day.
    #[cfg_attr(feature = "openapi", schema(example = "2026-08-31"))]
    pub ends_on: NaiveDate,
    /// The reason.
    pub reason: Option<String>,
    /// Whether the exemption is confirmed; one that is only reported reduces nothing.
    pub confirmed: bool,
    /// The user who entered the exemption.
    pub created_by: UserId,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
    /// When the exemption was entered.
    pub created_at: DateTime<Utc>,
}

/// A new exemption.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = in_order))]
pub struct CreateExemption {
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The kind.
    pub kind: ExemptionKind,
    /// The first day.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-03-01"))]
    pub starts_on: NaiveDate,
    /// The last day; not before the first.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-08-31"))]
    pub ends_on: NaiveDate,
    /// The reason.
    #[validate(length(max = 500))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: Option<String>,
}

fn in_order(new: &CreateExemption) -> Result<(), ValidationError> {
    validate::in_order(new.starts_on, new.ends_on)
}

wire_enum! {
    /// The orders of a list of exemptions.
    ExemptionSort {
        StartsOnDesc = "-starts_on", "开始日期降序";
        StartsOn = "starts_on", "开始日期升序";
    }
}

list_query! {
    /// The parameters of a list of exemptions.
    ExemptionQuery {
        /// Exemptions of this teacher
        #[param(value_type = Option<TeacherId>)]
        teacher_id: TeacherId,
        /// Exemptions of teachers who serve in this organization or below
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// Exemptions of this kind
        #[param(inline)]
        kind: ExemptionKind,
        /// Confirmed exemptions, or those that wait for confirmation
        confirmed: bool,
    }
    /// Defaults to `-starts_on`
    sort: ExemptionSort
}

resource!(ExemptionView, "/exemptions");

impl Tabular for ExemptionView {
    const NAME: &'static str = "减免";
    const FILE: &'static str = "exemptions";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization_name.as_str().into()),
            column("kind", "事由", 12, |row: &Self| row.kind.into()),
            column("starts_on", "开始日期", 12, |row: &Self| row.starts_on.into()),
            column("ends_on", "结束日期", 12, |row: &Self| row.ends_on.into()),
            column("reason", "说明", 30, |row: &Self| row.reason.as_deref().into()),
            column("confirmed", "已确认", 8, |row: &Self| row.confirmed.into()),
            column("created_at", "登记时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
