use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use super::{sources::client_source, status::HourRecordStatus};
use crate::{
    HourRecordId, Hours, PhaseId, ProjectId, TeacherId,
    id_numbers::no_id_number,
    training::{TrainingDimension, TrainingLevel, TrainingMode},
    validate,
};

/// A new hour record.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = in_order))]
pub struct CreateHourRecord {
    /// The teacher.
    pub teacher_id: TeacherId,
    /// 培训年度, which does not follow from the dates.
    #[validate(custom(function = validate::plausible_year))]
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The first day.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-07-06"))]
    pub starts_on: NaiveDate,
    /// The last day; not before the first.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-07-10"))]
    pub ends_on: NaiveDate,
    /// Above 0, at most 9999.99, at most two decimals.
    #[validate(custom(function = validate::positive_hours))]
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    pub hours: Hours,
    /// 培训类别.
    pub level: TrainingLevel,
    /// 培训方式.
    pub mode: TrainingMode,
    /// 三修.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<TrainingDimension>,
    /// 项目名称.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "小学语文送教下乡培训", min_length = 1, max_length = 200))]
    pub title: String,
    /// 机构名称.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市教师进修学校", min_length = 1, max_length = 200))]
    pub institution: String,
    /// The project that the hours belong to; one that the caller runs.
    #[serde(default)]
    pub project_id: Option<ProjectId>,
    /// A phase of `project_id`.
    #[serde(default)]
    pub phase_id: Option<PhaseId>,
    /// `manual`, the default, `import`, or a source of the caller's organization; `project` is reserved for hours that
    /// projects issue.
    #[validate(length(min = 1, max = 64), custom(function = client_source))]
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "manual", min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]+$")
    )]
    pub source: Option<String>,
    /// The record's id at its source. At most one live record has a given source and external id; under `manual` and
    /// `import`, at most one of those that an organization enters.
    #[validate(length(min = 1, max = 128), custom(function = validate::not_blank), custom(function = no_id_number))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub external_id: Option<String>,
    /// The returned record of the teacher that this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub former_id: Option<HourRecordId>,
    /// `pending` or, if the caller may recognise hours, `recognized`; defaults to `pending`.
    #[serde(default)]
    pub status: Option<HourRecordStatus>,
    /// The reason, required for `recognized` if the training year is closed: the hours become late hours 补录.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: Option<String>,
}

fn in_order(new: &CreateHourRecord) -> Result<(), ValidationError> {
    validate::in_order(new.starts_on, new.ends_on)
}
